import os from "node:os";
import { join } from "node:path";
import { getPulumiHome } from "./pulumiHome";

const account = join("home", "ada");
const elsewhere = join("tmp", "elsewhere");

beforeEach(() => {
  jest.spyOn(os, "userInfo").mockReturnValue({ ...os.userInfo(), homedir: account });
  jest.spyOn(os, "homedir").mockReturnValue(elsewhere);
});
afterEach(() => jest.restoreAllMocks());

test.each([{}, { PULUMI_HOME: "" }])("is in the home of the account, even if HOME differs: %j", (environment) => {
  expect(getPulumiHome(environment)).toBe(join(account, ".pulumi"));
});

test("is in HOME if the user has no account", () => {
  jest.spyOn(os, "userInfo").mockImplementation(() => {
    throw new Error("uv_os_get_passwd returned ENOENT");
  });
  expect(getPulumiHome({})).toBe(join(elsewhere, ".pulumi"));
});

test("is PULUMI_HOME if it is set", () => {
  expect(getPulumiHome({ PULUMI_HOME: "there" })).toBe("there");
});

import { describeRevocations } from "../../src/roster/effects";
import { adminV2, connect } from "../support/dialect";
import { Acme } from "./acme";

// N3: Avocado Connect revokes the API tokens of a member that it removes.

let acme: Acme;
beforeAll(async () => {
  acme = await Acme.begin(connect);
});
beforeEach(() => acme.reset());
afterAll(() => acme.close());

const createToken = async (name: "ada" | "bob", token: string): Promise<void> => {
  await acme.as(name).apiTokens.create(acme.id, { name: token }, () => undefined);
};

/** Describes the tokens that the removal of these people revokes, with the API key of that person. */
const describeFor = async (key: "ada" | "bob", ...names: string[]): Promise<readonly string[]> => {
  const people = await acme.as("ada").roster.list(acme.id);
  const leaving = people.filter(({ email }) => names.includes(email.replace("@acme.example", "")));
  expect(leaving).toHaveLength(names.length);
  return describeRevocations(acme.as(key), acme.id, leaving);
};

test("each member who leaves has the names of the tokens in order", async () => {
  await createToken("bob", "deploy");
  await createToken("bob", "ci");
  await createToken("ada", "audit");
  expect(await describeFor("ada", "ada", "bob", "carl")).toEqual([
    "The removal of ada@acme.example revokes the API token audit.",
    "The removal of bob@acme.example revokes the API tokens ci, deploy.",
  ]);
});

test("an invitation has no tokens, so no list is read", async () => {
  expect(await describeFor("bob", "eve")).toEqual([]);
  expect(acme.requests("OrgApiToken_index")).toBe(0);
});

test("a list that fails leaves the tokens unnamed", async () => {
  acme.control.fault({ operation: "OrgApiToken_index", effect: { status: 403 } });
  const [text = "", ...others] = await describeFor("ada", "bob", "carl", "eve");
  expect(text).toMatch(
    /^The removal of bob@acme\.example, carl@acme\.example revokes all API tokens of the removed members\. The provider cannot list them: .*HTTP 403/,
  );
  expect(others).toEqual([]);
});

test("a member who is no admin cannot list the tokens of others", async () => {
  await acme.control.setRole("bob@acme.example", "acme", "developer");
  expect(await describeFor("bob", "carl")).toEqual([
    "The removal of carl@acme.example revokes all API tokens of the removed members. Only the API key of an admin or an owner can list these tokens.",
  ]);
  expect(acme.requests("OrgApiToken_index")).toBe(0);
});

test("the Admin API has no tokens, so nothing is read", async () => {
  const admin = await Acme.begin(adminV2);
  await admin.reset();
  const carl = await admin.member("carl");
  expect(await describeRevocations(admin.as("ada"), admin.id, [carl])).toEqual([]);
  await admin.close();
});

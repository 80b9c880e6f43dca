import { join } from "node:path";
import { bin, run } from "#provider/testing";
import { Acme, apiKey } from "./support/acme";

/** Runs the executable. */
let acme: Acme;
beforeEach(async () => {
  acme = await Acme.begin();
});
afterEach(() => acme.end());

test("the executable shows who has access to a live project, and why", async () => {
  acme.join("bob@acme.example", "developer");
  acme.addGroup("field", ["bob@acme.example"]);
  acme.addProject("firmware", { isOpen: false, groups: ["field"] });
  const environment = { PERIDIO_API_KEY: apiKey, PERIDIO_BASE_URL: acme.url, PERIDIO_BACKEND: "connect" };
  const ask = (...args: string[]) => run(join(bin, "peridio-gitops"), ["who", ...args], process.cwd(), environment);
  expect(await ask("--project", "firmware")).toEqual({
    code: 0,
    stderr: "",
    stdout: `3 people have access to firmware.

ORGANIZATION  PROJECT   PERSON              WHY
acme          firmware  ada@acme.example    as an owner
acme          firmware  bob@acme.example    through group field
acme          firmware  grace@acme.example  as an admin
`,
  });
  expect(await ask("--project", "firmwre")).toMatchObject({ code: 1, stdout: "" });
});

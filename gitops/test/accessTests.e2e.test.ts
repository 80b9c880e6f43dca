import { readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { stringify } from "yaml";
import { Emulator, serve } from "#emulator";
import { linkPlugin, newStack, Site } from "#provider/testing";
import { run } from "../src/program";
import { testReport } from "../src/rules/tests/report";
import { fakeTerminal } from "./support/terminal";

/** Runs one file of tests in every place, with the real CLI. */
let site: Site;
afterEach(async () => {
  await site.end();
  await server.close();
});

const [bob, carl, dora] = ["bob@acme.example", "carl@partner.example", "dora@acme.example"];
/** The server for commands without Pulumi. */
let server: Awaited<ReturnType<typeof serve>>;
const environment = { PERIDIO_BACKEND: "connect" };

async function writeProgram(folder: string): Promise<void> {
  // The days of the example pass.
  for (const file of ["layout.yaml", "access-tests.yaml"])
    await writeFile(
      join(folder, file),
      readFileSync(join("examples/access-rules", file), "utf8").replace(/2027-/g, "2999-"),
    );
  const resources = { acme: { type: "peridio:Layout", properties: { path: "layout.yaml" } } };
  const plugins = { providers: [await linkPlugin(folder)] };
  await writeFile(join(folder, "Pulumi.yaml"), stringify({ name: "access", runtime: "yaml", plugins, resources }));
}

async function execute(args: readonly string[], input = "") {
  const terminal = fakeTerminal({
    folder: site.stack.folder,
    environment: { ...environment, PERIDIO_API_KEY: site.emulator.apiKey, PERIDIO_BASE_URL: server.url },
    now: new Date(),
    input: () => Promise.resolve(input),
  });
  const code = await run(args, terminal);
  return { code, output: terminal.printed(), errors: terminal.said() };
}

/** Returns the names of the failed tests, and the messages of the failures. */
async function runTests(args: readonly string[], input = "") {
  const { code, output, errors } = await execute(["test", "access-tests.yaml", "--json", ...args], input);
  if (code === 1 || code === 2) throw new Error(errors);
  const failed = testReport.parse(JSON.parse(output)).tests.filter(({ passed }) => !passed);
  return Object.fromEntries(failed.map(({ name, failures }) => [name, failures.map(({ message }) => message)]));
}

test("one file of tests judges a layout, a preview and the live organization", async () => {
  const emulator = new Emulator();
  const { control } = emulator;
  await control.createOrganization("acme");
  for (const person of [bob, carl, dora]) control.addMember(person, "acme", "developer");
  server = await serve(emulator, { port: 0 });
  site = new Site(emulator, await newStack({ emulator, environment, prepare: writeProgram }));
  const layout = ["--layout", "layout.yaml"];
  const preview = () => site.stack.succeed("preview", "--json", "--show-sames", "--refresh");

  expect(await runTests(layout)).toEqual({});
  expect(await runTests(["--preview", "-"], await preview())).toEqual({});
  await site.up();
  const later = {
    "Carl leaves": [
      "Cannot know: Live organizations have no last days. Until that day, use the test with layouts or previews only, in a separate file of rules.",
    ],
  };
  expect(await runTests([])).toEqual(later);

  // Outside Pulumi, the cohort opens for everyone.
  const cohorts = control.getOrganization("acme").projects.flatMap((project) => project.cohorts);
  const cohort = cohorts.find(({ name }) => name === "canary");
  if (cohort !== undefined) cohort.everyone_enabled = true;
  const bobReaches = `${bob} must not reach cohort firmware/canary in acme, but reaches it (open to everyone). Remove the access, or change the test.`;
  expect(await runTests([])).toEqual({ ...later, "Bob repairs stable devices, and no canaries": [bobReaches] });
  const audit = await execute(["audit", "--rules", "access-tests.yaml", "--kind", "failedTest", "--json"]);
  expect(audit.code).toBe(3);
  expect(audit.output).toContain(bobReaches.replace(/\.$/, ""));
  // The preview undoes the change.
  expect(await runTests(["--preview", "-"], await preview())).toEqual({});

  const file = join(site.stack.folder, "layout.yaml");
  await writeFile(
    file,
    readFileSync(file, "utf8").replace("canary: { everyoneEnabled: false", "canary: { everyoneEnabled: true"),
  );
  const review = await execute(["review", "--rules", "access-tests.yaml", "--json"], await preview());
  expect(review.code).toBe(4);
  expect(JSON.parse(review.output)).toMatchObject({
    violations: [{ rule: "Bob repairs stable devices, and no canaries", severity: "refuse", message: bobReaches }],
  });
});

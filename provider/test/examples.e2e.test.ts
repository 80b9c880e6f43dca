import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { Emulator } from "#emulator";
import { getTypeName } from "#framework/messages";
import { functions } from "../src/functions";
import { resources } from "../src/resources";
import { newStack } from "./support/cli";
import { linkPlugin, Site } from "./support/program";
import { isConnectOnly } from "./support/samples";
import { provider } from "../src/provider";

const section = z.record(z.string(), z.unknown()).default({});
const program = z.strictObject({ resources: section, variables: section, outputs: section });
type Program = z.output<typeof program>;

const examples = new Map(
  [...resources, ...functions, ...provider.components()].map(({ token, example }) => [
    token.split(":").at(-1) ?? "",
    example,
  ]),
);

/** Examples that fit into one program, which takes less time than one each. */
const together = {
  "organizations and a person": ["Organization", "Membership"],
  "a roster, settings, and questions about them": [
    "OrganizationMembers",
    "SecurityPolicy",
    "BillingSettings",
    "getMembers",
    "getLimits",
    "getDeletionReadiness",
  ],
  "a layout": ["Layout"],
} as const;

/** The example whose person has to accept first. */
const waiting = "OrganizationOwner";
/** Examples that ask for an organization which exists already. */
const later = ["getCurrentUser", "getOrganization", "getOrganizations"] as const;

/** Examples that only Avocado Connect supports. */
const connectOnly = [...resources, ...functions].filter(isConnectOnly).map(getTypeName);

const grouped = new Set<string>([...Object.values(together).flat(), waiting, ...later, ...connectOnly]);
const groups = [
  ...Object.entries<readonly string[]>(together),
  ...[...examples.keys()].filter((name) => !grouped.has(name)).map((name) => [name, [name]] as const),
];

/** One program of several examples. Rejects if they mean different things by one name. */
function merged(names: readonly string[]): Program {
  const result: Program = { resources: {}, variables: {}, outputs: {} };
  for (const name of names) {
    const example = program.parse(parse(examples.get(name) ?? ""));
    for (const part of ["resources", "variables", "outputs"] as const) {
      for (const [key, value] of Object.entries(example[part])) {
        expect(result[part][key] ?? value).toEqual(value);
        result[part][key] = value;
      }
    }
  }
  return result;
}

let site: Site | undefined;
afterEach(() => site?.end());

async function write(folder: string, names: readonly string[]): Promise<void> {
  await writeProject(folder, merged(names));
}

async function writeProject(folder: string, contents: Partial<Program>): Promise<void> {
  const project = {
    name: "examples",
    runtime: "yaml",
    plugins: { providers: [await linkPlugin(folder)] },
    config: { "peridio:runnerCidrs": { value: ["127.0.0.0/8"] } },
    ...contents,
  };
  // JSON is YAML.
  await writeFile(join(folder, "Pulumi.yaml"), JSON.stringify(project));
}

async function begin(names: readonly string[]): Promise<Site> {
  const emulator = new Emulator();
  return new Site(emulator, await newStack({ emulator, prepare: (folder) => write(folder, names) }));
}

/** Takes everything down, and expects that nothing is left. */
async function destroy({ stack, emulator }: Site): Promise<void> {
  await stack.succeed("state", "unprotect", "--all", "--yes");
  await stack.succeed("destroy", "--yes", "--skip-preview");
  expect(emulator.state.organizations).toEqual([]);
}

test.each(groups)("%s come up, stay as they are, and go", async (_, names) => {
  site = await begin(names);
  await site.stack.succeed("up", "--yes");
  await site.stack.succeed("preview", "--expect-no-changes");
  await destroy(site);
});

/** Makes one program of examples with an organization each, which has the name of the example. */
function apart(names: readonly string[]): Program {
  const result: Program = { resources: {}, variables: {}, outputs: {} };
  for (const name of names) {
    const example = merged([name]);
    const text = JSON.stringify(example)
      .replaceAll("${", `\${${name}-`)
      .replaceAll('"name":"acme"', `"name":"${name}"`);
    const own = program.parse(JSON.parse(text));
    for (const part of ["resources", "variables", "outputs"] as const) {
      for (const [key, value] of Object.entries(own[part])) result[part][`${name}-${key}`] = value;
    }
  }
  return result;
}

test("the examples that only Avocado Connect supports come up, stay as they are, and go", async () => {
  const emulator = new Emulator();
  const { control } = emulator;
  for (const name of connectOnly) {
    await control.createOrganization(name);
    for (const person of ["bob@acme.example", "carl@acme.example"]) control.addMember(person, name, "viewer");
    control.access.addProject("firmware-of-others", name);
  }
  const readObjects = () =>
    emulator.snapshot().organizations.map(({ groups, projects, api_tokens, webhooks, claim_tokens }) => {
      return { groups, projects, api_tokens, webhooks, claim_tokens };
    });
  const before = readObjects();
  const environment = { PERIDIO_BACKEND: "connect", PERIDIO_API_KEY: control.addApiKey("ada@acme.example") };
  const { resources, ...rest } = apart(connectOnly);
  const prepare = (folder: string) => writeProject(folder, { resources, ...rest });
  site = new Site(emulator, await newStack({ emulator, environment, prepare }));
  await site.stack.succeed("up", "--yes");
  await site.stack.succeed("preview", "--expect-no-changes");
  // Avocado Connect cannot delete organizations, so only the other resources leave the program.
  const organizations = Object.entries(resources).filter(([key]) => key.endsWith("-acme"));
  expect(organizations).toHaveLength(connectOnly.length);
  await writeProject(site.stack.folder, { resources: Object.fromEntries(organizations) });
  await site.stack.succeed("up", "--yes");
  expect(readObjects()).toEqual(before);
});

test("the new owner waits for acceptance, becomes the owner, and stays after the destroy", async () => {
  site = await begin([waiting]);
  const { control } = site.emulator;
  expect(await site.failUp()).toMatch(
    /OrganizationOwner acme-production could not be created: grace@acme\.example has not accepted the invitation\. .*Until the person has accepted an invitation, remove this resource from the program/,
  );
  control.accept("grace@acme.example", "acme-production");
  await write(site.stack.folder, [waiting, ...later]);
  site.requests();
  expect(await site.stack.succeed("up", "--yes")).toMatch(
    /This change transfers the ownership to grace@acme\.example\. ada@acme\.example can then not delete/,
  );
  expect(site.writes()).toEqual(['POST transfer-ownership {"new_owner":"grace@acme.example"}']);
  await site.stack.succeed("preview", "--refresh", "--expect-no-changes");
  expect(await site.stack.json("stack", "output")).toMatchObject({ me: "ada@acme.example" });

  // Only the new owner can give it back, and only an owner can delete the organization.
  await control.transferOwnership("ada@acme.example", "acme-production", { as: "grace@acme.example" });
  await control.removeMember("grace@acme.example", "acme-production");
  await destroy(site);
});

import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { nightly } from "#testing";
import { type Declaration, type Declarations, member, organization, policy, Site } from "./support/program";

const [ada, bob, carl] = ["ada@acme.example", "bob@acme.example", "carl@acme.example"];

const layout = `
defaults:
  security: { requireTwoFactor: true, sessionTimeout: 8h }
organizations:
  acme-dev: { displayName: Acme development }
  acme-production:
    displayName: Acme production
    security: { sessionTimeout: 1h }
people:
  ${ada}: { acme-dev: admin, acme-production: admin }
  ${bob}: { acme-dev: developer, acme-production: viewer }
`;

/** The same layout with braces, in another order. */
const reordered = `
people:
  "${bob}": { acme-production: "viewer", acme-dev: "developer" }
  "${ada}":
    acme-production: admin
    acme-dev: admin
organizations:
  acme-production: { security: { sessionTimeout: 60m }, displayName: "Acme production" }
  acme-dev:
    displayName: Acme development
defaults: { security: { sessionTimeout: 8h, requireTwoFactor: true } }
`;

let site: Site;
afterEach(() => site.end());

type Options = Declaration["options"];

function fromFile(options: Options = {}, more: Declaration["properties"] = {}): Declarations {
  return { acme: { type: "peridio:Layout", properties: { path: "layout.yaml", ...more }, options } };
}

/** Writes the layout file beside the program. */
function write(text: string): Promise<void> {
  return writeFile(join(site.stack.folder, "layout.yaml"), text);
}

async function urns(): Promise<string[]> {
  const state = z.array(z.object({ urn: z.string() })).parse(await site.state());
  return state.map(({ urn }) => urn).sort();
}

/** Applies a layout in whose organizations bob has accepted. */
async function running(text = layout): Promise<void> {
  site = await Site.begin(fromFile());
  await write(text);
  await site.up();
  for (const name of ["acme-dev", "acme-production"]) site.emulator.control.accept(bob, name);
  await site.up();
  site.requests();
}

test("ignores formatting, changes a role with one request, and refuses a destroy before any removal", async () => {
  await running();
  expect(site.people()).toEqual([`${ada} admin`, `${bob} developer`]);
  expect(site.people("acme-production")).toEqual([`${ada} admin`, `${bob} viewer`]);
  await write(reordered);
  await site.up("--expect-no-changes");
  expect(site.requests()).toEqual(["GET get-current-user"]);
  await write(reordered.replace('acme-dev: "developer"', "acme-dev: manager"));
  expect(await site.stack.plan("preview")).toEqual({ "acme-dev": "update" });
  await site.up();
  expect(site.writes()).toEqual(['PATCH update-a-member {"role":"manager"}']);
  expect(await site.fail("destroy", "--yes")).toContain("because it is protected");
  expect(site.writes()).toEqual([]);
});

test("a role ends between two runs, and a preview and its update share their moment", async () => {
  const at = (minutesAgo: number) => `${new Date(Date.now() - minutesAgo * 60_000).toISOString().slice(0, 19)}Z`;
  const text = layout.replace(": developer", `: { role: manager, until: ${at(30)}, afterwards: viewer }`);
  site = await Site.begin(fromFile());
  await write(text);
  const early = new Site(site.emulator, site.stack.with({ PERIDIO_NOW: at(60) }));
  await early.up();
  site.emulator.control.accept(bob, "acme-dev");
  site.requests();
  // The clock shows that the role has ended.
  await write(text.replace("Acme development", "Acme"));
  await early.stack.succeed("preview", "--refresh", "--save-plan", "plan.json");
  await early.up("--refresh", "--plan", "plan.json");
  expect(site.writes()).toEqual(['PATCH update-an-organization {"display_name":"Acme"}']);
  expect(site.people()).toEqual([`${ada} admin`, `${bob} manager`]);
  await site.up();
  expect(site.writes()).toEqual(['PATCH update-a-member {"role":"viewer"}']);
  expect(site.people()).toEqual([`${ada} admin`, `${bob} viewer`]);
  // An older moment would return the role.
  const old = new Site(site.emulator, site.stack.with({ PERIDIO_NOW: at(1441) }));
  expect(await old.failUp()).toContain(
    'Z", which is more than 24 hours ago: access that has ended since then would return.',
  );
});

test("reports five mistakes among three organizations and forty people at once, with positions, and changes nothing", async () => {
  site = await Site.begin(fromFile());
  const people = Array.from(
    { length: 38 },
    (_, index) => `  person${index}@acme.example: { acme-dev: viewer, acme-lab: viewer }\n`,
  );
  const large = layout
    .replace("organizations:", "organizations:\n  acme-lab: { security: { ipAllowlist: [203.0.113.7] } }")
    .replace("acme-dev: admin,", "acme-dev: admin, acme-lab: admin,")
    .replace("acme-dev: developer", "acme-dev: adminn")
    .replace("sessionTimeout: 1h", "sesionTimeout: 1h")
    .concat(people.join(""))
    .replace("person7@acme.example: { acme-dev", "person7@acme.example: { acme-def")
    .replace("person9@acme.example", "person9.acme.example");
  await write(large);
  const said = await site.fail("preview");
  expect(said).toContain("peridio:index:Layout resource 'acme' has a problem: the layout has 5 mistakes:");
  const mistakes = [...new Set(said.match(/layout\.yaml:\d+:\d+: .*/g))];
  const expected = [
    ["203.0.113.7", "add a prefix length, such as 203.0.113.7/32"],
    ["sesionTimeout", "did you mean sessionTimeout?"],
    ["adminn", "did you mean admin?"],
    ["acme-def", "declare the organization under `organizations`, or remove this entry"],
    ["person9.acme", "is neither an e-mail address nor a team"],
  ] as const;
  const lines = large.split("\n");
  expect(mistakes).toHaveLength(expected.length);
  for (const [index, [text, remedy]] of expected.entries()) {
    expect(mistakes[index]).toContain(`layout.yaml:${lines.findIndex((line) => line.includes(text)) + 1}:`);
    expect(mistakes[index]).toContain(remedy);
  }
  expect(said).not.toMatch(/\n\s+at /);
  await site.failUp();
  expect(site.writes()).toEqual([]);
});

test("declares the organizations of its connection, and none that is in the other API", async () => {
  const fleet = `
connections: { live: { backend: connect }, own: { backend: admin-v2 } }
organizations:
  acme-dev: { connection: live }
  acme-production: { connection: own }
people:
  ${ada}: { acme-dev: admin, acme-production: admin }
`;
  site = await Site.begin(fromFile({}, { connection: "own" }), { connection: "OWN" });
  await write(fleet);
  await site.stack.succeed("config", "set", "peridio:connection", "own");
  const planned = await site.stack.plan("preview");
  expect(planned).toMatchObject({ "acme-production": "create" });
  expect(planned).not.toHaveProperty("acme-dev");
  await write(fleet.replace("own: { backend: admin-v2 }", "own: { backend: connect }"));
  const said = await site.fail("preview");
  expect(said).toContain("The provider uses the Admin API, but the organization is in Avocado Connect");
  expect(said).toContain(`layout.yaml:5:22: organizations["acme-production"].connection`);
  expect(site.writes()).toEqual([]);
});

nightly("names a missing layout file", async () => {
  site = await Site.begin(fromFile());
  const said = await site.fail("preview");
  expect(said).toContain("layout.yaml");
  expect(said).not.toMatch(/\n\s+at /);
});

describe("changing a program to a layout", () => {
  const people = { bob: member(bob, "developer"), carl: member(carl, "viewer") };
  const settings = { requireTwoFactor: true, sessionTimeout: "8h" };
  const same = layout
    .replace(/ {2}acme-production:\n.*\n.*\n/, "")
    .replaceAll(/, acme-production: \w+/g, "")
    .replace("Acme development", "acme-dev")
    .concat(`  ${carl}: { acme-dev: viewer }\n`);

  /** Applies Memberships and a policy in an organization that is named `dev` in the program. */
  async function before(): Promise<void> {
    site = await Site.begin({
      dev: organization("acme-dev", { protect: true }),
      policy: policy(settings),
      ...people,
    });
    await site.up();
    site.emulator.control.accept(bob, "acme-dev");
    await site.up();
    site.requests();
    await write(same);
    await site.declare(fromFile());
  }

  nightly("removes no one after the organization is renamed in the state", async () => {
    await before();
    // The provider never adopts an existing organization silently.
    const said = await site.fail("preview");
    expect(said).toContain("pulumi import peridio:index:Organization acme-dev");
    await site.stack.succeed(
      "state",
      "rename",
      "urn:pulumi:test::people::peridio:index:Organization::dev",
      "acme-dev",
      "--yes",
    );
    site.requests();
    await site.up();
    expect(site.writes()).toEqual([]);
    expect(site.people()).toEqual([`${ada} admin`, `${bob} developer`, `${carl} viewer invited`]);
    await site.up("--expect-no-changes");
  });

  nightly("of an existing organization uses the output of the import", async () => {
    await before();
    await site.stack.succeed("state", "unprotect", "--all", "--yes");
    for (const name of ["bob", "carl", "policy"])
      await site.stack.succeed(
        "state",
        "delete",
        `urn:pulumi:test::people::peridio:index:${name === "policy" ? "SecurityPolicy" : "Membership"}::${name}`,
        "--yes",
      );
    await site.stack.succeed("state", "delete", "urn:pulumi:test::people::peridio:index:Organization::dev", "--yes");
    for (const type of ["Organization", "OrganizationMembers", "SecurityPolicy"])
      await site.stack.succeed("import", `peridio:index:${type}`, "acme-dev", "acme-dev", "--yes");
    site.requests();
    await site.up();
    expect(site.writes()).toEqual([]);
    expect(site.people()).toEqual([`${ada} admin`, `${bob} developer`, `${carl} viewer invited`]);
    await site.up("--expect-no-changes");
  });
});

nightly("hides secret addresses in messages, but not roles", async () => {
  const organizations = { "acme-dev": {} };
  const declared = (role: string): Declarations => {
    const people = { [ada]: { "acme-dev": "admin" }, [bob]: { "acme-dev": role } };
    return { acme: { type: "peridio:Layout", properties: { organizations, people: { "fn::secret": people } } } };
  };
  site = await Site.begin(declared("boss"));
  const said = await site.fail("preview");
  expect(said).toContain(
    'people["[secret]"]["acme-dev"] must be one of owner, admin, manager, developer, member, viewer',
  );
  expect(said).not.toContain(bob);
  await site.declare(declared("viewer"));
  await site.up();
  expect(site.people()).toEqual([`${ada} admin`, `${bob} viewer invited`]);
});

nightly("keeps organizations if an alias renames the layout, and outputs their ids", async () => {
  await running();
  const [acme] = Object.values(fromFile({ aliases: ["urn:pulumi:test::people::peridio:index:Layout::acme"] }));
  const guest = (email: string): Declaration => ({
    type: "peridio:Membership",
    properties: { organizationId: '${company.organizationIds["acme-production"]}', email, role: "viewer" },
    options: {},
  });
  await site.declare({ ...(acme && { company: acme }) });
  await site.up();
  expect(site.writes()).toEqual([]);
  await site.declare({ ...(acme && { company: acme }), guest: guest(carl) });
  expect(await site.fail("preview")).toContain(
    "the roster declares all people of the organization, so declare the person only in the roster",
  );
  await write(layout.replace("    security", `    roster: { ignore: ["*@partner.example"] }\n    security`));
  await site.declare({ ...(acme && { company: acme }), guest: guest("eve@partner.example") });
  await site.up();
  expect(site.writes()).toEqual(['POST create-an-invitation {"email":"eve@partner.example","role":"viewer"}']);
});

nightly("protects organizations that `only` excludes", async () => {
  await running();
  await site.declare(fromFile({}, { only: ["acme-dev"] }));
  expect(await site.fail("preview")).toContain("because it is protected");
  await site.failUp();
  expect(site.writes()).toEqual([]);
});

nightly("with --continue-on-error, keeps the parts of an organization that failed", async () => {
  await running();
  await site.declare(fromFile({ protect: false }));
  await site.up();
  const before = await urns();
  site.requests();
  await write(layout.replace("Acme development", "Acme dev"));
  site.emulator.control.fault({ operation: "update-an-organization", effect: { status: 422 } });
  await site.fail("up", "--yes", "--skip-preview", "--continue-on-error");
  expect(site.writes()).toEqual(['PATCH update-an-organization {"display_name":"Acme dev"}']);
  expect(await urns()).toEqual(before);
});

nightly("protects settings that leave the layout until they are unprotected or removed from the state", async () => {
  const owned = layout.replace("Acme development", `Acme development, owner: ${ada}`);
  await running(owned);
  const policyOf = (name: string) =>
    `urn:pulumi:test::people::peridio:index:Layout$peridio:index:SecurityPolicy::${name}`;
  await write(owned.replace(/defaults:\n.*\n/, "").replace(/ +security:.*\n/, ""));
  expect(await site.fail("preview")).toContain("because it is protected");
  await site.failUp();
  expect(site.writes()).toEqual([]);
  await site.stack.succeed("state", "delete", "--force", "--target-dependents", "--yes", policyOf("acme-dev"));
  await site.stack.succeed("state", "unprotect", "--yes", policyOf("acme-production"));
  await site.up();
  expect(site.writes()).toEqual([
    'PATCH update-security-settings {"two_factor_required":false,"session_timeout":null}',
  ]);
});

nightly("removes an organization from the state, or deletes it after unprotecting it", async () => {
  const three = layout
    .replace("organizations:", "organizations:\n  acme-lab:")
    .replace("displayName: Acme production", "displayName: Acme production\n    forceDestroy: true")
    .replace(`${ada}: {`, `${ada}: { acme-lab: admin,`);
  await running(three);
  await write(layout.replace(/ {2}acme-production:\n.*\n.*\n/, "").replaceAll(/, acme-production: \w+/g, ""));
  expect(await site.fail("preview")).toContain("because it is protected");
  const urn = (type: string, name: string) =>
    `urn:pulumi:test::people::peridio:index:Layout$peridio:index:${type}::${name}`;
  const urnOfLab = urn("Organization", "acme-lab");
  await site.stack.succeed("state", "delete", "--force", "--target-dependents", "--yes", urnOfLab);
  const types = ["Organization", "OrganizationMembers", "SecurityPolicy"];
  await site.stack.succeed("state", "unprotect", "--yes", ...types.map((type) => urn(type, "acme-production")));
  expect(await site.stack.plan("preview")).toEqual({ "acme-production": "delete" });
  await site.up();
  expect(site.writes()).toEqual(["DELETE remove-a-member", "DELETE delete-an-organization"]);
  expect(site.people("acme-lab")).toEqual([`${ada} admin`]);
});

test("destroys a layout with `protect: false`, and its members with `forceDestroy`", async () => {
  site = await Site.begin(fromFile({ protect: false }));
  await write(layout);
  await site.up();
  for (const name of ["acme-dev", "acme-production"]) site.emulator.control.accept(bob, name);
  site.requests();
  expect(await site.fail("destroy", "--yes")).toContain("set `forceDestroy: true` on the Organization");
  expect(site.writes()).toEqual([]);
  await write(layout.replace("defaults:", "defaults:\n  forceDestroy: true"));
  await site.up();
  await site.stack.succeed("destroy", "--yes");
  expect(site.writes().filter((line) => line.startsWith("DELETE delete-an-organization"))).toHaveLength(2);
});

nightly("uses the provider of the layout for its resources", async () => {
  site = await Site.begin({
    own: { type: "pulumi:providers:peridio", properties: { maxRetries: 3 } },
    ...fromFile({ provider: "${own}" }),
  });
  await write(layout);
  await site.stack.succeed("preview");
  await site.up();
  const state = await site.stack.succeed("stack", "export");
  expect(state.match(/"provider": ".*::own::/g)).toHaveLength(6);
  expect(state).not.toContain("providers:peridio::default");
});

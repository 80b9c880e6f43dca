import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Emulator } from "#emulator";
import { type Declaration, type Declarations, dev, member, organization, policy, Site } from "./support/program";

const apiKey = "avo_of-ada-for-tests";
const [ada, bob, carl, dora] = ["ada@acme.example", "bob@acme.example", "carl@acme.example", "dora@acme.example"];

let site: Site;
afterEach(() => site.end());

/** A program that speaks Avocado Connect. The organizations acme-dev, with bob as a member, and acme-lab are there. */
async function begin(resources: Declarations, bound?: string): Promise<void> {
  const emulator = new Emulator();
  const { control } = emulator;
  await control.createOrganization("acme-dev", { display_name: "Acme development" });
  await control.createOrganization("acme-lab");
  control.addMember(bob, "acme-dev", "viewer");
  control.addApiKey(ada, { key: apiKey, organization: bound });
  const environment = { PERIDIO_BACKEND: "connect", PERIDIO_API_KEY: apiKey };
  site = await Site.begin(resources, { emulator, environment });
  site.requests();
}

/** The requests since the last call that ask about anything but the token's user. */
const otherRequests = (): string[] => site.requests().filter((line) => line !== "GET Me_show");

const settings = (type: string, properties: Declaration["properties"]): Declaration => ({
  type: `peridio:${type}`,
  properties: { organizationId: "${dev.id}", ...properties },
});

const layout = (properties: Declaration["properties"]): Declarations => ({
  acme: { type: "peridio:Layout", properties },
});

const lacking: Declarations = {
  ...dev,
  ...layout({
    organizations: { "acme-plant": { security: { requireTwoFactor: true } } },
    people: { [ada]: { "acme-plant": "admin" } },
  }),
  carl: member(carl, "developer"),
  policy: policy({ requireTwoFactor: true }),
  billing: settings("BillingSettings", { billingEmail: "billing@acme.example" }),
  owner: settings("OrganizationOwner", { email: bob }),
  lab: organization("acme-lab"),
  everybody: {
    type: "peridio:OrganizationMembers",
    properties: { organizationId: "${lab.id}", members: { [ada]: "admin", [dora]: "viewer" } },
  },
};

test("the preview of a program with every resource fails, names an unsupported part, and reads only the token's user", async () => {
  await begin(lacking);
  const said = await site.fail("preview");
  // Pulumi stops at the first resource that the provider rejects.
  expect(said.replaceAll(/\s+/g, " ")).toMatch(/: Avocado Connect (has no|cannot|does not) [^:]+: /);
  expect(said).not.toContain(apiKey);
  expect(new Set(site.requests())).toEqual(new Set(["GET Me_show"]));
  await site.failUp();
  expect(otherRequests()).toEqual([]);
});

test("one error of a layout lists all unsupported properties with their places, and the layout declares nothing", async () => {
  await begin(layout({ path: "layout.yaml" }));
  const text = `defaults:
  security: { requireTwoFactor: true }
organizations:
  acme-dev: { billing: { billingEmail: billing@acme.example }, owner: ${ada} }
  acme-lab: { description: Laboratory }
people:
  ${ada}: { acme-dev: admin, acme-lab: admin }
  ${carl}: { acme-dev: viewer, acme-lab: manager }
`;
  await writeFile(join(site.stack.folder, "layout.yaml"), text);
  const said = await site.fail("preview");
  for (const place of [
    "layout.yaml:2:3: defaults.security, for acme-dev",
    "layout.yaml:2:3: defaults.security, for acme-lab",
    'layout.yaml:4:15: organizations["acme-dev"].billing',
    'layout.yaml:4:64: organizations["acme-dev"].owner',
    'layout.yaml:5:15: organizations["acme-lab"].description',
    `layout.yaml:8:24: people["${carl}"]["acme-dev"]`,
    `layout.yaml:8:42: people["${carl}"]["acme-lab"]`,
  ])
    expect(said).toContain(place);
  expect(said).not.toMatch(/\n\s+at /);
  expect(site.requests()).toEqual(["GET Me_show"]);
});

describe("a program of organizations and people", () => {
  const retained = (name: string): Declaration => ({
    ...organization(name, { protect: true }),
    properties: { name, deletionPolicy: "retain" },
  });
  const everybody = (members: Readonly<Record<string, string>>): Declaration => ({
    type: "peridio:OrganizationMembers",
    properties: { organizationId: "${lab.id}", members, maxRemovals: "2" },
  });
  const program: Declarations = {
    dev: retained("acme-dev"),
    lab: retained("acme-lab"),
    carl: member(carl, "admin"),
    everybody: everybody({ [ada]: "admin", [bob]: "member", [dora]: "admin" }),
  };
  const invitation = (email: string, role: string) => `POST OrgInvitation_create {"email":"${email}","role":"${role}"}`;

  test("creates, shows no changes, repairs drift, and destroys without the organizations", async () => {
    await begin(program);
    const { control } = site.emulator;
    await site.up();
    expect(site.writes().sort()).toEqual([
      invitation(bob, "member"),
      invitation(carl, "admin"),
      invitation(dora, "admin"),
    ]);
    control.accept(carl, "acme-dev");
    for (const email of [bob, dora]) control.accept(email, "acme-lab");
    await site.up("--expect-no-changes");
    expect(site.writes()).toEqual([]);

    await control.setRole(carl, "acme-dev", "viewer");
    await control.setRole(bob, "acme-lab", "admin");
    control.addMember("eve@partner.example", "acme-lab", "viewer");
    const drift = await site.stack.succeed("refresh", "--yes", "--diff");
    expect(drift).toMatch(/~ role *: "admin" => "member"/);
    expect(drift).toMatch(/bob@acme\.example *: "member" => "admin"/);
    site.requests();
    await site.up();
    expect(site.writes().sort()).toEqual([
      "DELETE Organization_remove_member",
      'PUT Organization_update_member_role {"role":"admin"}',
      'PUT Organization_update_member_role {"role":"member"}',
    ]);
    await site.up("--expect-no-changes", "--refresh");

    await site.stack.succeed("state", "unprotect", "--all", "--yes");
    site.requests();
    await site.stack.succeed("destroy", "--yes", "--skip-preview");
    expect(site.people("acme-dev")).toEqual([`${ada} admin`, `${bob} viewer`]);
    expect(site.people("acme-lab")).toEqual([`${ada} admin`]);
    expect(await site.stack.succeed("stack", "export")).not.toContain("peridio:index:");
  });

  test("cannot be destroyed without saying that organizations stay, and says how", async () => {
    await begin({ dev: organization("acme-dev") });
    await site.up();
    site.requests();
    const said = await site.fail("destroy", "--yes", "--skip-preview");
    expect(said.replaceAll(/\s+/g, " ")).toContain(
      "set `deletionPolicy: retain` on the Organization, run `pulumi up`, and then delete the resource",
    );
    const [, urn = ""] = /pulumi state delete --force '(urn:[^']*)'/.exec(said) ?? [];
    await site.stack.succeed("state", "delete", "--force", urn, "--yes");
    await site.stack.succeed("destroy", "--yes", "--skip-preview");
    expect(otherRequests()).toEqual([]);
  });

  test("with a token that is bound to one organization reaches that one, and says so of another", async () => {
    await begin({ dev: retained("acme-dev"), carl: member(carl, "member") }, "acme-dev");
    await site.up();
    expect(site.writes()).toEqual([invitation(carl, "member")]);
    await site.declare(program);
    const said = await site.fail("preview");
    expect(said.replaceAll(/\s+/g, " ")).toContain(
      "Organization acme-lab could not be created: this API key cannot see an organization with this name. The API key is bound to one organization and can see acme-dev (Acme development).",
    );
    expect(site.writes()).toEqual([]);
  });
});

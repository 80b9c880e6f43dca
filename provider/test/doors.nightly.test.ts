import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Emulator } from "#emulator";
import { newStack } from "./support/cli";
import { Packed, succeed } from "./support/packed";
import { bin, Site } from "./support/program";

/** Every resource, one after the other, so that the order of what is written is that of the program. */
const program = (door: string) => `
const pulumi = require("@pulumi/pulumi");
const peridio = require(${JSON.stringify(door)});
const stage = new pulumi.Config().requireNumber("stage");

let last = [];
function declare(type, name, inputs) {
  const resource = new peridio[type](name, inputs, { dependsOn: last });
  last = [resource];
  return resource;
}

const { id: dev } = declare("Organization", "dev", {
  name: "acme-dev", forceDestroy: true,
  displayName: stage < 2 ? "Development" : "Tests",
  contactEmail: "platform@acme.example",
});
declare("Membership", "bob", { organizationId: dev, email: "bob@acme.example", role: stage < 2 ? "developer" : "manager" });
if (stage < 3) declare("Membership", "carl", { organizationId: dev, email: "carl@acme.example", role: "viewer" });
declare("Membership", "dora", {
  organizationId: dev,
  email: stage < 2 ? "dora@acme.example" : "dora@partner.example",
  role: "viewer",
});
declare("SecurityPolicy", "dev", {
  organizationId: dev,
  requireTwoFactor: true,
  ipAllowlist: [{ cidr: "127.0.0.0/8" }, { cidr: "203.0.113.0/24", description: "The office" }],
  sessionTimeout: stage < 3 ? "8h" : undefined,
});
declare("BillingSettings", "dev", {
  organizationId: dev,
  billingEmail: pulumi.secret("billing@acme.example"),
  usageAlerts: [{ resourceType: "devices", thresholdPercent: stage < 2 ? 80 : 90 }],
});

const { id: lab } = declare("Organization", "lab", { name: "acme-lab", forceDestroy: true });
declare("OrganizationMembers", "lab", {
  organizationId: lab,
  members: {
    "ada@acme.example": "admin",
    "grace@acme.example": "admin",
    "carl@acme.example": stage < 2 ? "viewer" : "developer",
    ...(stage < 3 && { "bob@acme.example": "viewer" }),
  },
});
if (stage >= 2) declare("OrganizationOwner", "lab", { organizationId: lab, email: "grace@acme.example" });
`;

const manifest = { name: "doors", private: true, main: "index.js", dependencies: { "@pulumi/pulumi": "3.245.0" } };

const sdk = join(__dirname, "../../sdk/nodejs");

async function write(folder: string, door: string, project: object = {}): Promise<void> {
  await writeFile(join(folder, "index.js"), program(door));
  await writeFile(join(folder, "package.json"), JSON.stringify(manifest));
  // JSON is YAML.
  await writeFile(join(folder, "Pulumi.yaml"), JSON.stringify({ name: "doors", runtime: "nodejs", ...project }));
}

async function begin(prepare: (folder: string) => Promise<void>): Promise<Site> {
  const emulator = new Emulator();
  const stack = await newStack({ emulator, prepare });
  await stack.succeed("config", "set", "--path", "peridio:runnerCidrs[0]", "127.0.0.0/8");
  return new Site(emulator, stack);
}

function throughPlugin(): Promise<Site> {
  return begin(async (folder) => {
    await write(folder, "pulumi-peridio", { plugins: { providers: [{ name: "peridio", path: bin }] } });
    await succeed("npm", ["install", "--install-links", "--prefer-offline", "--no-audit", "--no-fund", sdk], folder);
  });
}

function throughDynamic(packed: Packed): Promise<Site> {
  return begin(async (folder) => {
    await write(folder, "pulumi-resource-peridio/dynamic");
    await packed.install(folder);
  });
}

/** The output of one step, and the requests to Peridio. */
interface Step {
  readonly plan?: Readonly<Record<string, string>>;
  readonly writes: readonly string[];
  readonly people: readonly string[];
}

/** From nothing to nothing. */
async function story(site: Site): Promise<Readonly<Record<string, Step>>> {
  const { stack, emulator } = site;
  const { control } = emulator;
  const ids = new Map<string, string>();

  /** Ids by the order in which they are written to. */
  function stable(text: string): string {
    return text.replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, (id) => {
      const known = ids.get(id) ?? `#${ids.size + 1}`;
      ids.set(id, known);
      return known;
    });
  }

  async function seenAfter(operation: () => Promise<unknown>): Promise<Step> {
    emulator.traffic.log.clear();
    await operation();
    const writes = emulator
      .requests()
      .filter(({ method }) => method !== "GET")
      .map(({ method, path, body }) => stable(`${method} ${path} ${JSON.stringify(body)}`));
    return { writes, people: ["acme-dev", "acme-lab"].flatMap((name) => site.people(name)) };
  }

  /** Returns the changes of a preview, without the reads of pending invitations. */
  async function announced(): Promise<NonNullable<Step["plan"]>> {
    const plan = await stack.plan("preview");
    return Object.fromEntries(Object.entries(plan).filter(([, op]) => op !== "refresh"));
  }

  const stage = (number: number) => stack.succeed("config", "set", "stage", `${number}`);

  await stage(1);
  const up = await seenAfter(() => site.up());
  const again = await seenAfter(() => site.up("--expect-no-changes"));
  control.accept("bob@acme.example", "acme-dev");
  for (const email of ["grace@acme.example", "carl@acme.example"]) control.accept(email, "acme-lab");
  await stack.succeed("refresh", "--yes");
  await stage(2);
  const change = { plan: await announced(), ...(await seenAfter(() => site.up())) };
  await control.setRole("bob@acme.example", "acme-dev", "admin");
  await control.updateSecuritySettings("acme-dev", { two_factor_required: false });
  const repair = await seenAfter(() => site.up("--refresh"));
  await stage(3);
  const removal = { plan: await announced(), ...(await seenAfter(() => site.up())) };
  // Only an owner can delete the organization.
  await control.transferOwnership("ada@acme.example", "acme-lab", { as: "grace@acme.example" });
  const destroy = await seenAfter(() => stack.succeed("destroy", "--yes", "--skip-preview"));
  expect(emulator.state.organizations).toEqual([]);
  return { up, again, change, repair, removal, destroy };
}

let packed: Packed;
let sites: readonly Site[] = [];
beforeAll(async () => {
  packed = await Packed.make();
});
afterAll(async () => {
  await Promise.all([packed.end(), ...sites.map((site) => site.end())]);
});

test("the same program sends the same writes in the same order through both hosts", async () => {
  const [plugin, dynamic] = [await throughPlugin(), await throughDynamic(packed)];
  sites = [plugin, dynamic];
  const [expected, actual] = await Promise.all([story(plugin), story(dynamic)]);
  expect(actual).toEqual(expected);
  const counts = Object.entries(expected).map(([name, { writes }]) => [name, writes.length]);
  expect(Object.fromEntries(counts)).toEqual({ up: 10, again: 0, change: 7, repair: 2, removal: 3, destroy: 5 });
});

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { countCases } from "#testing";
import { z } from "zod";
import {
  asUuid,
  type BackendName,
  meteredResources,
  paymentMethods,
  roles,
  type Project,
  canonicalCidr,
  version,
  toSeconds,
  type TunnelPolicy,
} from "#provider";
import { type LayoutCohort, type LayoutOrganization, parseLayout, readLayoutFiles } from "#layout";
import { getFileName, createFiles } from "./documents";
import { createEntry } from "./entry";
import { type Inventory, chooseSpelling } from "./inventory";
import { compareTexts } from "../wording";
import { save } from "./saving";
import { access } from "./testing/accessArbitrary";
import { inventory, invitation, member } from "./testing/inventories";

test.each([
  ["acme-production", /^acme-production\.yaml$/],
  ["acme.io", /^acme\.io\.yaml$/],
  ["Acme", /^acme-[0-9a-f]{12}\.yaml$/],
  ["acme prod/eu", /^acme-prod-eu-[0-9a-f]{12}\.yaml$/],
  ["con", /^con-[0-9a-f]{12}\.yaml$/],
  ["..", /^organization-[0-9a-f]{12}\.yaml$/],
  [".hidden", /^hidden-[0-9a-f]{12}\.yaml$/],
  ["日本", /^organization-[0-9a-f]{12}\.yaml$/],
  ["a".repeat(128), /^a{60}-[0-9a-f]{12}\.yaml$/],
])("gives the organization %s a file name that any system can hold", (name, expected) => {
  expect(getFileName(name)).toMatch(expected);
});

test("gives every organization its own file, with a name that any system can hold", () => {
  const name = fc.oneof(
    fc.string({ minLength: 1 }),
    fc.constantFrom("acme", "Acme", "ACME", "acme ", "a/b", "a-b", "aux"),
  );
  // Looks like the file of another organization.
  const mimic = name.map((one) => getFileName(one).replace(/\.yaml$/, ""));
  const names = fc.uniqueArray(fc.oneof(name, mimic), { maxLength: 20 });
  fc.assert(
    fc.property(names, (all) => {
      const files = all.map(getFileName);
      expect(new Set(files.map((file) => file.toLowerCase())).size).toBe(all.length);
      for (const file of files) expect(file).toMatch(/^(?!(con|prn|aux|nul)\.)[a-z0-9][a-z0-9._-]{0,120}\.yaml$/);
    }),
  );
});

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "peridio-documents-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** Texts that YAML, an editor or a careless writer might change. */
const trap = fc.constantFrom(
  ...[
    "yes",
    "no",
    "on",
    "y",
    "null",
    "~",
    "true",
    "007",
    "0o7",
    "1e3",
    "1_000",
    ".5",
    "12:30:45",
    "2027-01-31",
    "<<",
    "=",
  ],
  ...[
    "- a",
    "a: b",
    "a #b",
    "#",
    "*a",
    "&a",
    "!a",
    "%a",
    "@a",
    "`a",
    "|",
    ">",
    "{a",
    "[a",
    ",",
    "?",
    "'",
    '"',
    "\\",
    "${a}",
  ],
  ...[
    " a",
    "a ",
    "a\nb",
    "a\n\nb\n",
    "\n a",
    "a\r\nb",
    "a\tb",
    "\t",
    "a\u0085b",
    "a\u2028b",
    "\ufeffa",
    "a\u0000b",
    "\u202ea",
  ],
  ...["--- a", "...", "😀", "münchen", "__proto__", "constructor", "a".repeat(128), "a b ".repeat(30).trim()],
);
const text = fc
  .oneof(trap, fc.string({ minLength: 1, maxLength: 20 }), fc.string({ unit: "binary", minLength: 1, maxLength: 9 }))
  .filter((one) => Buffer.from(one).toString() === one && one.length <= 128 && /\S/.test(one));
const name = text;

const people = ["ada", "bob", "carl", "Dora", "eve.o'hara", "grace+x", "007"].map((one) => `${one}@acme.example`);
const email = fc
  .tuple(fc.constantFrom(...people), fc.boolean())
  .map(([address, shouts]) => (shouts ? address.toUpperCase() : address));
const nullable = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: null });

const place = fc
  .tuple(email, fc.constantFrom(...roles), fc.boolean())
  .map(([address, role, joined]) => (joined ? member(address, role) : invitation(address, role)));
const block = fc.record({
  cidr: fc.nat(255).map((number) => (number < 128 ? `10.${number}.0.7/16` : `2001:DB8:${number.toString(16)}::/48`)),
  description: nullable(text),
});
const alert = fc.record({
  resourceType: fc.constantFrom(...meteredResources),
  thresholdPercent: fc.integer({ min: 1, max: 100 }),
});

/** Some APIs do not report it. */
const optional = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(value, { nil: undefined });

const organization: fc.Arbitrary<Inventory> = fc
  .record({
    general: fc.record({ displayName: text, description: nullable(text), contactEmail: nullable(email) }),
    owner: email,
    others: fc.uniqueArray(place, { selector: (one) => one.email.toLowerCase(), maxLength: 6 }),
    access: optional(access(text)),
    security: optional(
      fc.record({
        requireTwoFactor: fc.boolean(),
        ipAllowlist: fc.uniqueArray(block, { selector: ({ cidr }) => cidr, maxLength: 4 }),
        sessionTimeout: nullable(fc.integer({ min: 300, max: 2_592_000 })),
        apiKeyRotation: nullable(
          fc.record({
            maxAgeDays: fc.integer({ min: 1, max: 3650 }),
            gracePeriodDays: fc.integer({ min: 0, max: 90 }),
          }),
        ),
      }),
    ),
    billing: optional(
      fc.record({
        billingEmail: nullable(email),
        paymentMethod: nullable(fc.constantFrom(...paymentMethods)),
        usageAlerts: fc.uniqueArray(alert, { selector: (one) => JSON.stringify(Object.values(one)), maxLength: 4 }),
      }),
    ),
  })
  .map(({ general, owner, others, access, security, billing }) => {
    const beside = others.filter((one) => one.email.toLowerCase() !== owner.toLowerCase());
    return inventory("", {
      organization: { ...general, owner: { id: `prn:1:user:${owner}`, email: owner } },
      people: [member(owner, "admin"), ...beside],
      security,
      billing,
      access: access?.([owner, ...beside.map(({ email }) => email)]),
    });
  });

const found = fc
  .uniqueArray(fc.tuple(name, organization), { selector: ([one]) => one, minLength: 1, maxLength: 4 })
  .map((all) => all.map(([one, rest]): Inventory => ({ ...rest, organization: { ...rest.organization, name: one } })));

/** Describes the meaning of a layout, independently of the export. */
function meaningOf({ organization, people, security, billing, access }: Inventory): object {
  const describe = ({ name, description, everyoneEnabled, users, groups }: Project) => ({
    name,
    description,
    everyoneEnabled,
    users: users.map(({ email }) => email.toLowerCase()).sort(),
    groups: (access?.groups ?? [])
      .filter(({ id }) => groups.includes(asUuid(id)))
      .map(({ name }) => name)
      .sort(),
  });
  const { requireTwoFactor = false, ipAllowlist = [], sessionTimeout = null, apiKeyRotation = null } = security ?? {};
  const { billingEmail = null, paymentMethod = null, usageAlerts = [] } = billing ?? {};
  return {
    name: organization.name,
    displayName: organization.displayName,
    description: organization.description,
    contactEmail: organization.contactEmail?.toLowerCase() ?? null,
    owner: organization.owner?.email.toLowerCase(),
    people: people.map(({ email, role }) => `${email.toLowerCase()} ${role}`).sort(),
    security: {
      requireTwoFactor,
      ipAllowlist: sorted(ipAllowlist.map(({ cidr, description }) => ({ cidr: canonicalCidr(cidr), description }))),
      sessionTimeout,
      apiKeyRotation,
    },
    billing: {
      billingEmail: billingEmail?.toLowerCase() ?? null,
      paymentMethod,
      usageAlerts: sorted(usageAlerts),
    },
    groups: sorted(
      (access?.groups ?? []).map(({ name, description, members }) => ({
        name,
        description,
        members: members.map(({ email }) => email.toLowerCase()).sort(),
      })),
    ),
    projects: sorted(
      (access?.projects ?? []).map(({ project, cohorts }) => ({
        ...describe(project),
        cohorts: sorted(
          cohorts.map((cohort) => ({
            ...describe(cohort),
            tunnels: access?.tunnelPolicies.get(cohort.id) ?? noTunnels,
          })),
        ),
      })),
    ),
  };
}

const noTunnels: TunnelPolicy = {
  maxTtlSeconds: null,
  backoffSeconds: null,
  maxConcurrent: null,
  cidrAllowlist: null,
  requireReason: null,
  allowedWindows: null,
  unknownRules: [],
};

/** Describes a parsed layout in the same way, with defaults filled in. */
function understood({ name, members, security = {}, billing = {}, ...one }: LayoutOrganization): object {
  const describe = ({ name, description, everyoneEnabled, access }: LayoutCohort) => ({
    name,
    description: description ?? null,
    everyoneEnabled,
    users: access?.users.map((email) => email.toLowerCase()),
    groups: access?.groups,
  });
  const { requireTwoFactor = false, ipAllowlist = [], sessionTimeout, apiKeyRotation = null } = security;
  return {
    name,
    displayName: one.displayName ?? name,
    description: one.description ?? null,
    contactEmail: one.contactEmail?.toLowerCase() ?? null,
    owner: one.owner?.toLowerCase(),
    people: Object.entries(members)
      .map(([email, role]) => `${email.toLowerCase()} ${role}`)
      .sort(),
    security: {
      requireTwoFactor,
      ipAllowlist: sorted(ipAllowlist.map(({ cidr, description = null }) => ({ cidr, description }))),
      sessionTimeout: sessionTimeout === undefined ? null : toSeconds(sessionTimeout),
      apiKeyRotation,
    },
    billing: {
      billingEmail: billing.billingEmail?.toLowerCase() ?? null,
      paymentMethod: billing.paymentMethod ?? null,
      usageAlerts: sorted(billing.usageAlerts ?? []),
    },
    groups: sorted(
      (one.groups ?? []).map(({ name, description, members = [] }) => ({
        name,
        description: description ?? null,
        members: members.map((email) => email.toLowerCase()),
      })),
    ),
    projects: sorted(
      (one.projects ?? []).map(({ cohorts, ...project }) => ({
        ...describe(project),
        cohorts: sorted(cohorts.map((cohort) => ({ ...describe(cohort), tunnels: readTunnels(cohort) }))),
      })),
    ),
  };
}

/** Returns all rules. An empty allowlist is not the same as none. */
function readTunnels({ tunnels = {} }: LayoutCohort): TunnelPolicy {
  const windows = z.array(z.record(z.string(), z.unknown()));
  const { allowedWindows } = tunnels;
  return {
    maxTtlSeconds: tunnels.maxTtlSeconds ?? null,
    backoffSeconds: tunnels.backoffSeconds ?? null,
    maxConcurrent: tunnels.maxConcurrent ?? null,
    cidrAllowlist: tunnels.cidrAllowlist ?? null,
    requireReason: tunnels.requireReason ?? null,
    allowedWindows:
      allowedWindows === undefined ? null : windows.parse(allowedWindows.map((text): unknown => JSON.parse(text))),
    unknownRules: [],
  };
}

function sorted<T>(list: readonly T[]): readonly T[] {
  return [...list].sort((a, b) => compareTexts(JSON.stringify(a), JSON.stringify(b)));
}

function exported(
  all: readonly Inventory[],
  isSplit: boolean,
  {
    api = "Peridio's Admin API",
    backend = "admin-v2",
    project = "acme",
  }: { readonly api?: string; readonly backend?: BackendName; readonly project?: string } = {},
): ReadonlyMap<string, string> {
  const spelled = chooseSpelling(all);
  return createFiles(
    all.map((one) => createEntry(one, spelled)),
    { project, isSplit, teams: [], api, backend },
  );
}

test.each([
  ["one file", false, "layout.yaml"],
  ["a file each", true, "layouts"],
])("writes a layout in %s with exactly the contents of Peridio", (_, split, path) => {
  fc.assert(
    fc.property(found, (all) => {
      const here = mkdtempSync(join(folder, "run-"));
      const spelled = chooseSpelling(all);
      expect(all.flatMap((one) => createEntry(one, spelled).leftOut)).toEqual([]);
      save(here, exported(all, split), { force: false });
      const { organizations } = parseLayout(readLayoutFiles(path, here), { now: new Date("2027-01-31"), version });
      const names = [...all].sort((a, b) => compareTexts(a.organization.name, b.organization.name));
      expect(organizations.map(understood)).toEqual(names.map(meaningOf));
    }),
    { numRuns: countCases(20) },
  );
});

test("sorts a layout, quotes ambiguous texts, and names each person once", () => {
  const all = [
    inventory("acme-dev", {
      organization: { displayName: "yes", description: "Devices:\nall of them" },
      people: [member("ada@acme.example", "admin"), invitation("Bob@acme.example", "viewer")],
      security: {
        requireTwoFactor: true,
        ipAllowlist: [
          { cidr: "203.0.113.0/24", description: null },
          { cidr: "2001:db8::/32", description: "Berlin office" },
        ],
        sessionTimeout: 28_800,
        apiKeyRotation: { maxAgeDays: 90, gracePeriodDays: 7 },
      },
    }),
    inventory("acme-production", {
      people: [member("ada@acme.example", "admin"), member("bob@acme.example", "developer")],
      billing: {
        billingEmail: null,
        paymentMethod: "invoice",
        usageAlerts: [{ resourceType: "devices", thresholdPercent: 80 }],
      },
    }),
  ];
  const [first = "", second = "", ...lines] = (exported(all, false).get("layout.yaml") ?? "").split("\n");
  expect([first, second].every((line) => line.startsWith("# "))).toBe(true);
  expect(lines.join("\n")).toBe(`organizations:
  acme-dev:
    displayName: "yes"
    description: |-
      Devices:
      all of them
    owner: ada@acme.example
    security:
      requireTwoFactor: true
      ipAllowlist:
        - 203.0.113.0/24
        - { cidr: 2001:db8::/32, description: Berlin office }
      sessionTimeout: 8h
      apiKeyRotation: { maxAgeDays: 90, gracePeriodDays: 7 }
  acme-production:
    owner: ada@acme.example
    billing:
      paymentMethod: invoice
      usageAlerts:
        - { resourceType: devices, thresholdPercent: 80 }
people:
  ada@acme.example: { acme-dev: admin, acme-production: admin }
  bob@acme.example: { acme-dev: viewer, acme-production: developer }
`);
});

test("writes each role of a person on its own line if they do not fit on one", () => {
  const all = ["first", "second", "third"].map((one) => inventory(`acme-${one}-${"x".repeat(20)}`));
  expect(exported(all, false).get("layout.yaml")).toContain(`
  ada@acme.example:
    acme-first-xxxxxxxxxxxxxxxxxxxx: admin
`);
});

test("escapes invisible characters, which a reader would not see", () => {
  expect(exported([inventory("\ufeffacme")], false).get("layout.yaml")).toContain('\n  "\\uFEFFacme":\n');
  const displayName = "Acme \u202Eemca\u200B";
  const layout = exported([inventory("acme", { organization: { displayName } })], false).get("layout.yaml");
  expect(layout).toContain('displayName: "Acme \\u202Eemca\\u200B"');
});

test("names facts that the API does not report in each layout, and names the API in the program unless it is the default", () => {
  const one = inventory("acme", {
    organization: { description: undefined, contactEmail: undefined, owner: undefined },
    people: [member("ada@acme.example", "admin"), member("bob@acme.example", "member")],
    security: undefined,
    billing: undefined,
  });
  const connect = { api: "Avocado Connect", backend: "connect" } as const;
  expect(exported([one], true, connect).get("layouts/acme.yaml"))
    .toBe(`# Written by \`peridio-gitops export\`: organizations.
# With Avocado Connect, an export does not contain owners, descriptions, contact e-mail addresses, security settings and billing settings.
# Peridio does not store last days of access. To end a person's access on a day, add \`until\` to the person's role.
organizations:
  acme: {}
people:
  ada@acme.example: { acme: admin }
  bob@acme.example: { acme: member }
`);
  expect(exported([one], false, connect).get("Pulumi.yaml")).toContain(
    "\nconfig:\n  peridio:backend:\n    value: connect\n",
  );
  // In a project with the provider's name, Pulumi takes the key for one of the program's.
  expect(exported([one], false, { ...connect, project: "peridio" }).get("Pulumi.yaml")).toContain(
    "\nconfig:\n  peridio:backend:\n    type: string\n    value: connect\n",
  );
  expect(exported([inventory("acme")], false).get("Pulumi.yaml")).not.toContain("config");
});

import { personRoles } from "../../src/roles";
import { review, type PersonAccess, type PersonReview, type Review } from "../../src/review/review";

/** Returns access from a few words: `admin`, `admin owner`, `viewer pending`. */
function createAccess(words: string | null): PersonAccess | null {
  if (words === null) return null;
  const has = words.split(" ");
  return {
    role: ([...personRoles, "unknown", "secret"] as const).find((one) => has.includes(one)) ?? "viewer",
    status: (["pending", "expired", "planned"] as const).find((one) => has.includes(one)) ?? "active",
    owner: has.includes("owner"),
  };
}

/** A person without a change. */
export function kept(organization: string, email: string, words: string): PersonReview {
  return {
    organization,
    email,
    before: createAccess(words),
    after: createAccess(words),
    changed: false,
    risks: [],
    notes: [],
  };
}

/** A person whose access changes. */
export function changed(
  organization: string,
  email: string,
  before: string | null,
  after: string | null,
  risks: PersonReview["risks"],
  notes: readonly string[] = [],
): PersonReview {
  return {
    organization,
    email,
    before: createAccess(before),
    after: createAccess(after),
    changed: true,
    risks,
    notes: [...notes],
  };
}

const nothing = {
  version: 4,
  kind: "change",
  stacks: ["acme/production"],
  verdict: "pass",
  rules: null,
  organizations: [],
  people: [],
  settings: [],
  violations: [],
  unknowns: [],
  remarks: [],
  programChanges: [],
  evidence: { commit: null, previews: [], rules: null },
} as const;

/** Returns a review with the given parts only. Checks it against the schema. */
export function reviewOf(parts: Partial<Review>): Review {
  return review.parse({ ...nothing, ...parts });
}

export function organization(
  key: string,
  more: Partial<Review["organizations"][number]> = {},
): Review["organizations"][number] {
  return { key, name: key, change: "kept", risks: [], complete: true, hiddenPeople: 0, ...more };
}

const dev = "prn:1:4d0e6b58-0000-4000-8000-000000000001";
const production = "prn:1:4d0e6b58-0000-4000-8000-000000000002";
const field = "urn:pulumi:field::acme::peridio:index:Organization::acme-field";

/** Three organizations and a dozen people: a promotion to admin in production, a removal, a new organization, broken rules. */
export const acme: Review = reviewOf({
  stacks: ["acme/dev", "acme/production", "acme/field"],
  verdict: "refused",
  rules: 7,
  organizations: [
    organization(dev, { name: "acme-dev" }),
    organization(field, { name: "acme-field", change: "created" }),
    organization(production, { name: "acme-production", complete: false, hiddenPeople: 2 }),
  ],
  people: [
    kept(dev, "ada@acme.example", "admin owner"),
    kept(dev, "bob@acme.example", "developer"),
    kept(dev, "carl@partner.example", "developer"),
    kept(dev, "dora@acme.example", "manager"),
    kept(dev, "eve@acme.example", "developer"),
    changed(dev, "frank@acme.example", "developer", null, ["removesPerson"]),
    kept(dev, "grace@acme.example", "admin"),
    kept(dev, "heidi@acme.example", "viewer pending"),
    kept(dev, "ivan@acme.example", "developer"),
    changed(dev, "judy@acme.example", "manager", "developer", ["lowersRole"]),
    kept(dev, "kim@acme.example", "viewer"),
    kept(dev, "lea@acme.example", "developer"),
    changed(field, "ada@acme.example", null, "admin owner", ["grantsAdmin", "addsPerson"]),
    changed(field, "dora@acme.example", null, "manager planned", ["addsPerson"]),
    changed(
      field,
      "nina@partner.example",
      null,
      "unknown planned",
      ["hidden", "addsPerson"],
      ["The role comes from another stack, and is not known yet."],
    ),
    kept(production, "ada@acme.example", "admin owner"),
    changed(
      production,
      "bob@acme.example",
      "viewer",
      "admin",
      ["grantsAdmin"],
      ["bob@acme.example is an admin of no other organization."],
    ),
    kept(production, "carl@partner.example", "viewer"),
    kept(production, "dora@acme.example", "developer"),
    changed(production, "frank@acme.example", "admin", null, ["removesAdmin", "removesPerson"]),
    kept(production, "grace@acme.example", "manager"),
    kept(production, "heidi@acme.example", "viewer expired"),
    changed(production, "ivan@acme.example", "viewer", "developer", ["raisesRole"]),
  ],
  settings: [
    {
      organization: production,
      section: "security",
      setting: "ipAllowlist",
      words: "IP allowlist: adds 0.0.0.0/0, which allows any address.",
      risks: ["widensAllowlist"],
    },
    {
      organization: production,
      section: "security",
      setting: "sessionTimeout",
      words: "Sessions end after 24 hours instead of 8 hours.",
      risks: ["weakensSession"],
    },
    {
      organization: dev,
      section: "billing",
      setting: "billingEmail",
      words: "The billing e-mail is billing@acme.example instead of ada@acme.example.",
      risks: ["changesBilling"],
    },
  ],
  violations: [
    {
      rule: "production-allowlist",
      severity: "refuse",
      message: "The IP allowlist of acme-production lets any address in.",
      explanation: "Devices in the field are reached from the office and the VPN only.",
      organizations: ["acme-production"],
      people: [],
      before: false,
    },
    {
      rule: "admins-by-approval",
      severity: "approve",
      message: "bob@acme.example becomes an admin of acme-production.",
      organizations: ["acme-production"],
      people: ["bob@acme.example"],
      before: false,
    },
    {
      rule: "partners-have-an-end",
      severity: "note",
      message: "carl@partner.example is in acme-dev without a last day.",
      organizations: ["acme-dev"],
      people: ["carl@partner.example"],
      before: true,
    },
  ],
  unknowns: ["The role of nina@partner.example in acme-field is not known before the stack acme/people is up."],
  remarks: [
    {
      severity: "warning",
      about: "OrganizationMembers production",
      text: "1 of 2 admins is removed.\nKeep at least two, so that nobody is locked out.",
    },
  ],
  programChanges: [
    {
      stack: "acme/production",
      section: "others",
      subject: "random:index/randomId:RandomId",
      words:
        "2 resources of the type `random:index/randomId:RandomId` change: creation of a, creation of b. The review does not know what a resource of another provider does, and a command or a script can change access.",
      risks: ["changesOther"],
    },
  ],
});

/** Two organizations with projects. Bob joins a group, Carl leaves it, and a project opens. */
export const acmeProjects: Review = reviewOf({
  stacks: ["acme/dev", "acme/lab"],
  organizations: [
    organization(dev, { name: "acme-dev" }),
    organization(production, { name: "acme-lab", complete: false }),
  ],
  people: [
    kept(dev, "ada@acme.example", "admin owner"),
    kept(dev, "bob@acme.example", "member pending"),
    kept(dev, "carl@acme.example", "member"),
    kept(dev, "dora@acme.example", "unknown"),
    kept(production, "ada@acme.example", "admin"),
    kept(production, "eve@acme.example", "member"),
  ],
  groups: [
    {
      organization: dev,
      name: "field",
      before: { people: ["carl@acme.example"] },
      after: { people: ["bob@acme.example"] },
    },
  ],
  objects: [
    {
      organization: dev,
      key: "firmware",
      kind: "project",
      path: "firmware",
      before: { reasons: [{ kind: "role" }, { kind: "group", group: "field" }] },
      after: { reasons: [{ kind: "role" }, { kind: "group", group: "field" }] },
    },
    {
      organization: dev,
      key: "canary",
      kind: "cohort",
      path: "firmware/canary",
      project: "firmware",
      before: null,
      after: { reasons: [{ kind: "role" }, { kind: "everyone", within: "project" }] },
    },
    {
      organization: dev,
      key: "gateways",
      kind: "project",
      path: "gateways",
      before: { reasons: [{ kind: "role" }, { kind: "user", people: ["carl@acme.example"] }] },
      after: { reasons: [{ kind: "role" }, { kind: "everyone" }, { kind: "user", people: ["carl@acme.example"] }] },
    },
    {
      organization: production,
      key: "sensors",
      kind: "project",
      path: "sensors",
      before: { reasons: [{ kind: "role" }], undeclaredGrants: true },
      after: { reasons: [{ kind: "role" }], undeclaredGrants: true },
    },
  ],
});

/** Returns a review of 2,000 people in 40 groups, each with access to some of so many projects. */
export function largeProjects(projects: number): Review {
  const review = large(2000, 1);
  const [key = ""] = review.organizations.map((one) => one.key);
  const emails = review.people.map(({ email }) => email);
  const groups = Array.from({ length: 40 }, (_, index) => {
    const people = emails.filter((_, person) => Math.floor(person / 3 ** (index % 7)) % 3 === index % 3);
    return { organization: key, name: `group-${index}`, before: { people }, after: { people } };
  });
  const reason = (group: number) => ({ kind: "group" as const, group: `group-${group % 40}` });
  const objects = Array.from({ length: projects }, (_, index) => ({
    organization: key,
    key: `project-${index}`,
    kind: "project" as const,
    path: `project-${index}`,
    before: { reasons: [] },
    after: { reasons: Array.from({ length: 12 }, (_, one) => reason(index + 3 * one)) },
  }));
  return { ...review, groups, objects };
}

/** Returns a review of so many people in so many organizations. Every tenth access changes. */
export function large(people: number, organizations: number): Review {
  const number = (value: number) => String(value).padStart(4, "0");
  const keys = Array.from({ length: organizations }, (_, index) => `organization-${number(index)}`);
  const emails = Array.from({ length: people }, (_, index) => `person-${number(index)}@acme.example`);
  return {
    ...nothing,
    stacks: [...nothing.stacks],
    settings: [],
    violations: [],
    unknowns: [],
    remarks: [],
    programChanges: [],
    evidence: { ...nothing.evidence, previews: [] },
    organizations: keys.map((key) => organization(key)),
    people: keys.flatMap((key, column) =>
      emails.map((email, row) =>
        (row * organizations + column) % 10 === 0
          ? changed(key, email, "viewer", "developer", ["raisesRole"])
          : kept(key, email, "developer"),
      ),
    ),
  };
}

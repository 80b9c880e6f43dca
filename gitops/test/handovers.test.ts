import type { Values } from "#framework";
import { readPreview } from "../src/preview/preview";
import type { Review } from "../src/review/review";
import { createReview, document, organization, type Printed, type PrintedStep } from "./support/document";
import { judge } from "./support/judged";
import { idOf, organizationId } from "./support/objects";

/** Properties and options that are lost if one stack releases an object and another stack imports it with less. */

const acme = organization("acme", 1);
const bob = "bob@acme.example";
const read = (values: Values) => ({ organizationId, ...values });
const more: Printed = { retainOnDelete: true };

const release = (name: string, id: string, values: Values, options: Printed = {}): PrintedStep => ({
  op: "delete",
  name,
  before: { id, inputs: read(values), outputs: read(values), ...more, ...options },
});
const importOf = (name: string, id: string, values: Values, options: Printed = {}): PrintedStep => ({
  op: "import",
  name,
  after: { inputs: read(values), importID: id, ...more, ...options },
});

/** Imports an object, and updates it in the same change. */
const writingImport = (name: string, id: string, live: Values, values: Values, differs: string): PrintedStep[] => [
  importOf(name, id, values),
  {
    op: "update",
    name,
    before: { id, inputs: read(live), outputs: read(live), modified: "2027-01-02T00:00:00Z" },
    after: { inputs: read(values), ...more },
    differs: [differs],
  },
];

/** Returns the review of the stacks `dev` and `team`, which is the same in both orders. */
function together(own: readonly PrintedStep[], other: readonly PrintedStep[]): Review {
  const previews = [
    readPreview(document([acme, ...own]), "dev.json", "change"),
    readPreview(document(other, { stack: "team" }), "team.json", "change"),
  ];
  const found = createReview(previews, "change");
  expect(createReview(previews.toReversed(), "change")).toEqual(found);
  return found;
}

const rowsOf = ({ settings, programChanges }: Review) =>
  [...settings, ...programChanges].map(({ words, risks }) => [words, ...risks].join(" "));

interface Case {
  readonly kind: string;
  readonly id: string;
  readonly values: Values;
  /** The property that the import omits. */
  readonly omitted: string;
  readonly object: string;
}

const policy = { id: organizationId, object: "Tunnel policy of the organization", kind: "TunnelPolicy" };

describe.each<Case>([
  {
    kind: "Group",
    id: idOf(5),
    values: { name: "field", members: [bob] },
    omitted: "members",
    object: "Group field",
  },
  {
    kind: "Group",
    id: idOf(5),
    values: { name: "field", description: "Engineers" },
    omitted: "description",
    object: "Group field",
  },
  {
    kind: "Project",
    id: idOf(6),
    values: { name: "firmware", everyoneEnabled: false, access: { users: [bob], groups: [] } },
    omitted: "access",
    object: "Project firmware",
  },
  { ...policy, values: { maxTtlSeconds: 600, cidrAllowlist: ["10.0.0.0/8"] }, omitted: "cidrAllowlist" },
  {
    kind: "SecurityPolicy",
    id: organizationId,
    values: { requireTwoFactor: true, sessionTimeout: "8h" },
    omitted: "requireTwoFactor",
    object: "SecurityPolicy present",
  },
  {
    kind: "Webhook",
    id: idOf(7),
    values: { name: "alerts", url: "https://hooks.acme.example/", events: ["device.online"] },
    omitted: "events",
    object: "Webhook alerts",
  },
])("$omitted of a $kind that another stack imports", ({ kind, id, values, omitted, object }) => {
  const rest = Object.fromEntries(Object.entries(values).filter(([name]) => name !== omitted));
  const row = `${object}: \`${omitted}\` is no longer declared. ${kind} former declared it, and ${kind} present does not. Peridio keeps the value, and later reviews do not show it. dropsPolicy`;
  const former = release(`${kind}::former`, id, values);

  test("has a row if the import omits it", () => {
    const found = together([former], [importOf(`${kind}::present`, id, rest)]);
    expect(rowsOf(found)).toEqual([row]);
  });

  test("has a row if the import is in the same stack", () => {
    expect(rowsOf(together([former, importOf(`${kind}::present`, id, rest)], []))).toEqual([row]);
  });

  test("has a row if another declaration existed before", () => {
    const state: Printed = { id, inputs: read(rest), outputs: read(values), ...more };
    const kept = { op: "same", name: `${kind}::present`, before: state, after: state };
    expect(rowsOf(together([former], [kept]))).toEqual([row]);
  });

  test("has none if the import declares it, or keeps it by `ignoreChanges`", () => {
    expect(rowsOf(together([former], [importOf(`${kind}::present`, id, values)]))).toEqual([]);
    const ignoring = importOf(`${kind}::present`, id, rest, { ignoreChanges: [omitted] });
    expect(rowsOf(together([former], [ignoring]))).not.toContain(row);
  });

  test("has none if a third resource declares it", () => {
    const state: Printed = { id, inputs: read(values), outputs: read(values), ...more };
    const kept = { op: "same", name: `${kind}::third`, before: state, after: state };
    const found = together([former, kept], [importOf(`${kind}::present`, id, rest)]);
    expect(rowsOf(found)).toEqual([]);
  });

  test("has exactly one row about the end of the declaration if the import also writes", () => {
    const steps = writingImport(`${kind}::present`, id, values, rest, omitted);
    const found = rowsOf(together([former], steps));
    expect(found).toEqual([expect.not.stringContaining("declared it")]);
  });
});

test.each([
  [
    "Webhook",
    7,
    { name: "alerts", url: "https://hooks.acme.example/" },
    { events: ["device.online"] },
    "Events: device.online → all",
  ],
  ["Group", 5, { name: "field" }, { description: "Engineers" }, 'Description of group field: "Engineers" → none.'],
] as const)(
  "the update of a %s resets what a stack without an update declares too",
  (kind, number, values, more, words) => {
    const [id, all] = [idOf(number), read({ ...values, ...more })];
    const state: Printed = { id, inputs: all, outputs: all };
    const kept = { op: "same", name: `${kind}::kept`, before: state, after: state };
    const differs = Object.keys(more);
    const update = { op: "update", name: `${kind}::present`, before: state, after: { inputs: read(values) }, differs };
    expect(rowsOf(together([kept], [update]))).toEqual([expect.stringContaining(words)]);
  },
);

test("a default of a webhook is the same without a declaration", () => {
  const values = { name: "alerts", url: "https://hooks.acme.example/" };
  const former = release("Webhook::former", idOf(7), { ...values, enabled: true, events: [] });
  expect(rowsOf(together([former], [importOf("Webhook::present", idOf(7), values)]))).toEqual([]);
});

describe("an option that the import omits has the row of a resource that stays:", () => {
  const values = { name: "field" };
  test.each<[string, Printed, Printed, string]>([
    [
      "`retainOnDelete`",
      {},
      { retainOnDelete: false },
      "Group present: `retainOnDelete` is off. A later deletion of the resource will also take effect in Peridio. weakensGuard",
    ],
    ["`protect`", { protect: true }, {}, "Group present: no longer protected from deletion. unprotects"],
  ])("%s", (_, former, present, row) => {
    const steps = [release("Group::former", idOf(5), values, former)];
    const found = together(steps, [importOf("Group::present", idOf(5), values, present)]);
    expect(rowsOf(found)).toEqual([row]);
    expect(rowsOf(together(steps, writingImport("Group::present", idOf(5), values, values, "name")))).not.toContain(
      "retains",
    );
  });

  test("`deletedWith`", () => {
    const name = "Group::former";
    const former = release(name, idOf(5), values, { deletedWith: "urn:pulumi:dev::acme::peridio:index:Group::other" });
    expect(rowsOf(together([former], [importOf("Group::present", idOf(5), values)]))).toEqual([]);
    const deletable = importOf("Group::present", idOf(5), values, { retainOnDelete: false });
    expect(rowsOf(together([former], [deletable]))).toEqual([
      expect.stringContaining("`retainOnDelete` is off"),
      "Group present: `deletedWith` is off. A later deletion also deletes the object in Peridio. weakensGuard",
    ]);
  });
});

describe("the last day of a person, which an import omits,", () => {
  const members = { "ada@acme.example": "admin", [bob]: "viewer" };
  const former = release("OrganizationMembers::former", organizationId, {
    members,
    lastDays: { [bob]: "2027-03-31" },
  });
  const person = (found: Review) => found.people.find(({ email }) => email === bob);

  test.each<[string, readonly PrintedStep[]]>([
    ["a roster", [importOf("OrganizationMembers::present", organizationId, { members })]],
    ["a Membership", [importOf("Membership::bob", `${organizationId}/${bob}`, { email: bob, role: "viewer" })]],
    [
      "a roster that it also updates",
      writingImport(
        "OrganizationMembers::present",
        organizationId,
        { members },
        { members, minAdmins: 2 },
        "minAdmins",
      ),
    ],
  ])("ends with %s, as in a kept declaration", (_, steps) => {
    expect(person(together([former], steps))).toMatchObject({
      before: { lastDay: "2027-03-31" },
      changed: true,
      risks: ["extendsAccess"],
    });
    // The rule was not broken before.
    expect(judge(`bob leaves: { people: ${bob}, until: required }`, [former, ...steps])).toEqual([
      expect.stringMatching(/^bob@acme.example has no last day in acme/),
    ]);
  });
});

describe("what one stack ends has a row, whatever another stack declares:", () => {
  const state = (id: string, values: Values, more: Printed = {}): Printed => ({
    id,
    inputs: read(values),
    outputs: read(values),
    ...more,
  });
  const keep = (name: string, id: string, values: Values): PrintedStep => {
    const own = state(id, values);
    return { op: "same", name, before: own, after: own };
  };
  const remove = (name: string, id: string, values: Values): PrintedStep => ({
    op: "delete",
    name,
    before: state(id, values),
  });

  test("a deletion resets a setting, also if another stack updates another setting", () => {
    const [former, present] = [{ requireTwoFactor: true, sessionTimeout: "8h" }, { requireTwoFactor: true }];
    const update = {
      op: "update",
      name: "SecurityPolicy::kept",
      before: state(organizationId, former),
      after: { inputs: read({ ...former, sessionTimeout: "4h" }) },
      differs: ["sessionTimeout"],
    };
    const found = rowsOf(together([update], [remove("SecurityPolicy::gone", organizationId, present)]));
    expect(found).toContainEqual(expect.stringMatching(/required → not required .*weakensTwoFactor/));
  });

  test("a rule of a cohort's tunnel policy", () => {
    const own = { cohortId: idOf(8) };
    const outputs = read({ ...own, requireReason: true, maxTtlSeconds: 600 });
    const both = state(idOf(9), { ...own, requireReason: true }, { outputs });
    const kept = { op: "same", name: "TunnelPolicy::kept", before: both, after: both };
    const gone = {
      op: "delete",
      name: "TunnelPolicy::gone",
      before: state(idOf(9), { ...own, maxTtlSeconds: 600 }, { outputs }),
    };
    expect(rowsOf(together([kept], [gone]))).toContainEqual(
      expect.stringMatching(/Longest tunnel: 10m → no own limit.*loosensTunnels/),
    );
  });

  test("a rule of the organization's tunnel policy, which Peridio keeps", () => {
    const kept = keep("TunnelPolicy::kept", organizationId, { maxTtlSeconds: 600 });
    const gone = remove("TunnelPolicy::gone", organizationId, { requireReason: true });
    expect(rowsOf(together([kept], [gone]))).toContainEqual(
      expect.stringMatching(/`requireReason` is no longer declared.*dropsPolicy/),
    );
  });

  test("the former object of a replacement, which is a conflict too", () => {
    const kept = keep("Project::kept", idOf(6), { name: "prod", everyoneEnabled: false });
    const replaced = {
      op: "replace",
      name: "Project::present",
      before: state(idOf(6), { name: "prod", everyoneEnabled: false }),
      after: { inputs: read({ name: "prod", everyoneEnabled: false }) },
    };
    const found = together([kept], [replaced]);
    expect(rowsOf(found)).toContainEqual(expect.stringContaining("Deleted, with all access: project prod."));
    expect(found.conflicts).toHaveLength(1);
  });
});

describe("what Pulumi read last counts:", () => {
  /** Returns the drift of an object in one stack, with the time of its last update. */
  const drift = (name: string, before: Printed, outputs: Values, stack: string) => {
    const step = { op: "refresh", name, before, after: { ...before, outputs: read(outputs) } };
    return readPreview(document([step], { kind: "drift", stack }), `${stack}.json`, "drift");
  };
  const reviewDrift = (...previews: readonly ReturnType<typeof drift>[]) =>
    createReview(previews, "drift").settings.map(({ words, risks }) => [words, ...risks].join(" "));

  test("a token that lost its expiry", () => {
    const values = { name: "ci", expiresAt: "2027-06-01T00:00:00Z" };
    const token = (modified: string): Printed => ({
      id: idOf(4),
      inputs: read(values),
      outputs: read(values),
      modified,
    });
    const found = reviewDrift(
      drift("OrganizationApiToken::ci", token("2026-01-01T00:00:00Z"), values, "dev"),
      drift("OrganizationApiToken::ci", token("2026-02-01T00:00:00Z"), { name: "ci" }, "team"),
    );
    expect(found).toEqual(["API token ci: changed. Expiry: 2027-06-01T00:00:00Z → never. extendsToken"]);
  });

  test("a value that one stack shows, and another one hides", () => {
    const project = (everyoneEnabled: unknown) => ({ name: "prod", everyoneEnabled });
    const state = (values: Values): Printed => ({ id: idOf(6), inputs: read(values), outputs: read(values) });
    const hidden = project("[secret]");
    const found = reviewDrift(
      drift("Project::prod", state(project(false)), project(true), "dev"),
      drift("Project::prod", state(hidden), hidden, "team"),
    );
    expect(found).toEqual(["Everyone in the organization gets access to project prod. opensProject"]);
  });

  test("settings that one stack creates and another one imports were reviewed by nobody", () => {
    const created = { op: "create", name: "SecurityPolicy::new", after: { inputs: read({ requireTwoFactor: false }) } };
    const found = together([created], [importOf("SecurityPolicy::old", organizationId, { sessionTimeout: "2d" })]);
    expect(rowsOf(found)).toContainEqual(expect.stringMatching(/imported without changes.*acceptsDrift/));
  });
});

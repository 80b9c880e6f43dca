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

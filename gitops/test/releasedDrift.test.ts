import type { Values } from "#framework";
import { readPreview } from "../src/preview/preview";
import type { Review } from "../src/review/review";
import { createReview, document, organization, type Printed, type PrintedStep } from "./support/document";
import { idOf, organizationId } from "./support/objects";

/** Changes outside Pulumi that a release, an import or the end of a declaration would leave in Peridio. */

const acme = organization("acme", 1);

/** The declaration of a resource at the last update, the values in Peridio, and further facts of the state. */
interface Drifted {
  readonly recorded: Values;
  readonly live: Values;
  readonly id?: string;
  /** The values that Pulumi read beyond the declared properties. */
  readonly outputs?: Values;
  readonly more?: Printed;
}

const read = (values: Values) => ({ organizationId, ...values });

/** Refreshes a resource, and removes it from the program. */
function remove(name: string, { recorded, live, id = organizationId, outputs = {}, more = {} }: Drifted) {
  const former = { id, inputs: read(recorded), outputs: read(recorded) };
  const before = { id, inputs: read(live), outputs: { ...read(live), ...outputs }, ...more };
  return [
    { op: "refresh", name, before: former, after: former },
    { op: "delete", name, before },
  ];
}

const release = (name: string, drifted: Drifted) =>
  remove(name, { ...drifted, more: { ...drifted.more, retainOnDelete: true } });

const importOf = (name: string, values: Values, id = organizationId): PrintedStep => ({
  op: "import",
  name,
  after: { inputs: read(values), importID: id, retainOnDelete: true },
});

/** Returns the review of the stacks `dev` and `team`, which is the same in both orders. */
function together(own: readonly PrintedStep[], other: readonly PrintedStep[]): Review {
  const previews = [
    readPreview(document(own), "dev.json", "change"),
    readPreview(document(other, { stack: "team" }), "team.json", "change"),
  ];
  const found = createReview(previews, "change");
  expect(createReview(previews.toReversed(), "change")).toEqual(found);
  return found;
}

const listRows = ({ settings }: Review) => settings.map(({ words, risks }) => [words, ...risks].join(" "));
const alone = (steps: readonly PrintedStep[]) => listRows(together([acme, ...steps], []));

const policy = {
  name: "SecurityPolicy::acme",
  drifted: {
    recorded: { requireTwoFactor: true, sessionTimeout: "8h" },
    live: { requireTwoFactor: false, sessionTimeout: "8h" },
  },
  rows: [
    "Two-factor authentication: required → not required, which accepts a change made outside Pulumi. weakensTwoFactor acceptsDrift",
  ],
};
const webhook = {
  name: "Webhook::alerts",
  drifted: {
    id: idOf(7),
    recorded: { name: "alerts", url: "https://hooks.acme.example/", events: ["a"] },
    live: { name: "alerts", url: "https://hooks.evil.example/", events: ["a"] },
  },
  rows: [
    "Webhook alerts: changed. Host: hooks.acme.example → hooks.evil.example, which accepts a change made outside Pulumi. addsWebhookHost acceptsDrift",
  ],
};
const project = {
  name: "Project::firmware",
  drifted: {
    id: idOf(1),
    recorded: { name: "firmware", everyoneEnabled: false, access: { users: [], groups: [] } },
    live: { name: "firmware", everyoneEnabled: true, access: { users: ["eve@acme.example"], groups: [] } },
  },
  rows: [
    "The program accepts that project firmware was opened to everyone outside Pulumi. opensProject acceptsDrift",
    "The program accepts a grant for project firmware made outside Pulumi: eve@acme.example. grantsAccess acceptsDrift",
  ],
};
const group = {
  name: "Group::field",
  drifted: {
    id: idOf(5),
    recorded: { name: "field", members: ["ann@acme.example", "bob@acme.example"] },
    live: { name: "field", members: ["ann@acme.example", "mallory@acme.example"] },
  },
  rows: [
    "The program accepts that mallory@acme.example joined group field outside Pulumi. grantsAccess acceptsDrift",
    "The program accepts that bob@acme.example left group field outside Pulumi. revokesAccess acceptsDrift",
  ],
};
const tunnels = {
  name: "TunnelPolicy::acme",
  drifted: { recorded: { maxTtlSeconds: 600 }, live: { maxTtlSeconds: 1800 } },
  rows: [
    "Tunnel policy of the organization: changed. Longest tunnel: 10m → 30m, which accepts a change made outside Pulumi. loosensTunnels acceptsDrift",
  ],
};
const displayName = {
  name: "Organization::acme",
  drifted: {
    recorded: { name: "acme", displayName: "Acme" },
    live: { name: "acme", displayName: "Emca" },
  },
  rows: ["Display name: Acme → Emca, which accepts a change made outside Pulumi. acceptsDrift"],
};

interface Case {
  readonly name: string;
  readonly drifted: Drifted;
  readonly rows: readonly string[];
}

describe.each<[string, Case]>([
  ["the setting", policy],
  ["the webhook", webhook],
  ["the project", project],
  ["the group", group],
  ["the tunnel policy", tunnels],
])("%s that changed outside Pulumi", (_, { name, drifted, rows }) => {
  const { id = organizationId } = drifted;

  test("has the rows of an accepted change if a stack releases it", () => {
    const found = alone(release(name, drifted));
    expect(found).toEqual(expect.arrayContaining([...rows, expect.stringContaining("is released")]));
    expect(found).toHaveLength(rows.length + 1);
  });

  test("has the same rows if another stack imports it, in place of the release", () => {
    const found = together([acme, ...release(name, drifted)], [importOf(name, drifted.live, id)]);
    expect(listRows(found)).toEqual(rows);
  });

  test("has none if nothing changed", () => {
    const same = { ...drifted, recorded: drifted.live };
    expect(listRows(together([acme, ...release(name, same)], [importOf(name, drifted.live, id)]))).toEqual([]);
  });

  test("has none if another stack declared this at its last update", () => {
    const state = { id, inputs: read(drifted.live), outputs: read(drifted.live) };
    const kept: PrintedStep = { op: "same", name, before: state, after: { inputs: state.inputs } };
    expect(listRows(together([acme, ...release(name, drifted)], [kept]))).toEqual([]);
  });
});

test("an organization that is released with another display name has a row", () => {
  const { name, drifted, rows } = displayName;
  expect(listRows(together(release(name, drifted), []))).toEqual(rows);
});

test("another stack that restores a setting undoes the change outside Pulumi", () => {
  const after = { inputs: read(policy.drifted.recorded), retainOnDelete: true };
  const created: PrintedStep = { op: "create", name: policy.name, after };
  const { settings } = together([acme, ...release(policy.name, policy.drifted)], [created]);
  expect(settings.map(({ words, undoesDrift }) => [words, undoesDrift])).toEqual([
    ["Two-factor authentication: not required → required.", true],
  ]);
});

test("the tunnel policy of an organization, which Peridio keeps, has the rows of an accepted change if a program drops it", () => {
  const found = alone(remove(tunnels.name, tunnels.drifted));
  expect(found).toEqual([...tunnels.rows, expect.stringContaining("no longer managed. Peridio keeps its rules")]);
});

/** The declared values, and those that Pulumi read beyond them. */
type State = readonly [declared: Values, others?: Values];

/** Refreshes a resource of an organization, and updates it. */
function update(name: string, [recorded, live]: readonly [State, State], present: Values): readonly PrintedStep[] {
  const [former, before] = [recorded, live].map(([declared, others]) => ({
    id: organizationId,
    inputs: read(declared),
    outputs: read({ ...declared, ...others }),
  }));
  const differs = Object.keys({ ...live[0], ...present });
  return [
    { op: "refresh", name, before: former, after: former },
    { op: "update", name, before, after: { inputs: read(present) }, differs },
  ];
}

describe("a rule that was loosened outside Pulumi is compared with the last update too, if the program", () => {
  const minutes = (count: number) => ({ maxTtlSeconds: count * 60 });
  test.each<[string, Values, Values, Values, string]>([
    [
      "drops it",
      { requireReason: true },
      { requireReason: false },
      {},
      "Reason: not required → no own rule (required at the last update). loosensTunnels",
    ],
    [
      "declares a value between both",
      minutes(10),
      minutes(30),
      minutes(20),
      "Longest tunnel: 30m → 20m (10m at the last update). loosensTunnels",
    ],
    ["restores it", minutes(10), minutes(30), minutes(10), "Longest tunnel: 30m → 10m."],
    ["tightens it further", minutes(20), minutes(30), minutes(10), "Longest tunnel: 30m → 10m."],
  ])("%s", (_, recorded, live, present, row) => {
    expect(alone(update("TunnelPolicy::acme", [[recorded], [live]], present))).toEqual([
      `Tunnel policy of the organization: changed. ${row}`,
    ]);
  });
});

describe("a setting that no program declared", () => {
  const name = "SecurityPolicy::acme";
  const timeout = { sessionTimeout: "8h" };
  const [required, optional] = [{ requireTwoFactor: true }, { requireTwoFactor: false }];
  const accepted = [
    "Two-factor authentication: required → not required, which accepts a change made outside Pulumi. weakensTwoFactor acceptsDrift",
  ];

  test("is accepted if the program starts to declare what someone set outside Pulumi since the last update", () => {
    const states: [State, State] = [
      [timeout, required],
      [timeout, optional],
    ];
    expect(alone(update(name, states, { ...timeout, ...optional }))).toEqual(accepted);
    expect(alone(update(name, states, timeout))).toEqual([]);
  });

  test("is accepted too if the value was the default", () => {
    const states: [State, State] = [[required], [required, { sessionTimeout: "30d" }]];
    expect(alone(update(name, states, { ...required, sessionTimeout: "30d" }))).toEqual([
      "Session timeout: Peridio's default → 30d, which accepts a change made outside Pulumi. acceptsDrift",
    ]);
  });

  test("has no row if the last update found the same value, or another stack declared it", () => {
    const same: State = [timeout, optional];
    expect(alone(update(name, [same, same], { ...timeout, ...optional }))).toEqual([]);
    const declared = { id: organizationId, inputs: read(optional), outputs: read({ ...timeout, ...optional }) };
    const kept: PrintedStep = { op: "same", name, before: declared, after: declared };
    const states: [State, State] = [[timeout, required], same];
    expect(listRows(together([acme, ...update(name, states, { ...timeout, ...optional })], [kept]))).toEqual([]);
  });
});

describe("a list that one stack stops declaring, and another one starts to declare,", () => {
  const [ann, eve] = ["ann@acme.example", "eve@acme.example"];
  const closed = { everyoneEnabled: false };
  const firmware = (...users: readonly string[]) => ({ name: "firmware", ...closed, access: { users, groups: [] } });
  const field = (...members: readonly string[]) => ({ name: "field", members });
  const cases: readonly [string, Values, Values, Values, string, string][] = [
    [
      "Project::firmware",
      firmware(ann),
      firmware(ann, eve),
      { name: "firmware", ...closed },
      "No more access to project firmware for eve@acme.example (before: granted directly). revokesAccess",
      "Access to project firmware is no longer declared. Peridio keeps the grants, and later reviews do not show them. dropsPolicy",
    ],
    [
      "Group::field",
      field(ann),
      field(ann, eve),
      { name: "field" },
      "Leave group field: eve@acme.example. revokesAccess",
      "Members of group field are no longer declared. Peridio keeps them, and later reviews do not show them. dropsPolicy",
    ],
  ];
  const drop = (name: string, recorded: Values, live: Values, kept: Values) => {
    const [refresh] = remove(name, { id: idOf(1), recorded, live });
    const before = { id: idOf(1), inputs: read(live), outputs: read(live) };
    const dropping = { op: "update", name, before, after: { id: idOf(1), inputs: read(kept) } };
    return [...(refresh === undefined ? [] : [refresh]), { ...dropping, differs: ["access", "members"] }];
  };
  const declare = (name: string, live: Values, present: Values): PrintedStep => ({
    op: "update",
    name,
    before: { id: idOf(1), inputs: read(live), outputs: read(live) },
    after: { id: idOf(1), inputs: read(present) },
    differs: ["access", "members"],
  });

  test.each(cases)("stays declared: %s", (name, same, _, kept) => {
    expect(listRows(together([acme, ...drop(name, same, same, kept)], [declare(name, kept, same)]))).toEqual([]);
  });

  test.each(cases)("undoes a change outside Pulumi: %s", (name, recorded, live, kept, row) => {
    const steps = drop(name, recorded, live, kept);
    expect(listRows(together([acme, ...steps], [declare(name, kept, recorded)]))).toEqual([row]);
  });

  test.each(cases)("is not declared if the other one keeps only the object: %s", (name, same, _, kept, __, row) => {
    const steps = drop(name, same, same, kept);
    expect(listRows(together([acme, ...steps], [declare(name, kept, kept)]))).toContain(row);
  });
});

test("a webhook that its replacement leaves in Peridio has a row", () => {
  const { id, live, recorded } = webhook.drifted;
  const [{ name, before }] = [{ name: webhook.name, before: { id, inputs: read(recorded), outputs: read(recorded) } }];
  const present = { id, inputs: read(live), outputs: read(live), retainOnDelete: true };
  const after = { inputs: read(recorded), retainOnDelete: true };
  const found = alone([
    { op: "refresh", name, before, after: before },
    { op: "create-replacement", name, before: present, after },
    { op: "replace", name, before: present, after },
    { op: "delete-replaced", name, before: present },
  ]);
  expect(found).toEqual(expect.arrayContaining(webhook.rows));
});

describe("hidden values that a stack releases", () => {
  test.each<[string, string, Values]>([
    ["`ipAllowlist` of SecurityPolicy acme", "SecurityPolicy::acme", { ipAllowlist: "[secret]" }],
    ["`members` of Group field", "Group::field", { name: "field", members: "[secret]" }],
    ["`url` of Webhook alerts", "Webhook::alerts", { name: "alerts", url: "[secret]" }],
  ])("may have changed outside Pulumi: %s", (hidden, name, values) => {
    const more = { modified: "2027-01-02T00:00:00Z" };
    expect(alone(release(name, { id: idOf(7), recorded: values, live: values, more }))).toEqual([
      expect.stringContaining("is released"),
      `The preview hides ${hidden}, so a change outside Pulumi may remain. hidden`,
    ]);
  });

  test.each<[string, Values]>([
    ["SecurityPolicy::acme", { ipAllowlist: "[secret]" }],
    ["Webhook::alerts", { name: "alerts", url: "[secret]" }],
  ])("remain the same if the refresh left the state as it was: %s", (name, values) => {
    const state = { id: idOf(7), inputs: read(values), outputs: read(values), modified: "2027-01-01T00:00:00Z" };
    const steps: readonly PrintedStep[] = [
      { op: "refresh", name, before: state, after: state },
      { op: "delete", name, before: { ...state, retainOnDelete: true } },
    ];
    expect(alone(steps)).toEqual([expect.stringContaining("is released")]);
  });

  test("are named too if the program stops declaring the members, which Peridio keeps", () => {
    const values = { name: "field", members: "[secret]" };
    const [refresh, { before }] = [
      remove("Group::field", { id: idOf(5), recorded: values, live: values })[0],
      { before: { id: idOf(5), inputs: read(values), outputs: read(values), modified: "2027-01-02T00:00:00Z" } },
    ];
    const update = { op: "update", name: "Group::field", before, after: { inputs: read({ name: "field" }) } };
    const steps = [...(refresh === undefined ? [] : [refresh]), { ...update, differs: ["members"] }];
    expect(alone(steps)).toContain(
      "The preview hides `members` of Group field, so a change outside Pulumi may remain. hidden",
    );
  });
});

describe("a released roster", () => {
  const members = { "ada@acme.example": "admin", "bob@acme.example": "viewer" };
  const name = "OrganizationMembers::acme";
  const risksOf = (found: Review) =>
    found.people.filter(({ risks }) => risks.length > 0).map(({ email, risks }) => [email, ...risks].join(" "));

  test("keeps the people who joined outside Pulumi", () => {
    const outputs = { members: { ...members, "eve@acme.example": "admin" } };
    const found = together([acme, ...release(name, { recorded: { members }, live: { members }, outputs })], []);
    expect(risksOf(found)).toContain("eve@acme.example grantsAdmin releasesPerson acceptsDrift");
    expect(risksOf(found)).toContain("bob@acme.example releasesPerson");
  });

  test("accepts that people left outside Pulumi", () => {
    const live = { members: { "ada@acme.example": "admin" } };
    expect(risksOf(together([acme, ...release(name, { recorded: { members }, live })], []))).toContain(
      "bob@acme.example acceptsDrift removesPerson",
    );
  });
});

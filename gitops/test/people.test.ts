import type { Values } from "#framework";
import { formatMarkdown } from "../src/report/markdown/markdown";
import { createReport } from "../src/report/report";
import { readPreview } from "../src/preview/preview";
import { createReview, document, type PrintedStep, review, describeChanges, unknownText } from "./support/document";
import { idOf, uuid } from "./support/objects";
import { changes, declared, dev, membership, organizationId, roster } from "./support/people";

describe("a role", () => {
  test.each([
    ["viewer", "developer", "raisesRole"],
    ["developer", "admin", "grantsAdmin"],
    ["admin", "manager", "removesAdmin"],
    ["manager", "viewer", "lowersRole"],
    ["viewer", "member", "raisesRole"],
    ["developer", "member", "lowersRole"],
    ["member", "admin", "grantsAdmin"],
    ["admin", "member", "removesAdmin"],
  ])("that goes from %s to %s: %s", (before, after, risks) => {
    const step = {
      op: "update",
      name: "Membership::bob",
      before: membership("bob@acme.example", before),
      after: declared("Bob@acme.example", after),
    };
    expect(changes(step)).toEqual([`Bob@acme.example: ${before} → ${after} (${risks})`]);
    expect(changes(roster({ "bob@acme.example": before }, { "bob@acme.example": after }))).toEqual([
      `bob@acme.example: ${before} → ${after} (${risks})`,
    ]);
  });

  test("that is secret changes, if it was not secret before", () => {
    const [bob] = review([
      dev,
      roster({ "bob@acme.example": "viewer" }, { "bob@acme.example": "[secret]" }),
    ]).people.filter(({ email }) => email.startsWith("bob"));
    expect(bob).toMatchObject({ changed: true, after: { role: "secret" }, risks: ["hidden"] });
  });

  test("that is secret for several people takes one sentence", () => {
    const secret = { "bob@acme.example": "[secret]", "carl@acme.example": "[secret]", "eve@acme.example": unknownText };
    expect(review([dev, roster({}, secret)]).unknowns).toEqual([
      "The role of eve@acme.example in OrganizationMembers acme-dev is not known before the update.",
      "The roles of bob@acme.example, carl@acme.example in OrganizationMembers acme-dev are secret.",
    ]);
  });

  test("that is secret before and after changes if Pulumi says so", () => {
    const secret = { "bob@acme.example": "[secret]" };
    const changed = ["bob@acme.example: secret → secret (hidden)"];
    expect(changes(roster(secret, secret, { op: "same" }))).toEqual([]);
    expect(changes({ ...roster(secret, secret), differs: ['members["Bob@acme.example"]'] })).toEqual(changed);
    expect(changes({ ...roster(secret, secret), differs: ["members"] })).toEqual(changed);
    expect(changes({ ...roster(secret, secret), differs: ['members["eve@acme.example"]', "minAdmins"] })).toEqual([]);
    // The dynamic provider does not report the differing properties.
    expect(changes(roster(secret, secret))).toEqual(changed);
    const step = {
      op: "update",
      name: "Membership::bob",
      before: membership("bob@acme.example", "[secret]"),
      after: declared("bob@acme.example", "[secret]"),
    };
    expect(changes({ ...step, differs: ["role"] })).toEqual(changed);
    expect(changes({ ...step, differs: ["onExpired"] })).toEqual([]);
  });
});

test("people get and lose access, in memberships and in rosters", () => {
  expect(
    changes(
      { op: "create", name: "Membership::carl", after: declared("carl@acme.example", "admin") },
      { op: "delete", name: "Membership::bob", before: membership("bob@acme.example", "admin") },
      {
        op: "delete",
        name: "Membership::eve",
        before: membership("eve@acme.example", "viewer", { status: "pending" }),
      },
    ),
  ).toEqual([
    "bob@acme.example: admin → - (removesAdmin, removesPerson)",
    "carl@acme.example: - → admin planned (grantsAdmin, addsPerson)",
    "eve@acme.example: viewer pending → - (removesPerson)",
  ]);
  expect(
    changes(roster({ "bob@acme.example": "viewer" }, { "ada@acme.example": "admin", "carl@acme.example": "viewer" })),
  ).toEqual(["bob@acme.example: viewer → - (removesPerson)", "carl@acme.example: - → viewer planned (addsPerson)"]);
});

test("another address of a membership is another person", () => {
  const step = {
    op: "replace",
    name: "Membership::bob",
    before: membership("bob@acme.example", "viewer"),
    after: declared("robert@acme.example", "viewer"),
  };
  expect(changes(step)).toEqual([
    "bob@acme.example: viewer → - (removesPerson)",
    "robert@acme.example: - → viewer planned (addsPerson)",
  ]);
});

test("a move between a membership and a roster changes nothing", () => {
  const alone = { op: "delete", name: "Membership::bob", before: membership("bob@acme.example", "viewer") };
  const all = roster(undefined, { "ada@acme.example": "admin", "Bob@acme.example": "viewer" }, { op: "create" });
  expect(changes(alone, all)).toEqual([]);
  const back = { op: "create", name: "Membership::bob", after: declared("bob@acme.example", "viewer") };
  expect(changes(back, roster({ "bob@acme.example": "viewer" }, undefined, { op: "delete" }))).toEqual([]);
});

test("an import changes nothing, and belongs to the organization, whose id Pulumi does not print", () => {
  const { inputs = {} } = membership("bob@acme.example", "admin");
  const found = review([
    { op: "import", name: "Organization::acme-dev", after: { inputs: { name: "acme-dev" } } },
    { op: "import", name: "Membership::bob", after: { inputs, of: ["Organization::acme-dev"] } },
  ]);
  expect(found.organizations).toMatchObject([{ key: organizationId, name: "acme-dev", change: "kept" }]);
  expect(describeChanges(found.people)).toEqual([]);
  expect(found.unknowns).toEqual([]);
});

test("a replaced and retained object stays beside the new object", () => {
  const step = {
    op: "replace",
    name: "Membership::bob",
    before: { ...membership("bob@acme.example", "admin"), retainOnDelete: true },
    after: declared("bobby@acme.example", "admin"),
  };
  expect(changes(step)).toEqual(["bobby@acme.example: - → admin planned (grantsAdmin, addsPerson)"]);
  const before = { ...dev.before, retainOnDelete: true };
  const { organizations } = review([
    { op: "replace", name: "Organization::acme-dev", before, after: { inputs: { name: "acme-next" } } },
  ]);
  expect(organizations.map(({ name, change }) => [name, change])).toEqual([
    ["acme-dev", "released"],
    ["acme-next", "created"],
  ]);
});

test("a declared owner wins over the organization's state", () => {
  const owner = { inputs: { organizationId, email: "grace@acme.example" } };
  const outputs = { organizationId, email: "grace@acme.example" };
  const step = {
    op: "same",
    name: "OrganizationOwner::acme-dev",
    before: { id: organizationId, ...owner, outputs },
    after: owner,
  };
  expect(changes(step)).toEqual([]);
});

test("a released object stays, and a note says so", () => {
  const before = { ...membership("bob@acme.example", "admin"), retainOnDelete: true };
  const { people: all } = review([dev, { op: "delete", name: "Membership::bob", before }]);
  expect(all.find(({ email }) => email === "bob@acme.example")).toMatchObject({
    changed: false,
    after: { role: "admin", status: "active" },
    notes: ["No stack declares this person after the change, but the person keeps the access."],
  });
});

test("newly ignored people stay", () => {
  const step = roster(
    { "bob@partner.example": "viewer", "carl@acme.example": "viewer" },
    { "ada@acme.example": "admin" },
    {
      ignore: ["*@PARTNER.example"],
    },
  );
  expect(changes(step)).toEqual(["carl@acme.example: viewer → - (removesPerson)"]);
});

test("the owner is an admin with or without a declaration, and stays", () => {
  const { people: all } = review([dev, roster({ "Ada@acme.example": "admin" }, { "bob@acme.example": "viewer" })]);
  expect(all.find(({ email }) => email.toLowerCase() === "ada@acme.example")).toMatchObject({
    changed: false,
    before: { role: "admin", owner: true },
    after: { role: "admin", owner: true },
    notes: ["No stack declares this person after the change, but the person stays, as an owner of the organization."],
  });
});

test("ownership passes between admins, who both stay admins", () => {
  const admins = { "ada@acme.example": "admin", "grace@acme.example": "admin" };
  const transfer = {
    op: "create",
    name: "OrganizationOwner::acme-dev",
    after: { inputs: { organizationId, email: "Grace@acme.example" } },
  };
  expect(changes(roster(admins, admins, { op: "same" }), transfer)).toEqual([
    "ada@acme.example: admin owner → admin (changesOwner)",
    "grace@acme.example: admin → admin owner (changesOwner)",
  ]);
});

describe("an invitation", () => {
  const bob = (before: string, after: string, status: string) =>
    review([dev, roster({ "bob@acme.example": before }, { "bob@acme.example": after }, { status })]).people.find(
      ({ email }) => email === "bob@acme.example",
    );

  test("that has expired is sent again, which gives access", () => {
    expect(bob("admin", "admin", "expired")).toMatchObject({
      changed: true,
      risks: ["grantsAdmin", "addsPerson"],
      before: { status: "expired" },
      after: { status: "planned" },
      notes: ["The invitation has expired. The update sends a new one."],
    });
  });

  test("that is pending is sent again for another role", () => {
    expect(bob("viewer", "developer", "pending")).toMatchObject({
      changed: true,
      after: { status: "pending" },
      notes: ["A new invitation replaces the present one, because Peridio cannot edit an invitation."],
    });
    expect(bob("viewer", "[secret]", "pending")).toMatchObject({
      notes: [
        "If the role changes, a new invitation replaces the present one, because Peridio cannot edit an invitation.",
      ],
    });
  });
});

test("resources of the dynamic provider are the same resources", () => {
  const type = "pulumi-nodejs:dynamic/peridio:";
  expect(
    describeChanges(
      review([
        { ...dev, name: `${type}Organization::acme-dev` },
        { op: "create", name: `${type}Membership::bob`, after: declared("bob@acme.example", "admin") },
      ]).people,
    ),
  ).toEqual(["bob@acme.example: - → admin planned (grantsAdmin, addsPerson)"]);
});

test("resources of a component are known by the last of their types", () => {
  const step = {
    ...roster({ "bob@acme.example": "viewer" }, { "bob@acme.example": "admin" }),
    name: "peridio:index:Layout$peridio:index:OrganizationMembers::acme-dev",
  };
  expect(changes(step)).toEqual(["bob@acme.example: viewer → admin (grantsAdmin)"]);
});

describe("an invitation that has expired", () => {
  const expired = membership("bob@acme.example", "viewer", { status: "expired", userId: undefined });
  const ignoring = { organizationId, email: "bob@acme.example", role: "viewer", onExpired: "ignore" };
  const change = (op: string, inputs: Values) =>
    changes({ op, name: "Membership::bob", before: { ...expired, inputs: ignoring }, after: { inputs } });

  test("stays with `onExpired: ignore`", () => {
    expect(change("same", ignoring)).toEqual([]);
  });

  test("stays in a roster with `onExpired: ignore`", () => {
    const both = roster({ "bob@acme.example": "viewer" }, { "bob@acme.example": "viewer" }, { status: "expired" });
    const stays: PrintedStep = { ...both, after: { inputs: { ...both.after?.inputs, onExpired: "ignore" } } };
    expect(changes(stays)).toEqual([]);
    expect(changes(both)).toEqual(["bob@acme.example: viewer expired → viewer planned (addsPerson)"]);
  });

  const [field, lab] = [idOf(5), idOf(6)];
  const again = ["bob@acme.example: viewer expired → viewer planned (addsPerson)"];

  test.each<[string, Values, Values, readonly string[]]>([
    ["another group", { groupId: field }, { groupId: lab }, again],
    ["a group", {}, { groupId: field }, again],
    ["no group", { groupId: field }, {}, again],
    ["a group that the preview hides", { groupId: field }, { groupId: unknownText }, again],
    ["the same group, by its UUID", { groupId: field }, { groupId: uuid(5) }, []],
  ])("is sent again for another group, and stays otherwise: %s", (_, before, after, expected) => {
    const [former, present] = [
      { ...ignoring, ...before },
      { ...ignoring, ...after },
    ];
    const outputs = { ...expired.outputs, ...before };
    const step = {
      name: "Membership::bob",
      before: { ...expired, inputs: former, outputs },
      after: { inputs: present },
    };
    expect(changes({ op: "update", ...step })).toEqual(expected);
    expect(changes({ op: "same", ...step, after: { inputs: former } })).toEqual([]);
  });

  test("is sent again for another group of a roster", () => {
    const both = roster({ "bob@acme.example": "viewer" }, { "bob@acme.example": "viewer" }, { status: "expired" });
    const declare = (inputs: Values | undefined, group: string) => ({
      ...inputs,
      onExpired: "ignore",
      groups: { "bob@acme.example": group },
    });
    const step = (group: string): PrintedStep => ({
      ...both,
      before: {
        ...both.before,
        inputs: declare(both.before?.inputs, field),
        outputs: { ...both.before?.outputs, groups: { "bob@acme.example": field } },
      },
      after: { inputs: declare(both.after?.inputs, group) },
    });
    expect(changes(step(lab))).toEqual(again);
    expect(changes(step(field))).toEqual([]);
  });

  test("is sent again without that option, with another role, and by a new resource", () => {
    expect(change("update", { ...ignoring, onExpired: "reinvite" })).toEqual([
      "bob@acme.example: viewer expired → viewer planned (addsPerson)",
    ]);
    expect(change("update", { ...ignoring, role: "developer" })).toEqual([
      "bob@acme.example: viewer expired → developer planned (addsPerson)",
    ]);
    const renamed = [
      { op: "delete", name: "Membership::bob", before: { ...expired, inputs: ignoring } },
      { op: "create", name: "Membership::robert", after: { inputs: ignoring } },
    ];
    expect(changes(...renamed)).toEqual(["bob@acme.example: viewer expired → viewer planned (addsPerson)"]);
  });
});

test("the owner of a new organization is a member and is not invited", () => {
  const all = { "ada@acme.example": "admin", "bob@acme.example": "viewer" };
  const of = ["Organization::lab"];
  const found = review([
    { op: "create", name: "Organization::lab", after: { inputs: { name: "acme-lab" } } },
    { op: "create", name: "OrganizationMembers::lab", after: { inputs: { members: all }, of } },
    { op: "create", name: "OrganizationOwner::lab", after: { inputs: { email: "Ada@acme.example" }, of } },
  ]);
  expect(describeChanges(found.people)).toEqual([
    "ada@acme.example: - → admin owner (grantsAdmin, addsPerson)",
    "bob@acme.example: - → viewer planned (addsPerson)",
  ]);
  expect(formatMarkdown(createReport(found))).toContain("`acme-lab`: no access → admin (owner) |");
});

test.each([
  [["members"], []],
  [['members["eve@acme.example"]'], []],
  [["minAdmins"], ["eve@acme.example: viewer → - (removesPerson)"]],
  [['members["bob@acme.example"]'], ["eve@acme.example: viewer → - (removesPerson)"]],
])(
  "people that joined outside Pulumi stay if `ignoreChanges` of the roster is %j and covers them",
  (ignoreChanges, expected) => {
    const members = { "bob@acme.example": "developer" };
    const live = { ...members, "eve@acme.example": "viewer" };
    const step = roster(live, members);
    const before = { ...step.before, inputs: { organizationId, members: live } };
    expect(
      changes({ ...step, op: "same", before, after: { inputs: { organizationId, members }, ignoreChanges } }),
    ).toEqual(expected);
  },
);

describe("a person who leaves", () => {
  const urn = "urn:pulumi:dev::acme::peridio:index:OrganizationMembers::acme-dev";
  const left = roster(
    { "Bob@acme.example": "viewer", "carl@acme.example": "viewer" },
    { "carl@acme.example": "viewer" },
  );
  const message = "bob@acme.example is removed, and was last active on 2026-01-31.";
  const read = (diagnostic: Values) => {
    const more = { diagnostics: [{ urn, severity: "info", message: `info: ${message}\n`, ...diagnostic }] };
    const { people } = createReview([readPreview(document([dev, left], { more }), "preview.json", "change")], "change");
    return people.filter(({ notes }) => notes.length > 0).map(({ email, notes }) => [email, ...notes]);
  };

  test("has a note with the last activity that the provider reports", () => {
    expect(read({})).toEqual([["Bob@acme.example", message]]);
  });

  test.each<[string, Values]>([
    ["another resource", { urn: urn.replace("acme-dev", "acme-production") }],
    ["no resource", { urn: "" }],
    ["another person, whose address begins alike", { message: `bob@acme.example.org leaves.` }],
    ["a person who stays", { message: "carl@acme.example leaves." }],
  ])("has no note of a message about %s", (_, diagnostic) => {
    expect(read(diagnostic)).toEqual([]);
  });
});

describe("a member with a new address", () => {
  const [former, current] = ["zoe@acme.example", "zoe@evil.example"];
  const moved = (role: string, after = current): PrintedStep => ({
    op: role === "admin" ? "same" : "update",
    name: "Membership::zoe",
    before: membership(former, "admin", { currentEmail: current }),
    after: declared(after, role),
  });

  test.each([
    ["admin", ["grantsAdmin", "acceptsDrift"]],
    ["viewer", ["removesAdmin", "acceptsDrift"]],
  ])("has one row if the program declares that address, with the role %s", (role, risks) => {
    const found = review([dev, moved(role)]).people.filter(({ email }) => email.startsWith("zoe"));
    expect(found).toMatchObject([
      {
        email: current,
        before: { role: "admin", status: "active" },
        after: { role, status: "active" },
        risks,
        notes: [
          `This is the new address of the user of ${former}. The address changed outside Pulumi, and the program accepts it.`,
        ],
      },
    ]);
  });

  test("has no row if the program keeps the former address", () => {
    const found = review([dev, moved("admin", former)]).people.filter(({ email }) => email.startsWith("zoe"));
    expect(found).toMatchObject([{ email: former, changed: false, risks: [], notes: [] }]);
  });

  test("leaves if a replacement declares another address", () => {
    const step = { ...moved("admin", "zoe@partner.example"), op: "replace" };
    expect(changes(step)).toEqual([
      "zoe@acme.example: admin → - (removesAdmin, removesPerson)",
      "zoe@partner.example: - → admin planned (grantsAdmin, addsPerson)",
    ]);
  });
});

import { document, organization, type PrintedStep, prn, review, told, unknownText, urn } from "./support/document";
import { readPreview } from "../src/preview/preview";
import { reviewOf } from "../src/review/assemble";

const dev = organization("acme-dev", 1);
const organizationId = prn(1);

function membership(email: string, role: string, more: object = {}): NonNullable<PrintedStep["before"]> {
  return {
    id: `${organizationId}/${email}`,
    inputs: { organizationId, email, role },
    outputs: { organizationId, email, role, status: "active", userId: `prn:1:user:${email}`, ...more },
  };
}

function declared(email: string, role: string): NonNullable<PrintedStep["after"]> {
  return { inputs: { organizationId, email, role } };
}

const people = (members: Record<string, string>, status = "active") =>
  Object.fromEntries(Object.keys(members).map((email) => [email, { status }]));

function roster(
  before: Record<string, string> | undefined,
  after: Record<string, string> | undefined,
  more: { status?: string; ignore?: readonly string[]; op?: string } = {},
): PrintedStep {
  const { status, ignore, op = "update" } = more;
  return {
    op,
    name: "OrganizationMembers::acme-dev",
    before: before && {
      id: organizationId,
      inputs: { organizationId, members: before },
      outputs: { organizationId, members: before, people: people(before, status) },
    },
    after: after && { inputs: { organizationId, members: after, ...(ignore && { ignore }) } },
  };
}

const changes = (...steps: readonly PrintedStep[]) => told(review([dev, ...steps]).people);

describe("a role", () => {
  test.each([
    ["viewer", "developer", "raisesRole"],
    ["developer", "admin", "grantsAdmin, raisesRole"],
    ["admin", "manager", "removesAdmin, lowersRole"],
    ["manager", "viewer", "lowersRole"],
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

  test("that is secret before and after changes where Pulumi says so", () => {
    const secret = { "bob@acme.example": "[secret]" };
    const changed = ["bob@acme.example: secret → secret (hidden)"];
    expect(changes(roster(secret, secret, { op: "same" }))).toEqual([]);
    expect(changes({ ...roster(secret, secret), differs: ['members["Bob@acme.example"]'] })).toEqual(changed);
    expect(changes({ ...roster(secret, secret), differs: ["members"] })).toEqual(changed);
    expect(changes({ ...roster(secret, secret), differs: ['members["eve@acme.example"]', "minAdmins"] })).toEqual([]);
    // The dynamic provider does not tell what differs.
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

test("people come and go, in memberships and in rosters", () => {
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

test("whoever moves from a membership into a roster, or the other way, changes nothing", () => {
  const alone = { op: "delete", name: "Membership::bob", before: membership("bob@acme.example", "viewer") };
  const all = roster(undefined, { "ada@acme.example": "admin", "Bob@acme.example": "viewer" }, { op: "create" });
  expect(changes(alone, all)).toEqual([]);
  const back = { op: "create", name: "Membership::bob", after: declared("bob@acme.example", "viewer") };
  expect(changes(back, roster({ "bob@acme.example": "viewer" }, undefined, { op: "delete" }))).toEqual([]);
});

test("what is imported changes nothing, and is one with the organization, whose id Pulumi does not print", () => {
  const { inputs = {} } = membership("bob@acme.example", "admin");
  const found = review([
    { op: "import", name: "Organization::acme-dev", after: { inputs: { name: "acme-dev" } } },
    { op: "import", name: "Membership::bob", after: { inputs, of: ["Organization::acme-dev"] } },
  ]);
  expect(found.organizations).toMatchObject([{ key: organizationId, name: "acme-dev", change: "kept" }]);
  expect(told(found.people)).toEqual([]);
  expect(found.unknowns).toEqual([]);
});

test("what a program only looks at from now on is let be, if it is the same thing", () => {
  const seen = (digit: number) => ({ id: prn(digit), external: true });
  const bob = membership("bob@acme.example", "admin");
  const member: PrintedStep = {
    op: "same",
    name: "Membership::bob",
    before: bob,
    after: { inputs: { ...bob.inputs, organizationId: unknownText }, of: ["Organization::acme-dev"] },
  };
  const released = review([{ op: "read", name: "Organization::acme-dev", before: dev.before, after: seen(1) }, member]);
  expect(released.organizations).toMatchObject([{ name: "acme-dev", change: "released" }]);
  expect(told(released.people)).toEqual([]);
  const replaced = review([{ op: "replace", name: "Organization::acme-dev", before: dev.before, after: seen(2) }]);
  expect(replaced.organizations).toMatchObject([
    { name: "acme-dev", change: "replaced", risks: ["replacesOrganization"] },
  ]);
});

test("what is replaced and retained stays beside what is new", () => {
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

test("an owner who is declared wins over what an organization was last seen with", () => {
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

test("what Pulumi forgets stays, and that is said", () => {
  const before = { ...membership("bob@acme.example", "admin"), retainOnDelete: true };
  const { people: all } = review([dev, { op: "delete", name: "Membership::bob", before }]);
  expect(all.find(({ email }) => email === "bob@acme.example")).toMatchObject({
    changed: false,
    after: { role: "admin", standing: "active" },
    notes: ["Nobody declares this person any more; the access stays as it is."],
  });
});

test("whom a roster ignores from now on stays", () => {
  const step = roster(
    { "bob@partner.example": "viewer", "carl@acme.example": "viewer" },
    { "ada@acme.example": "admin" },
    {
      ignore: ["*@PARTNER.example"],
    },
  );
  expect(changes(step)).toEqual(["carl@acme.example: viewer → - (removesPerson)"]);
});

test("the owner is an admin, declared or not, and stays", () => {
  const { people: all } = review([dev, roster({ "Ada@acme.example": "admin" }, { "bob@acme.example": "viewer" })]);
  expect(all.find(({ email }) => email.toLowerCase() === "ada@acme.example")).toMatchObject({
    changed: false,
    before: { role: "admin", owner: true },
    after: { role: "admin", owner: true },
    notes: ["Nobody declares this person any more; the owner stays all the same."],
  });
});

test("ownership goes from one admin to another, who both stay admins", () => {
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

  test("that has expired is sent again: whoever could not get in any more can", () => {
    expect(bob("admin", "admin", "expired")).toMatchObject({
      changed: true,
      risks: ["grantsAdmin", "addsPerson"],
      before: { standing: "expired" },
      after: { standing: "planned" },
      notes: ["The invitation had expired, and is sent again."],
    });
  });

  test("that waits is sent anew for another role", () => {
    expect(bob("viewer", "developer", "pending")).toMatchObject({
      changed: true,
      after: { standing: "pending" },
      notes: ["A new e-mail goes out, since Peridio cannot edit an invitation."],
    });
  });
});

describe("an organization that is still to be created", () => {
  const created = { op: "create", name: "Organization::lab", after: { inputs: { name: "acme-lab" } } };
  const planned = (of: readonly string[]): PrintedStep => ({
    op: "create",
    name: "Membership::bob",
    after: { inputs: { organizationId: unknownText, email: "bob@acme.example", role: "viewer" }, of },
  });

  test("is found through what its members depend on", () => {
    const found = review([created, planned(["Organization::lab"])]);
    expect(found.organizations).toMatchObject([{ key: urn("Organization::lab"), name: "acme-lab", change: "created" }]);
    expect(told(found.people)).toEqual(["bob@acme.example: - → viewer planned (addsPerson)"]);
    expect(found.unknowns).toEqual([
      "Whoever's API key runs the update becomes the owner, and so an admin, of acme-lab.",
    ]);
  });

  test("is not guessed where several could be meant", () => {
    const other = { op: "create", name: "Organization::shed", after: { inputs: { name: "acme-shed" } } };
    const found = review([created, other, planned(["Organization::lab", "Organization::shed"])]);
    expect(found.organizations.map(({ name }) => name)).toContain("the unknown organization of Membership bob");
  });
});

test("what is secret is said, and counted", () => {
  const found = review([
    dev,
    { op: "create", name: "Membership::bob", after: declared("[secret]", "viewer") },
    { op: "create", name: "OrganizationMembers::all", after: { inputs: { organizationId, members: "[secret]" } } },
  ]);
  expect(found.unknowns).toEqual([
    "Access of somebody whose address is hidden: none → viewer, by Membership bob.",
    "OrganizationMembers all changes, and who is in it is hidden.",
    "The e-mail address of Membership bob is kept secret.",
    "Who is in OrganizationMembers all is kept secret.",
  ]);
  expect(found.organizations).toMatchObject([{ hiddenPeople: 1, complete: false, risks: ["hidden"] }]);
});

describe("somebody whose address is secret", () => {
  const [viewer, admin] = ["viewer", "admin"].map((role) => membership("[secret]", role));
  const found = (...steps: readonly PrintedStep[]) => {
    const { organizations, unknowns } = review([dev, ...steps]);
    return [organizations[0]?.risks, unknowns.filter((words) => words.includes("→"))];
  };

  test("is told with the role that changes", () => {
    const step = { op: "update", name: "Membership::bob", before: viewer, after: { inputs: admin?.inputs ?? {} } };
    expect(found(step)).toEqual([
      ["hidden"],
      ["Access of somebody whose address is hidden: viewer → admin, by Membership bob."],
    ]);
    expect(found({ ...step, op: "same" })).toEqual([[], []]);
  });

  test("is not taken for another one, where the number of them stays", () => {
    const steps = [
      { op: "delete", name: "Membership::bob", before: viewer },
      { op: "create", name: "Membership::eve", after: { inputs: admin?.inputs ?? {} } },
    ];
    expect(found(...steps)).toEqual([
      ["hidden"],
      [
        "Access of somebody whose address is hidden: none → admin, by Membership eve.",
        "Access of somebody whose address is hidden: viewer → none, by Membership bob.",
      ],
    ]);
  });
});

describe("a roster", () => {
  test("that is deleted leaves those alone whom it never declared", () => {
    const step = roster({ "bob@acme.example": "viewer" }, undefined, { op: "delete" });
    const seen = { "bob@acme.example": "viewer", "eve@acme.example": "admin" };
    const { before } = step;
    const outputs = { organizationId, members: seen, people: people(seen) };
    expect(changes({ ...step, before: { ...before, outputs } })).toEqual([
      "bob@acme.example: viewer → - (removesPerson)",
    ]);
  });

  test("that ignores fewer people than before may remove some whom nobody names", () => {
    const step = roster({ "bob@acme.example": "viewer" }, { "bob@acme.example": "viewer" });
    const inputs = { ...step.before?.inputs, ignore: ["*@partner.example"] };
    const found = review([dev, { ...step, before: { ...step.before, inputs } }]);
    expect(found.organizations).toMatchObject([{ risks: ["hidden"] }]);
    expect(found.unknowns).toEqual([
      "Those whom OrganizationMembers acme-dev ignored until now may be removed, and a preview does not list them.",
    ]);
  });
});

test("the people of a roster that becomes secret may have any role", () => {
  const step = {
    ...roster({ "bob@acme.example": "viewer" }, {}),
    after: { inputs: { organizationId, members: "[secret]" } },
  };
  expect(changes(step)).toEqual(["bob@acme.example: viewer → secret (hidden)"]);
});

test("an organization that is deleted takes everybody along", () => {
  const { before } = dev;
  const found = review([
    { op: "delete", name: "Organization::acme-dev", before },
    { op: "delete", name: "Membership::bob", before: membership("bob@acme.example", "viewer") },
  ]);
  expect(found.organizations).toMatchObject([{ name: "acme-dev", change: "deleted", risks: ["deletesOrganization"] }]);
  expect(told(found.people)).toEqual([
    "ada@acme.example: admin owner → - (changesOwner, removesAdmin, removesPerson)",
    "bob@acme.example: viewer → - (removesPerson)",
  ]);
  expect(found.people[1]?.notes).toEqual(["The access ends with the organization."]);
});

test("an organization that is replaced is another one, with people who have to be invited again", () => {
  const found = review([
    { op: "replace", name: "Organization::acme-dev", before: dev.before, after: { inputs: { name: "acme-next" } } },
    {
      op: "replace",
      name: "Membership::bob",
      before: membership("bob@acme.example", "viewer"),
      after: {
        inputs: { organizationId: unknownText, email: "bob@acme.example", role: "viewer" },
        of: ["Organization::acme-dev"],
      },
    },
  ]);
  expect(found.organizations.map(({ name, change }) => [name, change])).toEqual([
    ["acme-dev", "replaced"],
    ["acme-next", "created"],
  ]);
  expect(told(found.people).filter((line) => line.startsWith("bob"))).toEqual([
    "bob@acme.example: viewer → - (removesPerson)",
    "bob@acme.example: - → viewer planned (addsPerson)",
  ]);
});

test("an organization that Pulumi forgets keeps its people", () => {
  const before = { ...dev.before, retainOnDelete: true };
  const found = review([
    { op: "delete", name: "Organization::acme-dev", before },
    {
      op: "delete",
      name: "Membership::bob",
      before: { ...membership("bob@acme.example", "viewer"), retainOnDelete: true },
    },
  ]);
  expect(found.organizations).toMatchObject([{ name: "acme-dev", change: "released" }]);
  expect(told(found.people)).toEqual([]);
});

test("stacks are read together: one names the organization that another is about", () => {
  const step = { op: "create", name: "Membership::bob", after: declared("bob@acme.example", "viewer") };
  const alone = reviewOf([readPreview(document([step], { stack: "team" }), "team.json", "change")], "change");
  expect(alone.organizations).toMatchObject([{ name: organizationId }]);
  expect(alone.unknowns).toEqual([
    `No stack says the name of ${organizationId}: review the stack that declares it as well.`,
  ]);
  const both = reviewOf(
    [
      readPreview(document([step], { stack: "team" }), "team.json", "change"),
      readPreview(document([dev]), "dev.json", "change"),
    ],
    "change",
  );
  expect(both.stacks).toEqual(["acme/dev", "acme/team"]);
  expect(both.organizations).toMatchObject([{ name: "acme-dev" }]);
  expect(both.unknowns).toEqual([]);
});

describe("another stack", () => {
  const bob = membership("bob@acme.example", "admin");
  const together = (own: readonly PrintedStep[], other: readonly PrintedStep[]) =>
    reviewOf(
      [
        readPreview(document(own), "dev.json", "change"),
        readPreview(document(other, { stack: "team" }), "team.json", "change"),
      ],
      "change",
    );

  test("that goes on to declare a person does not keep the one that a stack removes", () => {
    const same = { op: "same", name: "Membership::bob", before: bob, after: declared("bob@acme.example", "admin") };
    const { people: all } = together([dev, { op: "delete", name: "Membership::bob", before: bob }], [same]);
    expect(told(all)).toEqual(["bob@acme.example: admin → - (removesAdmin, removesPerson)"]);
  });

  test("that declares the person from now on invites again", () => {
    const create = { op: "create", name: "Membership::bob", after: declared("bob@acme.example", "admin") };
    const { people: all } = together([dev, { op: "delete", name: "Membership::bob", before: bob }], [create]);
    expect(told(all)).toEqual(["bob@acme.example: admin → admin planned (grantsAdmin, addsPerson, removesPerson)"]);
    expect(all.find(({ changed }) => changed)?.notes).toEqual([
      "One stack removes this person, and another one invites again: apply the one that removes first.",
    ]);
  });

  test("that declares an organization does not keep it, in either order", () => {
    const deletion = [{ op: "delete", name: "Organization::acme-dev", before: dev.before }];
    for (const found of [together(deletion, [dev]), together([dev], deletion)]) {
      expect(found.organizations).toMatchObject([
        { name: "acme-dev", change: "deleted", risks: ["deletesOrganization"] },
      ]);
    }
  });
});

test("resources of the dynamic provider are the same resources", () => {
  const type = "pulumi-nodejs:dynamic/peridio:";
  expect(
    told(
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
  expect(changes(step)).toEqual(["bob@acme.example: viewer → admin (grantsAdmin, raisesRole)"]);
});

test("whoever owns a new organization takes it from nobody", () => {
  const owner = { inputs: { organizationId: unknownText, email: "ada@acme.example" }, of: ["Organization::lab"] };
  const { people: all } = review([
    { op: "create", name: "Organization::lab", after: { inputs: { name: "acme-lab" } } },
    { op: "create", name: "OrganizationOwner::lab", after: owner },
  ]);
  expect(told(all)).toEqual(["ada@acme.example: - → admin owner (grantsAdmin, addsPerson)"]);
});

describe("drift", () => {
  const drift = (...steps: readonly PrintedStep[]) => {
    const { before } = dev;
    return review([{ op: "refresh", name: "Organization::acme-dev", before, after: before }, ...steps], "drift").people;
  };

  test("is what somebody did by hand", () => {
    const [was, is] = [
      { "bob@acme.example": "viewer", "eve@acme.example": "viewer" },
      { "bob@acme.example": "admin", "carl@acme.example": "viewer" },
    ];
    const step = {
      ...roster(was, is),
      after: { id: organizationId, inputs: {}, outputs: { organizationId, members: is, people: people(is) } },
    };
    expect(told(drift(step))).toEqual([
      "bob@acme.example: viewer → admin (grantsAdmin, raisesRole)",
      "carl@acme.example: - → viewer (addsPerson)",
      "eve@acme.example: viewer → - (removesPerson)",
    ]);
  });

  test("is an owner whom somebody else has become, although the organization was last seen with the former one", () => {
    const owner = (email: string) => ({
      id: organizationId,
      inputs: { organizationId, email },
      outputs: { organizationId, email },
    });
    const step = {
      op: "update",
      name: "OrganizationOwner::acme-dev",
      before: owner("ada@acme.example"),
      after: owner("grace@acme.example"),
    };
    expect(told(drift(step))).toEqual([
      "ada@acme.example: admin owner → admin (changesOwner)",
      "grace@acme.example: - → admin owner (changesOwner, grantsAdmin, addsPerson)",
    ]);
  });

  test("is a membership that is gone", () => {
    expect(
      told(drift({ op: "delete", name: "Membership::bob", before: membership("bob@acme.example", "viewer") })),
    ).toEqual(["bob@acme.example: viewer → - (removesPerson)"]);
  });

  test("is no acceptance of an invitation", () => {
    const before = membership("bob@acme.example", "viewer", { status: "pending", userId: undefined });
    expect(
      told(drift({ op: "update", name: "Membership::bob", before, after: membership("bob@acme.example", "viewer") })),
    ).toEqual([]);
  });

  test("is another user behind the same address", () => {
    const before = membership("bob@acme.example", "viewer");
    const after = membership("bob@acme.example", "viewer", { userId: "prn:1:user:somebody" });
    const [, bob] = drift({ op: "update", name: "Membership::bob", before, after });
    expect(bob).toMatchObject({
      changed: true,
      risks: ["addsPerson"],
      notes: ["Another user is behind this address now."],
    });
  });
});

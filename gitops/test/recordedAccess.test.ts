import type { Values } from "#framework";
import { readPreview } from "../src/preview/preview";
import { createReview, document, organization, type PrintedStep } from "./support/document";
import { idOf, organizationId } from "./support/objects";

/** Changes outside Pulumi that a program accepts: the review compares the state after the change with that of the last update, too. */

const [bob, eve] = ["bob@acme.example", "eve@acme.example"];
const dev = organization("acme", 1);

/** The values of a resource at the last update, those in Peridio, and those of the program. */
interface Course {
  readonly id?: string;
  readonly recorded: Values;
  readonly live: Values;
  readonly after: Values;
  /** The outputs that no program declares, at the last update and in Peridio. */
  readonly recordedOutputs?: Values;
  readonly outputs?: Values;
}

/** Returns the steps of a resource that Pulumi refreshes. */
function refresh(name: string, course: Course): readonly PrintedStep[] {
  const { id = organizationId, recorded, live, after, recordedOutputs = {}, outputs = {} } = course;
  const of = (values: Values) => ({ organizationId, ...values });
  const former = { id, inputs: of(recorded), outputs: of({ ...recorded, ...recordedOutputs }) };
  const before = { id, inputs: of(live), outputs: of({ ...live, ...outputs }) };
  const op = JSON.stringify(live) === JSON.stringify(after) ? "same" : "update";
  return [
    { op: "refresh", name, before: former, after: former },
    { op, name, before, after: { id, inputs: of(after) } },
  ];
}

function review(...steps: readonly PrintedStep[]) {
  return createReview([readPreview(document([dev, ...steps]), "preview.json", "change")], "change");
}

const listSettings = (...steps: readonly PrintedStep[]) =>
  review(...steps).settings.map(({ words, risks }) => [words, ...risks].join(" "));

describe("a role that changed outside Pulumi", () => {
  const member = (role: string) => ({ email: bob, role });
  const reviewBob = (recorded: string, live: string, after: string) => {
    const course = { recorded: member(recorded), live: member(live), after: member(after) };
    const [found] = review(
      ...refresh("Membership::bob", {
        ...course,
        outputs: { status: "active" },
        recordedOutputs: { status: "active" },
      }),
    ).people.filter(({ email }) => email === bob);
    return [found?.risks, found?.notes];
  };
  const third = (role: string) =>
    `At the last update, the program declared the role ${role}. The access changed outside Pulumi since then.`;

  test.each([
    ["viewer", "admin", "manager", ["removesAdmin", "raisesRole", "acceptsDrift"], [third("viewer")]],
    ["admin", "viewer", "developer", ["removesAdmin", "raisesRole", "acceptsDrift"], [third("admin")]],
    // The change goes to the other side of the former role, so it accepts nothing.
    ["developer", "admin", "viewer", ["removesAdmin"], [third("developer")]],
    [
      "viewer",
      "manager",
      "manager",
      ["raisesRole", "acceptsDrift"],
      ["This person got the access outside Pulumi, and the program keeps it."],
    ],
    [
      "admin",
      "developer",
      "developer",
      ["removesAdmin", "acceptsDrift"],
      ["This person lost the role admin outside Pulumi, and the program accepts it."],
    ],
    ["developer", "developer", "admin", ["grantsAdmin"], []],
  ])("from %s to %s counts, if the program declares %s", (recorded, live, after, risks, notes) => {
    expect(reviewBob(recorded, live, after)).toEqual([risks, notes]);
  });

  test("is not known if the preview hides the recorded role, and the program declares a third one", () => {
    const hides =
      "The preview hides what the program declared at the last update, so the person may have got the access outside Pulumi.";
    const [risks, notes] = reviewBob("[secret]", "viewer", "developer");
    expect(risks).toEqual(["hidden", "raisesRole"]);
    expect(notes).toEqual([hides]);
  });

  test("counts as lost ownership", () => {
    expect(reviewBob("owner", "admin", "admin")).toEqual([
      ["changesOwner", "acceptsDrift"],
      ["This person lost the ownership outside Pulumi, and the program accepts it."],
    ]);
  });
});

describe("the group of an invitation that changed outside Pulumi", () => {
  const accepted = `The program accepts an invitation made outside Pulumi, by which ${eve} will join group field. grantsAccess acceptsDrift`;
  const groups = [5, 6].map((id): PrintedStep => {
    const group = { id: idOf(id), inputs: { organizationId, name: id === 5 ? "ops" : "field", members: [] } };
    return { op: "same", name: `Group::g${id}`, before: { ...group, outputs: group.inputs }, after: group };
  });
  const person = { email: eve, role: "viewer" };
  const status = { status: "pending" };

  test.each<[string, Values, Values]>([
    ["declares it", { groupId: idOf(5) }, { groupId: idOf(6) }],
    ["starts to declare it", {}, { groupId: idOf(6) }],
    ["never declared a group", {}, {}],
  ])("has a row if the program %s", (_, recorded, after) => {
    const isDeclared = Object.keys(recorded).length > 0;
    const steps = refresh("Membership::eve", {
      recorded: { ...person, ...recorded },
      live: { ...person, ...(isDeclared && { groupId: idOf(6) }) },
      after: { ...person, ...after },
      recordedOutputs: { ...status, ...recorded },
      outputs: { ...status, groupId: idOf(6) },
    });
    expect(listSettings(...groups, ...steps)).toEqual([accepted]);
  });

  test("has no row if nothing changed", () => {
    const same = { ...person, groupId: idOf(6) };
    const steps = refresh("Membership::eve", {
      ...{ recorded: same, live: same, after: same },
      ...{ recordedOutputs: status, outputs: status },
    });
    expect(listSettings(...groups, ...steps)).toEqual([]);
  });
});

test("an expiry that was extended outside Pulumi counts if a program starts to declare it", () => {
  const token = { name: "factory" };
  const [former, later] = ["2027-02-01T00:00:00Z", "2060-01-01T00:00:00Z"];
  const steps = refresh("ClaimToken::factory", {
    id: idOf(3),
    recorded: token,
    live: token,
    after: { ...token, expiresAt: later },
    recordedOutputs: { expiresAt: former },
    outputs: { expiresAt: later },
  });
  expect(listSettings(...steps)).toEqual([
    `Claim token factory: changed. Expiry: ${former} → ${later}, which accepts a change made outside Pulumi. extendsToken acceptsDrift`,
  ]);
});

test("a claim token whose program stops declaring the expiry keeps it, which is no unknown property", () => {
  const token = { name: "factory", expiresAt: "2027-02-01T00:00:00Z" };
  const steps = refresh("ClaimToken::factory", {
    id: idOf(3),
    recorded: token,
    live: token,
    after: { name: "factory" },
  });
  const { settings, programChanges } = review(...steps);
  expect(settings.map(({ words, risks }) => [words, ...risks].join(" "))).toEqual([
    "Claim token factory: changed. Expiry: stays 2027-02-01T00:00:00Z (no longer declared). dropsPolicy",
  ]);
  expect(programChanges).toEqual([]);
});

describe("a program that starts to declare the owner", () => {
  const declared: PrintedStep = {
    op: "create",
    name: "OrganizationOwner::owner",
    after: { inputs: { organizationId, email: bob } },
  };
  const owned = (email: string) => ({
    id: organizationId,
    inputs: { name: "acme" },
    outputs: { name: "acme", owner: { email } },
  });
  const reviewOwner = (former: string) => {
    const steps: readonly PrintedStep[] = [
      { op: "refresh", name: dev.name, before: owned(former), after: owned(former) },
      { op: "same", name: dev.name, before: owned(bob), after: { id: organizationId, inputs: { name: "acme" } } },
      declared,
    ];
    const preview = readPreview(document(steps), "preview.json", "change");
    return createReview([preview], "change").settings.map(({ words, risks }) => [words, ...risks].join(" "));
  };

  test("accepts a transfer made outside Pulumi", () => {
    expect(reviewOwner("ada@acme.example")).toEqual([
      `Owner: ada@acme.example → ${bob}, which accepts a change made outside Pulumi. changesOwner acceptsDrift`,
    ]);
  });

  test("has a row also for the present owner", () => {
    expect(reviewOwner(bob)).toEqual([`Owner: stays ${bob} (newly declared).`]);
  });
});

test("a person who joined a group outside Pulumi has a row with the projects that the group gives access to", () => {
  const member: PrintedStep = {
    op: "same",
    name: "Membership::bob",
    before: {
      id: idOf(2),
      inputs: { organizationId, email: bob, role: "viewer" },
      outputs: { organizationId, email: bob, role: "viewer", status: "active" },
    },
    after: { id: idOf(2), inputs: { organizationId, email: bob, role: "viewer" } },
  };
  const firmware = { name: "firmware", everyoneEnabled: false, access: { users: [], groups: [idOf(5)] } };
  const group = (...members: readonly string[]) => ({ name: "field", members });
  const steps = [
    member,
    ...refresh("Group::field", { id: idOf(5), recorded: group(), live: group(bob), after: group(bob) }),
    ...refresh("Project::firmware", { id: idOf(6), recorded: firmware, live: firmware, after: firmware }),
  ];
  expect(listSettings(...steps)).toEqual([
    `The program accepts that ${bob} joined group field outside Pulumi, with access to project firmware. grantsAccess acceptsDrift`,
  ]);
});

test("a description that changed outside Pulumi counts if a program starts to declare it", () => {
  const [field, described] = [{ name: "field" }, { name: "field", description: "Ours" }];
  const steps = refresh("Group::field", {
    ...{ id: idOf(5), recorded: field, live: field, after: described },
    outputs: { description: "Ours" },
  });
  expect(listSettings(...steps)).toEqual([
    'The program accepts that the description of group field changed outside Pulumi: none → "Ours". acceptsDrift',
  ]);
});

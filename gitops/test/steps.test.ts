import type { Values } from "#framework";
import { buildModel, type Model } from "../src/model/model";
import { readPreview } from "../src/preview/preview";
import { completeRows, createRowList } from "../src/review/rows";
import type { Place, Showing } from "../src/review/shown";
import { createReview, document, organization, type PrintedStep, unknownText, urn } from "./support/document";
import { idOf, organizationId, step } from "./support/objects";

/** Steps that write to Peridio, and the check that a row shows each of them. */

const bob = "bob@acme.example";

const acme = organization("acme", 1);

const update = (name: string, before: Values, after: Values): PrintedStep => step(name, 1, before, after);

/** A change of every kind of resources, each of other people and objects. */
const changes: readonly PrintedStep[] = [
  { ...acme, op: "update", after: { inputs: { name: "acme", description: "New" } } },
  update("OrganizationMembers::all", { members: { [bob]: "viewer" } }, { members: { [bob]: "manager" } }),
  update(
    "Membership::carl",
    { email: "carl@acme.example", role: "viewer" },
    { email: "carl@acme.example", role: "developer" },
  ),
  update("OrganizationOwner::owner", { email: "ada@acme.example" }, { email: "dora@acme.example" }),
  update("SecurityPolicy::policy", { requireTwoFactor: false }, { requireTwoFactor: true }),
  update("BillingSettings::billing", { paymentMethod: "card" }, { paymentMethod: "invoice" }),
  step("Group::field", 5, { name: "field", members: [] }, { name: "field", members: ["eve@acme.example"] }),
  step(
    "Project::firmware",
    6,
    { name: "firmware", everyoneEnabled: false, access: { users: [] } },
    { name: "firmware", everyoneEnabled: false, access: { groups: [idOf(4)] } },
  ),
  step("Project::new", 8, undefined, { name: "new" }),
  step("Cohort::canary", 7, { projectId: idOf(1), name: "canary" }, undefined),
  step("OrganizationApiToken::ci", 2, undefined, { name: "ci" }),
  step("ClaimToken::factory", 3, { name: "factory", maxUses: 1 }, { name: "factory", maxUses: 2 }),
  step(
    "Webhook::events",
    4,
    { name: "events", url: "https://a.example" },
    { name: "events", url: "https://b.example" },
  ),
  update("TunnelPolicy::tunnels", { maxConcurrent: 1 }, { maxConcurrent: 2 }),
  // Peridio keeps the former group, and gets another one.
  {
    ...step("Group::kept", 9, { name: "kept" }, { name: "kept", description: "New" }, { retainOnDelete: true }),
    op: "replace",
  },
];

const read = (steps: readonly PrintedStep[]) => readPreview(document(steps), "preview.json", "change");

const build = (steps: readonly PrintedStep[]) => buildModel([read(steps)], "change");

/** Returns the words of the steps that no row of a model shows, if the rows forget some places. */
function listUnshown(model: Model, isForgotten: (place: Place) => boolean): readonly string[] {
  const forget = <Row>(rows: readonly Showing<Row>[]) =>
    rows.map((row) => ({ ...row, shows: (row.shows ?? []).filter((place) => !isForgotten(place)) }));
  const { organizations, people, settings } = createRowList(model)([]);
  const kept = { organizations: forget(organizations), people: forget(people), settings: forget(settings) };
  return completeRows(kept, [], model, []).programChanges.map(({ words }) => words);
}

const listSteps = (...steps: readonly PrintedStep[]) =>
  createReview([read(steps)], "change")
    .programChanges.filter(({ section }) => section === "steps")
    .map(({ words, risks }) => [words, ...risks].join(" "));

describe.each(changes)("the step of $name", (changed) => {
  const subject = changed.name.replace("::", " ").replace(/ all$/, ' "all"');

  test("has a row", () => {
    const steps = changed.name === acme.name ? [changed] : [acme, changed];
    expect(createReview([read(steps)], "change").programChanges).toEqual([]);
  });

  test("is listed without its rows, whatever rows the other steps have", () => {
    const listed = listUnshown(build(changes), (place) => place.urn === urn(changed.name));
    expect(listed).toEqual([expect.stringContaining(`${subject}, and no other row shows the effect.`)]);
  });
});

test.each([
  ["a person without a row", "carl@acme.example"],
  ["two people without rows", "@acme.example"],
])("the step of a roster is listed if it changes %s", (_, without) => {
  const [former, present] = ["viewer", "manager"].map((role) => ({ [bob]: role, "carl@acme.example": role }));
  const model = build([acme, update("OrganizationMembers::all", { members: former }, { members: present })]);
  expect(listUnshown(model, () => false)).toHaveLength(0);
  const isForgotten = (place: Place) => place.part === "people" && place.person?.endsWith(without) === true;
  expect(listUnshown(model, isForgotten)).toHaveLength(1);
});

describe("a row of an object covers only the properties that it shows:", () => {
  const hook = { name: "alerts", url: "https://a.example/", events: ["a"] };
  const field = { name: "field", description: "Old", members: [bob] };

  test.each<[string, string, PrintedStep]>([
    [
      "events",
      "Webhook alerts",
      step("Webhook::alerts", 4, hook, { ...hook, url: "https://b.example/", events: ["b"] }),
    ],
    [
      "maxConcurrent",
      "TunnelPolicy tunnels",
      update("TunnelPolicy::tunnels", { maxConcurrent: 1 }, { maxConcurrent: 2, requireReason: true }),
    ],
    ["description", "Group field", step("Group::field", 5, field, { ...field, description: "New", members: [] })],
    ["members", "Group field", step("Group::field", 5, field, { ...field, description: "New", members: [] })],
    ["name", "Group field", step("Group::field", 5, field, { ...field, name: "fleet", members: [] })],
  ])("`%s` of %s", (property, subject, changed) => {
    const model = build([acme, changed]);
    expect(listUnshown(model, () => false)).toEqual([]);
    expect(listUnshown(model, (place) => place.part === "property" && place.name === property)).toEqual([
      `The update changes \`${property}\` of ${subject}, and no other row shows the effect. Check this step in Pulumi's output.`,
    ]);
  });

  test("a quoted text that mentions another object covers nothing", () => {
    const project = { name: "firmware", everyoneEnabled: false, access: { users: [bob] } };
    const unseen: PrintedStep = {
      ...step("Project::firmware", 6, project, project),
      op: "update",
      differs: ["everyoneEnabled"],
    };
    const text = "Join group field: x, with access to project firmware";
    const group = step("Group::field", 5, { name: text }, { name: text, description: text, members: [bob] });
    expect(listSteps(acme, unseen, group)).toEqual([
      expect.stringContaining("The update changes `everyoneEnabled` of Project firmware"),
    ]);
  });
});

describe("a step that no row shows needs approval, and names", () => {
  const project = { name: "firmware", everyoneEnabled: false, access: { users: [bob] } };
  const unseen: PrintedStep = { ...step("Project::firmware", 6, project, project), op: "update", differs: ["userIds"] };

  test("the changed properties that Pulumi reports", () => {
    expect(listSteps(organization("acme", 1), unseen)).toEqual([
      "The update changes `userIds` of Project firmware, and no other row shows the effect. Check this step in Pulumi's output. notUnderstood",
    ]);
  });

  const unseenWords =
    "The update changes `userIds` of Project firmware, and no other row shows the effect. Check this step in Pulumi's output. notUnderstood";

  test.each<[string, PrintedStep, PrintedStep]>([
    [
      "becomes protected",
      organization("acme", 1),
      { ...unseen, after: { inputs: { organizationId, ...project }, protect: true } },
    ],
    [
      "gets `retainOnDelete`",
      organization("acme", 1),
      { ...unseen, after: { inputs: { organizationId, ...project }, retainOnDelete: true } },
    ],
    [
      "ignores changes of the property",
      organization("acme", 1),
      { ...unseen, after: { inputs: { organizationId, ...project }, ignoreChanges: ["userIds"] } },
    ],
    [
      "is beside an organization that changes a property of this name",
      {
        ...organization("acme", 1, { inputs: { name: "acme", description: "New" } }),
        op: "update",
        before: { id: organizationId, inputs: { name: "acme", description: "Old" } },
      },
      { ...unseen, differs: ["description"] },
    ],
  ])("a property of a resource that %s", (_, acme, changed) => {
    expect(listSteps(acme, changed)).toEqual([unseenWords.replace("userIds", changed.differs?.[0] ?? "")]);
  });

  test("the resource, if the preview shows no property", () => {
    expect(listSteps(organization("acme", 1), { ...unseen, differs: undefined })).toEqual([
      "The update changes Project firmware, and no other row shows the effect. Check this step in Pulumi's output. notUnderstood",
    ]);
  });
});

describe("a step that writes nothing is not listed:", () => {
  const member = { email: bob, role: "viewer" };

  test("a person who moves to another resource", () => {
    const leaving = step("OrganizationMembers::all", 1, { members: { [bob]: "viewer" } }, undefined);
    expect(listSteps(organization("acme", 1), leaving, step("Membership::bob", 2, undefined, member))).toEqual([]);
  });

  test("a person who moves into a roster that stays", () => {
    const joined = step(
      "OrganizationMembers::all",
      1,
      { members: { "carl@acme.example": "viewer" } },
      { members: { "carl@acme.example": "viewer", [bob]: "viewer" } },
    );
    const moves = [joined, step("Membership::bob", 2, member, undefined)];
    expect(listSteps(organization("acme", 1), ...moves)).toEqual([]);
  });

  test("an owner who joins a roster as an admin, although the preview hides the next owner", () => {
    const joined = step(
      "OrganizationMembers::all",
      1,
      { members: { [bob]: "admin" } },
      { members: { [bob]: "admin", "ada@acme.example": "admin" } },
    );
    const owner = step("OrganizationOwner::owner", 2, { email: "ada@acme.example" }, { email: unknownText });
    expect(listSteps(organization("acme", 1), joined, owner)).toEqual([]);
  });

  test("settings that move to another resource", () => {
    const settings = { requireTwoFactor: true };
    const moves = [
      step("SecurityPolicy::old", 1, settings, undefined),
      step("SecurityPolicy::new", 2, undefined, settings),
    ];
    expect(listSteps(organization("acme", 1), ...moves)).toEqual([]);
  });

  test.each<[string, string | undefined, string | undefined]>([
    ["another", undefined, idOf(5)],
    ["the same", idOf(5), idOf(5)],
    ["no", idOf(5), undefined],
  ])("a member who moves to a resource with %s group of an invitation", (_, before, after) => {
    const all = {
      id: organizationId,
      inputs: { organizationId, members: { [bob]: "viewer" }, groups: before === undefined ? {} : { [bob]: before } },
    };
    const people = { [bob]: { role: "viewer", status: "active", userId: "u-1" } };
    const leaving: PrintedStep = {
      op: "delete",
      name: "OrganizationMembers::all",
      before: { ...all, outputs: { ...all.inputs, people } },
    };
    const joining = step("Membership::bob", 2, undefined, {
      ...member,
      ...(after !== undefined && { groupId: after }),
    });
    const steps = [organization("acme", 1), leaving, joining];
    const field = "group 00000000-0000-4000-8000-000000000105";
    expect(listSteps(...steps)).toEqual([]);
    expect(
      createReview([read(steps)], "change").settings.map(({ words, risks }) => [words, ...risks].join(" ")),
    ).toEqual([
      ...(before === undefined
        ? [`Declared to join ${field} by an invitation, which has no effect for members: ${bob}. grantsAccess`]
        : []),
      ...(after === undefined
        ? [`No longer declared to join ${field} by an invitation, which had no effect for members: ${bob}.`]
        : []),
    ]);
  });

  test("the group of the invitation of a person who has accepted", () => {
    const before = {
      id: idOf(2),
      inputs: { organizationId, ...member, groupId: idOf(5) },
      outputs: { organizationId, ...member, groupId: idOf(5), status: "active" },
    };
    const after = { inputs: { organizationId, ...member, groupId: idOf(6) } };
    const step: PrintedStep = { op: "update", name: "Membership::bob", before, after, differs: ["groupId"] };
    const all = [organization("acme", 1), step];
    expect(listSteps(...all)).toEqual([]);
    // The row of the group shows it.
    expect(createReview([read(all)], "change").settings.map(({ words, risks }) => [words, ...risks].join(" "))).toEqual(
      [
        `Declared to join group 00000000-0000-4000-8000-000000000106 by an invitation, which has no effect for members: ${bob}. grantsAccess`,
        `No longer declared to join group 00000000-0000-4000-8000-000000000105 by an invitation, which had no effect for members: ${bob}.`,
      ],
    );
    const hide = { ...after.inputs, groupId: "[secret]" };
    const hidden = { ...step, before: { ...before, inputs: hide }, after: { inputs: hide } };
    expect(listSteps(organization("acme", 1), hidden)).toEqual([]);
    expect(
      createReview([read([organization("acme", 1), hidden])], "change").settings.map(({ words }) => words),
    ).toEqual([`The preview hides the group of the invitation for ${bob}.`]);
  });
});

test("a step that another stack contradicts is shown by the conflict", () => {
  const firmware = (everyoneEnabled: boolean) => ({ name: "firmware", everyoneEnabled, access: { users: [] } });
  const closing = step("Project::firmware", 6, firmware(true), firmware(false));
  const kept: PrintedStep = { ...step("Project::firmware", 6, firmware(true), firmware(true)), op: "same" };
  const previews = [read([acme, closing]), readPreview(document([kept], { stack: "team" }), "team.json", "change")];
  const { conflicts, programChanges } = createReview(previews, "change");
  expect(conflicts).toHaveLength(1);
  expect(programChanges).toEqual([]);
});

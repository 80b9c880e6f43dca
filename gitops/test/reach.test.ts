import type { Values } from "#framework";
import { formatMarkdown } from "../src/report/markdown/markdown";
import { createReport } from "../src/report/report";
import type { Reach } from "../src/review/review";
import { organization, type Printed, type PrintedStep, review, unknownText } from "./support/document";
import { idOf, organizationId, step, uuid } from "./support/objects";

const dev = organization("acme", 1);
const [ada, bob, carl, dora] = ["ada@acme.example", "bob@acme.example", "carl@acme.example", "dora@acme.example"];

function member(email: string, status = "active"): PrintedStep {
  const inputs = { organizationId, email, role: "member", onExpired: "ignore" };
  return {
    op: "same",
    name: `Membership::${email}`,
    before: { id: email, inputs, outputs: { ...inputs, status } },
    after: { inputs },
  };
}

const people = [bob, carl, dora].map((email) => member(email));

const project = (before: Values | undefined, after: Values | undefined, more?: Printed) =>
  step("Project::firmware", 1, fill("firmware", before), fill("firmware", after), more);

const cohort = (before: Values | undefined, after: Values | undefined) =>
  step("Cohort::canary", 2, fill("canary", before, idOf(1)), fill("canary", after, idOf(1)));

function fill(name: string, values: Values | undefined, projectId?: string): Values | undefined {
  return values && { name, everyoneEnabled: false, ...(projectId !== undefined && { projectId }), ...values };
}

const group = (before: Values | undefined, after: Values | undefined) =>
  step("Group::field", 5, before && { name: "field", ...before }, after && { name: "field", ...after });

const users = (...users: readonly string[]) => ({ access: { users } });
const granted = { access: { groups: [idOf(5)] } };
const open = { everyoneEnabled: true, access: {} };

const admins = { kind: "role" };

/** Returns the access to the objects after the change, by path. */
function reach(...steps: readonly PrintedStep[]): Readonly<Record<string, Reach | null>> {
  const { objects = [] } = review([dev, ...people, ...steps]);
  return Object.fromEntries(objects.map(({ path, after }) => [path, after]));
}

/** Returns the folded list of access in the comment. */
function list(...steps: readonly PrintedStep[]): readonly string[] {
  const text = formatMarkdown(createReport(review([dev, ...people, ...steps])));
  const [, body = ""] = /<summary>All access after the change<\/summary>\n\n([^]*?)\n<\/details>/.exec(text) ?? [];
  return body.split("\n").filter((line) => /^ {2}- (?:group|project|cohort) /.test(line));
}

test("without a project and a group, a review has no further keys", () => {
  const found = review([dev, ...people]);
  expect([found.groups, found.objects]).toEqual([undefined, undefined]);
});

test("a review names groups once, and each object names the groups", () => {
  const { groups, objects } = review([
    dev,
    ...people,
    group({ members: [bob] }, { members: [bob, carl] }),
    project(granted, { access: { groups: [idOf(5)], users: [dora] } }),
  ]);
  expect(groups).toEqual([
    { organization: organizationId, name: "field", before: { people: [bob] }, after: { people: [bob, carl] } },
  ]);
  expect(objects).toEqual([
    {
      organization: organizationId,
      key: idOf(1),
      kind: "project",
      path: "firmware",
      before: { reasons: [admins, { kind: "group", group: "field" }] },
      after: { reasons: [admins, { kind: "group", group: "field" }, { kind: "user", people: [dora] }] },
    },
  ]);
});

test("an object that begins, ends or is released says so", () => {
  const sides = (...steps: readonly PrintedStep[]) =>
    (review([dev, ...people, ...steps]).objects ?? []).map(({ before, after, released }) => [
      before !== null,
      after !== null,
      released,
    ]);
  expect(sides(project(undefined, open))).toEqual([[false, true, undefined]]);
  expect(sides(project(open, undefined))).toEqual([[true, false, undefined]]);
  expect(sides(project(open, undefined, { retainOnDelete: true }))).toEqual([[true, true, true]]);
});

test("an open cohort of a restricted project is open to the people who reach the project", () => {
  const steps = [project(users(bob), users(bob)), cohort(open, open)];
  expect(reach(...steps)["firmware/canary"]).toEqual({ reasons: [admins, { kind: "everyone", within: "project" }] });
  expect(list(...steps)).toEqual([
    "  - project `firmware`: `bob@acme.example`, admins",
    "  - cohort `firmware/canary`: everyone with access to the project",
  ]);
});

test("a grant for a cohort counts only for people who reach the project", () => {
  const steps = [
    group({ members: [bob, carl, dora] }, { members: [bob, carl, dora] }),
    project(users(bob), users(bob)),
    cohort(granted, granted),
  ];
  expect(reach(...steps)["firmware/canary"]).toEqual({
    reasons: [admins, { kind: "group", group: "field", within: "project" }],
  });
  expect(list(...steps)).toContain("  - cohort `firmware/canary`: group `field` (1 person), admins");
});

test("a member of a group whose invitation has expired reaches nothing", () => {
  const members = { members: ["eve@acme.example", bob] };
  const steps = [member("eve@acme.example", "expired"), group(members, members), project(granted, granted)];
  expect(reach(...steps).firmware).toEqual({
    reasons: [admins, { kind: "group", group: "field", except: ["eve@acme.example"] }],
  });
});

test("an open project is open to everyone, whatever its grants", () => {
  expect(list(project(open, { ...open, ...users(bob) }))).toEqual([
    "  - project `firmware`: everyone in the organization",
  ]);
});

test("a project without a grant is for admins only", () => {
  expect(list(project(users(), users()))).toEqual(["  - project `firmware`: only admins"]);
});

test("undeclared grants and undeclared groups are stated", () => {
  expect(reach(project({}, {})).firmware).toEqual({ reasons: [admins], undeclaredGrants: true });
  expect(list(project({}, {}))).toEqual(["  - project `firmware`: admins, perhaps others that no stack declares"]);
  const steps = [group({}, {}), project(granted, granted)];
  expect(reach(...steps).firmware).toMatchObject({ undeclaredGroups: ["field"] });
  expect(list(...steps)).toEqual([
    "  - group `field`: perhaps others that no stack declares",
    "  - project `firmware`: admins, group `field`, whose members no stack declares",
  ]);
  expect(reach(project(granted, granted)).firmware).toEqual({ reasons: [admins], undeclaredGroups: [uuid(5)] });
});

test("hidden members, grants and openness are stated", () => {
  const hidden = { members: [bob, unknownText] };
  const steps = [group({ members: [bob] }, hidden), project(granted, granted)];
  expect(review([dev, ...people, ...steps]).groups?.[0]?.after).toEqual({ people: [bob], hidden: true });
  expect(reach(...steps).firmware).toMatchObject({ hidden: true });
  expect(list(...steps)).toEqual([
    "  - group `field`: `bob@acme.example`, people that the preview hides",
    "  - project `firmware`: group `field` (1 person), admins, people that the preview hides",
  ]);
  expect(reach(project(users(), { access: {}, everyoneEnabled: unknownText })).firmware).toMatchObject({
    hidden: true,
  });
});

test("a person who joins a group by accepting an invitation is named", () => {
  const inputs = { organizationId, email: "eve@acme.example", role: "member", groupId: idOf(5) };
  const invited: PrintedStep = { op: "create", name: "Membership::eve", after: { inputs } };
  const steps = [invited, group({ members: [bob] }, { members: [bob] }), project(granted, granted)];
  expect(list(...steps)).toEqual([
    "  - group `field`: `bob@acme.example`, `eve@acme.example` (by accepting an invitation)",
    "  - project `firmware`: group `field` (2 people), admins",
  ]);
});

test("long lists of people continue on further lines", () => {
  const many = Array.from({ length: 25 }, (_, index) => `person-${String(index).padStart(2, "0")}@acme.example`);
  const lines = list(...many.map((email) => member(email)), project(users(...many), users(...many)));
  expect(lines).toHaveLength(2);
  expect(lines[1]).toBe(
    `  - project \`firmware\`: ${many
      .slice(20)
      .map((email) => `\`${email}\``)
      .join(", ")}, admins`,
  );
});

test("nothing belongs to a deleted organization", () => {
  const gone: PrintedStep = { op: "delete", name: "Organization::acme", before: { ...dev.before } };
  const { objects = [] } = review([gone, project(users(ada), users(ada))]);
  expect(objects.map(({ after }) => after)).toEqual([null]);
});

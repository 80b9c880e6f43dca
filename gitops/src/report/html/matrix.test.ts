import { acmeProjects, changed, kept, organization, reviewOf } from "../../../test/support/sampleReviews";
import { riskNames } from "../../risks";
import { createMatrix } from "./matrix";
import { createReport } from "../report";

const two = [organization("dev"), organization("production", { change: "deleted", complete: false, hiddenPeople: 1 })];

test("shows a person in one row, in any letter case of the address", () => {
  const people = [kept("dev", "Bob@acme.example", "viewer"), kept("production", "bob@acme.example", "viewer")];
  expect(createMatrix(createReport(reviewOf({ organizations: two, people }))).people).toEqual([
    {
      email: "Bob@acme.example",
      cells: [
        [0, 0, 0],
        [1, 0, 0],
      ],
    },
  ]);
});

test("a change has its kind, its risks and its notes", () => {
  const people = [changed("dev", "bob@acme.example", null, "admin planned", ["grantsAdmin"], ["Look."])];
  const matrix = createMatrix(createReport(reviewOf({ organizations: two, people })));
  expect(matrix.people[0]?.cells).toEqual([[0, -1, 0, "added", [riskNames.indexOf("grantsAdmin")], ["Look."]]]);
  expect(matrix.access).toEqual([
    { role: "admin", filters: ["admin"], status: "to be invited", words: "admin (to be invited)" },
  ]);
});

test.each([
  ["viewer", "admin", "raised"],
  ["viewer", "member", "raised"],
  ["member", "developer", "raised"],
  ["admin", "member", "lowered"],
  ["admin", "viewer", "lowered"],
  ["admin", null, "removed"],
  [null, "viewer", "added"],
  ["admin", "admin owner", "owns"],
  ["admin owner", "admin", "disowned"],
  ["viewer", "unknown", "changed"],
] as const)("a change from %s to %s is %s", (before, after, kind) => {
  const people = [changed("dev", "bob@acme.example", before, after, [])];
  expect(createMatrix(createReport(reviewOf({ organizations: two, people }))).people[0]?.cells[0]?.[3]).toBe(kind);
});

test("calls the role member a role, and offers it in order with the others", () => {
  const { access, filters } = createMatrix(
    createReport(reviewOf({ organizations: two, people: [kept("dev", "bob@acme.example", "member")] })),
  );
  expect(access).toEqual([{ role: "role member", filters: ["role member"], status: "", words: "role member" }]);
  expect(filters).toEqual([
    ...["admin", "manager", "developer", "role member", "viewer", "unknown role", "secret role"],
    "owner",
  ]);
});

test("an accepted invitation is no change", () => {
  const bob = { ...kept("dev", "bob@acme.example", "viewer pending"), after: kept("", "", "viewer").after };
  expect(createMatrix(createReport(reviewOf({ organizations: two, people: [bob] }))).people[0]?.cells).toEqual([
    [0, 0, 1],
  ]);
});

test("an organization has its change and the people that the review cannot name", () => {
  expect(createMatrix(createReport(reviewOf({ organizations: two }))).organizations).toEqual([
    { name: "dev", change: "", hint: "" },
    {
      name: "production",
      change: "deleted",
      hint: "1 person with a hidden address, perhaps others that no stack declares",
    },
  ]);
});

test("objects of one organization share sets of people, and have the words of each reason", () => {
  const { objects, reasons, sets, people, access } = createMatrix(createReport(acmeProjects));
  const describe = (path: string, side: "before" | "after") =>
    objects
      .find((object) => object.path === path)
      ?.[side]?.reasons.map(([reason, set]) => [reasons[reason], sets[set]?.map((row) => people[row]?.email)]);
  expect(describe("firmware", "after")).toEqual([
    ["as an admin", ["ada@acme.example"]],
    ["through group field", ["bob@acme.example"]],
  ]);
  expect(describe("firmware/canary", "before")).toBeUndefined();
  expect(describe("firmware/canary", "after")?.[1]).toEqual([
    "open to everyone with access to the project",
    ["ada@acme.example", "bob@acme.example"],
  ]);
  expect(sets).toHaveLength(new Set(sets.map(String)).size);
  expect(objects.map(({ path, change, hint }) => [path, change, hint])).toEqual([
    ["firmware", "", ""],
    ["firmware/canary", "created", "open to everyone with access to the project"],
    ["gateways", "", "open to everyone in the organization"],
    ["sensors", "", "perhaps others that no stack declares"],
  ]);
  expect(access.filter(({ isUnknown }) => isUnknown).map(({ role }) => role)).toEqual(["unknown role"]);
});

test("a person with a grant and without a declared membership has a row", () => {
  const [object] = acmeProjects.objects ?? [];
  const after = { reasons: [{ kind: "user" as const, people: ["Zoe@partner.example"] }] };
  const objects = object === undefined ? [] : [{ ...object, after }];
  const { people } = createMatrix(createReport(reviewOf({ ...acmeProjects, objects })));
  expect(people.at(-1)).toEqual({ email: "zoe@partner.example", cells: [] });
});

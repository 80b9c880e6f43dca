import { changesAnything } from "./assemble";
import { omitEnds } from "./ends";
import type { Changes, PersonReview, SettingReview } from "./review";

const now = new Date("2027-01-31T08:00Z");
const over = "2027-01-31T07:59Z";
const admin: NonNullable<PersonReview["before"]> = { role: "admin", status: "active", owner: false, lastDay: over };
const viewer: NonNullable<PersonReview["before"]> = { role: "viewer", status: "active", owner: false };

function person(change: Partial<PersonReview>): PersonReview {
  const removed = { before: admin, after: null, changed: true, risks: ["removesPerson"] } as const;
  return {
    organization: "acme",
    email: "bob@acme.example",
    notes: [],
    ...removed,
    risks: ["removesPerson"],
    ...change,
  };
}

function review(people: readonly PersonReview[], settings: readonly SettingReview[] = []): Changes {
  return { people: [...people], settings: [...settings], organizations: [], programChanges: [] };
}

const grant: SettingReview = {
  organization: "acme",
  section: "projects",
  setting: "grants",
  words: "bob loses a grant",
  people: ["Bob@acme.example"],
  risks: ["revokesAccess"],
};

test.each<readonly [string, Partial<PersonReview>]>([
  ["a person whose end has passed", {}],
  [
    "a role with a role afterwards",
    { before: { ...admin, afterwards: "viewer" }, after: viewer, risks: ["lowersRole"] },
  ],
])("leaves out %s", (_, change) => {
  expect(changesAnything(omitEnds(review([person(change)]), now))).toBe(false);
});

test.each<readonly [string, Partial<PersonReview>]>([
  ["an end in the future", { before: { ...admin, lastDay: "2027-01-31T08:01Z" } }],
  ["an end later on this day", { before: { ...admin, lastDay: "2027-01-31" } }],
  ["a removal without an end", { before: viewer }],
  ["a hidden end", { before: { ...admin, lastDay: "secret" } }],
  [
    "another role than the declared one",
    { before: { ...admin, afterwards: "viewer" }, after: { ...viewer, role: "manager" } },
  ],
  ["a role where none is declared", { after: viewer }],
  ["a removal where a role is declared", { before: { ...admin, afterwards: "viewer" } }],
  ["a new end", { before: { ...admin, afterwards: "viewer" }, after: { ...viewer, lastDay: "2027-02-01" } }],
  ["an owner", { before: { ...admin, owner: true } }],
  ["drift", { undoesDrift: true }],
  ["an unknown effect", { risks: ["notUnderstood"] }],
  ["more access", { risks: ["raisesRole"] }],
  ["accepted drift", { risks: ["removesPerson", "acceptsDrift"] }],
])("keeps %s", (_, change) => {
  expect(changesAnything(omitEnds(review([person(change)]), now))).toBe(true);
});

test("leaves out the grants of these people only", () => {
  const rest = (setting: SettingReview) => changesAnything(omitEnds(review([person({})], [setting]), now));
  expect(rest(grant)).toBe(false);
  expect(rest({ ...grant, people: ["bob@acme.example", "eve@acme.example"] })).toBe(true);
  expect(rest({ ...grant, people: [] })).toBe(true);
  expect(rest({ ...grant, organization: "other" })).toBe(true);
  expect(rest({ ...grant, risks: ["acceptsDrift", "deletesProject"] })).toBe(true);
  expect(rest({ ...grant, section: "guards" })).toBe(true);
  expect(rest({ ...grant, risks: ["grantsAccess"] })).toBe(true);
});

test("keeps a lost grant of a person who stays", () => {
  const stays = person({ before: { ...admin, afterwards: "viewer" }, after: viewer, risks: ["lowersRole"] });
  expect(changesAnything(omitEnds(review([stays]), now))).toBe(false);
  expect(changesAnything(omitEnds(review([stays], [grant]), now))).toBe(true);
});

import { findDifferences } from "../src/review/differences";
import type { Review } from "../src/review/review";
import { countChanges, changesAnything } from "../src/review/assemble";
import { formatMarkdown } from "../src/report/markdown/markdown";
import { createReport } from "../src/report/report";
import { listResults } from "../src/report/sarif";
import { readPreview } from "../src/preview/preview";
import { createReview, document, type PrintedStep, urn } from "./support/document";
import { declared, dev, membership, organizationId } from "./support/people";

/** Warnings of the provider that name people. */

interface Warning {
  readonly urn?: string;
  readonly message: string;
}

function reviewWarnings(steps: readonly PrintedStep[], ...warnings: readonly Warning[]): Review {
  const diagnostics = warnings.map((warning) => ({ severity: "warning", ...warning }));
  return createReview(
    [readPreview(document([dev, ...steps], { more: { diagnostics } }), "a.json", "change")],
    "change",
  );
}

const policy = (requireTwoFactor: boolean, before = false): PrintedStep => ({
  op: "update",
  name: "SecurityPolicy::acme-dev",
  before: {
    id: organizationId,
    inputs: { organizationId, requireTwoFactor: before },
    outputs: { organizationId, requireTwoFactor: before },
  },
  after: { inputs: { organizationId, requireTwoFactor } },
});

const bob: PrintedStep = {
  op: "same",
  name: "Membership::bob",
  before: membership("bob@acme.example", "viewer"),
  after: membership("bob@acme.example", "viewer"),
};

const people = Array.from({ length: 16 }, (_, index) => `p${index}@acme.example`);
const cutOff = {
  urn: urn("SecurityPolicy::acme-dev"),
  message: `warning: After the update, \`requireTwoFactor\` keeps these members from signing in, because they have no second factor: ${people.join(", ")}.`,
};
const owner = {
  urn: urn("Membership::bob"),
  message: "bob@acme.example is an owner, but the program does not declare the role owner.",
};

/** Returns the comment before its folded parts. */
function getVisible(review: Review): string {
  return formatMarkdown(createReport(review)).split("<details>\n<summary>All access")[0] ?? "";
}

test("a required second factor that cuts people off is a high risk that names them", () => {
  const review = reviewWarnings([policy(true)], cutOff);
  expect(review.settings).toEqual([
    {
      organization: organizationId,
      section: "security",
      setting: "requireTwoFactor",
      words: `Two-factor authentication: not required → required. After the update, \`requireTwoFactor\` keeps these members from signing in, because they have no second factor: ${people.join(", ")}.`,
      people,
      risks: ["cutsOff"],
    },
  ]);
  expect(countChanges("high", review)).toBe(1);
  const visible = getVisible(review);
  for (const email of people) expect(visible).toContain(email);
  expect(visible).toContain("16 people in 1 organization");
  expect(visible).toContain("🔴 1 high: cuts people off (`p0@acme.example`, ");
  expect(formatMarkdown(createReport(review))).not.toContain("Messages from Pulumi");
});

test("any other warning about people is a separate high risk, and changes neither access nor the verdict", () => {
  const review = reviewWarnings([bob], owner);
  expect(review.verdict).toBe("pass");
  expect(review.settings).toEqual([]);
  expect(review.remarks).toEqual([
    {
      severity: "warning",
      about: "Membership bob",
      text: owner.message,
      organization: organizationId,
      people: ["bob@acme.example"],
      risks: ["warnsOfPeople"],
    },
  ]);
  expect(changesAnything(review)).toBe(false);
  expect(countChanges("high", review)).toBe(1);
  const results = listResults(review, () => ({ file: "Pulumi.yaml" }));
  expect(results.map(({ id, level, message }) => [id, level, message])).toEqual([
    ["warnsOfPeople", "warning", `Membership bob: ${owner.message} Risks: warns about people.`],
  ]);
  const visible = getVisible(review);
  expect(visible).toContain("No access changes · 1 warning about people");
  expect(visible).toContain("🔴 1 high: warns about people (`bob@acme.example`)");
  expect(visible).toContain("Warnings about people");
  expect(visible).toContain("is an owner, but the program does not declare");
});

const field: PrintedStep = {
  op: "create",
  name: "Group::field",
  after: { inputs: { organizationId, name: "field", members: ["hal@acme.example"] } },
};
const waiting = (people: string) => ({
  urn: urn("Group::field"),
  message: `${people} not a member of the organization yet. The first update after acceptance of an invitation gives the membership in the group.`,
});

test("a warning about people who wait for an invitation is a message if the review shows the invitation", () => {
  const hal: PrintedStep = { op: "create", name: "Membership::hal", after: declared("hal@acme.example", "viewer") };
  const find = (steps: readonly PrintedStep[], words = "hal@acme.example is") =>
    reviewWarnings([...steps, field], waiting(words)).remarks.map(({ risks }) => risks);
  expect(find([hal])).toEqual([undefined]);
  expect(formatMarkdown(createReport(reviewWarnings([hal, field], waiting("hal@acme.example is"))))).toContain(
    "Messages from Pulumi (1)",
  );
  expect(find([])).toEqual([["warnsOfPeople"]]);
  expect(find([hal, bob], "hal@acme.example, bob@acme.example is")).toEqual([["warnsOfPeople"]]);
  expect(find([hal], "hal@acme.example and 3 more is")).toEqual([["warnsOfPeople"]]);
});

test("a warning about a second factor without the row of the setting keeps its own item", () => {
  const review = reviewWarnings([policy(true, true)], cutOff);
  expect(review.settings).toEqual([]);
  expect(review.remarks).toMatchObject([{ people, risks: ["warnsOfPeople"] }]);
});

test.each([
  ["without people", { urn: urn("Membership::bob"), message: "Peridio is slow." }],
  ["of no resource", { message: "bob@acme.example is slow." }],
  ["of another provider", { urn: urn("random:index:RandomId::bob"), message: "bob@acme.example is slow." }],
  ["of a Layout, which is a component", { urn: urn("Layout::acme"), message: "bob@acme.example ended." }],
])("a warning %s stays a message", (_, warning) => {
  const review = reviewWarnings([bob], warning);
  expect(review.remarks).toMatchObject([{ severity: "warning", text: warning.message }]);
  expect(review.remarks[0]).not.toHaveProperty("people");
  expect(countChanges("low", review)).toBe(0);
});

test("a new warning about people is a difference for `confirm`", () => {
  const [calm, warned] = [reviewWarnings([bob]), reviewWarnings([bob], owner)];
  expect(findDifferences(calm, warned)).toEqual([`New warning: Membership bob: ${owner.message}`]);
  const [few, many] = [reviewWarnings([policy(true)]), reviewWarnings([policy(true)], cutOff)];
  expect(findDifferences(few, many)).not.toEqual([]);
});

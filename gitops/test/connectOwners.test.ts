import type { Kind } from "../src/model/stackChange";
import { readPreview } from "../src/preview/preview";
import { formatHtml } from "../src/report/html/html";
import { formatMarkdown } from "../src/report/markdown/markdown";
import { createReport } from "../src/report/report";
import type { Review } from "../src/review/review";
import { createJudge } from "../src/rules/checkRules";
import { parseRulesFile } from "../src/rules/readRules";
import {
  createReview,
  document,
  organization,
  type PrintedStep,
  prn,
  describeChanges,
  unknownText,
  urn,
} from "./support/document";
import { declared, membership, roster } from "./support/people";

/** Previews with Avocado Connect do not show owners. An organization may have several. */

const provider = `${urn("pulumi:providers:peridio::default")}::${unknownText}`;
const connect = { "peridio:backend": "connect" };
const [ada, bob, grace] = ["ada@acme.example", "bob@acme.example", "grace@acme.example"];
const admins = { [ada]: "admin", [grace]: "admin" };

function by(step: PrintedStep): PrintedStep {
  const { before, after } = step;
  return { ...step, before: before && { ...before, provider }, after: after && { ...after, provider } };
}

const dev = organization("acme-dev", 1, { outputs: { owner: undefined, tier: "teams" } });

interface Asked {
  readonly rules?: string;
  readonly kind?: Kind;
  readonly config?: object;
}

function review(steps: readonly PrintedStep[], { rules, kind = "change", config = connect }: Asked = {}) {
  const text = document(steps.map(by), { kind, more: { config } });
  const parsed =
    rules === undefined ? [] : parseRulesFile({ file: "access-rules.yaml", text: `rules: { ${rules} }` }).rules;
  const held = createJudge(parsed, { now: new Date("2027-01-31") });
  return createReview([readPreview(text, "preview.json", kind)], kind, rules === undefined ? {} : { judge: held });
}

const sentence = (names: string) =>
  `Previews with Avocado Connect do not show undeclared owners of ${names}. Owners have the rights of admins. An undeclared owner is unknown, also to access rules.`;

test("a roster declares everyone but owners, and a review says so once for all organizations", () => {
  const lab = organization("acme-lab", 2, { outputs: { owner: undefined, tier: "teams" } });
  const found = review([lab, dev, roster(admins, admins, { op: "same" })]);
  expect(found.organizations.map(({ name, complete }) => [name, complete])).toEqual([
    ["acme-dev", false],
    ["acme-lab", false],
  ]);
  // The fact applies to every review, so it is no news.
  expect(found.unknowns).toEqual([]);
  expect(createReport(found).summary.counts).toEqual([["No access changes"]]);
  const comment = formatMarkdown(createReport(found));
  expect(comment).toContain(`<summary>All access after the change</summary>\n\n- ${sentence("acme-dev, acme-lab")}`);
  expect(formatHtml(createReport(found), { title: "Access review" })).toContain(sentence("acme-dev, acme-lab"));
});

test("a review of drift also reports unknown owners", () => {
  const refreshed = { ...roster(admins, undefined), op: "refresh" };
  const steps = [dev, refreshed].map((step) => ({ ...step, op: "refresh", after: step.before }));
  expect(review(steps, { kind: "drift" })).toMatchObject({
    organizations: [{ complete: false, undeclaredOwners: true }],
    unknowns: [],
  });
});

test("reports unknown owners for resources that leave a stack, and for organizations with people only", () => {
  const before = { ...membership(bob, "member"), retainOnDelete: true };
  const note = (found: Review) => createReport(found).access.note;
  expect(note(review([{ op: "delete", name: "Membership::bob", before }]))).toBe(sentence(prn(1)));
  expect(note(review([roster(admins, admins, { op: "same" })]))).toBe(sentence(prn(1)));
});

test("the other API reports the owner, and a roster declares everyone", () => {
  const steps = [organization("acme-dev", 1), roster(admins, admins, { op: "same" })];
  const { organizations, unknowns, verdict } = review(steps, { rules: "All: { roster: required }", config: {} });
  expect([organizations[0]?.complete, unknowns, verdict]).toEqual([true, [], "pass"]);
});

test("recognizes a declared owner", () => {
  const steps = [organization("acme-dev", 1), roster(admins, admins, { op: "same" })];
  expect(review(steps)).toMatchObject({ organizations: [{ complete: true }], unknowns: [] });
});

test.each([
  ["required", "refused"],
  ["exceptOwners", "pass"],
])("a rule that asks for `roster: %s` of a whole roster: %s", (rule, verdict) => {
  const found = review([dev, roster(admins, admins, { op: "same" })], { rules: `All: { roster: ${rule} }` });
  expect(found.verdict).toBe(verdict);
  expect(found.violations.every(({ before }) => before)).toBe(true);
});

test("the loss of a whole roster is worse than unknown owners", () => {
  const { violations } = review([dev, roster(admins, admins, { ignore: ["*@partner.example"] })], {
    rules: "All: { roster: required }",
  });
  expect(violations).toMatchObject([{ before: false }]);
  expect(violations[0]?.message).toContain("may have people without a declaration");
});

test("notes for a removed admin that an owner would stay", () => {
  const found = review([dev, roster({ ...admins, [bob]: "member" }, { [ada]: "admin" })]);
  expect(describeChanges(found.people)).toEqual([
    `${bob}: member → - (removesPerson)`,
    `${grace}: admin → - (removesAdmin, removesPerson)`,
  ]);
  const notes = Object.fromEntries(found.people.map(({ email, notes }) => [email, notes]));
  expect(notes).toEqual({
    [ada]: [],
    [bob]: [],
    [grace]: [
      "The preview does not show if this person is an owner. An owner stays, because the provider removes no owner.",
    ],
  });
  const invited = review([dev, roster(admins, { [ada]: "admin" }, { status: "pending" })]);
  expect(invited.people.flatMap(({ notes }) => notes)).toEqual([]);
});

describe("a declared owner", () => {
  const owners = { ...admins, [ada]: "owner" };

  /** Returns the changes of a roster's people, with their risks. */
  const change = (before: object, after: object, outputs = {}) =>
    describeChanges(review([dev, roster({ ...before }, { ...after }, outputs)]).people);

  test("is an admin who owns the organization", () => {
    const { people } = review([dev, roster(owners, owners, { op: "same" })]);
    expect(people.map(({ email, after }) => [email, after?.role, after?.owner])).toEqual([
      [ada, "admin", true],
      [grace, "admin", false],
    ]);
  });

  test("is a high risk if the role is granted or taken", () => {
    expect(change(admins, owners)).toEqual([`${ada}: admin → admin owner (changesOwner)`]);
    expect(change(owners, admins)).toEqual([`${ada}: admin owner → admin (changesOwner)`]);
    expect(change(owners, { ...admins, [ada]: "member" })).toEqual([
      `${ada}: admin owner → member (changesOwner, removesAdmin)`,
    ]);
    expect(change(admins, { ...admins, [bob]: "owner" })).toEqual([
      `${bob}: - → admin planned owner (changesOwner, grantsAdmin, addsPerson)`,
    ]);
  });

  test("who was kept before is lowered, although the outputs still contain a kept owner", () => {
    const step = roster(owners, admins);
    const outputs = { ...step.before?.outputs, members: admins, currentRoles: { [ada]: "owner" } };
    const kept = (former: object) => ({
      ...step,
      before: step.before && { ...step.before, inputs: { ...step.before.inputs, members: former }, outputs },
    });
    expect(describeChanges(review([dev, kept(owners)]).people)).toEqual([`${ada}: admin owner → admin (changesOwner)`]);
    expect(describeChanges(review([dev, kept(admins)]).people)).toEqual([]);
    const single = membership(ada, "owner", { role: "admin", currentRole: "owner" });
    const lowered = { op: "update", name: "Membership::ada", before: single, after: declared(ada, "admin") };
    expect(describeChanges(review([dev, lowered]).people)).toEqual([`${ada}: admin owner → admin (changesOwner)`]);
  });

  test("stays if no stack declares the person any longer", () => {
    const { people } = review([dev, roster(owners, { [grace]: "admin" })]);
    expect(people[0]).toMatchObject({ email: ada, after: { role: "admin", owner: true } });
    expect(people[0]?.notes).toContain(
      "No stack declares this person after the change, but the person stays, as an owner of the organization.",
    );
  });

  test("may be forbidden by a rule, and an undeclared one is unknown", () => {
    const { violations } = review([dev, roster(owners, owners, { op: "same" })], {
      rules: `Owners: { owner: ${grace} }`,
    });
    expect(violations.map(({ message }) => message)).toEqual([
      expect.stringContaining("acme-dev may have an undeclared owner"),
      expect.stringContaining(`${ada} is an owner of acme-dev, but the rule allows only ${grace}.`),
    ]);
  });
});

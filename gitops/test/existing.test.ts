import type { Values } from "#framework";
import { readPreview } from "../src/preview/preview";
import { formatMarkdown } from "../src/report/markdown/markdown";
import { createReport } from "../src/report/report";
import { createJudge } from "../src/rules/checkRules";
import { parseRulesFile } from "../src/rules/readRules";
import { createReview, document, type PrintedStep } from "./support/document";
import { idOf, organizationId, step } from "./support/objects";
import { declared, dev, membership, roster } from "./support/people";

const [ada, bob, carl, dora, eve] = [
  "ada@acme.example",
  "bob@acme.example",
  "carl@partner.example",
  "dora@acme.example",
  "eve@acme.example",
];

/** Returns the judge of the rules and tests of a file. */
function createJudgeOf(text: string) {
  const { rules, tests } = parseRulesFile({ file: "access-rules.yaml", text });
  return createJudge(rules, { now: new Date("2027-01-31"), tests });
}

function review(
  text: string,
  steps: readonly PrintedStep[],
  proposed?: string,
  changedControls: readonly string[] = [],
) {
  const preview = readPreview(document([dev, ...steps]), "preview.json", "change");
  const content = createReview([preview], "change", {
    judge: createJudgeOf(text),
    ...(proposed !== undefined && { proposedJudge: createJudgeOf(proposed) }),
    changedControls,
    rulesFiles: ["access-rules.yaml"],
  });
  const { verdict, violations, unknowns } = content;
  const differences = violations.flatMap(({ difference = [] }) => difference);
  return { verdict, severities: violations.map(({ severity }) => severity), differences, unknowns, content };
}

const approved = (rule: string) => `existing: approve\nrules: { x: { ${rule} } }`;
const project = (before: Values, after: Values) =>
  step("Project::firmware", 4, { name: "firmware", ...before }, { name: "firmware", ...after });
const group = (before: Values, after: Values) =>
  step("Group::field", 5, { name: "field", ...before }, { name: "field", ...after });
const claimToken = (before: Values | undefined, after: Values) =>
  step("ClaimToken::line", 6, before && { name: "line", ...before }, { name: "line", ...after });
const webhook = (before: Values, after: Values) =>
  step("Webhook::alerts", 7, { name: "alerts", ...before }, { name: "alerts", ...after });
const people = (before: Record<string, string>, after: Record<string, string>) =>
  roster(before, after, { op: JSON.stringify(before) === JSON.stringify(after) ? "same" : "update" });
/** Ada owns the organization. */
const others = "people: { except: ada@acme.example }, role: { atMost: viewer }";

/** Bob is a manager with one end, and then with another one. */
const end = (before: Values, after: Values): PrintedStep => {
  const step = people({ [bob]: "manager" }, { [bob]: "manager" });
  const add = (side: PrintedStep["before"], values: Values) =>
    side && { ...side, inputs: { ...side.inputs, ...values }, outputs: { ...side.outputs, ...values } };
  return { ...step, op: "update", before: add(step.before, before), after: add(step.after, after) };
};
const [day, moment, earlier] = ["2027-06-30", "2027-06-30T08:00:00Z", "2027-05-31"].map((lastDay) => ({
  lastDays: { [bob]: lastDay },
}));
const secretEnd = { lastDays: { [bob]: "[secret]" } };
const afterwards = (role: string) => ({ ...day, rolesAfterwards: { [bob]: role } });

const [evil, open, closed] = ["https://evil.example", { everyoneEnabled: true }, { everyoneEnabled: false }];

describe("with `existing: approve`, a violation that existed needs approval", () => {
  test.each<[string, string, readonly PrintedStep[]]>([
    ["without a change", others, [people({ [bob]: "manager" }, { [bob]: "manager" })]],
    ["beside a change of others", others, [people({ [bob]: "manager" }, { [bob]: "manager", [dora]: "viewer" })]],
    [
      "that is smaller now",
      "admins: { atMost: 1 }",
      [people({ [ada]: "admin", [bob]: "admin", [dora]: "admin" }, { [ada]: "admin", [bob]: "admin" })],
    ],
    ["of a person whose access ends earlier", others, [end({ ...day }, { ...earlier })]],
    ["of a person whose access ends on the same day, but hours earlier", others, [end({ ...day }, { ...moment })]],
    ["of a person with a secret end that stays", others, [{ ...end({ ...secretEnd }, { ...secretEnd }), op: "same" }]],
    ["of a person with a lower role afterwards", others, [end(afterwards("developer"), afterwards("viewer"))]],
    [
      "that lacks fewer now",
      "admins: { atLeast: 4 }",
      [people({ [ada]: "admin" }, { [ada]: "admin", [bob]: "admin" })],
    ],
    [
      "of a project with another description",
      "everyoneEnabled: false",
      [project(open, { ...open, description: "new" })],
    ],
    [
      "of a group with another new member",
      "people: '*@partner.example', groups: none",
      [group({ members: [carl] }, { members: [carl, bob] })],
    ],
    [
      "of a token beside a new token",
      "expiresAt: required",
      [
        claimToken({}, {}),
        { ...claimToken(undefined, { expiresAt: "2027-03-01T00:00:00Z" }), name: "ClaimToken::other" },
      ],
    ],
    [
      "of a token that admits fewer devices now",
      "claimTokens: { maxUses: 5 }",
      [claimToken({ maxUses: 1000 }, { maxUses: 100 })],
    ],
  ])("%s", (_, rule, steps) => {
    expect(review(approved(rule), steps)).toMatchObject({ verdict: "needs approval", severities: ["approve"] });
    expect(review(`rules: { x: { ${rule}, existing: approve } }`, steps).verdict).toBe("needs approval");
    expect(review(approved(`${rule}, existing: counted`), steps).verdict).toBe("refused");
    expect(review(`rules: { x: { ${rule} } }`, steps).verdict).toBe("refused");
  });
});

test.each<[string, string, readonly PrintedStep[]]>([
  ["the violation is larger", others, [people({ [bob]: "developer" }, { [bob]: "manager" })]],
  [
    "it is about other people",
    "admins: { atMost: 1 }",
    [people({ [ada]: "admin", [bob]: "admin" }, { [ada]: "admin", [dora]: "admin" })],
  ],
  [
    "a person gets more access",
    "until: required",
    [people({ [ada]: "admin", [bob]: "viewer" }, { [ada]: "admin", [bob]: "manager" })],
  ],
  ["a person gets more access", others, [end({ ...day }, {})]],
  ["a person gets more access", "until: required", [people({ [bob]: "admin" }, { [bob]: "owner" })]],
  ["a person gets more access", others, [end({ ...moment }, { ...day })]],
  ["a person gets more access", others, [end({ ...day }, afterwards("manager"))]],
  ["a person gets more access", others, [end(afterwards("viewer"), afterwards("developer"))]],
  ["a value that decides is hidden", others, [end({ ...secretEnd }, { ...secretEnd })]],
  ["a value that decides is hidden", others, [end({ ...day }, { ...secretEnd })]],
  ["a value that decides is hidden", "until: required", [roster({ [bob]: "[secret]" }, { [bob]: "[secret]" })]],
  ["a value that decides is hidden", "groups: none", [group({ members: ["[secret]"] }, { members: ["[secret]"] })]],
  ["the change writes the object", "expiresAt: required", [claimToken({ maxUses: 1 }, { maxUses: 1000 })]],
  ["the change accepts what was changed outside Pulumi", others, [accept("manager")]],
])("a violation that existed before counts as new, because %s", (difference, rule, steps) => {
  const { differences, content } = review(approved(rule), steps);
  expect(differences).toEqual([difference]);
  expect(formatMarkdown(createReport(content), { title: "Review", limit: 65_000 })).toContain(
    `Counts as new: ${difference}.`,
  );
  expect(review(`rules: { x: { ${rule}, existing: counted } }`, steps).differences).toEqual([]);
});

describe("with `existing: approve`, a change is refused that", () => {
  test.each<[string, string, readonly PrintedStep[]]>([
    ["adds a violation", others, [people({ [bob]: "manager" }, { [bob]: "manager", [dora]: "manager" })]],
    ["enlarges a violation", others, [people({ [bob]: "developer" }, { [bob]: "manager" })]],
    [
      "puts another admin in the place of one",
      "admins: { atMost: 1 }",
      [people({ [ada]: "admin", [bob]: "admin" }, { [ada]: "admin", [dora]: "admin" })],
    ],
    ["accepts access from outside Pulumi", others, [accept("manager")]],
    [
      "accepts the new address of a person",
      others,
      [
        {
          op: "same",
          name: "Membership::bob",
          before: membership(bob, "manager", { currentEmail: carl }),
          after: declared(carl, "manager"),
        },
      ],
    ],
    ["keeps a hidden value", "groups: none", [group({ members: ["[secret]"] }, { members: ["[secret]"] })]],
    [
      "renames the group that breaks the rule",
      "people: '*@partner.example', groups: none",
      [group({ members: [carl] }, { members: [carl], name: "fleet" })],
    ],
    ["accepts another name of the group that breaks the rule", "groups: ops", acceptName("ops", "field")],
    ["writes the token that breaks the rule", "expiresAt: required", [claimToken({ maxUses: 1 }, { maxUses: 1000 })]],
    [
      "enables the webhook that breaks the rule",
      "webhookHosts: '*.acme.example'",
      [webhook({ url: evil, enabled: false }, { url: evil, enabled: true })],
    ],
    [
      "opens another project",
      "everyoneEnabled: false",
      [
        project(open, open),
        {
          ...project(closed, open),
          name: "Project::gateways",
          before: { id: idOf(8), inputs: { organizationId, name: "gateways", ...closed } },
        },
      ],
    ],
    [
      "removes an admin of too few",
      "admins: { atLeast: 3 }",
      [people({ [ada]: "admin", [bob]: "admin" }, { [ada]: "admin" })],
    ],
    [
      "exchanges an admin of too few",
      "admins: { atLeast: 3 }",
      [people({ [ada]: "admin", [bob]: "admin" }, { [ada]: "admin", [eve]: "admin" })],
    ],
    [
      "ignores more people",
      "roster: exceptOwners",
      [roster({ [bob]: "viewer" }, { [bob]: "viewer" }, { ignore: ["*@partner.example"] })],
    ],
    ["breaks a limit of the change", "change: { grants: none }", [people({}, { [bob]: "viewer" })]],
  ])("%s", (_, rule, steps) => {
    const { verdict, severities } = review(approved(rule), steps);
    expect(verdict).toBe("refused");
    expect(severities).toContain("refuse");
  });
});

describe("`existing: approve` for a test of access", () => {
  const test_ = (more = "") =>
    `tests: { x: { person: ${bob}, cannot: [{ organization: acme-dev, role: { atLeast: manager } }]${more} } }`;
  const kept = [people({ [bob]: "manager" }, { [bob]: "manager" })];

  test("asks for an approval of a failure that existed", () => {
    expect(review(test_(), kept).verdict).toBe("refused");
    expect(review(test_(", existing: approve"), kept)).toMatchObject({
      verdict: "needs approval",
      severities: ["approve"],
    });
    expect(review(`existing: approve\n${test_()}`, kept).verdict).toBe("needs approval");
    expect(review(`existing: approve\n${test_(", existing: counted")}`, kept).verdict).toBe("refused");
  });

  test.each([
    ["a new one", [people({ [bob]: "viewer" }, { [bob]: "manager" })]],
    ["a larger one", [people({ [bob]: "manager" }, { [bob]: "admin" })]],
    ["one from outside Pulumi", [accept("manager")]],
    ["one that nobody can know", [people({ [bob]: "[secret]" }, { [bob]: "[secret]" })]],
  ])("refuses %s", (_, steps) => {
    expect(review(`existing: approve\n${test_()}`, steps).verdict).toBe("refused");
  });
});

test("an access test fails anew if the change accepts the name that makes it fail", () => {
  const text = `tests: { x: { person: ${bob}, cannot: [{ organization: acme-dev, project: firmware }], existing: approve } }`;
  const renamed = (recorded: string) => {
    const { before } = project({ ...open, name: recorded }, {});
    return [
      people({ [bob]: "viewer" }, { [bob]: "viewer" }),
      { op: "refresh", name: "Project::firmware", before, after: before },
      project(open, open),
    ];
  };
  expect(review(text, renamed("firmware")).verdict).toBe("needs approval");
  expect(review(text, renamed("lab")).verdict).toBe("refused");
});

function accept(role: string): PrintedStep {
  return {
    op: "update",
    name: "Membership::bob",
    before: { ...membership(bob, role), inputs: declared(bob, "viewer").inputs ?? {} },
    after: declared(bob, role),
  };
}

/** The name of a group with Carl at the last update, and the name in Peridio, which the program declares. */
function acceptName(recorded: string, live: string): readonly PrintedStep[] {
  const was = { ...group({ members: [carl] }, { members: [carl] }), op: "refresh" };
  const { before } = group({ members: [carl], name: recorded }, {});
  const now = group({ members: [carl], name: live }, { members: [carl], name: live });
  return [{ ...was, before, after: before }, now];
}

describe("a change that edits only rules", () => {
  const rule = (more: string) => `rules: { x: { ${others}${more} } }`;
  const kept = people({ [bob]: "manager" }, { [bob]: "manager" });
  const exempt = (day: string) => `, exempt: [{ person: ${bob}, until: ${day}, because: he hands over }]`;

  test.each([
    ["renews an exemption that has ended", exempt("2027-01-30"), exempt("2027-03-31")],
    ["edits a rule without a repair", "", ", because: we said so"],
  ])("needs approval: %s", (_, former, edited) => {
    expect(review(rule(former), [kept], rule(edited))).toMatchObject({
      verdict: "needs approval",
      severities: ["approve"],
    });
  });

  test("is refused if anything else changes, or if no rule differs", () => {
    const changed = people({ [bob]: "manager" }, { [bob]: "manager", [dora]: "viewer" });
    expect(review(rule(""), [changed], rule(exempt("2027-03-31"))).verdict).toBe("refused");
    expect(review(rule(""), [kept], rule("")).verdict).toBe("refused");
  });

  test("is refused if it also edits another file that controls the review", () => {
    const edited = rule(exempt("2027-03-31"));
    expect(review(rule(""), [kept], edited, ["access/access-rules.yaml"]).verdict).toBe("needs approval");
    expect(review(rule(""), [kept], edited, ["access-rules.yaml", ".github/workflows/access.yml"]).verdict).toBe(
      "refused",
    );
  });

  test("reports the names that nothing has in the edited rules", () => {
    const { unknowns } = review(rule(""), [kept], `rules: { y: { people: bbo@acme.example, role: viewer } }`);
    expect(unknowns).toEqual([expect.stringContaining("bbo@acme.example (did you mean bob@acme.example?)")]);
  });

  test("shows an edit of the default in each rule", () => {
    const [former, edited] = [rule(""), `existing: approve\n${rule("")}`];
    expect(review(former, [people({}, {})], edited)).toMatchObject({ verdict: "needs approval", severities: [] });
  });
});

import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import type { Values } from "#framework";
import { parseLayout } from "#layout";
import type { BackendName } from "#provider";
import { compareLayouts } from "../src/plan/layouts";
import type { StackChange } from "../src/model/stackChange";
import { readPreview } from "../src/preview/preview";
import { findMissingApprovals } from "../src/review/approvals";
import { readReviewFile } from "../src/review/reviewFile";
import { getVerdict } from "../src/review/verdict";
import { createJudge } from "../src/rules/checkRules";
import { parseRulesFile } from "../src/rules/readRules";
import { createReview, document, type PrintedStep, prn } from "./support/document";
import { organizationId, step } from "./support/objects";
import { declared, dev, membership, roster } from "./support/people";

/**
 * Compares the verdicts of rules with those of an earlier version, which the fixture contains: no upgrade weakens a rule. With GOLDEN=write,
 * an earlier version writes its verdicts. A version adds lines, and never edits them.
 */

const today = "2027-01-31";
const [ada, bob, carl, dora] = ["ada@acme.example", "bob@acme.example", "carl@partner.example", "dora@acme.example"];
const outsiders = "people: { except: '*@acme.example' }";

const rules = [
  ...["", ", existing: ignored", ", severity: approve", ", severity: note"].flatMap((more) => [
    `admins: { atLeast: 2 }${more}`,
    `admins: { atMost: 1 }${more}`,
    `role: { atMost: manager }${more}`,
    `${outsiders}, role: { atMost: viewer }${more}`,
    `${outsiders}, until: required${more}`,
    `${outsiders}, groups: none${more}`,
    `everyoneEnabled: false${more}`,
    `expiresAt: required${more}`,
    `webhookHosts: "*.acme.example"${more}`,
    `requireTwoFactor: true${more}`,
  ]),
  `admins: { including: ${dora} }`,
  `admins: { atLeast: 2, countInvited: true }`,
  "notTogether: [{ role: admin }, { role: admin }]",
  "access: { users: none }",
  "groups: { except: field }",
  "sessionTimeout: { atMost: 8h }",
  "ipAllowlist: required",
  "claimTokens: { maxUses: 5, cohort: required }",
  "tunnels: { atMost: 30m }",
  "protect: true",
  'name: "acme-*"',
  "displayName: required",
  `owner: ${ada}`,
  "roster: required",
  "change: { grants: none }",
  "change: { removals: { atMost: 1 }, settings: none }",
  `role: none, exempt: [{ person: "*@acme.example", until: 2027-03-31, because: x }]`,
  `role: none, exempt: [{ person: "*@acme.example", until: 2027-01-30, because: x }]`,
  "organizations: other, role: none",
  "authors: '*[bot]', change: { grants: none }",
];

const project = (before: Values | undefined, after: Values | undefined) =>
  step("Project::firmware", 4, before && { name: "firmware", ...before }, after && { name: "firmware", ...after });
const group = (before: Values | undefined, after: Values | undefined) =>
  step("Group::field", 5, before && { name: "field", ...before }, after && { name: "field", ...after });
const claimToken = (before: Values | undefined, after: Values | undefined) =>
  step("ClaimToken::line", 6, before && { name: "line", ...before }, after && { name: "line", ...after });
const webhook = (before: Values | undefined, after: Values | undefined) =>
  step("Webhook::alerts", 7, before && { name: "alerts", ...before }, after && { name: "alerts", ...after });
const policy = (before: Values, after: Values) => step("SecurityPolicy::acme-dev", 8, before, after);
const invited = (role: string, status: string) => ({ ...membership(bob, role, { status }) });
const [open, closed, hooks, evil] = [
  { everyoneEnabled: true },
  { everyoneEnabled: false },
  { url: "https://hooks.acme.example" },
  { url: "https://evil.example" },
];
const two = { [ada]: "admin", [bob]: "admin" };

const changes: Readonly<Record<string, readonly PrintedStep[]>> = {
  nothing: [],
  "an admin alone": [roster({ [ada]: "admin" }, { [ada]: "admin" }, { op: "same" })],
  "two admins": [roster(two, two, { op: "same" })],
  "a new admin": [roster({ [ada]: "admin" }, two)],
  "a new viewer": [roster(two, { ...two, [carl]: "viewer" })],
  "an admin who leaves": [roster(two, { [ada]: "admin" })],
  "another admin": [roster(two, { [ada]: "admin", [dora]: "admin" })],
  "three admins, then two": [roster({ ...two, [dora]: "admin" }, two)],
  "a demotion": [roster({ ...two, [carl]: "developer" }, { ...two, [carl]: "viewer" })],
  "a promotion": [roster({ ...two, [carl]: "viewer" }, { ...two, [carl]: "developer" })],
  "a hidden role": [roster({ ...two, [carl]: "[secret]" }, { ...two, [carl]: "[secret]" }, { op: "same" })],
  "an invitation that waits": [
    { op: "same", name: "Membership::bob", before: invited("admin", "pending"), after: declared(bob, "admin") },
  ],
  "an invitation that has expired": [
    { op: "update", name: "Membership::bob", before: invited("admin", "expired"), after: declared(bob, "admin") },
  ],
  "accepted drift": [
    {
      op: "update",
      name: "Membership::bob",
      before: { ...membership(bob, "manager"), inputs: declared(bob, "viewer").inputs ?? {} },
      after: declared(bob, "manager"),
    },
  ],
  "a new owner": [
    {
      op: "update",
      name: "OrganizationOwner::acme-dev",
      before: { id: organizationId, inputs: { organizationId, email: ada } },
      after: { inputs: { organizationId, email: bob } },
    },
  ],
  "an open project": [project(open, open)],
  "a project that opens": [project(closed, open)],
  "a project with another description": [project(open, { ...open, description: "new" })],
  "a direct grant": [
    project({ ...closed, access: { users: [], groups: [] } }, { ...closed, access: { users: [carl], groups: [] } }),
  ],
  "a partner in a group": [group({ members: [carl] }, { members: [carl] })],
  "a partner who joins a group": [group({ members: [] }, { members: [carl] })],
  "hidden members": [group({ members: ["[secret]"] }, { members: ["[secret]"] })],
  "a token without an expiry": [claimToken({ maxUses: 100 }, { maxUses: 100 })],
  "a token that admits more": [claimToken({ maxUses: 100 }, { maxUses: 1000 })],
  "a new token": [claimToken(undefined, { expiresAt: "2027-03-01T00:00:00Z" })],
  "a foreign webhook": [webhook(evil, evil)],
  "a webhook that is enabled": [webhook({ ...evil, enabled: false }, evil)],
  "a webhook that moves": [webhook(hooks, evil)],
  "no second factor": [policy({ requireTwoFactor: false }, { requireTwoFactor: false })],
  "a second factor that ends": [policy({ requireTwoFactor: true }, { requireTwoFactor: false })],
  "longer sessions": [policy({ sessionTimeout: "8h" }, { sessionTimeout: "12h" })],
  "a deletion": [{ op: "delete", name: "Organization::lab", before: { id: prn(2), inputs: { name: "acme-lab" } } }],
};

const layout = (people: string, organizations = "acme-dev: {}") =>
  `organizations: { ${organizations} }\npeople:\n${people}`;
const person = (email: string, role: string) => `  ${email}: { acme-dev: ${role} }\n`;
const admin = person(ada, "admin");

const plans: Readonly<Record<string, readonly [BackendName, string, string]>> = {
  "a plan without a change": ["admin-v2", layout(admin), layout(admin)],
  "a plan of a new admin": ["admin-v2", layout(admin), layout(admin + person(bob, "admin"))],
  "a plan of a new organization": [
    "admin-v2",
    layout(admin),
    layout(
      `  ${ada}: { acme-dev: admin, acme-new: admin }\n  ${bob}: { acme-new: admin }\n`,
      "acme-dev: {}, acme-new: {}",
    ),
  ],
  "a plan of an admin who leaves": ["admin-v2", layout(admin + person(bob, "admin")), layout(admin)],
  "a plan of a partner with an end": [
    "admin-v2",
    layout(admin),
    layout(admin + person(carl, "{ role: viewer, until: 2027-06-30 }")),
  ],
  "a plan of a grant": [
    "connect",
    layout(
      person(ada, "owner") + person(carl, "member"),
      "acme-dev: { projects: { firmware: { everyoneEnabled: false, access: { users: [], groups: [] } } } }",
    ),
    layout(
      person(ada, "owner") + person(carl, "member"),
      `acme-dev: { projects: { firmware: { everyoneEnabled: true, access: { users: [${carl}], groups: [] } } } }`,
    ),
  ],
};

function readPlan([backend, base, proposed]: (typeof plans)[string]): readonly StackChange[] {
  const read = (text: string) =>
    parseLayout([{ file: "layout.yaml", text }], { now: new Date(today), version: "0.1.0" });
  return compareLayouts({ base: read(base), layout: read(proposed), backend, digest: "" });
}

const verdicts = ["pass", "needs approval", "refused"] as const;
type Verdict = (typeof verdicts)[number];

/** Returns the verdicts of a change with each rule. Rules are independent, so one review judges all of them. */
function judge(previews: readonly StackChange[]): readonly Verdict[] {
  const text = JSON.stringify({
    rules: Object.fromEntries(rules.map((rule, index) => [`rule ${index}`, parse(`{ ${rule} }`)])),
  });
  const parsed = parseRulesFile({ file: "access-rules.json", text }).rules;
  const { violations } = createReview(previews, "change", {
    judge: createJudge(parsed, { now: new Date(today), authors: ["ada"] }),
  });
  const { verdict } = createReview(previews, "change", {});
  return rules.map((_, index) => {
    const own = violations.filter(({ rule }) => rule === `rule ${index}`).map(({ severity }) => severity);
    const broken = own.includes("refuse") ? "refused" : own.includes("approve") ? "needs approval" : "pass";
    return verdicts.findLast((one) => one === verdict || one === broken) ?? "refused";
  });
}

/** The verdicts that decisions made weaker, by rule and change. */
const weakened: readonly (readonly [RegExp, RegExp, decision: string])[] = [
  [/^admins: \{ (atLeast|including)/, /a new admin|an invitation that|a plan of a new admin/, "0038"],
  [/^change: \{ grants: none/, /an invitation that has expired/, "0038"],
];

const fixture = join(__dirname, "fixtures", "verdicts.txt");

test("no rule of an earlier version is weaker", () => {
  const inputs: readonly (readonly [string, readonly StackChange[]])[] = [
    ...Object.entries(changes).map(
      ([name, steps]) => [name, [readPreview(document([dev, ...steps]), "preview.json", "change")]] as const,
    ),
    ...Object.entries(plans).map(([name, plan]) => [name, readPlan(plan)] as const),
  ];
  const found = inputs.flatMap(([change, previews]) => {
    const judged = judge(previews);
    return rules.map((rule, index) => ({ key: `${change} | ${rule}`, rule, change, verdict: judged[index] }));
  });
  if (process.env.GOLDEN === "write")
    writeFileSync(fixture, found.map(({ key, verdict = "" }) => `${key} | ${verdict}\n`).join(""));
  const lines = existsSync(fixture) ? readFileSync(fixture, "utf8").trimEnd().split("\n") : [];
  const earlier = new Map(
    lines.map((line) => [line.slice(0, line.lastIndexOf(" | ")), line.slice(line.lastIndexOf(" | ") + 3)]),
  );
  expect(earlier.size).toBeGreaterThan(2000);
  const rank = (verdict: string | undefined) => verdicts.findIndex((one) => one === verdict);
  const weaker = found.filter(({ key, verdict }) => rank(verdict) < rank(earlier.get(key)));
  const isDecided = ({ rule, change }: (typeof found)[number]) =>
    weakened.some(([rules, cases]) => rules.test(rule) && cases.test(change));
  expect(
    weaker
      .filter((one) => !isDecided(one))
      .map(({ key, verdict }) => `${key}: ${earlier.get(key) ?? ""} → ${verdict ?? ""}`),
  ).toEqual([]);
});

test("a review of an earlier version keeps its verdict and its approvers", () => {
  const { review } = readReviewFile({ folder: join(__dirname, "fixtures") }, "review.json");
  expect(getVerdict(review)).toBe("needs approval");
  expect(findMissingApprovals(review, ["bob"])).toEqual([
    expect.stringContaining('The rule "Few admins" needs an approval by ada'),
  ]);
});

import { readPreview } from "../src/preview/preview";
import { formatHtml } from "../src/report/html/html";
import { formatMarkdown } from "../src/report/markdown/markdown";
import { createReport } from "../src/report/report";
import { createJudge } from "../src/rules/checkRules";
import { parseRulesFile } from "../src/rules/readRules";
import { createReview, document, organization, type PrintedStep, prn } from "./support/document";
import { judge } from "./support/judged";
import { step } from "./support/objects";

const rules = parseRulesFile({
  file: "access-rules.yaml",
  text: `
rules:
  Two admins: { admins: { atLeast: 2 } }
  Outsiders only look at production:
    organizations: "*-production"
    people: { except: "*@acme.example" }
    role: { atMost: viewer }
    severity: approve
  Apart:
    notTogether: [{ role: admin, organizations: "*-production" }, { role: admin, organizations: acme-billing }]
    severity: note
  Locked: { organizations: "*-production", requireTwoFactor: true, protect: true, roster: required, severity: note }
`,
}).rules;

/** Returns the violations of rules by stacks, each a list of steps. */
function judged(stacks: Readonly<Record<string, readonly PrintedStep[]>>) {
  const previews = Object.entries(stacks).map(([stack, steps]) =>
    readPreview(document(steps, { stack }), `${stack}.json`, "change"),
  );
  const today = "2027-01-31";
  const {
    verdict,
    violations,
    rules: count,
  } = createReview(previews, "change", { judge: createJudge(rules, { now: new Date(today) }) });
  const messages = violations.map(({ rule, message, before }) => `${rule}${before ? " (before)" : ""}: ${message}`);
  return { verdict, count, messages };
}

type Members = Readonly<Record<string, string>>;

function roster(name: string, digit: number, before: Members, after: Members): PrintedStep {
  const organizationId = prn(digit);
  const people = Object.fromEntries(Object.keys(before).map((email) => [email, { status: "active" }]));
  const there = { organizationId, members: before };
  return {
    op: before === after ? "same" : "update",
    name: `OrganizationMembers::${name}`,
    before: { id: organizationId, inputs: there, outputs: { ...there, people } },
    after: { inputs: { organizationId, members: after } },
  };
}

function policy(name: string, digit: number, requireTwoFactor: boolean): PrintedStep {
  const organizationId = prn(digit);
  const inputs = { organizationId, requireTwoFactor };
  return {
    op: requireTwoFactor ? "same" : "update",
    name: `SecurityPolicy::${name}`,
    before: {
      id: organizationId,
      inputs: { ...inputs, requireTwoFactor: true },
      outputs: { ...inputs, requireTwoFactor: true },
    },
    after: { inputs },
  };
}

const [ada, bob, carl, grace] = ["ada@acme.example", "bob@acme.example", "carl@partner.example", "grace@acme.example"];
const admins = { [ada]: "admin", [grace]: "admin" };

test("a change that breaks no rule passes", () => {
  const people = { ...admins, [carl]: "viewer" };
  expect(
    judged({
      production: [
        organization("acme-production", 1),
        roster("acme-production", 1, people, people),
        policy("acme-production", 1, true),
      ],
    }),
  ).toEqual({ verdict: "pass", count: 4, messages: [] });
});

test("checks rules for all organizations of all stacks together, and marks rules that were broken before", () => {
  const { verdict, messages } = judged({
    production: [
      organization("acme-production", 1),
      roster("acme-production", 1, { ...admins, [carl]: "developer" }, { ...admins, [carl]: "developer" }),
      policy("acme-production", 1, false),
    ],
    billing: [
      organization("acme-billing", 2, { outputs: { owner: { email: bob } } }),
      roster("acme-billing", 2, { [bob]: "admin" }, { [grace]: "admin" }),
    ],
  });
  expect(verdict).toBe("needs approval");
  expect(messages).toEqual([
    `Outsiders only look at production (before): ${carl} has the role developer in acme-production, but the rule allows at most viewer. Give the person an allowed role, or remove the person.`,
    `Apart: ${grace} has the role admin in acme-production together with the role admin in acme-billing, but the rule forbids this combination. Remove one of these roles.`,
    "Locked: acme-production requires no second factor, but the rule requires a second factor for all users. Declare `requireTwoFactor: true`.",
  ]);
});

test("checks a new organization, and an organization that is known only by its PRN", () => {
  const membership = (email: string, role: string): PrintedStep => ({
    op: "create",
    name: `Membership::${email}`,
    after: { inputs: { organizationId: prn(3), email, role } },
  });
  const { verdict, messages } = judged({
    dev: [
      {
        op: "create",
        name: "Organization::acme-eu-production",
        after: { inputs: { name: "acme-eu-production" }, protect: true },
      },
      {
        op: "create",
        name: "OrganizationMembers::acme-eu-production",
        after: { inputs: { members: admins }, of: ["Organization::acme-eu-production"] },
      },
      membership(carl, "developer"),
    ],
  });
  const doubt = `The name of ${prn(3)} is unknown, so it is unclear if the rule applies. Add the preview of the stack that declares the organization, or use the organization's PRN in the rule.`;
  expect(verdict).toBe("refused");
  expect(messages).toEqual([
    `Two admins: ${prn(3)} has no admin, but the rule requires at least 2. Make 2 people admins. The previews may not show all admins.`,
    `Outsiders only look at production: ${carl} is to be invited to ${prn(3)} as developer, but the rule allows at most viewer. Give the person an allowed role, or remove the person. ${doubt}`,
    "Locked: acme-eu-production requires no second factor, but the rule requires a second factor for all users. Declare `requireTwoFactor: true`.",
    `Locked: No reviewed stack declares ${prn(3)}, so the rule cannot check the protection from deletion. Add the preview of the stack that declares the organization. ${doubt}`,
    `Locked: ${prn(3)} may have people without a declaration, but the rule requires a roster of all people. Declare a roster without \`ignore\` and without the option \`ignoreChanges\`, in a layout or with an OrganizationMembers. ${doubt}`,
    `Locked: requireTwoFactor of ${prn(3)} is unknown, but the rule requires a second factor for all users. Declare the setting in a SecurityPolicy, or under \`security\` in the layout. ${doubt}`,
  ]);
});

test("a rule that several people break shows its reason once", () => {
  const closed = parseRulesFile({
    file: "r.yaml",
    text: "rules: { Nobody: { role: none, because: It is closed. } }",
  }).rules;
  const members = { "bob@acme.example": "viewer", "carl@acme.example": "viewer" };
  const preview = readPreview(
    document([organization("acme-dev", 1), roster("acme-dev", 1, members, members)]),
    "p",
    "change",
  );
  const found = createReview([preview], "change", {
    judge: createJudge(closed, { now: new Date("2027-01-31") }),
  });
  expect(found.violations.map(({ explanation }) => explanation)).toEqual(Array(3).fill("It is closed."));
  expect(formatMarkdown(createReport(found)).split("It is closed.")).toHaveLength(2);
  expect(formatHtml(createReport(found), { title: "x" }).split("It is closed.")).toHaveLength(2);
});

test("an owner counts as an admin, also with another declared role", () => {
  const viewer = { email: ada, role: "viewer" };
  const membership = step("Membership::ada", 5, viewer, viewer);
  const billing = organization("billing", 2);
  expect(judge("x: { organizations: acme, role: { atMost: viewer } }", [membership])).toHaveLength(1);
  expect(judge("x: { organizations: acme, admins: { including: ada@acme.example } }", [membership])).toEqual([]);
  const apart = "x: { notTogether: [{ role: admin, organizations: acme }, { role: admin, organizations: billing }] }";
  expect(judge(apart, [membership, billing])).toHaveLength(1);
});

test("a rule for no organization of the review is named once, without the people that it names", () => {
  const text = (organizations: string) =>
    `rules: { Apart: { organizations: ${organizations}, people: bob@acme.exmple, role: none } }`;
  const read = (organizations: string) => {
    const { rules } = parseRulesFile({ file: "access-rules.yaml", text: text(organizations) });
    const preview = readPreview(document([organization("acme", 1)]), "acme.json", "change");
    return createReview([preview], "change", { judge: createJudge(rules, { now: new Date("2027-01-31") }) }).unknowns;
  };
  expect(read("globex")).toEqual([
    expect.stringContaining('The rule "Apart" applies to no organization in this review.'),
  ]);
  expect(read("acme")).toEqual([expect.stringContaining('The rule "Apart" names bob@acme.exmple under `people`')]);
});

import { readPreview } from "../../src/preview/preview";
import type { Review } from "../../src/review/review";
import { createJudge } from "../../src/rules/checkRules";
import { parseRulesFile } from "../../src/rules/readRules";
import { createReview, document, organization, type PrintedStep, prn } from "./document";

/** A change of 40 people in three organizations. The one outsider has the last address of all. */

const numbered = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => `p${String(from + index).padStart(2, "0")}@acme.example`);

/** The addresses with one role. */
const withRole = (role: string, emails: readonly string[]) => Object.fromEntries(emails.map((email) => [email, role]));

const admins = withRole("admin", ["ada@acme.example", "grace@acme.example"]);

export const outsider = "zoe@partner.example";
export const newAdmin = "p31@acme.example";

function roster(
  name: string,
  digit: number,
  before: Record<string, string>,
  after: Record<string, string>,
): PrintedStep {
  const people = Object.fromEntries(Object.keys(before).map((email) => [email, { status: "active" }]));
  const former = { organizationId: prn(digit), members: before };
  return {
    op: JSON.stringify(before) === JSON.stringify(after) ? "same" : "update",
    name: `OrganizationMembers::${name}`,
    before: { id: prn(digit), inputs: former, outputs: { ...former, people } },
    after: { inputs: { organizationId: prn(digit), members: after } },
  };
}

function object(
  name: string,
  id: string | undefined,
  before: Readonly<Record<string, unknown>> | undefined,
  after: Readonly<Record<string, unknown>> | undefined,
): PrintedStep {
  const place = { organizationId: prn(3) };
  const op = before === undefined ? "create" : after === undefined ? "delete" : before === after ? "same" : "update";
  return {
    op,
    name,
    before: before && { id: id ?? "", inputs: { ...place, ...before }, outputs: { ...place, ...before } },
    after: after && { inputs: { ...place, ...after } },
  };
}

const uuid = (digit: number) => `00000000-0000-4000-8000-00000000010${digit}`;
const idOf = (digit: number) => `${prn(3)}/${uuid(digit)}`;

const engineers = numbered(1, 4);
const firmware = { name: "firmware", everyoneEnabled: false, access: { users: [], groups: [uuid(1)] } };
const canary = { projectId: idOf(2), name: "canary", everyoneEnabled: false, access: { users: [], groups: [uuid(1)] } };

const development: readonly PrintedStep[] = [
  organization("acme-dev", 1),
  roster(
    "acme-dev",
    1,
    { ...admins, ...withRole("developer", numbered(1, 43)) },
    { ...admins, ...withRole("developer", numbered(1, 16)), ...withRole("manager", numbered(17, 32)) },
  ),
];

const createProduction = (outsider: string): readonly PrintedStep[] => [
  organization("acme-production", 2),
  roster(
    "acme-production",
    2,
    { ...admins, ...withRole("viewer", [...numbered(20, 22), "p31@acme.example", outsider]) },
    {
      ...admins,
      ...withRole("viewer", numbered(15, 22)),
      ...withRole("admin", [newAdmin]),
      ...withRole("developer", [outsider]),
    },
  ),
];

const createFleet = (outsider: string): readonly PrintedStep[] => [
  organization("acme-fleet", 3),
  roster(
    "acme-fleet",
    3,
    { ...admins, ...withRole("viewer", [...numbered(1, 14), outsider]) },
    { ...admins, ...withRole("viewer", [...numbered(1, 14), outsider]) },
  ),
  object(
    "Group::engineers",
    idOf(1),
    { name: "engineers", members: engineers },
    { name: "engineers", members: [...engineers, ...numbered(5, 14), outsider] },
  ),
  object("Project::firmware", idOf(2), firmware, firmware),
  object("Cohort::canary", idOf(3), canary, canary),
  object("Project::legacy", idOf(4), { name: "legacy", everyoneEnabled: true }, undefined),
  object("Webhook::audit", undefined, undefined, { name: "audit", url: "https://hooks.partner.example/x", events: [] }),
  object("OrganizationApiToken::ci", undefined, undefined, { name: "ci" }),
];

const rules = `rules:
  Outsiders are viewers in production:
    organizations: "*-production"
    people: { except: "*@acme.example" }
    role: { atMost: viewer }
    because: Partners repair nothing in production.
  Nobody manages development:
    organizations: acme-dev
    people: { like: ["p29@acme.example", "p30@acme.example", "p31@acme.example"] }
    role: [admin, developer]
    severity: note
    because: Managers are for production.
  Production has one more admin:
    organizations: "*-production"
    admins: { atMost: 2 }
    severity: approve
`;

export function reviewFortyPeople(address = outsider): Review {
  const stacks = { development, production: createProduction(address), fleet: createFleet(address) };
  const previews = Object.entries(stacks).map(([stack, steps]) =>
    readPreview(document(steps, { stack }), `${stack}.json`, "change"),
  );
  const judge = createJudge(parseRulesFile({ file: "access-rules.yaml", text: rules }).rules, {
    now: new Date("2027-01-31"),
  });
  return createReview(previews, "change", { judge });
}

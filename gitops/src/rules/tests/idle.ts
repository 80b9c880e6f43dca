import type { LayoutOrganization } from "#layout";
import { canonicalizeEmail } from "#provider";
import type { KindName } from "../kinds";
import type { Rule } from "../rule";
import { selectsName, selectsPerson } from "../selector";
import type { AccessTest } from "./accessTest";

/** A rule or a test that cannot fail on some layouts, because they declare nothing that it judges. */
export interface Idle {
  readonly name: string;
  /** The missing part of the layouts, in a sentence. */
  readonly words: string;
}

/** The subjects of a rule that an organization of a layout can have. */
type Counts = (organization: LayoutOrganization, rule: Rule) => boolean;

const hasPeople: Counts = ({ members, owner }, { people }) =>
  [...Object.keys(members), ...(owner === undefined ? [] : [owner])].some((email) => selectsPerson(people, email));
const hasGroups: Counts = ({ groups = [] }) => groups.length > 0;
const hasProjects: Counts = ({ projects = [] }) => projects.length > 0;
const never: Counts = () => false;

/** The subjects of a kind, in words, and a test that an organization has one. All other kinds judge each organization. */
const subjects: Partial<Readonly<Record<KindName, readonly [words: string, has: Counts]>>> = {
  role: ["none of its people", hasPeople],
  until: ["none of its people", hasPeople],
  notTogether: ["none of its people", hasPeople],
  groups: ["no group", hasGroups],
  access: ["no project", hasProjects],
  everyoneEnabled: ["no project", hasProjects],
  change: ["no change, which only `plan` and `review` know,", never],
  expiresAt: ["no token", never],
  claimTokens: ["no token", never],
  webhookHosts: ["no webhook", never],
  webhookSchemes: ["no webhook", never],
  endpoint: ["no endpoint", never],
};

/** Finds the rules and tests that cannot fail on these organizations, in their order. */
export function findIdle(
  rules: readonly Rule[],
  tests: readonly AccessTest[],
  organizations: readonly LayoutOrganization[],
): readonly Idle[] {
  return [
    ...rules.flatMap((rule) => explainIdleRule(rule, organizations)),
    ...tests.flatMap((test) => explainIdleTest(test, organizations)),
  ];
}

function explainIdleRule(rule: Rule, organizations: readonly LayoutOrganization[]): readonly Idle[] {
  const { name, requirements } = rule;
  const selected = organizations.filter((one) => selectsName(rule.organizations, one.name));
  if (selected.length === 0) return [{ name, words: "The layouts declare no organization of the rule." }];
  const missing = requirements.map(([kind]) => {
    const [words, has] = subjects[kind] ?? [];
    return has === undefined || selected.some((one) => has(one, rule)) ? undefined : words;
  });
  const [first] = missing;
  return first === undefined || missing.includes(undefined)
    ? []
    : [{ name, words: `The layouts declare ${first} in the organizations of the rule.` }];
}

/** A person that no organization names has no access, so only a test that requires access can fail. */
function explainIdleTest(
  { name, declared }: AccessTest,
  organizations: readonly LayoutOrganization[],
): readonly Idle[] {
  const { person, can = [] } = declared;
  if (person === undefined || can.length > 0) return [];
  const address = canonicalizeEmail(person);
  const isNamed = organizations.some(({ members, owner, lastDays = {} }) =>
    [...Object.keys(members), ...Object.keys(lastDays), owner ?? ""].some(
      (email) => canonicalizeEmail(email) === address,
    ),
  );
  return isNamed ? [] : [{ name, words: `The layouts do not declare ${person}.` }];
}

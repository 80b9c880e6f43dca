import type { LayoutOrganization } from "#layout";
import { canonicalizeEmail } from "#provider";
import { getKind } from "../kinds";
import type { Subject } from "../kinds/kind";
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

/** The subjects of requirements, in words, and a test that an organization has one. Every organization has the others. */
const declaredSubjects: Partial<Readonly<Record<Subject, readonly [words: string, has: Counts]>>> = {
  people: ["none of its people", hasPeople],
  groups: ["no group", hasGroups],
  grants: ["no project", hasProjects],
  projects: ["no project", hasProjects],
  changes: ["no change, which only `plan` and `review` know,", never],
  tokens: ["no token", never],
  webhooks: ["no webhook", never],
  endpoints: ["no endpoint", never],
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
    const [words, has] = declaredSubjects[getKind(kind).subject] ?? [];
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

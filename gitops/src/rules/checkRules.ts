import { canonicalizeEmail, hasEnded } from "#provider";
import { groupBy } from "../grouping";
import { type Access, getOrganizationName } from "../model/organization";
import { compareTexts } from "../wording";
import type { Judge } from "../review/assemble";
import type { Violation } from "../review/review";
import { findAliases } from "./aliases";
import { reviewRenames } from "./renames";
import type { Rule } from "./rule";
import { describeIdleRules, findIdleRules } from "./idleRules";
import { describeSuspects, findMeaningless, findUnknownNames, type Naming } from "./suspectNames";
import { type FindingComparison, createFindingComparison, identify, type RuleFinding } from "./existing";
import { lowerSeverity } from "../review/verdict";
import { severities } from "./severity";
import { type Circumstances, createScope } from "./scope";
import { exemptsOrganization, exemptsPerson, selectsPerson } from "./selector";
import type { AccessTest } from "./tests/accessTest";
import { judgeTests } from "./tests/judgeTests";
import { leaveOut } from "./tests/leftOut";
import { readKnownNames } from "./knownNames";

/**
 * Checks access rules and tests of access for a review.
 */
export function createJudge(
  declared: readonly Rule[],
  options: Pick<Circumstances, "now"> & {
    readonly authors?: readonly string[] | undefined;
    readonly tests?: readonly AccessTest[];
    /** The names of existing organizations that the comparison leaves out on request. Tests do not judge them. */
    readonly leftOut?: readonly string[];
  },
): Judge {
  const { authors: changedBy = [], tests: declaredTests = [], leftOut = [], ...circumstances } = options;
  const { tests, remarks } = leaveOut(declaredTests, leftOut);
  // A rule for some authors applies if it selects one of them, and if they are unknown.
  const rules = declared.filter(
    ({ authors }) =>
      authors === undefined || changedBy.length === 0 || changedBy.some((author) => selectsPerson(authors, author)),
  );
  return (model, listChanges) => {
    const { before, recorded, after } = model;
    // The list of changes marks all other people as outsiders.
    const insiders = listInsiderPatterns(rules);
    const idle = findIdleRules(rules, [before, after]);
    const known = readKnownNames(model);
    const findSuspects = (naming: Naming) => [
      ...findMeaningless(naming),
      ...(idle.some((rule) => rule === naming) ? [] : findUnknownNames(naming, known)),
    ];
    const listOwnChanges = () => listChanges?.(insiders);
    const violations = [
      ...checkRules(rules, after, {
        ...circumstances,
        before,
        recorded: recorded?.before,
        listChanges: listOwnChanges,
      }),
      ...judgeTests(tests, model, { ...circumstances, listChanges: listOwnChanges }),
    ].sort((a, b) => compareSeverities(a, b) || Number(a.before) - Number(b.before));
    return {
      rules: rules.length + tests.length,
      // Also of the rules and tests that do not apply, so that their edits show.
      declarations: new Map([...declared, ...declaredTests].map((one) => [one.name, one])),
      violations,
      unknowns: [
        ...remarks,
        ...describeIdleRules(idle),
        ...describeSuspects([
          ...rules.map((rule) => [rule, findSuspects(rule)] as const),
          ...tests.map((test) => [test, findSuspects(test)] as const),
        ]),
        ...findAliases(rules, after),
      ],
      judgedEndpoints: listJudgedEndpoints(rules, after, circumstances),
      insiders,
      renames: reviewRenames(rules, model, circumstances.now),
    };
  };
}

/**
 * Returns the patterns of the addresses of insiders, the company's own people: the `except` of rules about everyone else. Such a rule
 * excepts a whole domain. Other rules only except single people.
 */
function listInsiderPatterns(rules: readonly Rule[]): readonly string[] {
  const lists = rules.map(({ people }) => people.except).filter((list) => list.some((text) => text.startsWith("*@")));
  return [...new Set(lists.flat().map(canonicalizeEmail))].sort();
}

/**
 * Finds the rules that `access` breaks. Sorts by severity, order in the file, organization and person.
 */
export function checkRules(rules: readonly Rule[], access: Access, circumstances: Circumstances): Violation[] {
  return judgeAccess(rules, access, circumstances).map(({ violation }) => violation);
}

/** A violation, and the finding that it words. */
interface Judged {
  readonly violation: Violation;
  readonly finding: RuleFinding;
}

/** Finds the rules that `access` breaks, in the order of `checkRules`. */
export function judgeAccess(rules: readonly Rule[], access: Access, circumstances: Circumstances): readonly Judged[] {
  const { before, recorded, now, listChanges = () => undefined } = circumstances;
  const judged = rules.flatMap((rule) => {
    const former = before === undefined ? [] : findViolations(rule, before, { now });
    // Nobody has reviewed names from outside Pulumi. A finding that only they cause is new.
    const reviewed = recorded && findViolations(rule, recorded, { now });
    const compareWithFormer = createFindingComparison(former, listChanges, reviewed);
    const found = findViolations(rule, access, circumstances).flatMap((finding) => {
      const comparison = compareWithFormer(finding);
      const { isExisting } = comparison;
      // Without a comparison, everything that breaks the rule may be older.
      if (rule.existing === "ignored" && (before === undefined || isExisting)) return [];
      const violation = createViolation(rule, finding, now, comparison);
      return [{ finding, violation, key: getSortKey(violation) }];
    });
    return found.sort((a, b) => compareTexts(a.key, b.key));
  });
  return judged.sort((a, b) => compareSeverities(a.violation, b.violation));
}

function compareSeverities(a: Violation, b: Violation): number {
  return severities.indexOf(a.severity) - severities.indexOf(b.severity);
}

/** Returns the keys of the organizations whose endpoints a rule judges. */
function listJudgedEndpoints(
  rules: readonly Rule[],
  access: Access,
  circumstances: Circumstances,
): ReadonlySet<string> {
  const judging = rules.filter(
    ({ requirements, severity }) => severity !== "note" && requirements.some(([kind]) => kind === "endpoint"),
  );
  return new Set(
    judging.flatMap((rule) =>
      createScope(rule, access, circumstances).organizations.map(({ organization }) => organization.key),
    ),
  );
}

function findViolations(rule: Rule, access: Access, circumstances: Circumstances): readonly RuleFinding[] {
  const scope = createScope(rule, access, circumstances);
  const findings = rule.requirements.flatMap(([kind, requirement]) =>
    requirement.check(scope).map((finding) => ({ ...finding, kind })),
  );
  // Two resources can declare one person: one finding. The change writes it if it writes one of them.
  return [...groupBy(findings, (finding) => `${identify(finding)} ${finding.words}`).values()].map((same) => ({
    ...same[0],
    isWritten: same.some(({ isWritten }) => isWritten),
    declarations: same.flatMap(({ declarations }) => declarations),
  }));
}

function createViolation(
  rule: Rule,
  finding: RuleFinding,
  now: Date,
  { isExisting: before, difference }: FindingComparison,
): Violation {
  const { name, because, approvers, existing } = rule;
  const severity = before ? lowerSeverity(rule.severity, existing) : rule.severity;
  const { words, organizations, people, objects, declarations } = finding;
  return {
    rule: name,
    severity,
    message: [words, ...explainPossible(finding), ...describeLapsedExemption(rule, finding, now)].join(" "),
    ...(because !== undefined && { explanation: because }),
    organizations: organizations.map(getOrganizationName),
    people: [...people],
    ...(objects.length > 0 && { objects: [...objects] }),
    ...(declarations.length > 0 && { declarations: [...declarations] }),
    ...(approvers !== undefined && { approvers: [...approvers] }),
    before,
    ...(existing !== "counted" && difference !== undefined && { difference }),
  };
}

/** Explains that an organization's name or PRN is unknown, so that it is unclear if the rule applies. */
function explainPossible({ possibleOrganizations }: RuleFinding): readonly string[] {
  return possibleOrganizations.map((organization) => {
    const { name, id } = organization;
    const remedy =
      name !== undefined
        ? "Use the organization's name in the rule."
        : id === undefined
          ? "Declare the name and the id of the organization as plain values, not as secrets or unknown outputs."
          : "Add the preview of the stack that declares the organization, or use the organization's PRN in the rule.";
    const unknown = name === undefined ? "name" : "PRN";
    return `The ${unknown} of ${getOrganizationName(organization)} is unknown, so it is unclear if the rule applies. ${remedy}`;
  });
}

/** Names the last exemption that has ended. */
function describeLapsedExemption(
  { exempt }: Rule,
  { organizations, people }: RuleFinding,
  now: Date,
): readonly string[] {
  const ended = exempt.filter(
    (exemption) =>
      hasEnded(exemption.until, now) &&
      organizations.some(
        (organization) =>
          exemptsOrganization(exemption, organization) ||
          people.some((email) => exemptsPerson(exemption, email, organization)),
      ),
  );
  const [last] = ended
    .map(({ until }) => until)
    .sort()
    .reverse();
  return last === undefined ? [] : [`An exemption from the rule ended on ${last}.`];
}

/** Returns a text that sorts the violations of a rule by organization, person and message. */
function getSortKey({ organizations, people, message }: Violation): string {
  return [organizations.join(" "), people.map(canonicalizeEmail).join(" "), message].join("\0");
}

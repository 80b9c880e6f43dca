import {
  type Review,
  type Violation,
  type PersonReview,
  type OrganizationReview,
  programSections,
} from "../../review/review";
import { getLevel } from "../../risks";
import { formatNumber, joinAnd } from "../../wording";
import { explainOnce, groupByPerson, severityWords, describeSince } from "../content";
import { formatCode, formatProse, formatCell } from "./escape";
import { readableRows, type Rank, type Section } from "./fit";
import {
  listNames,
  countWords,
  compareBy,
  type Wording,
  type Names,
  describeRisks,
  listRisks,
  getRiskOrder,
  describeAccess,
  countPeople,
} from "./words";

const severities = ["refuse", "approve", "note"] as const satisfies readonly Violation["severity"][];

const ranks: Readonly<Record<Violation["severity"], Rank>> = { refuse: "refused", approve: "high", note: "low" };

/** The broken rules: those that block first, then those that this change breaks. */
export function createRulesSection(review: Review): Section {
  const sorted = review.violations.toSorted(
    compareBy(
      ({ severity }) => String(severities.indexOf(severity)),
      ({ before }) => String(before),
      ({ rule }) => rule,
      ({ organizations }) => organizations.join("\n"),
      ({ people }) => people.join("\n"),
      ({ message }) => message,
      ({ explanation = "" }) => explanation,
    ),
  );
  const words = ({ severity }: Violation) => severityWords[review.kind][severity];
  const counts = [...countWords(sorted.map(words))].map(
    ([word, count]) => `${formatNumber(count)} ${word.toLowerCase()}`,
  );
  return {
    title: `Broken access rules: ${counts.join(", ")}`,
    open: readableRows,
    head: "",
    rows: explainOnce(sorted).map((violation) => ({
      text: `- ${formatViolation(violation, review.kind)}\n`,
      rank: ranks[violation.severity],
      size: 1,
      classes: [words(violation).toLowerCase()],
    })),
    nouns: ["broken rule", "broken rules"],
  };
}

/** Writes a violation in one line, because GitLab and GitHub show line breaks differently. */
function formatViolation(violation: Violation, kind: Review["kind"]): string {
  const { rule, severity, organizations, people, message, explanation } = violation;
  const since = describeSince(violation, kind);
  const concerned = [
    listNames(organizations.toSorted(), "organization"),
    listNames(people.toSorted(), "person", "people"),
  ].filter((names) => names !== "");
  return [
    `**${formatCode(rule)}** · ${severityWords[kind][severity]}`,
    formatProse(message),
    ...(explanation === undefined ? [] : [`_Why:_ ${formatProse(explanation)}`]),
    ...(since === undefined ? [] : [since]),
    ...(concerned.length === 0 ? [] : [concerned.join(" · ")]),
  ].join("<br>");
}

/** The objects that several stacks declare differently. */
export function createConflictsSection({ conflicts = [] }: Review, getOrganizationName: Names): Section {
  const sorted = conflicts.toSorted(
    compareBy(
      ({ organization }) => getOrganizationName(organization),
      ({ organization }) => organization,
      ({ message }) => message,
    ),
  );
  return {
    title: "Conflicts between stacks",
    open: readableRows,
    head: "",
    rows: sorted.map(({ organization, message }) => ({
      text: `- **${formatCode(getOrganizationName(organization))}** · ${severityWords.change.refuse}<br>${formatProse(message)}\n`,
      rank: "refused",
      size: 1,
      classes: [],
    })),
    nouns: ["conflict", "conflicts"],
  };
}

/** The access changes of each person, the highest risks first. */
export function createPeopleSection(review: Review, names: Names, { course }: Wording): Section {
  return {
    title: "Access changes",
    open: readableRows,
    // A phone has no room for a column of organizations.
    head: `| person | ${course} | risk |\n| --- | --- | --- |\n`,
    rows: groupByPerson(sortPeople(listConcernedPeople(review), names)).flatMap((changes) =>
      changes.map(({ email, organization, before, after, risks }) => ({
        text: formatRow(
          `${formatCell(email)}<br>${formatCell(names(organization))}`,
          `${describeAccess(before)} → ${describeAccess(after)}`,
          describeRisks(risks) ?? "none",
        ),
        // The changes of a person stay together.
        rank: getLevel(changes.flatMap((change) => change.risks)) ?? "low",
        size: 1,
        classes: listRisks(risks),
      })),
    ),
    nouns: ["access change", "access changes"],
  };
}

function formatRow(...cells: readonly string[]): string {
  return `| ${cells.join(" | ")} |\n`;
}

/** Returns the people whose access changes or is at risk. */
export function listConcernedPeople({ people }: Review): readonly PersonReview[] {
  return people.filter(({ changed, risks }) => changed || risks.length > 0);
}

/** Sorts by organization and address. */
export function sortPeople(people: readonly PersonReview[], names: Names): readonly PersonReview[] {
  return people.toSorted(
    compareBy(
      ({ organization }) => names(organization),
      ({ organization }) => organization,
      ({ email }) => email.toLowerCase(),
      ({ email }) => email,
    ),
  );
}

/** The organizations that are created, deleted or at risk in another way, the highest risks first. */
export function createOrganizationsSection(review: Review, { changes }: Wording): Section {
  const concerned = review.organizations
    .filter(({ change, risks }) => change !== "kept" || risks.length > 0)
    .toSorted(
      compareBy(
        ({ risks }) => getRiskOrder(risks),
        ({ name }) => name,
        ({ key }) => key,
      ),
    );
  return {
    title: "Organization changes",
    open: readableRows,
    head: "",
    rows: concerned.map((organization) => ({
      text: `- ${[describeChange(review, organization, changes), describeRisks(organization.risks)].filter(Boolean).join(" · ")}\n`,
      rank: getLevel(organization.risks) ?? "low",
      size: 1,
      classes: listRisks(organization.risks),
    })),
    nouns: ["organization change", "organization changes"],
  };
}

/** The change of an organization, with the number of its people. */
function describeChange({ people }: Review, organization: OrganizationReview, changes: Wording["changes"]): string {
  const { key, name, change } = organization;
  const ownPeople = people.filter(({ organization }) => organization === key);
  const side = change === "created" || change === "adopted" ? "after" : "before";
  const counts = countPeople(ownPeople.filter((person) => person[side] !== null).length, organization);
  return `${formatCode(name)}${changes[change](joinAnd(counts))}`;
}

/** The characters of two whole allowlists. */
const longest = 6000;

/** The settings that change, the highest risks first. */
export function createSettingsSection(review: Review, names: Names): Section {
  const sorted = review.settings.toSorted(
    compareBy(
      ({ risks }) => getRiskOrder(risks),
      ({ organization }) => names(organization),
      ({ organization }) => organization,
      ({ section }) => section,
      ({ setting }) => setting,
      ({ words }) => words,
    ),
  );
  return {
    title: "Setting changes",
    open: readableRows,
    head: "",
    rows: sorted.map(({ organization, words, risks }) => ({
      text: `- ${[formatCode(names(organization)), describeRisks(risks)].filter(Boolean).join(" · ")}<br>${formatProse(words, longest)}\n`,
      rank: getLevel(risks) ?? "low",
      size: 1,
      classes: listRisks(risks),
    })),
    nouns: ["setting change", "setting changes"],
  };
}

/** The changes of providers, options and other parts of programs, the highest risks first. */
export function createProgramSection(review: Review): Section {
  const sorted = review.programChanges.toSorted(
    compareBy(
      ({ risks }) => getRiskOrder(risks),
      ({ section }) => String(programSections.indexOf(section)),
      ({ stack }) => stack ?? "",
      ({ subject }) => subject,
      ({ words }) => words,
    ),
  );
  return {
    title: "Program changes",
    open: readableRows,
    head: "",
    rows: sorted.map(({ stack, words, risks }) => ({
      text: `- ${[[stack === null ? "" : formatCode(stack), describeRisks(risks)].filter(Boolean).join(" · "), formatProse(words, longest)].filter(Boolean).join("<br>")}\n`,
      rank: getLevel(risks) ?? "low",
      size: 1,
      classes: listRisks(risks),
    })),
    nouns: ["program change", "program changes"],
  };
}

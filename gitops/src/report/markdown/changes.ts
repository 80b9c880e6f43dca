import { type Review, type Violation, type PersonReview, levelOf, type OrganizationReview } from "../../review/review";
import { numbered, all } from "../../wording";
import { explainOnce, groupByPerson, severityWords, describeSince } from "../content";
import { code, prose, cell } from "./escape";
import { enough, type Rank, type Section } from "./fit";
import {
  several,
  tally,
  by,
  type Wording,
  type Names,
  riskTold,
  riskWords,
  severity,
  placed,
  population,
} from "./words";

const severities = ["refuse", "approve", "note"] as const satisfies readonly Violation["severity"][];

const ranks: Readonly<Record<Violation["severity"], Rank>> = { refuse: "refused", approve: "high", note: "low" };

/** The broken rules: those that block first, then those that this change breaks. */
export function violations(review: Review): Section {
  const sorted = review.violations.toSorted(
    by(
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
  const counts = [...tally(sorted.map(words))].map(([word, count]) => `${numbered(count)} ${word.toLowerCase()}`);
  return {
    title: `Broken access rules: ${counts.join(", ")}`,
    open: enough,
    head: "",
    rows: explainOnce(sorted).map((violation) => ({
      text: `- ${violationText(violation, review.kind)}\n`,
      rank: ranks[violation.severity],
      size: 1,
      classes: [words(violation).toLowerCase()],
    })),
    things: ["broken rule", "broken rules"],
  };
}

/** Writes a violation in one line, since GitLab and GitHub show line breaks differently. */
function violationText(violation: Violation, kind: Review["kind"]): string {
  const { rule, severity, organizations, people, message, explanation } = violation;
  const since = describeSince(violation, kind);
  const concerned = [
    several(organizations.toSorted(), "organization"),
    several(people.toSorted(), "person", "people"),
  ].filter((names) => names !== "");
  return [
    `**${code(rule)}** · ${severityWords[kind][severity]}`,
    prose(message),
    ...(explanation === undefined ? [] : [`_Why:_ ${prose(explanation)}`]),
    ...(since === undefined ? [] : [since]),
    ...(concerned.length === 0 ? [] : [concerned.join(" · ")]),
  ].join("<br>");
}

/** The objects that several stacks declare differently. */
export function conflicts({ conflicts: all = [] }: Review, names: Names): Section {
  const sorted = all.toSorted(
    by(
      ({ organization }) => names(organization),
      ({ organization }) => organization,
      ({ message }) => message,
    ),
  );
  return {
    title: "Conflicts between stacks",
    open: enough,
    head: "",
    rows: sorted.map(({ organization, message }) => ({
      text: `- **${code(names(organization))}** · ${severityWords.change.refuse}<br>${prose(message)}\n`,
      rank: "refused",
      size: 1,
      classes: [],
    })),
    things: ["conflict", "conflicts"],
  };
}

/** The access changes of each person, the highest risks first. */
export function people(review: Review, names: Names, { course }: Wording): Section {
  return {
    title: "Access changes",
    open: enough,
    // A phone has no room for a column of organizations.
    head: `| person | ${course} | risk |\n| --- | --- | --- |\n`,
    rows: groupByPerson(sortPeople(concerned(review), names)).flatMap((changes) =>
      changes.map(({ email, organization, before, after, risks }) => ({
        text: row(
          `${cell(email)}<br>${cell(names(organization))}`,
          `${placed(before)} → ${placed(after)}`,
          riskTold(risks) ?? "none",
        ),
        // The changes of a person stay together.
        rank: levelOf(changes.flatMap((change) => change.risks)) ?? "low",
        size: 1,
        classes: riskWords(risks),
      })),
    ),
    things: ["access change", "access changes"],
  };
}

function row(...cells: readonly string[]): string {
  return `| ${cells.join(" | ")} |\n`;
}

/** Returns the people whose access changes or is at risk. */
export function concerned({ people }: Review): readonly PersonReview[] {
  return people.filter(({ changed, risks }) => changed || risks.length > 0);
}

/** Sorts by organization and address. */
export function sortPeople(people: readonly PersonReview[], names: Names): readonly PersonReview[] {
  return people.toSorted(
    by(
      ({ organization }) => names(organization),
      ({ organization }) => organization,
      ({ email }) => email.toLowerCase(),
      ({ email }) => email,
    ),
  );
}

/** The organizations that are created, deleted or at risk in another way, the highest risks first. */
export function organizations(review: Review, { changes }: Wording): Section {
  const concerned = review.organizations
    .filter(({ change, risks }) => change !== "kept" || risks.length > 0)
    .toSorted(
      by(
        ({ risks }) => severity(risks),
        ({ name }) => name,
        ({ key }) => key,
      ),
    );
  return {
    title: "Organization changes",
    open: enough,
    head: "",
    rows: concerned.map((organization) => ({
      text: `- ${[changeText(review, organization, changes), riskTold(organization.risks)].filter(Boolean).join(" · ")}\n`,
      rank: levelOf(organization.risks) ?? "low",
      size: 1,
      classes: riskWords(organization.risks),
    })),
    things: ["organization change", "organization changes"],
  };
}

/** The change of an organization, with the number of its people. */
function changeText({ people }: Review, organization: OrganizationReview, changes: Wording["changes"]): string {
  const { key, name, change } = organization;
  const mine = people.filter(({ organization }) => organization === key);
  const side = change === "created" || change === "adopted" ? "after" : "before";
  const inside = population(mine.filter((one) => one[side] !== null).length, organization);
  return `${code(name)}${changes[change](all(inside))}`;
}

/** The characters of two whole allowlists. */
const longest = 6000;

/** The settings that change, the highest risks first. */
export function settings(review: Review, names: Names): Section {
  const sorted = review.settings.toSorted(
    by(
      ({ risks }) => severity(risks),
      ({ organization }) => names(organization),
      ({ organization }) => organization,
      ({ section }) => section,
      ({ setting }) => setting,
      ({ words }) => words,
    ),
  );
  return {
    title: "Setting changes",
    open: enough,
    head: "",
    rows: sorted.map(({ organization, words, risks }) => ({
      text: `- ${[code(names(organization)), riskTold(risks)].filter(Boolean).join(" · ")}<br>${prose(words, longest)}\n`,
      rank: levelOf(risks) ?? "low",
      size: 1,
      classes: riskWords(risks),
    })),
    things: ["setting change", "setting changes"],
  };
}

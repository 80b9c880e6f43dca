import { type Review, type Violation, type PersonReview, levelOf, type OrganizationReview } from "../../review/review";
import { numbered, all } from "../../wording";
import { explainedOnce } from "../content";
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

/** The rules that are broken: what is refused first, and what is new before what was so already. */
export function violations(review: Review, wording: Wording): Section {
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
  const said = ({ severity }: Violation) => wording.severities[severity];
  return {
    title: `Access rules: ${[...tally(sorted.map(said))].map(([word, times]) => `${numbered(times)} ${word.toLowerCase()}`).join(", ")}`,
    open: enough,
    head: "",
    rows: explainedOnce(sorted).map((violation) => ({
      text: `- **${said(violation)}** · ${violationText(violation, wording)}\n`,
      rank: ranks[violation.severity],
      size: 1,
      classes: [said(violation).toLowerCase()],
    })),
    things: ["broken rule", "broken rules"],
  };
}

/** Everything of one violation in a line, since GitLab and GitHub do not agree on what a line break in it means. */
function violationText(
  { rule, organizations, people, message, before, explanation }: Violation,
  { since }: Pick<Wording, "since">,
): string {
  const concerned = [
    several(organizations.toSorted(), "organization"),
    several(people.toSorted(), "person", "people"),
  ].filter((one) => one !== "");
  return [
    [code(rule), before ? "was so before" : since].filter((one) => one !== "").join(" · "),
    prose(message),
    ...(explanation === undefined ? [] : [`_Why:_ ${prose(explanation)}`]),
    ...(concerned.length === 0 ? [] : [concerned.join(" · ")]),
  ].join("<br>");
}

/** The things that several stacks declare differently. */
export function conflicts({ conflicts: all = [] }: Review, names: Names): Section {
  const sorted = all.toSorted(
    by(
      ({ organization }) => names(organization),
      ({ organization }) => organization,
      ({ message }) => message,
    ),
  );
  return {
    title: "Stacks that contradict each other",
    open: enough,
    head: "",
    rows: sorted.map(({ organization, message }) => ({
      text: `- **Refused** · ${code(names(organization))}<br>${prose(message)}\n`,
      rank: "refused",
      size: 1,
      classes: [],
    })),
    things: ["conflict", "conflicts"],
  };
}

/** Whose access changes, the worst risks first. */
export function people(review: Review, names: Names, { course }: Wording): Section {
  return {
    title: "People",
    open: enough,
    // Organizations have no column of their own, since a phone has no room for it.
    head: `| person | ${course} | risk |\n| --- | --- | --- |\n`,
    rows: byRisk(concerned(review), names).map((person) => ({
      text: row(
        `${cell(person.email)}<br>${cell(names(person.organization))}`,
        `${placed(person.before)} → ${placed(person.after)}`,
        riskTold(person.risks) ?? "none",
      ),
      rank: levelOf(person.risks) ?? "low",
      size: 1,
      classes: riskWords(person.risks),
    })),
    things: ["change of a person", "changes of people"],
  };
}

function row(...cells: readonly string[]): string {
  return `| ${cells.join(" | ")} |\n`;
}

/** Those of whom a reviewer has to know. */
export function concerned({ people }: Review): readonly PersonReview[] {
  return people.filter(({ changed, risks }) => changed || risks.length > 0);
}

/** By risk, then by organization and address. */
export function byRisk(some: readonly PersonReview[], names: Names): readonly PersonReview[] {
  return some.toSorted(
    by(
      ({ risks }) => severity(risks),
      ({ organization }) => names(organization),
      ({ organization }) => organization,
      ({ email }) => email.toLowerCase(),
      ({ email }) => email,
    ),
  );
}

/** The organizations that come, go or are at risk as a whole, the worst first. */
export function organizations(review: Review, { becomes }: Wording): Section {
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
    title: "Organizations",
    open: enough,
    head: "",
    rows: concerned.map((organization) => ({
      text: `- ${[fateOf(review, organization, becomes), riskTold(organization.risks)].filter(Boolean).join(" · ")}\n`,
      rank: levelOf(organization.risks) ?? "low",
      size: 1,
      classes: riskWords(organization.risks),
    })),
    things: ["organization", "organizations"],
  };
}

/** What becomes of it, and how many people are in it, which is what a deletion is about. */
function fateOf({ people }: Review, organization: OrganizationReview, becomes: Wording["becomes"]): string {
  const { key, name, change } = organization;
  const mine = people.filter(({ organization }) => organization === key);
  const side = change === "created" || change === "adopted" ? "after" : "before";
  const inside = population(mine.filter((one) => one[side] !== null).length, organization);
  return `${code(name)}${becomes[change](all(inside))}`;
}

/** What a whole allowlist takes before and after, in characters. */
const longest = 6000;

/** The settings that change, the worst risks first. */
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
    title: "Settings",
    open: enough,
    head: "",
    rows: sorted.map(({ organization, words, risks }) => ({
      text: `- ${[code(names(organization)), riskTold(risks)].filter(Boolean).join(" · ")}<br>${prose(words, longest)}\n`,
      rank: levelOf(risks) ?? "low",
      size: 1,
      classes: riskWords(risks),
    })),
    things: ["setting", "settings"],
  };
}

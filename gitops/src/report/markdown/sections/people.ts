import type { PersonReview, Review } from "../../../review/review";
import { levelOf } from "../../../review/risk";
import { cell } from "../words/escape";
import { riskTold, riskWords, severity } from "../words/marks";
import type { Names } from "../names";
import { by } from "../order";
import { placed } from "../words/place";
import { enough, type Section } from "../section";
import type { Wording } from "../words/wording";

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

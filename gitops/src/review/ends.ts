import { hasEnded } from "#provider";
import { hasEffect, type Risk } from "../risks";
import { identifyPerson, type PersonReview, type Review, type SettingReview } from "./review";

/**
 * Returns a review without the ends of access that the last update declared: the rows of people who have lost the role that has ended, and
 * the grants of those who have lost all access. All other rows stay.
 */
export function omitEnds<Rows extends Pick<Review, "people" | "settings">>(review: Rows, now: Date): Rows {
  const ended = review.people.filter((row) => isEnd(row, now));
  const gone = ended.filter(({ after }) => after === null);
  const people = new Set(gone.map(identifyPerson));
  return {
    ...review,
    people: review.people.filter((row) => !ended.includes(row)),
    settings: review.settings.filter((row) => !isLostGrant(row, people)),
  };
}

/** Reports if a row takes a role whose declared end has passed, and leaves the declared role afterwards, or none. */
function isEnd({ before, after, risks, undoesDrift }: PersonReview, now: Date): boolean {
  if (before?.lastDay === undefined || before.owner || undoesDrift === true) return false;
  if (!hasEnded(before.lastDay, now) || !onlyTakes(risks)) return false;
  if (after === null || before.afterwards === undefined) return after === null && before.afterwards === undefined;
  return after.role === before.afterwards && after.lastDay === undefined && after.status === before.status;
}

/** Reports if a row takes grants or groups from people whose access has ended, and from no one else. */
function isLostGrant(
  { organization, section, people = [], risks, undoesDrift }: SettingReview,
  ended: ReadonlySet<string>,
) {
  const concernsOnlyThem =
    people.length > 0 && people.every((email) => ended.has(identifyPerson({ organization, email })));
  return section === "projects" && concernsOnlyThem && undoesDrift !== true && onlyTakes(risks);
}

function onlyTakes(risks: readonly Risk[]): boolean {
  return !hasEffect(risks, "gives") && !hasEffect(risks, "unknown") && !risks.includes("acceptsDrift");
}

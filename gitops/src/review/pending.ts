import { groupBy } from "../grouping";
import { isUnjudged } from "../risks";
import { formatCourse } from "../wording";
import { describeAccess } from "./differences";
import {
  identifyPerson,
  isConcerned,
  isConcernedOrganization,
  type OrganizationReview,
  type PersonReview,
  type ProgramChange,
  type Review,
  type Withdrawal,
} from "./review";
import { computeVerdict, getVerdict } from "./verdict";

/** The parts of a review whose rows can be pending. */
type Rows = Pick<
  Review,
  "organizations" | "people" | "settings" | "programChanges" | "conflicts" | "violations" | "remarks"
>;

/** A row that can be pending. */
interface Row {
  readonly pending?: true | undefined;
}

/**
 * Marks the rows that the base causes too, and lists the changes that only the base plans. Each row of the base marks at most one row. The
 * verdict is then the verdict of the other rows.
 *
 * `base` is a review of the base with the same rules and for the same state. A row whose words omit a part of the change is never pending,
 * because the base can do something else in the same words.
 */
export function markPending(review: Review, base: Review): Review {
  const people = match(review.people, base.people, isConcerned);
  const organizations = match(review.organizations, base.organizations, isConcernedOrganization);
  const settings = match(review.settings, base.settings);
  const programChanges = match(review.programChanges, base.programChanges);
  const conflicts = match(review.conflicts ?? [], base.conflicts ?? []);
  const marked: Review = {
    ...review,
    organizations: mark(organizations, (row) => !isUnjudged(row)),
    people: mark(people, (row) => !isUnjudged(row)),
    settings: mark(settings, (row) => !isUnjudged(row)),
    programChanges: mark(programChanges, isWholeProgramChange),
    ...(review.conflicts && { conflicts: mark(conflicts) }),
    violations: mark(match(review.violations, base.violations)),
    remarks: mark(match(review.remarks, base.remarks, ({ risks = [] }) => risks.length > 0)),
  };
  const names = new Map([...base.organizations, ...review.organizations].map(({ key, name }) => [key, name]));
  const withdrawn = [
    ...listOther(organizations, isConcernedOrganization, ({ key }) => key).map(withdrawOrganization),
    ...listOther(people, isConcerned, identifyPerson).map((person) => withdrawPerson(person, names)),
    ...settings.others.map(({ organization, words }) => withdraw(organization, `No longer planned: ${words}`)),
    ...programChanges.others.map(({ words }) => withdraw(null, `No longer planned: ${words}`)),
  ];
  return {
    ...marked,
    verdict: computeVerdict(selectRows(marked, false)),
    base: { previews: base.evidence.previews, verdict: getVerdict(review), withdrawn },
  };
}

/** Returns a review with only the rows that are pending, or with only the others. Rows without a change stay in both. */
export function selectRows<Some extends Rows>(review: Some, isPending: boolean): Some {
  const isSelected = ({ pending }: Row) => (pending === true) === isPending;
  return {
    ...review,
    organizations: review.organizations.filter((row) => isSelected(row) || !isConcernedOrganization(row)),
    people: review.people.filter((row) => isSelected(row) || !isConcerned(row)),
    settings: review.settings.filter(isSelected),
    programChanges: review.programChanges.filter(isSelected),
    ...(review.conflicts && { conflicts: review.conflicts.filter(isSelected) }),
    violations: review.violations.filter(isSelected),
    remarks: review.remarks.filter((row) => isSelected(row) || row.risks === undefined),
  };
}

/** Counts the pending rows. */
export function countPending(rows: Rows): number {
  const { organizations, people, settings, programChanges, conflicts = [], violations, remarks } = rows;
  const all: readonly Row[] = [
    ...[...organizations, ...people, ...settings, ...programChanges],
    ...[...conflicts, ...violations, ...remarks],
  ];
  return all.filter(({ pending }) => pending).length;
}

/** The rows of a review beside those of its base. */
interface Matched<T> {
  /** All rows of the review, each with true if the base has it too. */
  readonly rows: readonly (readonly [row: T, isEqual: boolean])[];
  /** The rows that only the base has. */
  readonly others: readonly T[];
}

/** Compares the rows that a test selects. Each row of the base equals at most one row. */
function match<T extends object>(
  rows: readonly T[],
  ofBase: readonly T[],
  test: (row: T) => boolean = () => true,
): Matched<T> {
  const rest = new Map(
    [...groupBy(ofBase.filter(test), getKey)].map(([key, equal]): [string, T[]] => [key, [...equal]]),
  );
  return {
    rows: rows.map((row) => [row, test(row) && rest.get(getKey(row))?.pop() !== undefined]),
    others: [...rest.values()].flat(),
  };
}

function getKey(row: object): string {
  return JSON.stringify(sortKeys(row));
}

/** Returns the entries of a row, and of the objects in it, in the order of their keys. Absent and undefined values are the same. */
function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (typeof value !== "object" || value === null) return value;
  return Object.entries(value)
    .filter(([, item]) => item !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, item]: [string, unknown]) => [key, sortKeys(item)]);
}

function mark<T extends Row>({ rows }: Matched<T>, test: (row: T) => boolean = () => true): T[] {
  return rows.map(([row, isEqual]) => (isEqual && test(row) ? { ...row, pending: true } : row));
}

/** Options are the only program changes that a row shows completely. */
function isWholeProgramChange(row: ProgramChange): boolean {
  return row.section === "options" && !isUnjudged(row);
}

/** Returns the rows that only the base has, without those whose thing the review changes in another way. */
function listOther<T>(
  { rows, others }: Matched<T>,
  isChange: (row: T) => boolean,
  identify: (row: T) => string,
): readonly T[] {
  const shown = new Set(rows.flatMap(([row, isEqual]) => (!isEqual && isChange(row) ? [identify(row)] : [])));
  return others.filter((row) => !shown.has(identify(row)));
}

function withdrawOrganization({ key, change }: OrganizationReview): Withdrawal {
  return withdraw(
    key,
    change === "kept"
      ? "No longer planned: a change of people that the preview does not name."
      : `No longer planned: the organization is ${change}.`,
  );
}

function withdrawPerson({ organization, email, before, after }: PersonReview, names: ReadonlyMap<string, string>) {
  const place = names.get(organization) ?? organization;
  const words = `${email} in ${place}: ${formatCourse({ before: describeAccess(before), after: describeAccess(after) })}`;
  return withdraw(organization, `No longer planned: ${words}.`);
}

/** No rule judges a withdrawal, because access stays as it is. */
function withdraw(organization: string | null, words: string): Withdrawal {
  return { organization, words, risks: ["withdrawsChange"] };
}

import { readAccess } from "./access";
import { undoing } from "./changeKind";
import type { Review, Violation } from "../review/review";
import { getLevel, type Risk, risks } from "../risks";
import type { Locate, FileLocation, Result } from "../sarif/sarif";
import type { DescribedRisks } from "./words";
import { formatCourse } from "../wording";

const levels: Readonly<Record<Violation["severity"], Result["level"]>> = {
  refuse: "error",
  approve: "warning",
  note: "note",
};

/**
 * Returns every conflict, broken rule, change, risk and warning about people of a review, each with a place. Pending rows are notes: a
 * suppressed result would look like one that a person has dismissed.
 */
export function listResults(review: Review, locate: Locate): readonly Result[] {
  const { conflicts = [], violations, settings, programChanges, remarks, base } = review;
  const { organizations } = readAccess(review);
  const names = new Map(review.organizations.map(({ key, name }) => [key, name]));
  const getName = (key: string | null | undefined) =>
    key === undefined || key === null ? undefined : (names.get(key) ?? key);
  return [
    ...conflicts.map(({ organization, people: [person], message, pending }) => {
      const place = locate({ organization: names.get(organization), person });
      return lower({ id: "conflict", title: "Stacks contradict each other", level: "error", message, place }, pending);
    }),
    ...violations.map(
      ({ rule, severity, message, explanation, organizations: [organization], people: [person], pending }) => {
        const place = locate({ organization, person, rule });
        const [id, title] = [`rule/${rule}`, explanation ?? rule];
        return lower({ id, title, level: levels[severity], message: `${rule}: ${message}`, place }, pending);
      },
    ),
    ...organizations.flatMap(({ name, predicate, isConcerned, isPending, access, ...own }) => [
      ...(isConcerned
        ? [lower(createChange(`${name}${predicate}.`, getNames(own), locate({ organization: name })), isPending)]
        : []),
      ...access.flatMap(({ email, words, isConcerned, isPending, ...person }) =>
        isConcerned
          ? lower(
              createChange(
                `${email} in ${name}: ${formatCourse(words)}.`,
                getNames(person),
                locate({ organization: name, person: email }),
              ),
              isPending,
            )
          : [],
      ),
    ]),
    ...settings.map(({ organization: key, section, words, undoesDrift = false, risks, pending }) => {
      const organization = getName(key);
      const cause = undoesDrift ? ` The update ${undoing}.` : "";
      const message = `${organization ?? ""}: ${words}${cause}`;
      return lower(createChange(message, risks, locate({ organization, section })), pending);
    }),
    ...programChanges.map(({ words, risks, pending }) => lower(createChange(words, risks, locate({})), pending)),
    ...(base?.withdrawn ?? []).map(({ organization: key, words, risks }) => {
      const organization = getName(key);
      const message = organization === undefined ? words : `${organization}: ${words}`;
      return createChange(message, risks, locate({ organization }));
    }),
    ...remarks.flatMap(({ about, text, organization: key, people: [person] = [], risks = [], pending }) => {
      if (risks.length === 0) return [];
      return [lower(createChange(`${about}: ${text}`, risks, locate({ organization: getName(key), person })), pending)];
    }),
  ];
}

function lower(result: Result, isPending: boolean | undefined): Result {
  if (isPending !== true) return result;
  return { ...result, level: "note", message: `Pending, and not caused by this change: ${result.message}` };
}

function getNames({ risks }: DescribedRisks): readonly Risk[] {
  return risks.map(({ name }) => name);
}

/** Returns a change, with its worst risk as the kind. */
function createChange(words: string, names: readonly Risk[], place: FileLocation): Result {
  const [worst] = names;
  const details = names.map((name) => risks[name].words).join(", ");
  return {
    id: worst ?? "change",
    title: worst === undefined ? "A change without a risk" : `Risk: ${risks[worst].words}`,
    level: getLevel(names) === "high" ? "warning" : "note",
    message: details === "" ? words : `${words} Risks: ${details}.`,
    place,
  };
}

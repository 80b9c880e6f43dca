import { readAccess } from "./access";
import { undoing } from "./changeKind";
import type { Review, Violation } from "../review/review";
import { getLevel, type Risk, risks } from "../risks";
import type { Locate, FileLocation, Result } from "../sarif/sarif";
import type { DescribedRisks } from "./words";

const levels: Readonly<Record<Violation["severity"], Result["level"]>> = {
  refuse: "error",
  approve: "warning",
  note: "note",
};

/** Returns every conflict, broken rule, change, risk and warning about people of a review, each with a place. */
export function listResults(review: Review, locate: Locate): readonly Result[] {
  const { conflicts = [], violations, settings, programChanges, remarks } = review;
  const { organizations } = readAccess(review);
  const names = new Map(review.organizations.map(({ key, name }) => [key, name]));
  return [
    ...conflicts.map(({ organization, people: [person], message }): Result => {
      const place = locate({ organization: names.get(organization), person });
      return { id: "conflict", title: "Stacks contradict each other", level: "error", message, place };
    }),
    ...violations.map(
      ({ rule, severity, message, explanation, organizations: [organization], people: [person] }): Result => ({
        id: `rule/${rule}`,
        title: explanation ?? rule,
        level: levels[severity],
        message: `${rule}: ${message}`,
        place: locate({ organization, person, rule }),
      }),
    ),
    ...organizations.flatMap(({ name, predicate, isConcerned, access, ...own }) => [
      ...(isConcerned ? [createChange(`${name}${predicate}.`, getNames(own), locate({ organization: name }))] : []),
      ...access.flatMap(({ email, words, isConcerned, ...person }) =>
        isConcerned
          ? createChange(
              `${email} in ${name}: ${words.before} → ${words.after}.`,
              getNames(person),
              locate({ organization: name, person: email }),
            )
          : [],
      ),
    ]),
    ...settings.map(({ organization: key, section, words, undoesDrift = false, risks }) => {
      const organization = names.get(key) ?? key;
      const cause = undoesDrift ? ` The update ${undoing}.` : "";
      return createChange(`${organization}: ${words}${cause}`, risks, locate({ organization, section }));
    }),
    ...programChanges.map(({ words, risks }) => createChange(words, risks, locate({}))),
    ...remarks.flatMap(({ about, text, organization: key, people: [person] = [], risks = [] }) => {
      if (risks.length === 0) return [];
      const organization = key === undefined ? undefined : (names.get(key) ?? key);
      return [createChange(`${about}: ${text}`, risks, locate({ organization, person }))];
    }),
  ];
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

import { describeAccess } from "../review/differences";
import type { Review } from "../review/review";
import type { RecordedChange } from "./record";

/** Lists the changes of a review in words, which contain no hidden value. */
export function listChanges({ organizations, people, settings, programChanges }: Review): RecordedChange[] {
  const getName = (key: string) => organizations.find((one) => one.key === key)?.name ?? key;
  return [
    ...organizations
      .filter(({ change }) => change !== "kept")
      .map(({ name, change }) => ({ organization: name, people: [], words: `${name}: ${change}` })),
    ...people
      .filter(({ changed }) => changed)
      .map(({ organization, email, before, after }) => ({
        organization: getName(organization),
        people: [email],
        words: `${email}: ${describeAccess(before)} → ${describeAccess(after)}`,
      })),
    ...settings.map(({ organization, words, people: concerned = [] }) => ({
      organization: getName(organization),
      people: [...concerned],
      words,
    })),
    ...programChanges.map(({ stack, subject, words }) => ({
      organization: null,
      people: [],
      words: `${stack ?? subject}: ${words}`,
    })),
  ];
}

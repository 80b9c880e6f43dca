import { isRecord } from "#framework";
import { key } from "../roster/declaration";
import { email as address } from "../types/email";
import type { Groups } from "./groups";
import { formatElsewhere, type Mistake, createMistake, type ParsedDocument, suggest } from "#framework/documents";

/** Looks at the keys under `people`; those that are nobody's go to `strangers`. */
export function entriesIn(
  part: ParsedDocument,
  groups: Groups,
  complete: boolean,
  strangers: Set<string>,
): readonly Mistake[] {
  const people = isRecord(part.value) ? part.value.people : undefined;
  if (!isRecord(people)) return [];
  const mistakes: Mistake[] = [];
  const spelled = new Map<string, string>();
  for (const [who, roles] of Object.entries(people)) {
    const path = ["people", who];
    const refuse = (reason: string) => mistakes.push(createMistake(part, path, reason, "key"));
    if (isRecord(roles) && Object.keys(roles).length === 0) {
      refuse("is in no organization: give a role in one, or remove the entry");
    }
    if (groups.has(who)) continue;
    const twin = spelled.get(key(who));
    spelled.set(key(who), who);
    if (twin !== undefined) {
      refuse(
        `is the same person as ${twin}${formatElsewhere(part.locate(["people", twin], "key"))}: make one entry of the two`,
      );
    } else if (who.includes("@")) {
      const { error } = address.safeParse(who);
      if (error === undefined) continue;
      strangers.add(who);
      mistakes.push(...error.issues.map(({ message }) => createMistake(part, path, message, "key")));
    } else {
      strangers.add(who);
      const hint = suggest(who, groups.keys());
      const remedy = "declare it under `groups`, or write an address";
      if (complete) refuse(`is neither an e-mail address nor a group: ${remedy}${hint}`);
    }
  }
  return mistakes;
}

import type { Role } from "../api";
import { named } from "#framework";
import { key } from "../roster/declaration";
import { formatElsewhere, type Mistake, createMistake } from "#framework/documents";
import { group } from "./schema";
import type { Statement } from "./statements";

/** A role of one person in one organization. */
export interface Place {
  readonly email: string;
  readonly role: Role;
  readonly until?: string | undefined;
  /** Where it is said. */
  readonly by: Statement;
}

/** The people of each group, unless something is wrong with it. */
export type Groups = ReadonlyMap<string, readonly string[] | "mistaken">;

export function groupsOf(statements: readonly Statement[]): Groups {
  return new Map(
    statements
      .filter(({ path }) => path[0] === "groups")
      .map(({ path, value }) => [String(path[1]), group.safeParse(value).data ?? "mistaken"] as const),
  );
}

/** Groups that give the same people different roles, by places that last. */
export function contradictions(places: readonly Place[]): readonly Mistake[] {
  const first = new Map<string, Place>();
  const found = new Map<Statement, Map<Statement, Place[]>>();
  for (const place of places) {
    const before = first.get(key(place.email));
    if (before === undefined) first.set(key(place.email), place);
    else if (before.role !== place.role) {
      const others = found.get(place.by) ?? new Map<Statement, Place[]>();
      const people = others.get(before.by) ?? [];
      people.push(place);
      others.set(before.by, people);
      found.set(place.by, others);
    }
  }
  return [...found].flatMap(([by, others]) =>
    [...others].map(([other, people]) => {
      const where = formatElsewhere(other.part.locate(other.path, "key"));
      const who = named(people.map(({ email }) => email));
      const reason = `gives ${who} another role than the group ${String(other.path[1])} does${where}: give them entries of their own, which win`;
      return createMistake(by.part, by.path, reason);
    }),
  );
}

/** One place for each person: the one that lasts longest. */
export function together(places: readonly Place[]): readonly Place[] {
  const forever = "9999-12-31";
  const best = new Map<string, Place>();
  for (const place of places) {
    const before = best.get(key(place.email));
    const [mine, theirs] = [place.until ?? forever, before?.until ?? forever];
    const better = before === undefined || mine > theirs || (mine === theirs && place.email < before.email);
    if (better) best.set(key(place.email), place);
  }
  return [...best.values()];
}

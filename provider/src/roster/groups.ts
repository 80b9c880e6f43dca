/** The groups of a roster's invitations. Once a person has accepted, the members of a Group decide. */
import * as z from "zod";
import { isRecord } from "#framework";
import { canonicalizeEmail, type RosterEntry } from "../api";
import { asUuid, groupId } from "../types/objectId";

/** Groups by e-mail address of the invited person. */
export const groups = z.record(z.string(), groupId);

type Groups = z.output<typeof groups>;

/** Returns the UUIDs of the groups, by canonical address. */
export function indexGroups(declared: Groups = {}): ReadonlyMap<string, string> {
  return new Map(Object.entries(declared).map(([email, id]) => [canonicalizeEmail(email), asUuid(id)]));
}

/**
 * Returns the declared groups as far as they are in effect, and the groups of invitations that have another one. After acceptance,
 * Peridio does not know the group of the invitation, so the declared one stays.
 */
export function observeGroups(declared: unknown, people: ReadonlyMap<string, RosterEntry>): Groups | undefined {
  if (!isRecord(declared)) return undefined;
  const byAddress = new Map([...people].map(([email, person]) => [canonicalizeEmail(email), person]));
  return Object.fromEntries(
    Object.entries(declared).flatMap(([email, id]) => {
      const person = byAddress.get(canonicalizeEmail(email));
      if (person === undefined || typeof id !== "string") return [];
      const isInEffect = person.kind === "member" || person.groupId === asUuid(id);
      const observed = isInEffect ? id : person.groupId;
      return observed === undefined ? [] : [[email, observed] as const];
    }),
  );
}

/** Returns the groups of all invitations; undefined if there are none. */
export function findGroups(people: ReadonlyMap<string, RosterEntry>): Groups | undefined {
  const found = [...people].flatMap(([email, person]) =>
    person.kind === "invitation" && person.groupId !== undefined ? [[email, person.groupId] as const] : [],
  );
  return found.length === 0 ? undefined : Object.fromEntries(found);
}

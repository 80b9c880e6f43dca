/** The groups of a roster's invitations. Once a person has accepted, the members of a Group decide. */
import * as z from "zod";
import { isRecord } from "#framework";
import { canonicalizeEmail, type RosterEntry } from "../api";
import { asUuid, groupId } from "../types/objectId";

/** Groups by e-mail address of the invited person. */
export const groups = z.record(z.string(), groupId);

/** Groups by address in a state or in a planned change. Null takes the pending invitation out of its group. */
export const desiredGroups = z.record(z.string(), z.string().nullable());

export type DesiredGroups = z.output<typeof desiredGroups>;

/** Returns the UUIDs of the groups, by canonical address. */
export function indexGroups(desired: DesiredGroups = {}): ReadonlyMap<string, string | null> {
  return new Map(
    Object.entries(desired).map(([email, id]) => [canonicalizeEmail(email), id === null ? null : asUuid(id)]),
  );
}

/** Adds null for each observed group that the program no longer declares, so that the invitation is sent again without a group. */
export function endFormerGroups(declared: DesiredGroups = {}, observed: unknown): DesiredGroups {
  const names = new Set(Object.keys(declared).map(canonicalizeEmail));
  const former = Object.keys(isRecord(observed) ? observed : {}).filter(
    (email) => !names.has(canonicalizeEmail(email)),
  );
  return { ...Object.fromEntries(former.map((email) => [email, null])), ...declared };
}

/**
 * Returns the groups that are in effect: those of the declared addresses, and those that the program no longer declares, as long as the
 * pending invitation still has them, so that the next update can end them. `former` contains the groups in the state. After acceptance,
 * Peridio does not know the group of the invitation, so the declared one stays. Undefined if there are none.
 */
export function observeGroups(
  declared: unknown,
  former: unknown,
  people: ReadonlyMap<string, RosterEntry>,
): z.output<typeof groups> | undefined {
  const byAddress = new Map([...people].map(([email, person]) => [canonicalizeEmail(email), person]));
  const observed = Object.entries(isRecord(declared) ? declared : {}).flatMap(([email, id]) => {
    const person = byAddress.get(canonicalizeEmail(email));
    if (person === undefined || typeof id !== "string") return [];
    const group = person.kind === "member" || person.groupId === asUuid(id) ? id : person.groupId;
    return group === undefined ? [] : [[email, group] as const];
  });
  const names = new Set(Object.keys(isRecord(declared) ? declared : {}).map(canonicalizeEmail));
  const notEnded = Object.entries(isRecord(former) ? former : {}).flatMap(([email, id]) => {
    const person = byAddress.get(canonicalizeEmail(email));
    const isPending = person?.kind === "invitation" && typeof id === "string" && person.groupId === asUuid(id);
    return isPending && !names.has(canonicalizeEmail(email)) ? [[email, id] as const] : [];
  });
  if (!isRecord(declared) && notEnded.length === 0) return undefined;
  return Object.fromEntries([...notEnded, ...observed]);
}

import type { z } from "zod";
import type { Peridio, Place } from "../../api";
import type { Values } from "../../core/values";
import { type ignore, key, matching, type members } from "./roster";
import type { Situation } from "./rosterChange";

/** What a roster declares about people. */
interface Declaration {
  readonly members?: z.output<typeof members> | undefined;
  readonly ignore?: z.output<typeof ignore> | undefined;
}

/** What the state knows of people, by canonical address. */
export type Standings = ReadonlyMap<string, Values>;

/** Who is in an organization, and what is declared of them. `known` tells which users were behind the addresses. */
export async function situation(
  api: Peridio,
  id: string,
  declared: Declaration,
  known: Standings = new Map(),
): Promise<Situation> {
  const wanted = declared.members ?? {};
  const { people, moved } = underDeclaredNames(await api.roster.list(id), Object.keys(wanted), known);
  const present = new Set(people.map(({ email }) => key(email)));
  const absent = new Set(
    Object.keys(wanted)
      .map(key)
      .filter((email) => !present.has(email)),
  );
  // Only for those in neither list can it matter that an invitation has run out.
  const expired = await Promise.all([...absent].map((email) => api.roster.find(id, email)));
  const { id: callerId } = await api.caller();
  return {
    wanted,
    people: [...people, ...expired.flatMap((place) => place ?? [])],
    moved,
    fixed: ({ isOwner, userId }) => isOwner || userId === callerId,
    ignored: matching(declared.ignore),
  };
}

/**
 * Users whose address is another one by now go by the one that is declared: removing them, and inviting whoever has their
 * old address, is what nobody means.
 */
function underDeclaredNames(
  people: readonly Place[],
  declared: readonly string[],
  known: Standings,
): Pick<Situation, "people" | "moved"> {
  const there = new Set(people.map(({ email }) => key(email)));
  const names = new Set(declared.map(key));
  const missing = declared.filter((email) => !there.has(key(email)));
  const byUser = new Map(missing.map((email) => [known.get(key(email))?.userId, email]));
  const moved = new Map<string, string>();
  const renamed = people.map((place) => {
    const email = place.kind === "member" && !names.has(key(place.email)) ? byUser.get(place.userId) : undefined;
    if (email === undefined) return place;
    moved.set(email, place.email);
    return { ...place, email };
  });
  return { people: renamed, moved };
}

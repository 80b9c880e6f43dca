import type { z } from "zod";
import type { Invitation, RosterEntry } from "../../api";
import type { Values } from "#framework";
import type { ResourceContext } from "../../resource";
import { protectedUser } from "./place";
import { type ignore, key, matching } from "./roster";
import type { Situation } from "./rosterChange";

/** What a roster declares about people. */
interface Declaration {
  readonly members?: Situation["wanted"] | undefined;
  readonly ignore?: z.output<typeof ignore> | undefined;
}

/** What the state knows of people, by canonical address. */
export type Standings = ReadonlyMap<string, Values>;

/** Who is in an organization, and what is declared of them. `known` tells which users were behind the addresses. */
export async function situation(
  context: Pick<ResourceContext, "api" | "forAnotherKey">,
  id: string,
  declared: Declaration,
  known: Standings = new Map(),
): Promise<Situation> {
  const { api } = context;
  const wanted = declared.members ?? {};
  const { people, strays } = underDeclaredNames(await api.roster.list(id), Object.keys(wanted), known);
  const present = new Set(people.map(({ email }) => key(email)));
  const absent = new Set(
    Object.keys(wanted)
      .map(key)
      .filter((email) => !present.has(email)),
  );
  // Only for those in neither list can it matter that an invitation has run out.
  const expired = await Promise.all([...absent].map((email) => api.roster.find(id, email)));
  const self = await protectedUser(context);
  return {
    wanted,
    people: [...people, ...expired.flatMap((place) => (place === undefined ? [] : [{ email: place.email, place }]))],
    strays,
    fixed: ({ isOwner, userId }) => isOwner || userId === self,
    ignored: matching(declared.ignore),
  };
}

/**
 * Users whose address is another one by now go by the one that is declared: removing them, and inviting whoever has their
 * old address, is what nobody means. An invitation that waits there is one of somebody else.
 */
function underDeclaredNames(
  places: readonly RosterEntry[],
  declared: readonly string[],
  known: Standings,
): Pick<Situation, "people" | "strays"> {
  const names = new Set(declared.map(key));
  const joined = new Set(places.filter(({ kind }) => kind === "member").map(({ email }) => key(email)));
  const byUser = new Map(
    declared.filter((email) => !joined.has(key(email))).map((email) => [known.get(key(email))?.userId, email]),
  );
  const formerAddress = (place: RosterEntry): string | undefined =>
    place.kind === "member" && !names.has(key(place.email)) ? byUser.get(place.userId) : undefined;
  const former = new Set(places.flatMap((place) => formerAddress(place) ?? []).map(key));
  const isStray = (place: RosterEntry): place is Invitation =>
    place.kind === "invitation" && former.has(key(place.email));
  return {
    people: places
      .filter((place) => !isStray(place))
      .map((place) => ({ email: formerAddress(place) ?? place.email, place })),
    strays: places.filter(isStray),
  };
}

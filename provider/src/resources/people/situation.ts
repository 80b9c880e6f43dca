import type { z } from "zod";
import type { Peridio } from "../../api";
import { type ignore, key, matching, type members } from "./roster";
import type { Situation } from "./rosterChange";

/** What a roster declares about people. */
interface Declaration {
  readonly members?: z.output<typeof members> | undefined;
  readonly ignore?: z.output<typeof ignore> | undefined;
}

/** Who is in an organization, and what is declared of them. */
export async function situation(api: Peridio, id: string, declared: Declaration): Promise<Situation> {
  const wanted = declared.members ?? {};
  const people = await api.roster.list(id);
  const present = new Set(people.map(({ email }) => key(email)));
  const absent = new Set(
    Object.keys(wanted)
      .map(key)
      .filter((email) => !present.has(email)),
  );
  // Only for those in neither list can it matter that an invitation has run out.
  const expired = absent.size === 0 ? [] : await api.roster.expired(id);
  const oldestFirst = [...expired].sort((a, b) => Date.parse(a.expiresAt) - Date.parse(b.expiresAt));
  const newest = new Map(oldestFirst.map((invitation) => [key(invitation.email), invitation]));
  const { id: callerId } = await api.caller();
  return {
    wanted,
    people: [...people, ...[...newest.values()].filter(({ email }) => absent.has(key(email)))],
    fixed: ({ isOwner, userId }) => isOwner || userId === callerId,
    ignored: matching(declared.ignore),
  };
}

import { CachedValue, waitFor } from "./cache";
import type { Backend, Roster } from "./client";
import { ApiError, ConflictError, InvalidRequestError, NotFoundError } from "./errors";
import { toArray } from "#framework/http";
import {
  compareAge,
  isListed,
  canonicalizeEmail,
  type Invitation,
  type InvitationStatus,
  type Invitee,
  type Member,
  type RosterEntry,
} from "./model";

/** A roster that reads each organization once, through `backend`. */
export interface SharedRoster extends Roster {
  /** Records that this process has just created the organization, which therefore has no invitations. */
  recordCreation(organizationId: string): void;
  /** Returns a roster with the same cache that writes through another backend. */
  over(writer: Backend, signal: AbortSignal | undefined): Roster;
}

export function roster(backend: Backend): SharedRoster {
  const caches = new Map<string, RosterCache>();
  const getCache = (organizationId: string): RosterCache => {
    const cache = caches.get(organizationId) ?? new RosterCache(backend, organizationId);
    caches.set(organizationId, cache);
    return cache;
  };
  /** Discards what was read, but not the links of invitations, which only the responses to the invitations contain. */
  const forget = (organizationId: string): void => {
    const inviteUrls = caches.get(organizationId)?.inviteUrls;
    if (inviteUrls !== undefined) caches.set(organizationId, new RosterCache(backend, organizationId, { inviteUrls }));
  };

  /** The last read for verification of each organization, and the next one if it has not begun. */
  const rereads = new Map<string, { readonly last: Promise<unknown>; readonly next: Promise<unknown> | undefined }>();
  const reread = async (organizationId: string): Promise<unknown> => {
    const { last, next } = rereads.get(organizationId) ?? { last: Promise.resolve(), next: undefined };
    if (next !== undefined) return next;
    const reading = last.then(async () => {
      rereads.set(organizationId, { last: reading.catch(() => undefined), next: undefined });
      forget(organizationId);
      return getCache(organizationId).list();
    });
    rereads.set(organizationId, { last, next: reading });
    return reading;
  };

  /** Discards the cache after a write that may have taken effect or that conflicts with the observed state. */
  async function write<T>(organizationId: string, change: Promise<T>): Promise<T> {
    try {
      return await change;
    } catch (error) {
      if (error instanceof ApiError && (error.isAmbiguous || isStateConflict(error))) forget(organizationId);
      throw error;
    }
  }

  function over(writer: Backend, signal?: AbortSignal): Roster {
    const { members } = writer;
    const read = async <T>(
      organizationId: string,
      from: (cache: RosterCache) => Promise<T>,
      object = "people",
    ): Promise<T> => waitFor(from(getCache(organizationId)), `${object} of ${organizationId}`, signal);
    const invite = async (
      organizationId: string,
      invitee: Invitee,
      before: ReadonlySet<string>,
      { invitations } = writer,
    ): Promise<Invitation> => {
      const invitation = await write(organizationId, invitations.create(organizationId, invitee, before));
      getCache(organizationId).put(invitation);
      return invitation;
    };
    const revoke = async (invitation: Invitation, { invitations } = writer): Promise<void> => {
      try {
        await write(invitation.organizationId, invitations.revoke(invitation.organizationId, invitation.id));
      } catch (error) {
        if (!(error instanceof NotFoundError)) throw error;
      }
      getCache(invitation.organizationId).drop(invitation);
    };
    return {
      find: async (organizationId, email) => read(organizationId, (cache) => cache.find(email)),
      findUser: async (organizationId, userId) => read(organizationId, (cache) => cache.findUser(userId)),
      list: async (organizationId) => read(organizationId, (cache) => cache.list()),
      members: async (organizationId) => read(organizationId, (cache) => cache.members(), "members"),
      expired: async (organizationId) => read(organizationId, (cache) => cache.expired(), "expired invitations"),
      memberInvitations: async (organizationId) => read(organizationId, (cache) => cache.memberInvitations()),
      invite: async (organizationId, email, role, groupId) => {
        const before = await read(organizationId, (cache) => cache.invitationIds());
        return invite(organizationId, { email, role, groupId }, before);
      },
      setRole: async (member, role) => {
        const { organizationId } = member;
        const changed = await write(organizationId, members.setRole(member, role));
        // Keeps the address in the cache: with a changed address, the member would be listed twice.
        getCache(organizationId).put({ ...changed, email: member.email });
        return changed;
      },
      remove: async (member) => {
        // Revokes the member's pending invitation first, because the person could return with it.
        const { organizationId, email, userId } = member;
        const invitations = await read(organizationId, (cache) => cache.memberInvitations());
        const own = invitations.find((invitation) => canonicalizeEmail(invitation.email) === canonicalizeEmail(email));
        if (own) await revoke(own).catch(ignoreAccepted);
        await write(organizationId, members.remove(organizationId, userId));
        getCache(organizationId).drop(member);
      },
      revoke: async (invitation) => revoke(invitation),
      replace: async (invitation, role, groupId = invitation.groupId) => {
        const { organizationId, email } = invitation;
        const before = await read(organizationId, (cache) => cache.invitationIds());
        const transaction = writer.with({ transaction: { hasTakenEffect: false } });
        await revoke(invitation, transaction);
        return invite(organizationId, { email, role, groupId: groupId ?? undefined }, before, transaction);
      },
      forget,
      reread: async (organizationId) => {
        await waitFor(reread(organizationId), `people of ${organizationId}`, signal);
      },
    };
  }

  const recordCreation = (organizationId: string): void => {
    caches.set(organizationId, new RosterCache(backend, organizationId, { isNew: true }));
  };
  return { ...over(backend), recordCreation, over };
}

/** Reports if the error shows that the people differ from those in the cache. */
function isStateConflict(error: ApiError): boolean {
  if (error instanceof ConflictError) return error.reason !== "limit_reached";
  return error instanceof NotFoundError || error instanceof InvalidRequestError;
}

/** Ignores that an invitation was accepted: the removal of the member follows. */
function ignoreAccepted(error: unknown): void {
  if (!(error instanceof ConflictError)) throw error;
}

interface Lists {
  /** Members, then pending invitations of other people, by address. */
  readonly entries: ReadonlyMap<string, RosterEntry>;
  /** The pending invitations of members. */
  readonly memberInvitations: readonly Invitation[];
  /** The ids of all pending invitations. */
  readonly invitationIds: readonly string[];
}

interface RosterCacheOptions {
  /** True for an organization that this process has just created. */
  readonly isNew?: boolean;
  readonly inviteUrls?: Map<string, string>;
}

/** The roster of one organization: the lists that were read, and the changes of this process. */
class RosterCache {
  readonly #lists: CachedValue<Lists>;
  readonly #expired: CachedValue<readonly Invitation[]>;
  /** Separate from `#lists`, which reads invitations first. */
  readonly #members: CachedValue<readonly Member[]>;
  readonly #written = new Map<string, RosterEntry>();
  /** The ids of removed members and revoked invitations. */
  readonly #dropped = new Set<string>();

  /** The links of invitations that this process sent, by id of the invitation. */
  readonly inviteUrls: Map<string, string>;

  constructor(
    backend: Backend,
    organizationId: string,
    { isNew = false, inviteUrls = new Map<string, string>() }: RosterCacheOptions = {},
  ) {
    this.inviteUrls = inviteUrls;
    const { invitations } = backend;
    const readInvitations = async (status?: InvitationStatus): Promise<readonly Invitation[]> =>
      (await toArray(invitations.list(organizationId, status))).map((invitation) => {
        const inviteUrl = inviteUrls.get(invitation.id);
        return inviteUrl === undefined ? invitation : { ...invitation, inviteUrl };
      });
    const allInvitations = new CachedValue(async () => readInvitations());
    const listInvitations = async (status: InvitationStatus): Promise<readonly Invitation[]> => {
      if (isNew) return [];
      if (invitations.listsByStatus) return readInvitations(status);
      return (await allInvitations.get()).filter((invitation) => isListed(invitation.status, status));
    };
    this.#lists = new CachedValue(async () => {
      // Reads members last: a person who accepts in between is then in both lists rather than in none.
      const pending = await listInvitations("pending");
      const members = await toArray(backend.members.list(organizationId));
      const joined = indexByEmail(members);
      const isMember = ({ email }: Invitation): boolean => joined.has(canonicalizeEmail(email));
      return {
        entries: indexByEmail([...members, ...pending.filter((invitation) => !isMember(invitation))]),
        memberInvitations: pending.filter(isMember),
        invitationIds: pending.map(({ id }) => id),
      };
    });
    this.#expired = new CachedValue(async () => listInvitations("expired"));
    this.#members = new CachedValue(async () => toArray(backend.members.list(organizationId)));
  }

  async find(email: string): Promise<RosterEntry | undefined> {
    const written = this.#written.get(canonicalizeEmail(email));
    if (written) return written;
    const entry = (await this.#lists.get()).entries.get(canonicalizeEmail(email));
    if (entry && !this.#dropped.has(getEntryId(entry))) return entry;
    const expired = (await this.expired()).filter(
      (invitation) => canonicalizeEmail(invitation.email) === canonicalizeEmail(email),
    );
    return expired.sort(compareAge).at(-1);
  }

  async findUser(userId: string): Promise<Member | undefined> {
    return (await this.list()).filter(isMember).find((member) => member.userId === userId);
  }

  async list(): Promise<readonly RosterEntry[]> {
    return this.#withChanges([...(await this.#lists.get()).entries.values()]);
  }

  async members(): Promise<readonly Member[]> {
    return this.#withChanges(await this.#members.get()).filter(isMember);
  }

  /** Returns the pending invitations of members. */
  async memberInvitations(): Promise<readonly Invitation[]> {
    return (await this.#lists.get()).memberInvitations.filter((invitation) => !this.#dropped.has(invitation.id));
  }

  /** Returns the ids of the pending invitations that were read, and of those that this process has sent or revoked. */
  async invitationIds(): Promise<ReadonlySet<string>> {
    const { invitationIds } = await this.#lists.get();
    return new Set([...invitationIds, ...[...this.#written.values()].map(getEntryId), ...this.#dropped]);
  }

  async expired(): Promise<readonly Invitation[]> {
    return (await this.#expired.get()).filter((invitation) => !this.#dropped.has(invitation.id));
  }

  put(entry: RosterEntry): void {
    if (entry.kind === "invitation" && entry.inviteUrl !== undefined) this.inviteUrls.set(entry.id, entry.inviteUrl);
    this.#written.set(canonicalizeEmail(entry.email), entry);
  }

  drop(entry: RosterEntry): void {
    this.#dropped.add(getEntryId(entry));
    // Keeps a newer invitation of the same address.
    const written = this.#written.get(canonicalizeEmail(entry.email));
    if (written && getEntryId(written) === getEntryId(entry)) this.#written.delete(canonicalizeEmail(entry.email));
  }

  #withChanges(entries: readonly RosterEntry[]): readonly RosterEntry[] {
    const remaining = entries.filter((entry) => !this.#dropped.has(getEntryId(entry)));
    return [...indexByEmail([...remaining, ...this.#written.values()]).values()];
  }
}

/** Returns the user id of a member, or the id of an invitation. */
export function getEntryId(entry: RosterEntry): string {
  return isMember(entry) ? entry.userId : entry.id;
}

function isMember(entry: RosterEntry): entry is Member {
  return entry.kind === "member";
}

/** Returns the entries by canonical address. Of several with one address, the last one remains. */
function indexByEmail<Entry extends RosterEntry>(entries: readonly Entry[]): Map<string, Entry> {
  return new Map(entries.map((entry) => [canonicalizeEmail(entry.email), entry]));
}

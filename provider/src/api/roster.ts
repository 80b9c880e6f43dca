import { key } from "./address";
import { byAge, isAskedFor } from "./invitations";
import { Conflict, Invalid, NotFound, ApiError } from "./errors";
import type { Backend, Invitation, InvitationStatus, Invitee, Member, Place, Roster } from "./port";
import { Once, wait } from "./once";

/** A roster that reads each organization once, through `backend`. `within` gives it another way to write. */
export interface SharedRoster extends Roster {
  /** This process has just created the organization, so nobody has been invited to it. */
  founded(organizationId: string): void;
  within(writer: Backend, signal: AbortSignal | undefined): Roster;
}

export function roster(backend: Backend): SharedRoster {
  const known = new Map<string, People>();
  const people = (organizationId: string): People => {
    const found = known.get(organizationId) ?? new People(backend, organizationId);
    known.set(organizationId, found);
    return found;
  };

  /** After a write that failed for what is there, or that may have succeeded, the organization is read again. */
  async function write<T>(organizationId: string, change: Promise<T>): Promise<T> {
    try {
      return await change;
    } catch (error) {
      if (error instanceof ApiError && (error.ambiguous || isAboutTheState(error))) known.delete(organizationId);
      throw error;
    }
  }

  function over(writer: Backend, signal?: AbortSignal): Roster {
    const { members } = writer;
    const invite = async (
      organizationId: string,
      invitee: Invitee,
      before: ReadonlySet<string>,
      { invitations } = writer,
    ): Promise<Invitation> => {
      const invitation = await write(organizationId, invitations.create(organizationId, invitee, before));
      people(organizationId).put(invitation);
      return invitation;
    };
    const invited = async (organizationId: string): Promise<ReadonlySet<string>> =>
      wait(people(organizationId).invited(), `people of ${organizationId}`, signal);
    const revoke = async (invitation: Invitation, { invitations } = writer): Promise<void> => {
      try {
        await write(invitation.organizationId, invitations.revoke(invitation.organizationId, invitation.id));
      } catch (error) {
        if (!(error instanceof NotFound)) throw error;
      }
      people(invitation.organizationId).drop(invitation);
    };
    return {
      find: async (organizationId, email) =>
        wait(people(organizationId).find(email), `people of ${organizationId}`, signal),
      findUser: async (organizationId, userId) =>
        wait(people(organizationId).user(userId), `people of ${organizationId}`, signal),
      list: async (organizationId) => wait(people(organizationId).list(), `people of ${organizationId}`, signal),
      members: async (organizationId) => wait(people(organizationId).members(), `members of ${organizationId}`, signal),
      expired: async (organizationId) =>
        wait(people(organizationId).expired(), `expired invitations of ${organizationId}`, signal),
      beside: async (organizationId) => wait(people(organizationId).beside(), `people of ${organizationId}`, signal),
      invite: async (organizationId, email, role) => invite(organizationId, { email, role }, await invited(organizationId)),
      setRole: async (member, role) => {
        const { organizationId } = member;
        const changed = await write(organizationId, members.setRole(member, role));
        // Under the address that was read: if it has changed by now, there would be two of them.
        people(organizationId).put({ ...changed, email: member.email });
        return changed;
      },
      remove: async (member) => {
        // Who is a member may have a waiting invitation besides, and would come back with it.
        const { organizationId, email, userId } = member;
        const beside = await wait(people(organizationId).beside(), `people of ${organizationId}`, signal);
        const own = beside.find((invitation) => key(invitation.email) === key(email));
        if (own) await revoke(own).catch(acceptedMeanwhile);
        await write(organizationId, members.remove(organizationId, userId));
        people(organizationId).drop(member);
      },
      revoke: async (invitation) => revoke(invitation),
      replace: async (invitation, role) => {
        const { organizationId, email, groupId } = invitation;
        const before = await invited(organizationId);
        const asOne = writer.asOne();
        await revoke(invitation, asOne);
        return invite(organizationId, { email, role, groupId }, before, asOne);
      },
      forget: (organizationId) => {
        known.delete(organizationId);
      },
    };
  }

  const founded = (organizationId: string): void => {
    known.set(organizationId, new People(backend, organizationId, { founded: true }));
  };
  return { ...over(backend), founded, within: over };
}

function isAboutTheState(error: ApiError): boolean {
  if (error instanceof Conflict) return error.reason !== "limit_reached";
  return error instanceof NotFound || error instanceof Invalid;
}

function acceptedMeanwhile(error: unknown): void {
  if (!(error instanceof Conflict)) throw error;
}

interface Lists {
  /** Everybody by address: members, then pending invitations. */
  readonly everybody: ReadonlyMap<string, Place>;
  /** The pending invitations of those who are members. */
  readonly beside: readonly Invitation[];
  /** The ids of all pending invitations. */
  readonly invited: readonly string[];
}

/** The people of one organization: what was read, changed by what writes answered. */
class People {
  private readonly read: Once<Lists>;
  private readonly outdated: Once<readonly Invitation[]>;
  private readonly alone: Once<readonly Member[]>;
  private readonly written = new Map<string, Place>();
  /** Ids of removed members and revoked invitations. */
  private readonly dropped = new Set<string>();

  constructor(backend: Backend, organizationId: string, { founded = false } = {}) {
    const { invitations } = backend;
    const everyInvitation = new Once(async () => all(invitations.list(organizationId)));
    const invited = async (wanted: InvitationStatus): Promise<readonly Invitation[]> => {
      if (founded) return [];
      if (invitations.listsByStatus) return all(invitations.list(organizationId, wanted));
      return (await everyInvitation.get()).filter(({ status }) => isAskedFor(status, wanted));
    };
    this.read = new Once(async () => {
      // Members last, so that who accepts in between is found twice rather than not at all.
      const pending = await invited("pending");
      const members = await all(backend.members.list(organizationId));
      const joined = byEmail(members);
      const isMember = ({ email }: Invitation): boolean => joined.has(key(email));
      return {
        everybody: byEmail([...members, ...pending.filter((invitation) => !isMember(invitation))]),
        beside: pending.filter(isMember),
        invited: pending.map(({ id }) => id),
      };
    });
    this.outdated = new Once(async () => invited("expired"));
    this.alone = new Once(async () => all(backend.members.list(organizationId)));
  }

  async find(email: string): Promise<Place | undefined> {
    const written = this.written.get(key(email));
    if (written) return written;
    const read = (await this.read.get()).everybody.get(key(email));
    if (read && !this.dropped.has(placeId(read))) return read;
    const expired = (await this.expired()).filter((invitation) => key(invitation.email) === key(email));
    return expired.sort(byAge).at(-1);
  }

  async list(): Promise<readonly Place[]> {
    const { everybody } = await this.read.get();
    const read = [...everybody.values()].filter((place) => !this.dropped.has(placeId(place)));
    return [...byEmail([...read, ...this.written.values()]).values()];
  }

  async user(userId: string): Promise<Member | undefined> {
    return (await this.list()).find((place): place is Member => place.kind === "member" && place.userId === userId);
  }

  async members(): Promise<readonly Member[]> {
    // Apart from `read`, which has to look at invitations first.
    const read = (await this.alone.get()).filter((member) => !this.dropped.has(placeId(member)));
    return [...byEmail<Place>([...read, ...this.written.values()]).values()].filter((place) => place.kind === "member");
  }

  async beside(): Promise<readonly Invitation[]> {
    return (await this.read.get()).beside.filter((invitation) => !this.dropped.has(invitation.id));
  }

  /** The ids of the invitations that were pending when read, and of those that this process has sent or revoked. */
  async invited(): Promise<ReadonlySet<string>> {
    const { invited } = await this.read.get();
    return new Set([...invited, ...[...this.written.values()].map(placeId), ...this.dropped]);
  }

  async expired(): Promise<readonly Invitation[]> {
    return (await this.outdated.get()).filter((invitation) => !this.dropped.has(invitation.id));
  }

  put(place: Place): void {
    this.written.set(key(place.email), place);
  }

  drop(place: Place): void {
    this.dropped.add(placeId(place));
    // Whoever had an expired invitation may have been invited again.
    const written = this.written.get(key(place.email));
    if (written && placeId(written) === placeId(place)) this.written.delete(key(place.email));
  }
}

/** The id of the member, or of the invitation. */
export function placeId(place: Place): string {
  return place.kind === "member" ? place.userId : place.id;
}

function byEmail<P extends Place>(places: readonly P[]): Map<string, P> {
  return new Map(places.map((place) => [key(place.email), place]));
}

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}

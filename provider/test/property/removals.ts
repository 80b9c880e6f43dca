import type { Backend } from "./backends";
import { type Declarations, leavesAlone, type OrganizationName, organizations, type Roster } from "./declarations";
import { type Entry, isBound, partsOf } from "./entries";
import { caller } from "./people";
import type { Write } from "./road";
import { admins, type Change, changes, type Inside, isAdmin, type Place, present, type World } from "./world";

/** The facts about an operation that removes something. */
interface Removing {
  readonly backend: Backend;
  readonly declarations: Declarations;
  readonly entries: readonly Entry[];
}

/** True if an organization cannot be deleted even without other members. */
function isHeld({ owner, belongings }: Inside, { makesOrganizations }: Backend): boolean {
  return !makesOrganizations || owner !== caller || belongings.length > 0;
}

/** The organizations that are not declared, and cannot be deleted. */
export function heldIn(world: World, { backend, declarations }: Removing): OrganizationName[] {
  return organizations.filter((name) => {
    const inside = world.get(name);
    return declarations[name].absent === true && inside !== undefined && isHeld(inside, backend);
  });
}

/** Nothing changes in an organization that is `held`, but by entries that remember nothing of it, or that it is retained. */
export function disturbed(write: Write, { entries }: Removing, held: Iterable<OrganizationName>): string[] {
  return [...held].flatMap((name) => {
    const [was, is] = [write.before.get(name), write.after.get(name)];
    if (was === undefined || !isAbout(write, was, is)) return [];
    const free = partsOf(entries, was.id).filter((entry) => !isBound(entry));
    const others = changes(write.before, write.after).filter(
      (change) => change.organization === name && !free.some((entry) => knows(entry, change)),
    );
    const rewritten = is !== undefined && JSON.stringify(is.security) !== JSON.stringify(was.security);
    const settings = rewritten && !free.some(({ type }) => type === "SecurityPolicy");
    if (free.length > 0 && others.length === 0 && !settings) return [];
    return [`changes something in ${name}, which is neither declared nor to be deleted`];
  });
}

function isAbout({ path }: Write, was: Inside, is: Inside | undefined): boolean {
  return path.split("/").some((part) => isIdOf(part, was.id)) || JSON.stringify(was) !== JSON.stringify(is);
}

/** On the wire of one API ids are PRNs, on that of another the UUIDs in them. */
export function isIdOf(part: string, id: string): boolean {
  return part === id || id === `prn:1:${part}` || id === `prn:1:user:${part}`;
}

/** An organization that is not declared becomes no less secure before it is deleted, unless the state expects it to stay. */
export function weakened({ before, after }: Write, { declarations, entries }: Removing): string[] {
  return organizations.flatMap((name) => {
    const [was, is] = [before.get(name), after.get(name)];
    if (declarations[name].absent !== true || was === undefined || is === undefined || !isWeaker(is, was)) return [];
    const policies = partsOf(entries, was.id).filter(({ type }) => type === "SecurityPolicy");
    return policies.every(isBound) ? [`makes ${name} less secure, which is not declared`] : [];
  });
}

function isWeaker({ security: now }: Inside, { security: before }: Inside): boolean {
  const longer = (now.session_timeout ?? Infinity) > (before.session_timeout ?? Infinity);
  return longer || (before.two_factor_required && !now.two_factor_required);
}

/** The ownership of the organization, as the deletion of an entry must see it. */
export function outlook(
  { terms }: Entry,
  organization: OrganizationName,
  declarations: Declarations,
): "stays" | "ends" | "unguarded" {
  if (declarations[organization].absent !== true) return "stays";
  if (terms === undefined) return "unguarded";
  return terms.retain ? "stays" : "ends";
}

/** True if an entry is about the same person as a change. */
export function knows({ users, person, members }: Entry, { person: who, before, after }: Change): boolean {
  const place = before ?? after;
  const userId = place?.kind === "member" ? place.userId : undefined;
  const known = users.get(who);
  if (known !== undefined && userId !== undefined && known !== userId) return false;
  return [...users.values()].some((user) => user === userId) || person === who || members.includes(who);
}

/** The deletion of a roster, while it runs. */
export class RosterDeletion {
  readonly broken: string[] = [];
  readonly #taken = new Set<string>();
  /** The admins who have gone meanwhile, perhaps through other entries. */
  #adminsGone = 0;

  constructor(
    private readonly entry: Entry,
    private readonly roster: Roster,
    private readonly organization: OrganizationName,
    private readonly begin: Inside,
    private readonly operation: Removing,
  ) {}

  /** Something changes meanwhile. */
  sees(change: Change, after: World): void {
    const { entry, roster, organization } = this;
    const { what, before } = change;
    const inside = after.get(organization);
    if (change.organization !== organization || inside === undefined || (what !== "removed" && what !== "revoked"))
      return;
    const parts = partsOf(this.operation.entries, entry.organizationId).filter((one) => knows(one, change));
    if (!parts.every(({ type, id }) => type === entry.type && id === entry.id)) {
      if (isAdmin(before)) this.#adminsGone += 1;
      return;
    }
    if (before?.kind === "member" || before?.status === "pending") this.#taken.add(change.person);
    if (before !== undefined && !declares(entry, before)) {
      this.broken.push(`deletes a roster and with it ${before.person}, a person that it does not declare`);
    }
    const left = admins(inside) + this.#adminsGone;
    if (this.#outlook === "stays" && isAdmin(before) && left < roster.minAdmins) {
      this.broken.push(`deletes a roster and leaves ${left} admins, and minAdmins is ${roster.minAdmins}`);
    }
  }

  /** The rules that it has broken. */
  end(): string[] {
    const { roster, begin, broken } = this;
    const taken = this.#taken.size;
    const allowed = allowance(roster, begin);
    const others = this.#others();
    if (this.#outlook === "stays" && taken > allowed)
      broken.push(`deletes a roster with ${taken} people, and maxRemovals allows ${allowed}`);
    if (this.#outlook === "ends" && taken > 0 && others.length > 0)
      broken.push(`removes people although ${others.join(", ")} will keep the organization from being deleted`);
    return broken;
  }

  get #outlook(): ReturnType<typeof outlook> {
    return outlook(this.entry, this.organization, this.operation.declarations);
  }

  #others(): string[] {
    return othersThan(this.entry, this.roster, this.begin).map(({ person }) => person);
  }
}

/** The members who keep an organization from being deleted with its roster. */
export function othersThan(entry: Entry, roster: Roster, { members, owner }: Inside): readonly Place[] {
  if (roster.ignorePartners || entry.terms?.force === true) return [];
  return members.filter((member) => !member.fixed && member.person !== owner && !declares(entry, member));
}

/** True if a roster declares a person, by the address or as a known user. An entry also knows users that it does not declare. */
function declares({ members, users }: Entry, place: Place): boolean {
  const isKnown = place.kind === "member" && members.some((name) => users.get(name) === place.userId);
  return isKnown || members.includes(place.person);
}

/** The number of people who may lose something. A share does not count those that the roster leaves to others. */
export function allowance(roster: Roster, inside: Inside): number {
  const { maxRemovals } = roster;
  const people = present(inside).filter((place) => !leavesAlone(roster, place.person)).length;
  const number = Number.parseInt(maxRemovals, 10);
  return maxRemovals.endsWith("%") ? Math.max(1, Math.ceil((people * number) / 100)) : number;
}

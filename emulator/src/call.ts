import { day, later } from "./clock";
import { isWithin } from "./cidr";
import { forbidden, notFound } from "./errors";
import { toUuid } from "./prn";
import type { Surface } from "./surface";
import { getUserById, type ApiKey, type Member, type Organization, type State, type User } from "./state";

/** Where a call comes from: over HTTP, or from the control plane, which acts for a user without key and address. */
export type Origin = { readonly address: string } | { readonly user: User };

/** One call of an operation: who calls, on which organization, when. */
export class Call {
  #caller: User | undefined;
  #boundTo: string | null = null;
  #organization: Organization | undefined;

  /** `now` as the API writes moments. */
  constructor(
    readonly state: State,
    readonly now: string,
    private readonly origin: Origin,
  ) {
    if ("user" in origin) this.#caller = origin.user;
  }

  get caller(): User {
    return this.#caller ?? never("nobody has signed in");
  }

  /** The id of the only organization that the caller's key may touch, or null. */
  get boundTo(): string | null {
    return this.#boundTo;
  }

  get organization(): Organization {
    return this.#organization ?? never("the operation is not on an organization");
  }

  /** The caller's organizations, oldest first. */
  memberships(): Organization[] {
    return this.state.organizations.filter(({ members }) => members.some(({ user_id }) => user_id === this.caller.id));
  }

  /** Those of them that the key lets see. */
  visibleOrganizations(): Organization[] {
    return this.memberships().filter(({ id }) => this.#boundTo === null || this.#boundTo === id);
  }

  /** Finds out whose key it is. @returns false without a valid one */
  signIn(token: string | null): boolean {
    if (this.#caller !== undefined) return true;
    const key = token !== null && Object.hasOwn(this.state.api_keys, token) ? this.state.api_keys[token] : undefined;
    if (key === undefined || this.#isTooOld(key)) return false;
    this.#caller = getUserById(this.state, key.user_id);
    this.#boundTo = key.organization_id;
    return true;
  }

  /**
   * Lets the call through to the operation, or not.
   * @param roles who may, in the surface's words
   * @param scope the operation's name in a refusal
   * @param prnOrUuid the organization concerned, if any
   * @throws Refusal
   */
  admit(surface: Surface, roles: readonly string[], scope: string, prnOrUuid: string | undefined): void {
    if (prnOrUuid === undefined) return;
    const id = toUuid(prnOrUuid);
    if (this.#boundTo !== null && this.#boundTo !== id) throw forbidden("key", scope, id);
    const organization = this.state.organizations.find((candidate) => candidate.id === id);
    const member = organization?.members.find(({ user_id }) => user_id === this.caller.id);
    if (organization === undefined || member === undefined) throw notFound();
    if (!this.#comesFromAllowedAddress(organization)) throw forbidden("address", scope, id);
    if (!surface.rolesOf(organization, member).some((role) => roles.includes(role))) throw forbidden("role", scope, id);
    this.#organization = organization;
    if ("address" in this.origin) member.last_active_at = this.now;
  }

  /** That user's place in the organization. @throws Refusal if the user is not in it */
  member(userPrnOrUuid: string): Member {
    const id = toUuid(userPrnOrUuid);
    const member = this.organization.members.find(({ user_id }) => user_id === id);
    if (member === undefined) throw notFound();
    return member;
  }

  /** The next place in the order of creation. */
  nextSequence(): number {
    return ++this.state.sequence;
  }

  #comesFromAllowedAddress({ security }: Organization): boolean {
    if (!("address" in this.origin) || security.ip_allowlist.length === 0) return true;
    return isWithin(
      this.origin.address,
      security.ip_allowlist.map(({ cidr }) => cidr),
    );
  }

  /** The rotation policy of the organization that the key is bound to ends the key's life. */
  #isTooOld(key: ApiKey): boolean {
    const bound = this.state.organizations.find(({ id }) => id === key.organization_id);
    const policy = bound?.security.api_key_rotation;
    if (policy === null || policy === undefined) return false;
    return this.now > later(key.inserted_at, (policy.max_age_days + policy.grace_period_days) * day);
  }
}

function never(reason: string): never {
  throw new Error(`This cannot be asked of the call: ${reason}.`);
}

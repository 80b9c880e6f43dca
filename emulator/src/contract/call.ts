import { isWithin } from "../model/cidr";
import { getUserById, type ApiKey, type Member, type Organization, type State, type User } from "../model/state";
import { addSeconds, secondsPerDay, toUuid } from "../model/values";
import { forbidden, notFound } from "./errors";

/** The sender of a request: an address over HTTP, or a user that the control plane names. */
export type RequestSource = { readonly address: string } | { readonly user: User };

export interface Authorization {
  /** The organization that the request names, if any. */
  readonly organization: string | undefined;
  /** The roles that may send the request. */
  readonly requiredRoles: readonly string[];
  /** The action's name in an error: verb and plural resource. */
  readonly scope: string;
  readonly getRoles: (organization: Organization, member: Member) => readonly string[];
}

/** One call of an operation: the caller, the organization and the time. */
export class Call {
  #caller: User | undefined;
  #keyOrganizationId: string | null = null;
  #organization: Organization | undefined;

  constructor(
    readonly state: State,
    /** A timestamp of the API. */
    readonly now: string,
    private readonly source: RequestSource,
  ) {
    if ("user" in source) this.#caller = source.user;
  }

  get caller(): User {
    return this.#caller ?? throwUnavailable("caller");
  }

  /** The id of the only organization that the caller's API key can access, or null. */
  get keyOrganizationId(): string | null {
    return this.#keyOrganizationId;
  }

  get organization(): Organization {
    return this.#organization ?? throwUnavailable("organization");
  }

  /** Lists the caller's organizations, oldest first. */
  listOrganizations(): Organization[] {
    return this.state.organizations.filter(({ members }) => members.some(({ user_id }) => user_id === this.caller.id));
  }

  /** Lists the caller's organizations that the API key can access. */
  listVisibleOrganizations(): Organization[] {
    return this.listOrganizations().filter(
      ({ id }) => this.#keyOrganizationId === null || this.#keyOrganizationId === id,
    );
  }

  /** Finds the user of an API key. @returns false without a valid key */
  authenticate(token: string | null): boolean {
    if (this.#caller !== undefined) return true;
    const key = token !== null && Object.hasOwn(this.state.api_keys, token) ? this.state.api_keys[token] : undefined;
    if (key === undefined || this.#isExpired(key)) return false;
    this.#caller = getUserById(this.state, key.user_id);
    this.#keyOrganizationId = key.organization_id;
    return true;
  }

  /** Checks the caller's access to the organization that the request names. @throws ApiError */
  authorize({ organization: prnOrUuid, requiredRoles, scope, getRoles }: Authorization): void {
    if (prnOrUuid === undefined) return;
    const id = toUuid(prnOrUuid);
    if (this.#keyOrganizationId !== null && this.#keyOrganizationId !== id) throw forbidden("key", scope, id);
    const organization = this.state.organizations.find((candidate) => candidate.id === id);
    const member = organization?.members.find(({ user_id }) => user_id === this.caller.id);
    if (organization === undefined || member === undefined) throw notFound();
    if (!this.#isAddressAllowed(organization)) throw forbidden("address", scope, id);
    if (!getRoles(organization, member).some((role) => requiredRoles.includes(role))) {
      throw forbidden("role", scope, id);
    }
    this.#organization = organization;
    if ("address" in this.source) member.last_active_at = this.now;
  }

  /** Returns a member of the organization. @throws ApiError if the user is not a member */
  getMember(userPrnOrUuid: string): Member {
    const id = toUuid(userPrnOrUuid);
    const member = this.organization.members.find(({ user_id }) => user_id === id);
    if (member === undefined) throw notFound();
    return member;
  }

  /** Returns the next number in the order of creation. */
  takeSequence(): number {
    return ++this.state.sequence;
  }

  #isAddressAllowed({ security }: Organization): boolean {
    if (!("address" in this.source) || security.ip_allowlist.length === 0) return true;
    return isWithin(
      this.source.address,
      security.ip_allowlist.map(({ cidr }) => cidr),
    );
  }

  /** Applies the rotation policy of the organization to which the key is bound. */
  #isExpired(key: ApiKey): boolean {
    const organization = this.state.organizations.find(({ id }) => id === key.organization_id);
    const policy = organization?.security.api_key_rotation;
    if (policy === null || policy === undefined) return false;
    const lifetime = (policy.max_age_days + policy.grace_period_days) * secondsPerDay;
    return this.now > addSeconds(key.inserted_at, lifetime);
  }
}

function throwUnavailable(property: string): never {
  throw new Error(`The call has no ${property}.`);
}

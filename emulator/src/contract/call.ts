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
export class Call<O extends Organization = Organization> {
  #caller: User | undefined;
  #keyOrganizationId: string | null = null;
  #keyName: string | null = null;
  #organization: O | undefined;
  #member: Member | undefined;

  constructor(
    readonly state: State<O>,
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

  /** The name of the API token in use. Null for an API key, which has no name. */
  get keyName(): string | null {
    return this.#keyName;
  }

  get organization(): O {
    return this.#organization ?? throwUnavailable("organization");
  }

  /** The caller's membership of the organization. */
  get member(): Member {
    return this.#member ?? throwUnavailable("member");
  }

  /** Lists the caller's organizations, oldest first. */
  listOrganizations(): O[] {
    return this.state.organizations.filter(({ members }) => members.some(({ user_id }) => user_id === this.caller.id));
  }

  /** Lists the caller's organizations that the API key can access. */
  listVisibleOrganizations(): O[] {
    return this.listOrganizations().filter(
      ({ id }) => this.#keyOrganizationId === null || this.#keyOrganizationId === id,
    );
  }

  /** Finds the user of an API key or an API token. @returns false without a valid key */
  authenticate(key: string | null): boolean {
    if (this.#caller !== undefined) return true;
    return key !== null && (this.#useApiKey(key) || this.#useApiToken(key));
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
    this.#member = member;
    if ("address" in this.source) member.last_active_at = this.now;
  }

  /** Returns a member of the organization. @throws ApiError if the user is not a member */
  getMember(userPrnOrUuid: string): Member {
    const id = toUuid(userPrnOrUuid);
    const member = this.organization.members.find(({ user_id }) => user_id === id);
    if (member === undefined) throw notFound();
    return member;
  }

  #isAddressAllowed({ security }: Organization): boolean {
    if (!("address" in this.source) || security.ip_allowlist.length === 0) return true;
    return isWithin(
      this.source.address,
      security.ip_allowlist.map(({ cidr }) => cidr),
    );
  }

  #useApiKey(key: string): boolean {
    const found = Object.hasOwn(this.state.api_keys, key) ? this.state.api_keys[key] : undefined;
    if (found === undefined || this.#isExpired(found)) return false;
    this.#caller = getUserById(this.state, found.user_id);
    this.#keyOrganizationId = found.organization_id;
    return true;
  }

  /** A token of a person who left the organization is invalid. */
  #useApiToken(key: string): boolean {
    for (const { id, members, api_tokens } of this.state.organizations) {
      const found = api_tokens.find(({ token }) => token === key);
      if (found === undefined) continue;
      const isMember = members.some(({ user_id }) => user_id === found.user_id);
      if (!isMember || (found.expires_at !== null && found.expires_at <= this.now)) return false;
      found.last_used_at = this.now;
      this.#caller = getUserById(this.state, found.user_id);
      this.#keyOrganizationId = id;
      this.#keyName = found.name;
      return true;
    }
    return false;
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

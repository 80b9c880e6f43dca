import { randomUUID } from "node:crypto";
import { toConnectRole } from "../apis/connect/roles";
import type { StoredOrganization } from "../apis/connect/stateSchema";
import { addOnce, createGroup, remove } from "../contract/access";
import { countUsage, maximumLimits, plans } from "../contract/limits";
import { dropMember } from "../contract/people";
import {
  createRow,
  findUserByEmail,
  hasUsageCount,
  isOwner,
  isSameEmail,
  putUser,
  resourceTypes,
  type UsageCounts,
  type BillingSettings,
  type Invitation,
  type ResourceType,
  type Role,
  type SecuritySettings,
  type Tier,
  type User,
} from "../model/state";
import { formatTimestamp, generateApiKey, toInvitationPrn, toUserPrn } from "../model/values";
import type { FaultRule } from "../traffic/faults";
import type { Hold } from "../traffic/holds";
import type { Selection } from "../traffic/selection";
import type { RateLimit } from "../traffic/traffic";
import { AccessControl } from "./access";
import {
  checkOrganizationLimit,
  findActingUser,
  performAs,
  performAsUser,
  type Actor,
  type ControlledEmulator,
} from "./actor";
import {
  checkOperation,
  ControlError,
  findGroup,
  findMember,
  findOrganization,
  findPendingInvitation,
  findUser,
} from "./lookup";
import { TokenControl } from "./tokens";

export interface GeneralSettings {
  readonly display_name?: string | undefined;
  readonly description?: string | null | undefined;
  readonly contact_email?: string | null | undefined;
}

export interface UserDetails {
  readonly name?: string | undefined;
  readonly username?: string | undefined;
  readonly two_factor_enabled?: boolean | undefined;
}

/** A role of either API. An owner is an admin in the Admin API, unless `owner_id` names the person. */
type GivenRole = Role | "owner";

type Changes<Settings> = { readonly [Key in keyof Settings]?: Settings[Key] | undefined };

/**
 * Simulates events outside the APIs: people accept and leave, users change settings, time passes, the network breaks.
 * Organizations are named by name, id or PRN, and people by e-mail address. Every method throws or rejects with a
 * `ControlError` if a name is unknown or a rule of the API forbids the change.
 */
export class Control {
  readonly tokens: TokenControl;
  readonly access: AccessControl;

  constructor(private readonly emulator: ControlledEmulator) {
    this.access = new AccessControl(emulator);
    this.tokens = new TokenControl(emulator);
  }

  /** Adds a user who is in no organization. */
  addUser(email: string, details: UserDetails = {}): User {
    const { state } = this.emulator;
    if (findUserByEmail(state, email) !== undefined) throw new ControlError(409, `A user ${email} already exists.`);
    const user: User = {
      id: randomUUID(),
      email,
      username: details.username ?? null,
      name: details.name ?? null,
      two_factor_enabled: details.two_factor_enabled ?? false,
    };
    putUser(state, user);
    return user;
  }

  /** Adds an API key for the user's whole account, or for one organization within its limit. @returns the key */
  addApiKey(
    email: string,
    {
      organization: name,
      key = generateApiKey(),
    }: { organization?: string | undefined; key?: string | undefined } = {},
  ): string {
    const { state } = this.emulator;
    const existing = state.api_keys[key];
    if (existing !== undefined) {
      const owner = state.users[existing.user_id]?.email ?? existing.user_id;
      throw new ControlError(
        409,
        `The API key ${key} for ${email} already exists: it is a key of ${owner}. Choose another key.`,
      );
    }
    const { id: user_id } = findUser(state, email);
    const organization = name === undefined ? undefined : this.getOrganization(name);
    if (organization !== undefined) {
      checkOrganizationLimit(organization, "api_keys", countUsage(state, organization).api_keys + 1);
    }
    state.api_keys[key] = { user_id, organization_id: organization?.id ?? null, inserted_at: this.#now };
    return key;
  }

  revokeApiKey(key: string): void {
    if (!Object.hasOwn(this.emulator.state.api_keys, key)) throw new ControlError(404, "The API key does not exist.");
    Reflect.deleteProperty(this.emulator.state.api_keys, key);
  }

  /** Changes a user's e-mail address. */
  changeEmail(from: string, to: string): void {
    const user = findUser(this.emulator.state, from);
    const other = findUserByEmail(this.emulator.state, to);
    if (other !== undefined && other !== user)
      throw new ControlError(409, `The address ${to} belongs to another user.`);
    user.email = to;
    putUser(this.emulator.state, user, from);
  }

  /** Turns a user's second factor on or off. */
  setTwoFactor(email: string, enabled: boolean): void {
    findUser(this.emulator.state, email).two_factor_enabled = enabled;
  }

  /** Creates an organization. Its owner is `as` or, by default, the first user. */
  async createOrganization(name: string, settings: GeneralSettings = {}, { as }: Actor = {}): Promise<void> {
    const [firstUser] = Object.values(this.emulator.state.users);
    const owner = as === undefined ? firstUser : findUser(this.emulator.state, as);
    if (owner === undefined)
      throw new ControlError(404, "There is no user to own the organization. Add one with add-user.");
    await performAsUser(this.emulator, owner, "POST", "/v2/organizations", { name, ...settings });
  }

  /** Deletes an organization. Without `as`, nothing blocks the deletion. */
  async deleteOrganization(organization: string, { as }: Actor = {}): Promise<void> {
    if (as === undefined) remove(this.emulator.state.organizations, this.getOrganization(organization));
    else await performAs(this.emulator, organization, { as }, "DELETE", "");
  }

  async updateOrganization(organization: string, changes: GeneralSettings, actor: Actor = {}): Promise<void> {
    await performAs(this.emulator, organization, actor, "PATCH", "", changes);
  }

  async updateSecuritySettings(
    organization: string,
    changes: Changes<SecuritySettings>,
    actor: Actor = {},
  ): Promise<void> {
    await performAs(this.emulator, organization, actor, "PATCH", "/security-settings", changes);
  }

  async updateBillingSettings(
    organization: string,
    changes: Changes<BillingSettings>,
    actor: Actor = {},
  ): Promise<void> {
    await performAs(this.emulator, organization, actor, "PATCH", "/billing-settings", changes);
  }

  /** Transfers the ownership to an admin. */
  async transferOwnership(email: string, organization: string, actor: Actor = {}): Promise<void> {
    await performAs(this.emulator, organization, actor, "POST", "/transfer-ownership", { new_owner: email });
  }

  /** Invites a person. Without `as`, the invitation has no inviter. `group` is the name of a group of users. */
  async invite(
    email: string,
    organization: string,
    role: GivenRole,
    { group, ...actor }: Actor & { readonly group?: string | undefined } = {},
  ): Promise<void> {
    const group_id = group === undefined ? null : findGroup(this.emulator.state, group, organization).id;
    const stored = role === "owner" ? "admin" : role;
    await performAs(this.emulator, organization, actor, "POST", "/invitations", { email, role: stored });
    const invitation = this.#findPendingInvitation(email, organization);
    invitation.group_id = group_id;
    invitation.as_owner = role === "owner";
    if (actor.as === undefined) invitation.inviter_id = null;
  }

  /** Adds a group of users, which only Avocado Connect has. @returns its id */
  addGroup(name: string, organization: string, description?: string): string {
    const group = createGroup(createRow(this.emulator.state, this.#now), name, description);
    this.getOrganization(organization).groups.push(group);
    return group.id;
  }

  /** Turns Peridio's e-mails on or off. When they are off, Avocado Connect returns the links of invitations. */
  setEmailDelivery(enabled: boolean): void {
    this.emulator.state.email_delivery = enabled;
  }

  /** Accepts a pending invitation. The person becomes a member, joins the group and, if necessary, becomes a user. */
  accept(email: string, organization: string): void {
    const invitation = this.#findPendingInvitation(email, organization);
    this.addMember(invitation.email, organization, invitation.as_owner ? "owner" : invitation.role);
    const group = this.getOrganization(organization).groups.find(({ id }) => id === invitation.group_id);
    if (group !== undefined) addOnce(group.user_ids, findUser(this.emulator.state, invitation.email).id);
    invitation.accepted_at = this.#now;
    invitation.updated_at = this.#now;
  }

  /** Revokes the newest invitation that is not accepted. */
  async revoke(email: string, organization: string, actor: Actor = {}): Promise<void> {
    const { id, invitations } = this.getOrganization(organization);
    const open = invitations.findLast(
      (candidate) => candidate.accepted_at === null && isSameEmail(candidate.email, email),
    );
    if (open === undefined)
      throw new ControlError(404, `${organization} has no pending or expired invitation for ${email}.`);
    await performAs(this.emulator, organization, actor, "DELETE", `/invitations/${toInvitationPrn(id, open.id)}`);
  }

  /** Adds a member without an invitation, even beyond the limit of users. */
  addMember(email: string, organization: string, role: GivenRole): void {
    const { state } = this.emulator;
    const { members } = this.getOrganization(organization);
    const user = findUserByEmail(state, email) ?? this.addUser(email);
    if (members.some(({ user_id }) => user_id === user.id)) {
      throw new ControlError(409, `${email} is already a member of ${organization}.`);
    }
    const also_owner = role === "owner";
    const stored = also_owner ? "admin" : role;
    members.push({
      ...createRow(state, this.#now),
      user_id: user.id,
      role: stored,
      also_owner,
      last_active_at: this.#now,
    });
  }

  /** Changes a role. Only Avocado Connect grants the role `owner`, or takes it from one of several owners. */
  async setRole(email: string, organization: string, role: GivenRole, actor: Actor = {}): Promise<void> {
    const member = findMember(this.emulator.state, email, organization);
    const { user_id } = member;
    const found = this.getOrganization(organization);
    const hasSeveral = found.members.filter((one) => isOwner(found, one)).length > 1;
    if (role === "owner" || (hasSeveral && isOwner(found, member))) {
      const user = findActingUser(this.emulator, organization, actor);
      const path = `/api/orgs/${found.id}/members/${user_id}/role`;
      const shown = role === "owner" ? role : toConnectRole(role);
      return performAsUser(this.emulator, user, "PUT", path, { role: shown });
    }
    await performAs(this.emulator, organization, actor, "PATCH", `/members/${toUserPrn(user_id)}`, { role });
  }

  async removeMember(email: string, organization: string, actor: Actor = {}): Promise<void> {
    const { user_id } = findMember(this.emulator.state, email, organization);
    await performAs(this.emulator, organization, actor, "DELETE", `/members/${toUserPrn(user_id)}`);
  }

  /** Lets a person leave an organization. The owner cannot leave. */
  leave(email: string, organizationName: string): void {
    const member = findMember(this.emulator.state, email, organizationName);
    const organization = this.getOrganization(organizationName);
    if (organization.owner_id === member.user_id) {
      throw new ControlError(
        409,
        `${email} cannot leave ${organizationName}, because this person is the owner. Transfer the ownership first.`,
      );
    }
    dropMember(organization, member);
  }

  /** Sets the ISO 8601 time of a member's last activity; `null` for never. */
  setLastActive(email: string, organization: string, moment: string | null): void {
    findMember(this.emulator.state, email, organization).last_active_at =
      moment === null ? null : formatTimestamp(new Date(moment));
  }

  /** Sets the numbers of devices, deployments, unpaid charges and so on, within the limits, and the card on file. */
  setBelongings(name: string, { card_on_file, ...counts }: Changes<UsageCounts & { card_on_file: boolean }>): void {
    const organization = this.getOrganization(name);
    const usage = countUsage(this.emulator.state, organization);
    for (const type of resourceTypes.filter(hasUsageCount)) {
      const added = (counts[type] ?? 0) - organization.belongings[type];
      // Beyond a lowered limit, a number can decrease but not increase.
      if (added > 0) checkOrganizationLimit(organization, type, usage[type] + added);
    }
    for (const [property, count] of Object.entries(counts)) {
      if (count !== undefined) Reflect.set(organization.belongings, property, count);
    }
    organization.card_on_file = card_on_file ?? organization.card_on_file;
  }

  /** Sets limits, up to the contract's maximum. */
  setLimits(name: string, limits: Readonly<Partial<Record<ResourceType, number | undefined>>>): void {
    const organization = this.getOrganization(name);
    for (const type of resourceTypes) {
      const limit = limits[type];
      if (limit === undefined) continue;
      const maximum = maximumLimits[type];
      if (maximum !== null && limit > maximum) {
        throw new ControlError(422, `The limit of ${type} can be at most ${maximum}.`);
      }
      organization.limits[type] = limit;
    }
  }

  /** Sets the plan of Avocado Connect, with its limits. */
  setPlan(name: string, tier: Tier): void {
    const organization = this.getOrganization(name);
    const { max_tunnels, max_claim_tokens, ...limits } = plans[tier];
    organization.plan = { tier, max_tunnels, max_claim_tokens };
    this.setLimits(name, limits);
  }

  /** Moves the clock forward. */
  advance(seconds: number): void {
    this.emulator.state.clock_offset += seconds * 1000;
  }

  /** Delays every response. */
  setLatency(milliseconds: number): void {
    this.emulator.traffic.latency = milliseconds;
  }

  /** Responds 429 to requests beyond the limit; `null` for no limit. */
  setRateLimit(limit: RateLimit | null): void {
    this.emulator.traffic.rateLimiter.set(limit);
  }

  /** Holds matching requests before they take effect, until the hold is released. */
  hold(selection: Selection): Hold {
    checkOperation(selection);
    return this.emulator.traffic.holds.add(selection);
  }

  /** Releases all holds. */
  release(): void {
    this.emulator.traffic.holds.releaseAll();
  }

  /** Breaks the next matching requests. */
  fault(rule: FaultRule): void {
    checkOperation(rule);
    this.emulator.traffic.faults.add(rule);
  }

  clearFaults(): void {
    this.emulator.traffic.faults.clear();
  }

  getOrganization(nameOrId: string): StoredOrganization {
    return findOrganization(this.emulator.state, nameOrId);
  }

  get #now(): string {
    return formatTimestamp(this.emulator.now);
  }

  #findPendingInvitation(email: string, organization: string): Invitation {
    return findPendingInvitation(this.emulator.state, email, organization, this.#now);
  }
}

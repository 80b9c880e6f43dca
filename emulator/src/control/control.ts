import { randomUUID } from "node:crypto";
import { adminV2 } from "../adminV2/surface";
import { newKey } from "../apiKeys";
import { formatTimestamp } from "../clock";
import type { Emulator } from "../emulator";
import { Refusal } from "../errors";
import { checkLimit, maximumLimits, used } from "../limits";
import { toInvitationPrn, toUserPrn } from "../prn";
import { dropMember } from "../rules/members";
import { removeOrganization } from "../rules/organizations";
import {
  resourceTypes,
  putUser,
  sameEmail,
  findUserByEmail,
  getUserById,
  type Belongings,
  type BillingSettings,
  type Group,
  type Invitation,
  type Member,
  type Organization,
  type ResourceType,
  type Role,
  type SecuritySettings,
  type User,
} from "../state";
import { documents, isOperation } from "../surfaces";
import type { FaultRule } from "../traffic/faults";
import type { Hold } from "../traffic/holds";
import type { Selection } from "../traffic/selection";
import type { RateLimit } from "../traffic/throttle";
import { ControlError } from "./controlError";
import { memberNamed, organizationNamed, pendingInvitation, userNamed } from "./lookup";

/** Who does something by hand: a user, bound by the contract's rules, or, when left out, nobody in particular. */
export interface Actor {
  readonly as?: string | undefined;
}

export interface GeneralSettings {
  readonly display_name?: string | undefined;
  readonly description?: string | null | undefined;
  readonly contact_email?: string | null | undefined;
}

type Changes<Settings> = { readonly [Key in keyof Settings]?: Settings[Key] | undefined };

/**
 * What happens outside the API: people accept and leave, somebody changes a thing by hand, time passes, the network
 * breaks. Organizations are named by their name, id or PRN; people by their e-mail address. Every method rejects or
 * throws a `ControlError` if the thing is not there or the contract's rules forbid it.
 */
export class Control {
  constructor(private readonly emulator: Emulator) {}

  /** Makes a user who is in no organization yet. */
  addUser(
    email: string,
    details: {
      readonly name?: string | undefined;
      readonly username?: string | undefined;
      readonly two_factor_enabled?: boolean | undefined;
    } = {},
  ): User {
    const { state } = this.emulator;
    if (findUserByEmail(state, email) !== undefined) throw new ControlError(409, `There is a user ${email} already.`);
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

  /**
   * Makes an API key of a user, for the whole account or bound to one organization, whose limit then binds.
   * @returns the key
   */
  addApiKey(
    email: string,
    { organization, key = newKey() }: { organization?: string | undefined; key?: string | undefined } = {},
  ): string {
    const { state, now } = this.emulator;
    if (Object.hasOwn(state.api_keys, key)) throw new ControlError(409, "There is such an API key already.");
    const { id: user_id } = this.#user(email);
    const home = organization === undefined ? undefined : this.organization(organization);
    if (home !== undefined) this.#checkLimit(home, "api_keys", used(state, home).api_keys + 1);
    state.api_keys[key] = { user_id, organization_id: home?.id ?? null, inserted_at: formatTimestamp(now) };
    return key;
  }

  /** Makes an API key invalid. */
  revokeApiKey(key: string): void {
    if (!Object.hasOwn(this.emulator.state.api_keys, key)) throw new ControlError(404, "There is no such API key.");
    Reflect.deleteProperty(this.emulator.state.api_keys, key);
  }

  /** Gives a user another e-mail address. */
  changeEmail(from: string, to: string): void {
    const user = this.#user(from);
    const other = findUserByEmail(this.emulator.state, to);
    if (other !== undefined && other !== user) throw new ControlError(409, `${to} is another user's address.`);
    user.email = to;
    putUser(this.emulator.state, user, from);
  }

  /** Says whether a user has a second factor. */
  setTwoFactor(email: string, enabled: boolean): void {
    this.#user(email).two_factor_enabled = enabled;
  }

  /** Makes an organization, owned by `as` or else by the first user. */
  async createOrganization(name: string, settings: GeneralSettings & Actor = {}): Promise<void> {
    const { as, ...rest } = settings;
    const [first] = Object.values(this.emulator.state.users);
    const owner = as === undefined ? first : this.#user(as);
    if (owner === undefined) throw new ControlError(404, "There is no user who could own the organization.");
    await this.#perform(owner, "POST", "/v2/organizations", { name, ...rest });
  }

  /** Deletes an organization: as a user if nothing blocks it, as nobody whatever is in it. */
  async deleteOrganization(organization: string, { as }: Actor = {}): Promise<void> {
    if (as === undefined) removeOrganization(this.emulator.state, this.organization(organization));
    else await this.#act(organization, { as }, "DELETE", "");
  }

  /** Changes general settings. */
  async updateOrganization(organization: string, changes: GeneralSettings, actor: Actor = {}): Promise<void> {
    await this.#act(organization, actor, "PATCH", "", changes);
  }

  async updateSecuritySettings(
    organization: string,
    changes: Changes<SecuritySettings>,
    actor: Actor = {},
  ): Promise<void> {
    await this.#act(organization, actor, "PATCH", "/security-settings", changes);
  }

  async updateBillingSettings(
    organization: string,
    changes: Changes<BillingSettings>,
    actor: Actor = {},
  ): Promise<void> {
    await this.#act(organization, actor, "PATCH", "/billing-settings", changes);
  }

  /** Transfers the ownership to an admin member. */
  async transferOwnership(email: string, organization: string, actor: Actor = {}): Promise<void> {
    await this.#act(organization, actor, "POST", "/transfer-ownership", { new_owner: email });
  }

  /** Invites a person. Without `as`, the invitation has no inviter. `group` is the name of a group of users. */
  async invite(
    email: string,
    organization: string,
    role: Role,
    { group, ...actor }: Actor & { readonly group?: string | undefined } = {},
  ): Promise<void> {
    const groupId = group === undefined ? null : this.#group(group, organization).id;
    await this.#act(organization, actor, "POST", "/invitations", { email, role });
    const invitation = this.#pendingInvitation(email, organization);
    invitation.group_id = groupId;
    if (actor.as === undefined) invitation.inviter_id = null;
  }

  /** Makes a group of users; of Avocado Connect alone. @returns its id */
  addGroup(name: string, organization: string): string {
    const id = randomUUID();
    this.organization(organization).groups.push({ id, name });
    return id;
  }

  /** Switches Peridio's e-mails on or off. Without them, Avocado Connect answers with the links of invitations. */
  setEmailDelivery(enabled: boolean): void {
    this.emulator.state.email_delivery = enabled;
  }

  /** Accepts a pending invitation. Whoever accepts becomes a user, if not one already, and a member. */
  accept(email: string, organization: string): void {
    const now = formatTimestamp(this.emulator.now);
    const invitation = this.#pendingInvitation(email, organization);
    this.addMember(invitation.email, organization, invitation.role);
    invitation.accepted_at = now;
    invitation.updated_at = now;
  }

  /** Revokes the newest invitation that was not accepted. */
  async revoke(email: string, organization: string, actor: Actor = {}): Promise<void> {
    const { id, invitations } = this.organization(organization);
    const open = invitations.findLast((one) => one.accepted_at === null && sameEmail(one.email, email));
    if (open === undefined) throw new ControlError(404, `${organization} has no open invitation for ${email}.`);
    await this.#act(organization, actor, "DELETE", `/invitations/${toInvitationPrn(id, open.id)}`);
  }

  /** Puts a person into an organization without an invitation and past the limit, as a new user if need be. */
  addMember(email: string, organization: string, role: Role): void {
    const { state } = this.emulator;
    const now = formatTimestamp(this.emulator.now);
    const { members } = this.organization(organization);
    const user = findUserByEmail(state, email) ?? this.addUser(email);
    if (members.some(({ user_id }) => user_id === user.id)) {
      throw new ControlError(409, `${email} is a member of ${organization} already.`);
    }
    state.sequence += 1;
    members.push({
      sequence: state.sequence,
      id: randomUUID(),
      user_id: user.id,
      role,
      last_active_at: now,
      inserted_at: now,
      updated_at: now,
    });
  }

  async setRole(email: string, organization: string, role: Role, actor: Actor = {}): Promise<void> {
    const { user_id } = this.#member(email, organization);
    await this.#act(organization, actor, "PATCH", `/members/${toUserPrn(user_id)}`, { role });
  }

  async removeMember(email: string, organization: string, actor: Actor = {}): Promise<void> {
    const { user_id } = this.#member(email, organization);
    await this.#act(organization, actor, "DELETE", `/members/${toUserPrn(user_id)}`);
  }

  /** A person leaves an organization; its owner cannot. */
  leave(email: string, organization: string): void {
    const member = this.#member(email, organization);
    const home = this.organization(organization);
    if (home.owner_id === member.user_id)
      throw new ControlError(409, `${email} owns ${organization} and cannot leave.`);
    dropMember(home, member);
  }

  /** Says when a member was last active, as an ISO 8601 moment; `null` for never. */
  setLastActive(email: string, organization: string, moment: string | null): void {
    this.#member(email, organization).last_active_at = moment === null ? null : formatTimestamp(new Date(moment));
  }

  /**
   * Says how many devices, active deployments, unpaid charges … an organization has, and if a card is on file. Limits bind.
   */
  setBelongings(
    organization: string,
    { card_on_file, ...counts }: Changes<Belongings & { card_on_file: boolean }>,
  ): void {
    const home = this.organization(organization);
    for (const type of ["products", "devices", "webhooks"] as const) {
      const count = counts[type] ?? 0;
      // An organization whose limit was lowered keeps what it has, and may give some of it up.
      if (count > home.belongings[type]) this.#checkLimit(home, type, count);
    }
    for (const [name, count] of Object.entries(counts)) {
      if (count !== undefined) Reflect.set(home.belongings, name, count);
    }
    home.card_on_file = card_on_file ?? home.card_on_file;
  }

  /** Raises or lowers limits, up to what the contract names as their maximum. */
  setLimits(organization: string, limits: Readonly<Partial<Record<ResourceType, number | undefined>>>): void {
    const home = this.organization(organization);
    for (const type of resourceTypes) {
      const limit = limits[type];
      if (limit === undefined) continue;
      const maximum = maximumLimits[type];
      if (maximum !== null && limit > maximum)
        throw new ControlError(422, `${type} cannot be raised above ${maximum}.`);
      home.limits[type] = limit;
    }
  }

  /** Moves the clock forward. */
  advance(seconds: number): void {
    this.emulator.state.clock_offset += seconds * 1000;
  }

  /** Makes every answer late by some milliseconds. */
  setLatency(milliseconds: number): void {
    this.emulator.traffic.latency = milliseconds;
  }

  /** Answers 429 to requests above so many in a second; `null` ends it. */
  setRateLimit(limit: RateLimit | null): void {
    this.emulator.traffic.throttle.set(limit);
  }

  /** Holds back matching requests on their arrival, until the hold is released. */
  hold(selection: Selection): Hold {
    return this.emulator.traffic.holds.add(checked(selection));
  }

  /** Releases all holds. */
  release(): void {
    this.emulator.traffic.holds.releaseAll();
  }

  /** Breaks the next matching requests. */
  fault(rule: FaultRule): void {
    this.emulator.traffic.faults.add(checked(rule));
  }

  clearFaults(): void {
    this.emulator.traffic.faults.clear();
  }

  /** The organization of that name, id or PRN. */
  organization(nameOrId: string): Organization {
    return organizationNamed(this.emulator.state, nameOrId);
  }

  #user(email: string): User {
    return userNamed(this.emulator.state, email);
  }

  #member(email: string, organization: string): Member {
    return memberNamed(this.emulator.state, email, organization);
  }

  #group(name: string, organization: string): Group {
    const found = this.organization(organization).groups.find((group) => group.name === name);
    if (found === undefined) throw new ControlError(404, `${organization} has no group ${name}.`);
    return found;
  }

  #pendingInvitation(email: string, organization: string): Invitation {
    return pendingInvitation(this.emulator.state, email, organization, formatTimestamp(this.emulator.now));
  }

  /** Does something to an organization through the contract; what nobody does, its owner could do. */
  async #act(organization: string, { as }: Actor, method: string, path: string, body?: object): Promise<void> {
    const { id, owner_id } = this.organization(organization);
    const actor = as === undefined ? getUserById(this.emulator.state, owner_id) : this.#user(as);
    await this.#perform(actor, method, `/v2/organizations/${id}${path}`, body);
  }

  async #perform(user: User, method: string, path: string, body?: object): Promise<void> {
    // JSON knows no undefined, and the contract fills defaults in where it validates, not in what a test has given.
    const sent: unknown = body && JSON.parse(JSON.stringify(body));
    const request = { method, path, query: {}, headers: {}, body: sent };
    try {
      await this.emulator.perform(request, { user });
    } catch (error) {
      throw refused(`${method} ${path} as ${user.email}`, error);
    }
  }

  #checkLimit(organization: Organization, type: ResourceType, count: number): void {
    try {
      checkLimit(organization, type, count);
    } catch (error) {
      throw refused(`${organization.name} with ${type}: ${count}`, error);
    }
  }
}

/** A refusal of the contract in the control plane's words; any other error unchanged. */
function refused(what: string, error: unknown): unknown {
  if (!(error instanceof Refusal)) return error;
  const { status, body } = adminV2.refuse(error.reason);
  return new ControlError(status, `${what} was refused: ${JSON.stringify(body)}`);
}

/** The same selection. @throws ControlError if no request can match it */
function checked<Rule extends Selection>(rule: Rule): Rule {
  const { operation } = rule;
  if (operation === undefined || isOperation(operation)) return rule;
  throw new ControlError(
    422,
    `There is no operation ${operation}, so no request would match. The operationIds are in ${documents.join(" and ")}.`,
  );
}

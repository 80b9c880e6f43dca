import { createHash } from "node:crypto";
import {
  type Access,
  apiUser,
  type GroupReference,
  type Hidden,
  isHidden,
  projectOf,
  type Side,
  sideOf,
  type Slot,
  stackNames,
  type State,
  type World,
} from "./model";

/** Prints a change as `pulumi preview --refresh --json --show-sames` does: one text for each stack. */

const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const secret = "[secret]";
const moment = "2027-01-30T08:00:00.000000001Z";

type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };
type Properties = Readonly<Record<string, Json>>;
type When = "before" | "after";

interface Step {
  readonly op: string;
  readonly urn: string;
  readonly [key: string]: unknown;
}

/** Returns a UUID that depends only on the text. */
export function uuidOf(text: string): string {
  const hash = createHash("sha256").update(text).digest("hex");
  return [
    hash.slice(0, 8),
    hash.slice(8, 12),
    `4${hash.slice(13, 16)}`,
    `8${hash.slice(17, 20)}`,
    hash.slice(20, 32),
  ].join("-");
}

export function prnOf(organization: string): string {
  return `prn:1:${uuidOf(organization)}`;
}

export function tokenOf(state: State): string {
  if (state.type === "provider") return "pulumi:providers:peridio";
  return state.type === "other" ? state.token : `peridio:index:${state.type}`;
}

export function printPreviews(world: World): string[] {
  return Array.from({ length: world.stacks }, (_, index) => JSON.stringify(new Printer(world, index).preview()));
}

/** Returns true if the engine replaces the object. */
export function isReplaced(world: World, slot: Slot): boolean {
  const { before, after } = slot;
  if (before === undefined || after === undefined) return false;
  if (slot.isReplaced === true) return true;
  const membership = [sideOf(before, "Membership"), sideOf(after, "Membership")] as const;
  if (membership[0] && membership[1]) {
    return membership[0].state.email.toLowerCase() !== membership[1].state.email.toLowerCase();
  }
  const token = [sideOf(before, "OrganizationApiToken"), sideOf(after, "OrganizationApiToken")] as const;
  if (token[0] && token[1]) {
    return token[0].state.name !== token[1].state.name || token[0].state.rotate !== token[1].state.rotate;
  }
  const claim = [sideOf(before, "ClaimToken"), sideOf(after, "ClaimToken")] as const;
  if (claim[0] && claim[1]) {
    const target = claim[1].state.cohort === undefined ? undefined : findSlot(world, slot.stack, claim[1].state.cohort);
    return claim[0].state.cohort !== claim[1].state.cohort || (target !== undefined && isReplaced(world, target));
  }
  const cohort = [sideOf(before, "Cohort"), sideOf(after, "Cohort")] as const;
  if (cohort[0] && cohort[1]) {
    const project = findSlot(world, slot.stack, cohort[1].state.project);
    return cohort[0].state.project !== cohort[1].state.project || (project !== undefined && isReplaced(world, project));
  }
  return false;
}

/** Returns true if the engine finds no difference in a resource. */
export function isUnchanged(world: World, slot: Slot): boolean {
  return new Printer(world, slot.stack).steps(slot).every(({ op }) => op === "same");
}

/** Returns true if the change makes the id of a resource, so that the preview does not know it. */
export function hasNewId(world: World, stack: number, key: string): boolean {
  const slot = findSlot(world, stack, key);
  if (slot === undefined || slot.isImported === true) return false;
  return slot.before === undefined || isReplaced(world, slot);
}

function findSlot(world: World, stack: number, key: string): Slot | undefined {
  return world.slots.find((slot) => slot.stack === stack && slot.key === key);
}

class Printer {
  readonly #slots: readonly Slot[];
  readonly #stack: string;

  constructor(
    private readonly world: World,
    private readonly index: number,
  ) {
    this.#slots = world.slots.filter(({ stack }) => stack === index);
    this.#stack = stackNames[index] ?? "extra";
  }

  preview() {
    const root = `urn:pulumi:${this.#stack}::${projectOf}::pulumi:pulumi:Stack::${projectOf}-${this.#stack}`;
    const rootState = { urn: root, custom: false, type: "pulumi:pulumi:Stack", created: moment, modified: moment };
    const steps = this.#slots.flatMap((slot) => this.steps(slot));
    const counts: Record<string, number> = { same: 1 };
    for (const { op } of steps) counts[op] = (counts[op] ?? 0) + 1;
    const config = {
      ...(this.world.api === "connect" ? { "peridio:backend": "connect" } : {}),
      ...(this.world.endpoint !== undefined && this.index === 0 ? { "peridio:endpoint": this.world.endpoint } : {}),
    };
    const isRefreshed = !this.world.unrefreshed.includes(this.index);
    const deletes = steps.filter(({ op }) => op === "delete").reverse();
    return {
      ...(Object.keys(config).length === 0 ? {} : { config }),
      steps: [
        ...(isRefreshed
          ? [{ op: "refresh", urn: root, oldState: rootState, newState: rootState, detailedDiff: null }]
          : []),
        ...this.#slots.flatMap((slot) => (isRefreshed || this.#looks(slot) ? this.#refresh(slot) : [])),
        { op: "same", urn: root, oldState: rootState, newState: rootState, detailedDiff: null },
        ...steps.filter(({ op }) => op !== "delete"),
        ...deletes,
      ],
      duration: 485292733,
      changeSummary: counts,
    };
  }

  #refresh(slot: Slot): Step[] {
    if (slot.before === undefined) return [];
    // The step shows the state before the refresh, also as the new state.
    const { recorded = slot.before.state } = slot;
    const state = this.#stateOf({ ...slot, recorded }, { ...slot.before, state: recorded }, "before");
    return [
      {
        op: "refresh",
        urn: state.urn,
        ...this.#provider(slot.before, "before"),
        oldState: state,
        newState: state,
        detailedDiff: null,
      },
    ];
  }

  steps(slot: Slot): Step[] {
    const { before, after } = slot;
    const shown = after ?? before;
    if (shown === undefined) return [];
    const urn = this.#urn(slot.key, shown.state);
    const when = after === undefined ? "before" : "after";
    const provider = this.#provider(shown, when);
    const oldState = before === undefined ? undefined : this.#stateOf(slot, before, "before");
    if (after === undefined) return [{ op: "delete", urn, ...provider, oldState, detailedDiff: null }];
    const newState = this.#stateOf(slot, after, "after");
    if (before === undefined || oldState === undefined) {
      if (slot.isImported !== true) return [{ op: "create", urn, ...provider, newState, detailedDiff: null }];
      return [
        {
          op: "import",
          urn,
          ...provider,
          newState: { ...newState, importID: this.#id(slot, after) },
          detailedDiff: null,
        },
      ];
    }
    const ignores = after.options.ignoreChanges?.includes("members") === true;
    const live = ignores ? slot : { ...slot, recorded: before.state };
    const diff = differences(this.#inputs(live, before, "before"), this.#inputs(slot, after, "after"));
    if (isReplaced(this.world, slot)) {
      const detailedDiff = Object.fromEntries(
        diff.map(([key, kind]) => [key, { kind: `${kind}-replace`, inputDiff: true }]),
      );
      const keys = diff.map(([key]) => key.replace(/\[.*$/, ""));
      const outputs = Object.fromEntries(
        [...Object.keys(this.#inputs(slot, after, "after")), ...(outputNames[after.state.type] ?? [])]
          .filter((key) => key !== "__parent")
          .map((key) => [key, secretOutputs[after.state.type]?.includes(key) === true ? secret : unknown]),
      );
      return [
        {
          op: "replace",
          urn,
          ...provider,
          oldState: { ...oldState, delete: true },
          newState: { ...newState, outputs: { ...outputs, ...withoutParent(newState.inputs) } },
          ...(keys.length === 0 ? {} : { diffReasons: keys }),
          replaceReasons: keys,
          detailedDiff: diff.length === 0 ? null : detailedDiff,
        },
      ];
    }
    const isReinvited = this.#isReinvited(slot, before, after);
    if (diff.length === 0 && !isReinvited)
      return [{ op: "same", urn, ...provider, oldState, newState, detailedDiff: null }];
    const hides: Readonly<Record<string, Hidden>> = { ...before.hides, ...after.hides };
    // A path may not contain a hidden address.
    const visible = diff.map(([key, kind]): [string, string] => {
      const name = key.replace(/\[.*$/, "");
      return [name in hides ? name : key, kind];
    });
    const detailedDiff = {
      ...Object.fromEntries(visible.map(([key, kind]) => [key, { kind, inputDiff: true }])),
      ...(isReinvited ? { status: { kind: "update", inputDiff: false } } : {}),
    };
    const diffReasons = [...new Set([...Object.keys(detailedDiff)].map((key) => key.replace(/\[.*$/, "")))];
    return [{ op: "update", urn, ...provider, oldState, newState, diffReasons, detailedDiff }];
  }

  /** Returns true if an invitation of the resource has expired, and the update sends a new one. */
  #isReinvited(slot: Slot, before: Side, after: Side): boolean {
    const membership = sideOf(before, "Membership");
    if (membership !== undefined) {
      const next = sideOf(after, "Membership");
      return this.#status(slot, membership.state.email) === "expired" && next?.state.onExpired !== "ignore";
    }
    const roster = sideOf(before, "OrganizationMembers");
    if (roster === undefined || isHidden(roster.state.members)) return false;
    return Object.keys(roster.state.members).some((email) => this.#status(slot, email) === "expired");
  }

  #urn(key: string, state: State): string {
    return `urn:pulumi:${this.#stack}::${projectOf}::${tokenOf(state)}::${key}`;
  }

  #provider(side: Side, when: When): { provider?: string } {
    return side.state.type === "provider" || isComponent(side) ? {} : { provider: this.#providerOf(side, when) };
  }

  #providerOf({ state, options }: Side, when: When): string {
    const own = state.type === "other" && !state.token.startsWith("peridio:") ? state.token.split(":")[0] : "peridio";
    const base = `urn:pulumi:${this.#stack}::${projectOf}::pulumi:providers:${own ?? ""}`;
    if (options.provider === undefined) return `${base}::default::${uuidOf(`default ${own ?? ""}`)}`;
    const slot = findSlot(this.world, this.index, options.provider);
    const id = when === "after" && slot?.before === undefined ? unknown : uuidOf(`provider ${options.provider}`);
    return `${base}::${options.provider}::${id}`;
  }

  #stateOf(slot: Slot, side: Side, when: When) {
    const { state, options } = side;
    const declared = this.#inputs(slot, side, when);
    const inputs = withHidden(declared, side.hides);
    const dependencies = this.#dependencies(slot, side);
    const hidden = [...(secretOutputs[state.type] ?? []), ...(options.secretOutputs ?? [])];
    const isPart = !["Organization", "provider", "other"].includes(state.type);
    return {
      urn: this.#urn(slot.key, state),
      custom: !isComponent(side),
      ...(when === "before" && !isComponent(side) ? { id: this.#id(slot, side) } : {}),
      type: tokenOf(state),
      inputs,
      ...(when === "before"
        ? { outputs: withHidden(withSecrets(this.#outputs(slot, side, declared), options.secretOutputs), side.hides) }
        : {}),
      ...(options.protect === true ? { protect: true } : {}),
      parent: `urn:pulumi:${this.#stack}::${projectOf}::pulumi:pulumi:Stack::${projectOf}-${this.#stack}`,
      ...(isPart ? { dependencies: Object.values(dependencies).flat() } : {}),
      ...this.#provider(side, when),
      propertyDependencies: {
        ...(when === "before" ? {} : Object.fromEntries(Object.keys(withoutParent(inputs)).map((key) => [key, []]))),
        ...dependencies,
      },
      ...(hidden.length === 0 ? {} : { additionalSecretOutputs: hidden }),
      ...(options.retainOnDelete === true ? { retainOnDelete: true } : {}),
      ...(options.deletedWith === undefined ? {} : { deletedWith: this.#urnOfKey(options.deletedWith) }),
      ...(options.ignoreChanges === undefined ? {} : { ignoreChanges: options.ignoreChanges }),
      ...(options.strange === undefined ? {} : { [options.strange]: true }),
      ...(when === "before" ? { created: moment, modified: moment } : {}),
      ...(this.#looks(slot) ? { refreshBeforeUpdate: true } : {}),
    };
  }

  /** Returns true if the resource waits for an invitation, so that Pulumi refreshes it in every preview. */
  #looks(slot: Slot): boolean {
    const membership = sideOf(slot.before, "Membership")?.state;
    const members = sideOf(slot.before, "OrganizationMembers")?.state.members;
    const emails = [
      ...(membership === undefined ? [] : [membership.email]),
      ...(members === undefined || isHidden(members) ? [] : Object.keys(members)),
    ];
    return emails.some((email) => this.#status(slot, email) !== "active");
  }

  #urnOfKey(key: string): string {
    const slot = findSlot(this.world, this.index, key);
    const side = slot?.after ?? slot?.before;
    return side === undefined ? `urn:pulumi:${this.#stack}::${projectOf}::x:y:z::${key}` : this.#urn(key, side.state);
  }

  /** The URNs on which each property depends. */
  #dependencies(slot: Slot, { state }: Side): Record<string, string[]> {
    const source = slot.secretOrganization === undefined ? slot.organization : slot.secretOrganization.source;
    const isDeclared = source !== undefined && findSlot(this.world, this.index, source) !== undefined;
    const own = isDeclared ? [this.#urnOfKey(source)] : [];
    // The SDKs name each resource once.
    const groups = (references: readonly GroupReference[]) => [
      ...new Set(references.flatMap((one) => ("resource" in one ? [this.#urnOfKey(one.resource)] : []))),
    ];
    switch (state.type) {
      case "Organization":
      case "provider":
      case "other":
        return {};
      case "Cohort":
        return { projectId: [this.#urnOfKey(state.project)], ...this.#accessDependencies(state.access, groups) };
      case "Project":
        return { organizationId: own, ...this.#accessDependencies(state.access, groups) };
      case "Membership":
        return { organizationId: own, ...(state.group === undefined ? {} : { groupId: groups([state.group]) }) };
      case "OrganizationMembers":
        return {
          organizationId: own,
          ...(state.groups === undefined ? {} : { groups: groups(Object.values(state.groups)) }),
        };
      case "ClaimToken":
        return {
          organizationId: own,
          ...(state.cohort === undefined ? {} : { cohortId: [this.#urnOfKey(state.cohort)] }),
        };
      default:
        return { organizationId: own };
    }
  }

  #accessDependencies(access: Access | "secret" | "unknown" | undefined, urns: (all: Access["groups"]) => string[]) {
    return access === undefined || isHidden(access) ? {} : { access: urns(access.groups) };
  }

  #status(slot: Slot, email: string) {
    const found = this.world.invited.find(
      (one) => one.organization === slot.organization && one.email.toLowerCase() === email.toLowerCase(),
    );
    return found?.status ?? "active";
  }

  #id(slot: Slot, { state }: Side): string {
    const object = slot.twinOf ?? slot.key;
    const prn = prnOf(slot.organization);
    switch (state.type) {
      case "Organization":
      case "OrganizationMembers":
      case "OrganizationOwner":
      case "SecurityPolicy":
      case "BillingSettings":
        return prn;
      case "Membership":
        return `${prn}/${state.email.toLowerCase()}`;
      case "Cohort":
        return `${prn}/${uuidOf(state.project)}/${uuidOf(object)}`;
      case "provider":
        return uuidOf(`provider ${slot.key}`);
      case "other":
        return slot.key;
      default:
        return `${prn}/${uuidOf(object)}`;
    }
  }

  /** Returns the id of a resource of this stack, or the mark of an unknown value if the change makes its id. */
  #reference(key: string, when: When): string {
    const slot = findSlot(this.world, this.index, key);
    if (slot === undefined) return unknown;
    const isNew = when === "after" && hasNewId(this.world, this.index, key);
    const side = when === "before" ? slot.before : (slot.before ?? slot.after);
    return isNew || side === undefined ? unknown : this.#id(slot, side);
  }

  #group(reference: GroupReference, slot: Slot, when: When): string {
    if ("secret" in reference) return secret;
    return "uuid" in reference
      ? `${prnOf(slot.organization)}/${reference.uuid}`
      : this.#reference(reference.resource, when);
  }

  #organizationId(slot: Slot, when: When): string {
    if (slot.secretOrganization !== undefined) return secret;
    const organization = findSlot(this.world, this.index, slot.organization);
    // Avocado Connect adopts an organization already in the preview.
    const isAdopted = this.world.api === "connect";
    return organization === undefined || isAdopted
      ? prnOf(slot.organization)
      : this.#reference(slot.organization, when);
  }

  #parent(slot: Slot, when: When): Json {
    const id = this.#organizationId(slot, when);
    if (id === unknown || id === secret) return id;
    const organization = findSlot(this.world, this.index, slot.organization);
    const side = when === "before" ? organization?.before : organization?.after;
    const state = sideOf(side, "Organization")?.state;
    if (organization === undefined || state === undefined) return { deletion: "undeclared", id };
    return {
      deletion: { force: state.forceDestroy ?? false, retain: state.deletionPolicy === "retain" },
      id,
      urn: this.#urn(slot.organization, state),
    };
  }

  /** The inputs after Check and `ignoreChanges`. */
  #inputs(slot: Slot, side: Side, when: When): Properties {
    const inputs: Record<string, Json> = { ...this.#declared(slot, side, when), ...side.strange };
    const ignored = side.options.ignoreChanges;
    if (when === "before" || ignored === undefined || slot.before === undefined) return inputs;
    const former = this.#inputs(slot, slot.before, "before");
    const kept = { ...inputs };
    for (const path of ignored) {
      const value = former[path];
      if (value === undefined) Reflect.deleteProperty(kept, path);
      else kept[path] = value;
    }
    return kept;
  }

  #declared(slot: Slot, { state }: Side, when: When): Properties {
    if (state.type === "Organization") {
      return withoutAbsent({ ...state, type: undefined, name: slot.organization });
    }
    if (state.type === "provider") {
      return withoutAbsent({ ...state, type: undefined, apiKey: state.apiKey === undefined ? undefined : secret });
    }
    if (state.type === "other") return state.inputs;
    const part = { __parent: this.#parent(slot, when), organizationId: this.#organizationId(slot, when) };
    switch (state.type) {
      case "Membership":
        return withoutAbsent({
          ...part,
          email: state.email,
          role: hide(state.role),
          onExpired: state.onExpired,
          groupId: state.group === undefined ? undefined : this.#group(state.group, slot, when),
        });
      case "OrganizationMembers":
        return withoutAbsent({
          ...part,
          members: isHidden(state.members) ? hide(state.members) : this.#known(slot, state.members, when),
          groups:
            state.groups === undefined
              ? undefined
              : Object.fromEntries(
                  Object.entries(state.groups).map(([email, group]) => [email, this.#group(group, slot, when)]),
                ),
          lastDays:
            state.lastDays &&
            Object.fromEntries(Object.entries(state.lastDays).map(([email, day]) => [email, hide(day)])),
          minAdmins: state.minAdmins,
          maxRemovals: state.maxRemovals,
          ignore: state.ignore,
        });
      case "SecurityPolicy": {
        const ipAllowlist = state.ipAllowlist?.map((cidr) => ({ cidr }));
        return withoutAbsent({ ...part, ...state, type: undefined, ipAllowlist });
      }
      case "Group":
        return withoutAbsent({
          ...part,
          name: state.name,
          description: state.description,
          members: isHidden(state.members) ? hide(state.members) : state.members,
        });
      case "Project":
        return withoutAbsent({
          ...part,
          name: state.name,
          description: state.description,
          everyoneEnabled: state.everyoneEnabled,
          access: this.#access(state.access, slot, when),
        });
      case "Cohort": {
        const projectId = this.#reference(state.project, when);
        return withoutAbsent({
          __parent: projectId === unknown ? unknown : part.__parent,
          projectId,
          name: state.name,
          description: state.description,
          everyoneEnabled: state.everyoneEnabled,
          access: this.#access(state.access, slot, when),
        });
      }
      case "Webhook":
        return withoutAbsent({ ...part, ...state, type: undefined, url: hide(state.url) });
      case "ClaimToken": {
        const cohortId = state.cohort === undefined ? undefined : this.#reference(state.cohort, when);
        return withoutAbsent({ ...part, ...state, type: undefined, cohort: undefined, cohortId });
      }
      default: {
        return withoutAbsent({ ...part, ...state, type: undefined });
      }
    }
  }

  /** The people in the inputs of a state. A refresh adds nobody to the inputs, only to the outputs. */
  #known({ recorded }: Slot, members: Readonly<Record<string, string>>, when: When): Properties {
    const declared = recorded?.type === "OrganizationMembers" ? recorded.members : undefined;
    if (when === "after" || declared === undefined || isHidden(declared)) return members;
    return Object.fromEntries(Object.entries(members).filter(([email]) => email in declared));
  }

  #access(access: Access | "secret" | "unknown" | undefined, slot: Slot, when: When): Json | undefined {
    if (access === undefined) return undefined;
    if (isHidden(access)) return hide(access);
    const { recorded } = slot;
    const declared = recorded !== undefined && "access" in recorded ? recorded.access : undefined;
    const known = declared === undefined || isHidden(declared) || when === "after" ? access : declared;
    const isKnown = (group: GroupReference) =>
      known.groups.some((one) => JSON.stringify(one) === JSON.stringify(group));
    const groups = access.groups.map((group) => {
      const id = this.#group(group, slot, when);
      // A refresh shows the UUID of a group that got a grant outside Pulumi.
      return isKnown(group) ? id : id.replace(/^.*\//, "");
    });
    return { users: access.users, groups };
  }

  #outputs(slot: Slot, { state }: Side, inputs: Properties): Properties {
    const outputs = withoutParent(inputs);
    const person = (email: string) => ({
      status: this.#status(slot, email),
      ...(this.#status(slot, email) === "active"
        ? { userId: `prn:1:user:${uuidOf(email.toLowerCase())}` }
        : { invitationId: `${prnOf(slot.organization)}:org_invitation:${uuidOf(email)}` }),
    });
    switch (state.type) {
      case "Organization":
        return {
          displayName: slot.organization,
          ...outputs,
          ...(this.world.api === "connect"
            ? { tier: "teams" }
            : {
                createdAt: "2027-01-01T08:00:00Z",
                owner: {
                  email: this.#ownerOf(slot.organization),
                  id: `prn:1:user:${uuidOf(this.#ownerOf(slot.organization))}`,
                },
              }),
        };
      case "Membership":
        return { ...outputs, ...person(state.email) };
      case "OrganizationMembers":
        return isHidden(state.members)
          ? outputs
          : {
              ...outputs,
              members: state.members,
              people: Object.fromEntries(Object.keys(state.members).map((email) => [email, person(email)])),
            };
      case "OrganizationOwner":
        return { ...outputs, userId: `prn:1:user:${uuidOf(state.email)}` };
      case "Group":
      case "Project":
      case "Cohort":
        return { ...outputs, pending: [], userIds: {} };
      case "OrganizationApiToken":
        return {
          ...outputs,
          createdAt: "2027-01-01T08:00:00Z",
          owner: apiUser,
          token: secret,
          tokenId: uuidOf(slot.twinOf ?? slot.key),
        };
      case "ClaimToken":
        return { tags: [], ...outputs, claimTokenId: uuidOf(slot.twinOf ?? slot.key), token: secret };
      case "Webhook":
        return { enabled: true, events: [], ...outputs, secret, webhookId: uuidOf(slot.twinOf ?? slot.key) };
      default:
        return outputs;
    }
  }

  #ownerOf(organization: string): string {
    const owners = this.world.slots.flatMap((slot) =>
      slot.organization === organization ? [sideOf(slot.before, "OrganizationOwner")?.state.email] : [],
    );
    return owners.find((email) => email !== undefined) ?? apiUser;
  }
}

/** Outputs that are no inputs. */
const outputNames: Readonly<Partial<Record<State["type"], readonly string[]>>> = {
  Membership: [
    "status",
    "invitationId",
    "currentRole",
    "currentEmail",
    "inviteUrl",
    "invitationExpiresAt",
    "userId",
    "groupId",
  ],
  Group: ["pending", "userIds"],
  Project: ["pending", "userIds", "access", "description"],
  Cohort: ["pending", "userIds", "access", "description"],
  OrganizationApiToken: ["token", "tokenId", "owner", "createdAt", "expiresAt"],
  ClaimToken: ["claimTokenId", "token", "expiresAt", "maxUses", "tags"],
  Webhook: ["webhookId", "secret", "events", "enabled"],
};

const secretOutputs: Readonly<Partial<Record<State["type"], readonly string[]>>> = {
  Membership: ["inviteUrl"],
  OrganizationMembers: ["inviteUrls"],
  OrganizationApiToken: ["token"],
  ClaimToken: ["token"],
  Webhook: ["secret"],
};

function isComponent({ state }: Side): boolean {
  return state.type === "other" && state.isComponent === true;
}

function hide(value: string): string {
  if (value === "secret") return secret;
  return value === "unknown" ? unknown : value;
}

function withoutAbsent(properties: Readonly<Record<string, Json | undefined>>): Properties {
  return Object.fromEntries(
    Object.entries(properties).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
  );
}

function withHidden(properties: Properties, hides: Readonly<Record<string, Hidden>> = {}): Properties {
  const hidden = Object.entries(hides).filter(([name]) => name in properties);
  return { ...properties, ...Object.fromEntries(hidden.map(([name, value]) => [name, hide(value)])) };
}

function withSecrets(outputs: Properties, names: readonly string[] = []): Properties {
  return Object.fromEntries(Object.entries(outputs).map(([key, value]) => [key, names.includes(key) ? secret : value]));
}

function withoutParent(properties: Properties): Properties {
  return withoutAbsent({ ...properties, __parent: undefined });
}

/** The properties that differ, except for the engine's own, as paths and kinds. */
function differences(before: Properties, after: Properties): [path: string, kind: string][] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter((name) => name !== "__parent");
  return names.flatMap((name): [string, string][] => {
    const [old, next] = [before[name], after[name]];
    if (comparable(old) === comparable(next)) return [];
    if (name === "members" && isRecord(old) && isRecord(next)) {
      return differences(old, next).map(([email, kind]) => [`members["${email}"]`, kind]);
    }
    if (old === undefined) return [[name, "add"]];
    return [[name, next === undefined ? "delete" : "update"]];
  });
}

/** Groups are equal by their UUIDs. */
function comparable(value: Json = null): string {
  return JSON.stringify(value).replaceAll(/"prn:[^"/]*\/(?=[^"/]*")/g, '"');
}

function isRecord(value: Json | undefined): value is Properties {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

import fc from "fast-check";
import {
  type Access,
  type Api,
  apiUser,
  type GroupReference,
  type Hidden,
  isHidden,
  type MembershipState,
  type Options,
  type Person,
  type PolicyState,
  type Role,
  type RosterState,
  type Side,
  type Slot,
  type State,
  stackName,
  type Status,
  unknownOrganizationOf,
  type World,
} from "./model";
import { isReleased } from "./peopleOracle";
import { isReplaced, uuidOf } from "./printer";

/** Random changes. The first value of each choice changes nothing, so that fast-check shrinks to the change that matters. */

/** People with different first letters. No stack declares the last one. */
const people = ["bob@acme.example", "carl@acme.example", "dora@acme.example", "eve@partner.example"] as const;
const stranger = "zed@acme.example";
const organizations = ["quartz", "zephyr"] as const;

/** Both sides of a value, which are mostly equal. `recorded` is the value of the last update, if it changed outside Pulumi. */
interface Pair<Value> {
  readonly before: Value;
  readonly after: Value;
  readonly recorded: Value;
}
type When = keyof Pair<unknown>;

function rarely(weight = 5): fc.Arbitrary<boolean> {
  return fc.oneof({ arbitrary: fc.constant(false), weight }, { arbitrary: fc.constant(true), weight: 1 });
}

/** Two equal values in `weight` of `weight + 1` cases. */
function pair<Value>(value: fc.Arbitrary<Value>, weight = 2): fc.Arbitrary<Pair<Value>> {
  return fc
    .record({
      before: value,
      other: value,
      third: value,
      isOther: rarely(weight),
      recorded: fc.constantFrom("before", "after", "third"),
    })
    .map(({ before, other, third, isOther, recorded }) => {
      const after = isOther ? other : before;
      return { before, after, recorded: { before, after, third }[recorded] };
    });
}

/** A pair of a value that changes only in programs. */
function createPair<Value>(create: () => Value): Pair<Value> {
  const before = create();
  return { before, after: create(), recorded: before };
}

/** A value in one of `weight + 1` cases. */
function maybe<Value>(value: fc.Arbitrary<Value>, weight = 1): fc.Arbitrary<Value | undefined> {
  return fc.oneof({ arbitrary: fc.constant(undefined), weight }, { arbitrary: value, weight: 1 });
}

/** A value as an optional property. */
function property<Key extends string, Value>(key: Key, value: Value | undefined): Readonly<Partial<Record<Key, Value>>>;
function property(key: string, value: unknown) {
  return value === undefined ? {} : { [key]: value };
}

const presence = fc.constantFrom("kept", "kept", "kept", "kept", "kept", "absent", "new", "gone", "kept" as const);
type Presence = "kept" | "absent" | "new" | "gone";

const drifts = rarely(6);

const resourceOptions = fc.record({
  protect: pair(rarely(6), 6),
  retainOnDelete: pair(rarely(5), 6),
  ignoreChanges: rarely(25),
  wasIgnoring: rarely(25),
  deletedWith: pair(rarely(12), 8),
  provider: pair(rarely(8), 5),
  strange: pair(rarely(40), 3),
  hidesOutputs: pair(rarely(20), 3),
  hidesOrganization: rarely(8),
  dependsOnOrganization: fc.boolean(),
  property: pair(maybe(fc.constantFrom("1", "2"), 20), 1),
});
type Decided = typeof resourceOptions extends fc.Arbitrary<infer Value> ? Value : never;
const plain = fc.oneof({ arbitrary: fc.constant(undefined), weight: 3 }, { arbitrary: resourceOptions, weight: 1 });

const adminRoles = ["viewer", "developer", "manager", "admin"] as const;
const connectRoles = ["member", "admin"] as const;

function person(api: Api) {
  const roles = api === "connect" ? connectRoles : adminRoles;
  return fc.record({
    role: pair(fc.constantFrom<Role[]>(...roles), 3),
    presence,
    status: fc.constantFrom<Status[]>("active", "active", "active", "pending", "expired"),
    hidden: fc.constantFrom(undefined, ...Array.from({ length: 25 }, () => undefined), "secret", "unknown" as const),
    group: pair(maybe(fc.constantFrom(0, 1), 1), 2),
    onExpired: pair(maybe(fc.constantFrom("ignore" as const), 3), 3),
    lastDay: pair(maybe(fc.constantFrom("2027-03-31", "2027-06-30"), 1), 1),
    hiddenDay: fc.constantFrom(undefined, ...Array.from({ length: 25 }, () => undefined), "secret", "unknown" as const),
    stack: fc.constantFrom(0, 0, 0, 1, 2),
    /** The resource gets another name, or moves between a Membership and a roster. */
    moves: rarely(10),
    movesToStack: rarely(14),
    isImported: rarely(5),
    isReplaced: rarely(25),
    /** A change outside Pulumi. Only a roster notices an addition. */
    drift: fc.constantFrom(undefined, undefined, undefined, undefined, "role", "role", "added", "removed" as const),
    second: rarely(6),
    secondRole: maybe(fc.constantFrom<Role[]>(...roles), 3),
    options: plain,
  });
}

const access = fc.record({
  users: pair(fc.subarray([...people, stranger, apiUser], { maxLength: 4 }), 1),
  groups: pair(fc.subarray([0, 1, 2] as const), 1),
  declared: pair(
    fc.oneof({ arbitrary: fc.constant(true), weight: 8 }, { arbitrary: fc.constant(false), weight: 1 }),
    5,
  ),
  hidden: fc.constantFrom(undefined, ...Array.from({ length: 30 }, () => undefined), "secret", "unknown" as const),
});

const opening = fc.record({
  presence,
  isRenamed: rarely(8),
  description: pair(maybe(fc.constantFrom("first", "second"), 1), 5),
  open: pair(fc.oneof({ arbitrary: fc.constant(false), weight: 2 }, { arbitrary: fc.constant(true), weight: 1 }), 2),
  access,
  project: pair(fc.constantFrom(0, 1), 6),
  isReplaced: rarely(60),
  drifts,
  options: plain,
});

const group = fc.record({
  presence,
  /** True if the name is the one that the access rule allows. */
  isRenamed: pair(rarely(2), 3),
  description: pair(maybe(fc.constantFrom("first", "second"), 1), 5),
  members: pair(fc.subarray([...people, stranger], { maxLength: 3 }), 1),
  declared: pair(
    fc.oneof({ arbitrary: fc.constant(true), weight: 6 }, { arbitrary: fc.constant(false), weight: 1 }),
    5,
  ),
  hidden: fc.constantFrom(undefined, ...Array.from({ length: 30 }, () => undefined), "secret", "unknown" as const),
  drifts,
  options: plain,
});

const cidrs = ["198.51.100.0/24", "203.0.113.0/24", "192.0.2.7/32"] as const;
const sessions = ["4h", "8h", "12h"] as const;

const policy = fc.record({
  presence,
  requireTwoFactor: pair(maybe(fc.boolean()), 2),
  ipAllowlist: pair(maybe(fc.subarray([...cidrs])), 2),
  allowLockout: pair(maybe(fc.boolean()), 5),
  sessionTimeout: pair(maybe(fc.constantFrom(...sessions)), 2),
  apiKeyRotation: pair(
    maybe(fc.record({ maxAgeDays: fc.constantFrom(30, 90, 365), gracePeriodDays: fc.constantFrom(0, 7) })),
    2,
  ),
  drifts,
  options: plain,
});

const billing = fc.record({
  presence,
  billingEmail: pair(maybe(fc.constantFrom("bills@acme.example", "books@acme.example")), 2),
  paymentMethod: pair(maybe(fc.constantFrom("invoice", "credit_card")), 2),
  usageAlerts: pair(
    maybe(
      fc.uniqueArray(
        fc.record({ resourceType: fc.constantFrom("users", "devices"), thresholdPercent: fc.constantFrom(50, 90) }),
        { maxLength: 2, selector: ({ resourceType }) => resourceType },
      ),
    ),
    2,
  ),
  drifts,
  options: plain,
});

const apiToken = fc.record({
  presence,
  isRenamed: rarely(8),
  rotate: pair(maybe(fc.constantFrom("one", "two")), 2),
  options: plain,
});

const claimToken = fc.record({
  presence,
  isRenamed: rarely(8),
  expiresAt: pair(fc.constantFrom("2027-03-01T00:00:00Z", "2027-06-01T00:00:00Z"), 2),
  hasExpiry: fc.boolean(),
  maxUses: pair(fc.constantFrom(5, 9), 2),
  hasLimit: fc.boolean(),
  tags: pair(maybe(fc.subarray(["north", "south"])), 3),
  cohort: pair(maybe(fc.constantFrom(0, 1)), 4),
  drifts,
  options: plain,
});

const webhook = fc.record({
  presence,
  isRenamed: rarely(8),
  url: pair(
    fc.constantFrom(
      "https://hooks.acme.example/one",
      "https://hooks.acme.example/two",
      "http://events.other.example/",
      "https://events.other.example:8443/",
    ),
    2,
  ),
  hidden: fc.constantFrom(undefined, ...Array.from({ length: 25 }, () => undefined), "secret", "unknown" as const),
  events: pair(maybe(fc.subarray(["device.created", "device.deleted"])), 3),
  enabled: pair(maybe(fc.boolean()), 3),
  isReplaced: rarely(20),
  drifts,
  options: plain,
});

const roster = fc.record({
  minAdmins: pair(maybe(fc.constantFrom(1, 2)), 4),
  maxRemovals: pair(maybe(fc.constantFrom("10%", "25%", "100%")), 4),
  ignore: pair(fc.constantFrom(undefined, undefined, undefined, ["*@partner.example"], ["*@guest.example"]), 4),
  hidden: fc.constantFrom(undefined, ...Array.from({ length: 40 }, () => undefined), "secret", "unknown" as const),
  presence,
  isImported: rarely(4),
  options: plain,
});

/** A resource of another stack for an object of the organization. */
const twin = fc.record({
  of: fc.constantFrom("webhook0", "webhook1", "claim", "token", "group0", "project0"),
  course: fc.constantFrom("kept", "other", "gone", "released", "imported", "narrowed" as const),
});
type DecidedTwin = typeof twin extends fc.Arbitrary<infer Value> ? Value : never;

function organization(api: Api) {
  return fc.record({
    life: fc.constantFrom(
      ...Array.from({ length: 10 }, () => "kept" as const),
      "created",
      "imported",
      "deleted",
      "released",
    ),
    home: fc.constantFrom(0, 0, 1),
    displayName: pair(maybe(fc.constantFrom("Display one", "Display two")), 6),
    description: pair(maybe(fc.constantFrom("first", "second")), 6),
    contactEmail: pair(maybe(fc.constantFrom("one@acme.example", "two@acme.example")), 6),
    forceDestroy: pair(maybe(fc.boolean()), 6),
    deletionPolicy: pair(maybe(fc.constantFrom("retain" as const, "delete" as const)), 6),
    hasRoster: pair(fc.boolean(), 6),
    roster,
    rosterStack: fc.constantFrom(0, 0, 0, 1),
    apiUser: pair(fc.boolean(), 6),
    people: fc.tuple(person(api), person(api), person(api), person(api)),
    drifts,
    owner: fc.record({ presence, drifts, email: pair(fc.constantFrom(apiUser, people[0]), 4), isUsed: rarely(2) }),
    policy,
    hasPolicy: fc.boolean(),
    billing,
    hasBilling: rarely(2),
    twins: fc.oneof<fc.MaybeWeightedArbitrary<DecidedTwin[]>[]>(
      { arbitrary: fc.constant([]), weight: 1 },
      { arbitrary: fc.array(twin, { minLength: 1, maxLength: 3 }), weight: 1 },
    ),
    objectStack: fc.constantFrom(0, 0, 0, 1),
    groups: fc.tuple(group, group),
    projects: fc.tuple(opening, opening),
    cohorts: fc.tuple(opening, opening),
    used: fc.subarray(["group0", "group1", "project0", "project1", "cohort0", "cohort1"], { minLength: 1 }),
    tokens: maybe(apiToken, 1),
    claims: maybe(claimToken, 1),
    webhooks: fc.tuple(maybe(webhook, 1), maybe(webhook, 1)),
    options: plain,
  });
}
type DecidedOrganization = ReturnType<typeof organization> extends fc.Arbitrary<infer Value> ? Value : never;

const provider = fc.record({
  presence,
  endpoint: pair(fc.constantFrom(undefined, "https://peridio.acme.example", "https://elsewhere.example"), 3),
  apiKey: fc.constantFrom(undefined, "key"),
  maxRetries: pair(maybe(fc.constantFrom(2, 3)), 4),
});

const other = fc.record({
  presence,
  token: fc.constantFrom(
    "command:local:Command",
    "random:index/randomPet:RandomPet",
    "acme:index:Team",
    "peridio:index:Crew",
    "peridio:index:Gadget",
    "peridio:index:Beacon",
  ),
  value: pair(fc.constantFrom("one", "two"), 2),
});

export const world: fc.Arbitrary<World> = fc.constantFrom<Api[]>("connect", "admin-v2", "connect").chain((api) =>
  fc
    .record({
      stacks: fc.constantFrom(1, 1, 1, 2, 2, 3),
      hasRules: rarely(2),
      hasTests: rarely(2),
      unrefreshed: fc.oneof(
        { arbitrary: fc.constant([]), weight: 6 },
        { arbitrary: fc.subarray([0, 1, 2]), weight: 1 },
      ),
      endpoint: fc.constantFrom(undefined, ...Array.from({ length: 12 }, () => undefined), "https://elsewhere.example"),
      first: organization(api),
      second: maybe(organization(api), 2),
      provider: maybe(provider, 2),
      hides: maybe(
        fc.record({
          slot: fc.nat(),
          property: fc.nat(),
          when: fc.constantFrom("after", "before", "both"),
          as: fc.constantFrom<Hidden[]>("secret", "unknown"),
        }),
        9,
      ),
      others: fc.oneof(
        { arbitrary: fc.constant([]), weight: 4 },
        { arbitrary: fc.array(other, { maxLength: 2 }), weight: 1 },
      ),
    })
    .map((decided) => toWorld(api, decided)),
);

/** A change of one organization in one stack, without other resources. */
export function organizationChange(api: Api, name: string): fc.Arbitrary<World> {
  return organization(api).map((decided) => {
    const builder = new Builder(api, 1, name, decided, false);
    const slots = builder.slots().filter(({ before, after }) => before !== undefined || after !== undefined);
    return { api, stacks: 1, unrefreshed: [], slots, invited: builder.invited };
  });
}

/** A value that a preview does not show. */
interface DecidedSecret {
  readonly slot: number;
  readonly property: number;
  readonly when: string;
  readonly as: Hidden;
}

interface DecidedWorld {
  readonly stacks: number;
  readonly hasRules: boolean;
  readonly hasTests: boolean;
  readonly unrefreshed: readonly number[];
  readonly endpoint: string | undefined;
  readonly first: DecidedOrganization;
  readonly second: DecidedOrganization | undefined;
  readonly provider: (typeof provider extends fc.Arbitrary<infer Value> ? Value : never) | undefined;
  readonly hides: DecidedSecret | undefined;
  readonly others: readonly (typeof other extends fc.Arbitrary<infer Value> ? Value : never)[];
}

function toWorld(api: Api, decided: DecidedWorld): World {
  const invited: Person[] = [];
  const slots: Slot[] = [];
  const hasProvider = decided.provider?.presence === "kept";
  for (const [index, one] of [decided.first, decided.second].entries()) {
    const name = organizations[index];
    if (one === undefined || name === undefined) continue;
    const builder = new Builder(api, decided.stacks, name, one, hasProvider);
    slots.push(...builder.slots());
    invited.push(...builder.invited);
  }
  if (decided.provider !== undefined) {
    const { presence: when, endpoint, apiKey, maxRetries } = decided.provider;
    const side = (before: boolean): Side => ({
      state: {
        type: "provider",
        ...(api === "connect" ? { backend: api } : {}),
        ...property("endpoint", before ? endpoint.before : endpoint.after),
        ...property("apiKey", apiKey),
        ...property("maxRetries", before ? maxRetries.before : maxRetries.after),
      },
      options: {},
    });
    slots.unshift({ stack: 0, key: "special", organization: "", ...sides(when, side(true), side(false)) });
  }
  for (const [index, { presence: when, token, value }] of decided.others.entries()) {
    const component = ["acme:index:Team", "peridio:index:Crew"].includes(token) ? { isComponent: true as const } : {};
    const side = (text: string): Side => ({
      state: { type: "other", token, ...component, inputs: { value: text } },
      options: {},
    });
    slots.push({
      stack: 0,
      key: `other${index}`,
      organization: "",
      ...sides(when, side(value.before), side(value.after)),
    });
  }
  const made: World = {
    api,
    stacks: decided.stacks,
    ...(decided.hasRules ? { hasRules: true } : {}),
    ...(decided.hasTests ? { hasTests: true } : {}),
    unrefreshed: decided.unrefreshed.filter((stack) => stack < decided.stacks),
    ...property("endpoint", decided.endpoint),
    slots: slots.filter(({ before, after }) => before !== undefined || after !== undefined),
    invited,
  };
  const seen: World = {
    ...made,
    slots: made.slots.map((slot) => {
      const isOther = slot.isImported === true || isReplaced(made, slot);
      const { recorded, ...rest } = isOther ? withoutSecretOrganization(slot) : slot;
      const isSeen = !isOther && slot.before !== undefined && !made.unrefreshed.includes(slot.stack);
      return recorded !== undefined && isSeen && slot.secretOrganization === undefined ? { ...rest, recorded } : rest;
    }),
  };
  const decidedTwins = [decided.first, decided.second].flatMap((one, index) =>
    one?.life === "kept" ? one.twins.map((twin) => ({ ...twin, organization: organizations[index] ?? "" })) : [],
  );
  const plain = releaseNarrowed(seen, decidedTwins);
  const twins = decidedTwins.flatMap((twin) => makeTwin(plain, twin.organization, twin) ?? []);
  // An object has at most two resources.
  const unique = [...new Map(twins.map((slot) => [slot.key, slot])).values()];
  const all = { ...plain, slots: [...plain.slots, ...unique] };
  return decided.hides === undefined ? all : withHidden(all, decided.hides);
}

/** Hides a property of a resource. Later previews do not contain values that are unknown before an update. */
function withHidden(world: World, { slot: at, property: number, when, as }: DecidedSecret): World {
  const slots = world.slots.filter(
    ({ key, before, after, recorded, twinOf, secretOrganization }) =>
      // Another stack can declare the same person.
      (world.stacks === 1 || !["Membership", "OrganizationMembers"].includes((after ?? before)?.state.type ?? "")) &&
      hideable[(after ?? before)?.state.type ?? ""] !== undefined &&
      [recorded, twinOf, secretOrganization].every((one) => one === undefined) &&
      world.slots.every((other) => other.twinOf !== key),
  );
  const chosen = slots[at % slots.length];
  const state = (chosen?.after ?? chosen?.before)?.state;
  const names = (hideable[state?.type ?? ""] ?? []).filter((name) => state !== undefined && name in state);
  const name = names[number % names.length];
  if (chosen === undefined || name === undefined) return world;
  const hide = (side: Side | undefined, isHere: boolean, value: Hidden) =>
    side === undefined || !isHere || !(name in side.state) ? side : { ...side, hides: { [name]: value } };
  const { before, after, ...rest } = chosen;
  const hidden = {
    ...rest,
    ...property("before", hide(before, when !== "after", "secret")),
    ...property("after", hide(after, when !== "before", as)),
  };
  return { ...world, slots: world.slots.map((slot) => (slot === chosen ? hidden : slot)) };
}

const hideable: Readonly<Record<string, readonly string[]>> = {
  Organization: ["displayName", "description", "contactEmail", "forceDestroy", "deletionPolicy"],
  Membership: ["role"],
  OrganizationMembers: ["members", "lastDays", "minAdmins", "maxRemovals", "ignore"],
  OrganizationOwner: ["email"],
  SecurityPolicy: ["requireTwoFactor", "ipAllowlist", "allowLockout", "sessionTimeout", "apiKeyRotation"],
  BillingSettings: ["billingEmail", "paymentMethod", "usageAlerts"],
  Group: ["name", "members"],
  Project: ["name", "everyoneEnabled", "access"],
  Cohort: ["name", "everyoneEnabled", "access"],
  OrganizationApiToken: ["name"],
  ClaimToken: ["name", "expiresAt", "maxUses", "tags"],
  Webhook: ["name", "url", "events", "enabled"],
};

/** Releases the webhooks and claim tokens that another stack imports with less. No resource refers to them. */
function releaseNarrowed(world: World, twins: readonly (DecidedTwin & { readonly organization: string })[]): World {
  const keys = new Set(
    twins.flatMap(({ of: kind, course, organization }) =>
      course === "narrowed" && (kind.startsWith("webhook") || kind === "claim") ? `${organization}_${kind}` : [],
    ),
  );
  const slots = world.slots.map((slot): Slot => {
    const { key, stack, organization, before } = slot;
    if (before === undefined || !keys.has(key) || !mayHaveTwin(world, slot)) return slot;
    return { key, stack, organization, before: { ...before, options: { ...before.options, retainOnDelete: true } } };
  });
  return { ...world, slots };
}

/** Returns the resource of another stack for an object that exists, and of which the previews hide nothing. */
function makeTwin(world: World, organization: string, { of: kind, course }: DecidedTwin): Slot | undefined {
  const object = world.slots.find(({ key }) => key === `${organization}_${kind}`);
  if (object?.before === undefined || !mayHaveTwin(world, object)) return undefined;
  const [was, is] = [toTwin(world, object.before.state), toTwin(world, (object.after ?? object.before).state)];
  if (was === undefined || is === undefined) return undefined;
  const before: Side = { state: was, options: course === "released" ? { retainOnDelete: true } : {} };
  return {
    stack: (object.stack + 1) % world.stacks,
    key: `${object.key}_twin`,
    organization,
    twinOf: object.key,
    ...(course === "imported" || course === "narrowed" ? { isImported: true as const } : { before }),
    ...(course === "gone" || course === "released"
      ? {}
      : {
          after: {
            state:
              course === "other" ? varied(is) : course === "narrowed" && isReleased(world, object) ? narrowed(is) : is,
            options: {},
          },
        }),
  };
}

/** Omits the optional properties of an object that another stack releases. An import does not change their values. */
function narrowed(state: State): State {
  switch (state.type) {
    case "Webhook":
      return { type: state.type, url: state.url, ...property("name", state.name) };
    case "Group":
    case "ClaimToken":
      return { type: state.type, name: state.name };
    case "Project":
      return { type: state.type, name: state.name, everyoneEnabled: state.everyoneEnabled };
    default:
      return state;
  }
}

function mayHaveTwin(world: World, slot: Slot): boolean {
  const isPlain = slot.secretOrganization === undefined && slot.recorded === undefined;
  return world.stacks > 1 && isPlain && !isReplaced(world, slot);
}

/** Returns a declaration of another stack, which knows objects only by their ids. Returns nothing if it cannot know them. */
function toTwin(world: World, state: State): State | undefined {
  switch (state.type) {
    case "Group":
      return isHidden(state.members) ? undefined : state;
    case "Webhook":
      return isHidden(state.url) ? undefined : state;
    case "ClaimToken":
      return state.cohort === undefined ? state : undefined;
    case "OrganizationApiToken":
      return state;
    case "Project": {
      const { access } = state;
      if (access === undefined || isHidden(access)) return access === undefined ? state : undefined;
      const groups = access.groups.map((group) => {
        const found = "resource" in group ? world.slots.find(({ key }) => key === group.resource) : undefined;
        return found?.before === undefined ? group : { uuid: uuidOf(found.key) };
      });
      if (groups.some((group) => "resource" in group)) return undefined;
      return { ...state, access: { ...access, groups } };
    }
    default:
      return undefined;
  }
}

/** Changes a property of a declaration, if another value does not replace the object. */
function varied(state: State): State {
  switch (state.type) {
    case "Webhook":
      return { ...state, url: `${state.url}other` };
    case "ClaimToken":
      return { ...state, tags: ["west"] };
    case "Project":
      return { ...state, everyoneEnabled: !state.everyoneEnabled };
    case "Group":
      return state.members === undefined ? state : { ...state, members: [people[1], stranger, apiUser] };
    default:
      return state;
  }
}

/**
 * The id of an import contains the organization, and the documentation does not say which organization a
 * replacement with an unchanged secret organization has.
 */
function withoutSecretOrganization(slot: Slot): Slot {
  const { secretOrganization, ...rest } = slot;
  if (secretOrganization === undefined) return slot;
  return { ...rest, organization: organizations.find((name) => slot.key.startsWith(name)) ?? slot.organization };
}

function sides(when: Presence, before: Side, after: Side): { before?: Side; after?: Side } {
  return {
    ...(when === "kept" || when === "gone" ? { before } : {}),
    ...(when === "kept" || when === "new" ? { after } : {}),
  };
}

class Builder {
  readonly invited: Person[] = [];

  constructor(
    private readonly api: Api,
    private readonly stacks: number,
    private readonly name: string,
    private readonly decided: DecidedOrganization,
    /** True if the first stack has an explicit provider before and after. */
    private readonly hasProvider: boolean,
  ) {}

  slots(): Slot[] {
    const { life } = this.decided;
    const all = [
      this.#organization(),
      ...this.#people(),
      ...(this.api === "connect" ? this.#connectParts() : this.#adminParts()),
    ];
    return all.map((slot) => {
      const { before, after, ...rest } = slot;
      // Nothing of an organization exists before its creation, or after its deletion.
      const hadBefore = life !== "created" && life !== "imported";
      const hasAfter = life !== "deleted" && life !== "released";
      return {
        ...rest,
        ...(before !== undefined && hadBefore ? { before } : {}),
        ...(after !== undefined && hasAfter
          ? { after: slot.isImported === true ? this.#asImported(after) : after }
          : {}),
      };
    });
  }

  /** An import must match the object, so it cannot refer to a group that the change creates. */
  #asImported(side: Side): Side {
    if (!["created", "imported"].includes(this.decided.life)) return side;
    return { ...side, state: withoutReferences(side.state) ?? side.state };
  }

  /** The organization of a new object with a secret `organizationId` is unknown. */
  #withSecretOrganization(slot: Slot, dependsOnOrganization: boolean): Slot {
    const { before, after } = slot;
    const source = dependsOnOrganization && slot.stack === this.#home ? this.name : undefined;
    const secretOrganization = property("source", source);
    if (slot.isImported === true || this.decided.life !== "kept") return slot;
    if ((before ?? after)?.state.type === "Cohort") return slot;
    if (before !== undefined || after === undefined) return { ...slot, secretOrganization };
    const state = withoutReferences(after.state);
    if (state === undefined) return slot;
    const organization = unknownOrganizationOf(`${state.type} ${slot.key} in ${stackName(slot.stack)}`);
    return { ...slot, organization, secretOrganization, after: { ...after, state } };
  }

  #stack(index: number): number {
    // The organization must be known to other stacks.
    return this.decided.life === "created" ? this.#home : index % this.stacks;
  }

  get #home(): number {
    return this.decided.home % this.stacks;
  }

  #organization(): Slot {
    const { life, options } = this.decided;
    const state = (when: When): State => ({
      type: "Organization",
      ...(this.api === "connect"
        ? {}
        : {
            ...property("displayName", this.decided.displayName[when]),
            ...property("description", this.decided.description[when]),
            ...property("contactEmail", this.decided.contactEmail[when]),
          }),
      ...property("forceDestroy", this.decided.forceDestroy[when]),
      ...property(
        "deletionPolicy",
        life === "released" ? ("retain" as const) : life === "deleted" ? undefined : this.decided.deletionPolicy[when],
      ),
    });
    const slot = this.#slot(this.name, this.#home, "kept", state, options, {
      isRoot: true,
      drifts: this.decided.drifts,
    });
    return life === "imported" ? { ...slot, isImported: true } : slot;
  }

  #people(): Slot[] {
    const { hasRoster, roster: decided, life } = this.decided;
    const slots: Slot[] = [];
    const members: Pair<Record<string, Role>> = { before: {}, after: {}, recorded: {} };
    const groups = createPair<Record<string, GroupReference>>(() => ({}));
    const lastDays = createPair<Record<string, string>>(() => ({}));
    const rosterStack = this.#stack(this.decided.rosterStack);
    if (this.decided.apiUser.before) members.before[apiUser] = members.recorded[apiUser] = "admin";
    if (this.decided.apiUser.after) members.after[apiUser] = "admin";
    for (const [index, email] of people.entries()) {
      const drawn = this.decided.people[index];
      if (drawn === undefined) continue;
      const one = index === 0 && this.#hasOtherOwner ? asAdmin(drawn) : drawn;
      // Only a roster of the same name shows who was added or removed outside Pulumi.
      const isRoster = hasRoster.before && hasRoster.after && !one.second;
      const drift = one.status === "active" && (one.drift === "role" || isRoster) ? one.drift : undefined;
      const isMember = (one.presence === "kept" || one.presence === "gone") && life !== "created";
      const isStable = !one.second && !one.moves && !one.movesToStack;
      const was = isMember && drift !== "removed";
      const is = one.presence === "kept" || one.presence === "new";
      if (was && life !== "imported" && one.status !== "active") {
        this.invited.push({ organization: this.name, email, status: one.status });
      }
      const stack = this.#stack(one.stack);
      const membership = (when: When, at: number): MembershipState => ({
        type: "Membership",
        email,
        role: when === "after" && one.hidden !== undefined ? one.hidden : one.role[when],
        ...property("group", this.#invitationGroup(one.group[when], at)),
        ...property("onExpired", one.onExpired[when]),
      });
      const key = `m_${email.slice(0, 1)}`;
      const inRoster = { before: hasRoster.before, after: hasRoster.after };
      if (was && inRoster.before) members.before[email] = one.role.before;
      if (isMember && inRoster.before && drift !== "added") {
        members.recorded[email] = drift === "role" && isStable ? one.role.recorded : one.role.before;
      }
      if (is && inRoster.after) members.after[email] = one.role.after;
      const group = {
        before: this.#invitationGroup(one.group.before, rosterStack),
        after: this.#invitationGroup(one.group.after, rosterStack),
      };
      // The case of an address does not matter.
      const spelling = index === 2 ? email.toUpperCase() : email;
      const nextDay = one.lastDay.after === undefined ? undefined : (one.hiddenDay ?? one.lastDay.after);
      const isDeclared = drift !== "added";
      if (was && isDeclared && inRoster.before && one.lastDay.before !== undefined)
        lastDays.before[spelling] = one.lastDay.before;
      if (is && isDeclared && inRoster.after && nextDay !== undefined) lastDays.after[spelling] = nextDay;
      if (was && isDeclared && inRoster.before && group.before !== undefined) groups.before[email] = group.before;
      if (is && isDeclared && inRoster.after && group.after !== undefined) groups.after[email] = group.after;
      const before = was && !inRoster.before ? membership("before", stack) : undefined;
      const after = is && !inRoster.after ? membership("after", stack) : undefined;
      const make = (
        name: string,
        at: number,
        old?: MembershipState,
        next?: MembershipState,
        more: Partial<Slot> = {},
      ) => {
        if (old === undefined && next === undefined) return;
        const when = old === undefined ? "new" : next === undefined ? "gone" : "kept";
        const state = next ?? old;
        if (state === undefined) return;
        const drifts = drift === "role" && isStable;
        const recorded = { ...state, role: one.role.recorded };
        const choose = { before: old ?? state, after: next ?? state, recorded };
        slots.push({ ...this.#slot(name, at, when, (side) => choose[side], one.options, { drifts }), ...more });
      };
      // Nobody is in an organization before its creation.
      const mayImport = life !== "created";
      const isImported = one.isImported ? { isImported: true as const } : {};
      const target = this.#stack(one.stack + 1);
      if (before !== undefined && after !== undefined && one.movesToStack && target !== stack) {
        make(key, stack, before);
        make(key, target, undefined, membership("after", target), isImported);
      } else if (before !== undefined && after !== undefined && one.moves) {
        make(key, stack, before);
        make(`${key}_renamed`, stack, undefined, after);
      } else {
        const isNew = before === undefined && !this.#wasDeclared(hasRoster, was);
        const replaced =
          one.isReplaced && before !== undefined && after !== undefined ? { isReplaced: true as const } : {};
        make(key, stack, before, after, {
          ...(isNew && one.hidden === undefined && mayImport ? isImported : {}),
          ...replaced,
        });
        const isKept = was && is && inRoster.before === inRoster.after;
        const first = inRoster.after ? rosterStack : stack;
        if (one.second && target !== first && isKept) {
          const next = membership("after", target);
          const other = { ...next, role: one.secondRole ?? next.role };
          if (one.isImported && mayImport) make(key, target, undefined, next, isImported);
          else make(key, target, membership("before", target), other);
        }
      }
    }
    const rosterState = (when: When): RosterState => ({
      type: "OrganizationMembers",
      members: when === "after" && decided.hidden !== undefined ? decided.hidden : members[when],
      ...(Object.keys(groups[when]).length === 0 || decided.hidden !== undefined ? {} : { groups: groups[when] }),
      ...(Object.keys(lastDays[when]).length === 0 || decided.hidden !== undefined ? {} : { lastDays: lastDays[when] }),
      ...property("minAdmins", decided.minAdmins[when]),
      ...property("maxRemovals", decided.maxRemovals[when]),
      ...property(
        "ignore",
        // A roster may not declare a person that it ignores.
        decided.ignore[when]?.[0] === "*@partner.example" && people[3] in members[when]
          ? undefined
          : decided.ignore[when],
      ),
    });
    const had = hasRoster.before && Object.keys(members.before).length > 0;
    const has = hasRoster.after && Object.keys(members.after).length > 0;
    if (had || has) {
      const when = had && has ? "kept" : had ? "gone" : "new";
      const slot = this.#slot("roster", rosterStack, when, rosterState, decided.options, { drifts: true });
      const imports = when === "new" && decided.isImported && decided.hidden === undefined && life !== "created";
      slots.push(imports ? { ...slot, isImported: true } : slot);
    }
    return slots;
  }

  /** True if the first person can own the organization. */
  get #hasOtherOwner(): boolean {
    return this.api === "admin-v2" && this.decided.owner.isUsed;
  }

  #wasDeclared(hasRoster: Pair<boolean>, was: boolean): boolean {
    return was && hasRoster.before;
  }

  /** The group of an invitation. Only resources of the same stack can refer to it by name. */
  #invitationGroup(index: number | undefined, stack: number): GroupReference | undefined {
    if (index === undefined || this.api !== "connect") return undefined;
    const key = `group${index}`;
    const one = this.decided.groups[index];
    const isStable = one?.presence === "kept" && this.decided.used.includes(key);
    return isStable && stack === this.#stack(this.decided.objectStack)
      ? { resource: `${this.name}_${key}` }
      : undefined;
  }

  #adminParts(): Slot[] {
    const { owner, policy: security, billing: bills } = this.decided;
    const stack = this.#stack(this.decided.objectStack);
    const slots: Slot[] = [];
    if (owner.isUsed) {
      slots.push(
        this.#slot(
          "owner",
          stack,
          owner.presence,
          (when) => ({ type: "OrganizationOwner", email: owner.email[when] }),
          undefined,
          { drifts: owner.drifts },
        ),
      );
    }
    if (this.decided.hasPolicy) {
      const state = (when: When): PolicyState => ({
        type: "SecurityPolicy",
        ...property("requireTwoFactor", security.requireTwoFactor[when]),
        ...property("ipAllowlist", security.ipAllowlist[when]),
        ...property("allowLockout", security.allowLockout[when]),
        ...property("sessionTimeout", security.sessionTimeout[when]),
        ...property("apiKeyRotation", security.apiKeyRotation[when]),
      });
      slots.push(this.#slot("policy", stack, security.presence, state, security.options, security));
    }
    if (this.decided.hasBilling) {
      const state = (when: When): State => ({
        type: "BillingSettings",
        ...property("billingEmail", bills.billingEmail[when]),
        ...property("paymentMethod", bills.paymentMethod[when]),
        ...property("usageAlerts", bills.usageAlerts[when]),
      });
      slots.push(this.#slot("billing", stack, bills.presence, state, bills.options, bills));
    }
    return slots;
  }

  #connectParts(): Slot[] {
    const { used, groups, projects, cohorts, tokens, claims, webhooks } = this.decided;
    const stack = this.#stack(this.decided.objectStack);
    const slots: Slot[] = [];
    const kept = createPair(() => new Set<number>());
    for (const [index, one] of groups.entries()) {
      if (!used.includes(`group${index}`)) continue;
      const state = (when: When): State => ({
        type: "Group",
        name: this.#object("group", index, one.isRenamed[when]),
        ...property("description", one.description[when]),
        ...property(
          "members",
          when === "after" && one.hidden !== undefined
            ? one.hidden
            : one.declared[when]
              ? one.members[when]
              : undefined,
        ),
      });
      slots.push(this.#slot(`group${index}`, stack, one.presence, state, one.options, one));
    }
    for (const [index, one] of projects.entries()) {
      if (!used.includes(`project${index}`)) continue;
      const state = (when: When): State => ({
        type: "Project",
        name: this.#object("project", index, one.isRenamed && when === "after"),
        ...property("description", one.description[when]),
        everyoneEnabled: one.open[when],
        ...property("access", this.#access(one.access, when)),
      });
      slots.push(this.#slot(`project${index}`, stack, one.presence, state, one.options, one));
    }
    for (const [index, one] of cohorts.entries()) {
      if (!used.includes(`cohort${index}`)) continue;
      // A cohort exists only in a project that exists.
      const project = (when: When) => {
        const [first, second] = [one.project[when], 1 - one.project[when]];
        return [first, second].find((at) => this.#exists(`project${at}`, projects[at]?.presence, when));
      };
      const [before, after] = [project("before"), project("after")];
      const state = (when: When, at: number): State => ({
        type: "Cohort",
        project: `${this.name}_project${at}`,
        name: this.#object("cohort", index, one.isRenamed && when === "after"),
        ...property("description", one.description[when]),
        everyoneEnabled: one.open[when],
        ...property("access", this.#access(one.access, when)),
      });
      const had = before !== undefined && (one.presence === "kept" || one.presence === "gone");
      const has = after !== undefined && (one.presence === "kept" || one.presence === "new");
      const when = had && has ? "kept" : had ? "gone" : has ? "new" : "absent";
      if (had) kept.before.add(index);
      if (has) kept.after.add(index);
      slots.push(
        this.#slot(
          `cohort${index}`,
          stack,
          when,
          (side) => state(side, (side === "after" ? after : before) ?? 0),
          one.options,
          one,
        ),
      );
    }
    if (tokens !== undefined) {
      const state = (when: When): State => ({
        type: "OrganizationApiToken",
        name: this.#object("pipeline", 0, tokens.isRenamed && when === "after"),
        ...property("rotate", tokens.rotate[when]),
      });
      slots.push(this.#slot("token", stack, tokens.presence, state, tokens.options));
    }
    if (claims !== undefined) {
      const cohort = (when: When) => {
        const index = claims.cohort[when];
        return index !== undefined && kept[when].has(index) ? `${this.name}_cohort${index}` : undefined;
      };
      const state = (when: When): State => ({
        type: "ClaimToken",
        name: this.#object("factory", 0, claims.isRenamed && when === "after"),
        ...(claims.hasExpiry ? { expiresAt: claims.expiresAt[when] } : {}),
        ...(claims.hasLimit ? { maxUses: claims.maxUses[when] } : {}),
        ...property("tags", claims.tags[when]),
        ...property("cohort", cohort(when)),
      });
      slots.push(this.#slot("claim", stack, claims.presence, state, claims.options, claims));
    }
    for (const [index, one] of webhooks.entries()) {
      if (one === undefined) continue;
      const state = (when: When): State => ({
        type: "Webhook",
        name: this.#object("webhook", index, one.isRenamed && when === "after"),
        url: when === "after" && one.hidden !== undefined ? one.hidden : one.url[when],
        ...property("events", one.events[when]),
        ...property("enabled", one.enabled[when]),
      });
      const slot = this.#slot(`webhook${index}`, stack, one.presence, state, one.options, one);
      slots.push(one.isReplaced && one.presence === "kept" ? { ...slot, isReplaced: true } : slot);
    }
    return slots;
  }

  /** The name of an object in Peridio. Each name belongs to one object only. */
  #object(kind: string, index: number, isRenamed: boolean): string {
    const words: Readonly<Record<string, readonly string[]>> = {
      group: ["gneiss", "granite"],
      project: ["pumice", "porphyry"],
      cohort: ["chalk", "cobalt"],
      webhook: ["alerts", "events"],
    };
    const word = words[kind]?.[index];
    return `${word ?? kind}-${this.name}${isRenamed ? "-renamed" : ""}`;
  }

  #exists(key: string, when: Presence | undefined, side: When): boolean {
    return this.decided.used.includes(key) && (when === "kept" || when === (side === "after" ? "new" : "gone"));
  }

  #access(
    decided: typeof access extends fc.Arbitrary<infer Value> ? Value : never,
    when: When,
  ): Access | "secret" | "unknown" | undefined {
    if (when === "after" && decided.hidden !== undefined) return decided.hidden;
    if (!decided.declared[when]) return undefined;
    const groups = decided.groups[when].flatMap((index): GroupReference[] => {
      if (index === 2) return [{ uuid: "11111111-2222-4333-8444-555555555555" }];
      const exists = this.#exists(`group${index}`, this.decided.groups[index].presence, when);
      return exists ? [{ resource: `${this.name}_group${index}` }] : [];
    });
    return { users: decided.users[when], groups };
  }

  /** Returns true if everything that a declaration names exists before and after the change. */
  #canStay(state: State): boolean {
    if (["created", "imported"].includes(this.decided.life)) return false;
    if (state.type === "ClaimToken" && state.cohort !== undefined) return false;
    const access = state.type === "Project" || state.type === "Cohort" ? state.access : undefined;
    const groups = access === undefined || isHidden(access) ? [] : access.groups;
    const names = [
      ...groups.flatMap((one) => ("resource" in one ? [one.resource] : [])),
      ...(state.type === "Cohort" ? [state.project] : []),
    ];
    return names.every((name) => {
      const [kind, index] = [name.replace(/^.*_/, "").slice(0, -1), Number(name.slice(-1))];
      return (kind === "group" ? this.decided.groups : this.decided.projects)[index]?.presence === "kept";
    });
  }

  #slot(
    key: string,
    stack: number,
    when: Presence,
    state: (when: When) => State,
    decided?: Decided,
    { isRoot = false, drifts = false } = {},
  ): Slot {
    const [before, after] = [state("before"), state("after")];
    const name = isRoot ? key : `${this.name}_${key}`;
    const isKept = when === "kept";
    const ignoresChanges = decided?.ignoreChanges === true && isKept && this.#canStay(before);
    const options = (side: "before" | "after"): Options => {
      if (decided === undefined) return {};
      const ignores = side === "before" ? decided.wasIgnoring : ignoresChanges;
      const usesProvider = decided.provider[side] && this.hasProvider && stack === 0;
      return {
        // Pulumi refuses to delete a protected resource.
        ...(decided.protect[side] && isKept && !["deleted", "released"].includes(this.decided.life)
          ? { protect: true }
          : {}),
        ...(decided.retainOnDelete[side] ? { retainOnDelete: true } : {}),
        ...(ignores ? { ignoreChanges: [ignorable(before)] } : {}),
        ...(decided.deletedWith[side] && !isRoot && stack === this.#home ? { deletedWith: this.name } : {}),
        ...(usesProvider ? { provider: "special" } : {}),
        ...(decided.strange[side] ? { strange: "quantumMode" } : {}),
        ...(decided.hidesOutputs[side] ? { secretOutputs: [ignorable(before)] } : {}),
      };
    };
    const side = (which: "before" | "after"): Side => ({
      // With `ignoreChanges`, a preview shows the former state.
      state: which === "after" && !ignoresChanges ? after : before,
      options: options(which),
      ...(decided?.property[which] === undefined ? {} : { strange: { quark: decided.property[which] } }),
    });
    // Hidden outputs would hide people who joined outside Pulumi.
    const recorded =
      drifts && options("before").secretOutputs === undefined ? outside(state("recorded"), before) : undefined;
    const slot = {
      stack,
      key: name,
      organization: this.name,
      ...sides(when, side("before"), side("after")),
      ...property("recorded", recorded),
    };
    return decided?.hidesOrganization === true && !isRoot
      ? this.#withSecretOrganization(slot, decided.dependsOnOrganization)
      : slot;
  }
}

/** Removes what refers to objects of an organization. Returns nothing for objects to which others refer. */
function withoutReferences(state: State): State | undefined {
  switch (state.type) {
    case "Membership": {
      const { type, email, role, onExpired } = state;
      return { type, email, role, ...property("onExpired", onExpired) };
    }
    case "OrganizationMembers": {
      const { type, members, minAdmins, maxRemovals, ignore } = state;
      const rest = { ...property("minAdmins", minAdmins), ...property("maxRemovals", maxRemovals) };
      return { type, members, ...rest, ...property("ignore", ignore) };
    }
    case "ClaimToken": {
      const { type, name, expiresAt, maxUses, tags } = state;
      const rest = { ...property("expiresAt", expiresAt), ...property("maxUses", maxUses) };
      return { type, name, ...rest, ...property("tags", tags) };
    }
    case "SecurityPolicy":
    case "BillingSettings":
    case "OrganizationApiToken":
    case "Webhook":
      return state;
    default:
      return undefined;
  }
}

/** The properties that someone can change outside Pulumi. */
const changeable: Readonly<Partial<Record<State["type"], readonly string[]>>> = {
  Organization: ["displayName", "description", "contactEmail"],
  Membership: ["role"],
  OrganizationMembers: ["members"],
  OrganizationOwner: ["email"],
  SecurityPolicy: ["requireTwoFactor", "ipAllowlist", "sessionTimeout", "apiKeyRotation"],
  BillingSettings: ["billingEmail", "paymentMethod", "usageAlerts"],
  Group: ["name", "description", "members"],
  Project: ["description", "everyoneEnabled", "access"],
  Cohort: ["description", "everyoneEnabled", "access"],
  ClaimToken: ["maxUses", "expiresAt", "tags"],
  Webhook: ["url", "events", "enabled"],
};

/** Returns what the program declared at the last update. Pulumi does not compare undeclared values with Peridio. */
function outside(recorded: State, live: State): State | undefined {
  const names = changeable[live.type] ?? [];
  const former = Object.fromEntries(
    Object.entries(recorded).filter(([name, value]) => names.includes(name) && name in live && !isHidden(value)),
  );
  const declared = { ...live, ...former };
  return JSON.stringify(declared) === JSON.stringify(live) ? undefined : declared;
}

/** An owner is an admin. */
function asAdmin<Decision extends { readonly role: Pair<Role>; readonly presence: Presence; readonly status: Status }>(
  one: Decision,
) {
  return {
    ...one,
    role: { before: "admin" as const, after: "admin" as const, recorded: "admin" as const },
    presence: "kept" as const,
    status: "active" as const,
    hidden: undefined,
    moves: false,
    movesToStack: false,
    drift: undefined,
    second: false,
  };
}

/** A property that `ignoreChanges` can name. */
function ignorable({ type }: State): string {
  switch (type) {
    case "Membership":
      return "role";
    case "OrganizationMembers":
    case "Group":
      return "members";
    case "Project":
    case "Cohort":
      return "access";
    case "Webhook":
      return "url";
    default:
      return "description";
  }
}

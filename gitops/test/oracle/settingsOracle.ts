import { escape, type Expectation, riskList } from "./facts";
import {
  type BillingState,
  isHidden,
  type OrganizationState,
  type PolicyState,
  type RosterState,
  recordedSide,
  type Side,
  sideOf,
  type Slot,
  type World,
} from "./model";
import { isReleased, lifeOf, organizationsOf, People } from "./peopleOracle";
import { isReplaced, isUnchanged } from "./printer";
import { formerOf, releasedTwinOf, twinsOf } from "./twins";

/** Expects the rows of all sections of settings except `projects`. */
export function expectSettings(world: World, expectation: Expectation): void {
  for (const organization of organizationsOf(world)) {
    const life = lifeOf(world, organization);
    const prefix = `setting ${organization} `;
    // The documentation does not say which settings of a new or a deleted organization have rows.
    if (life === "deleted") expectation.allowAll(new RegExp(`^${escape(prefix)}`));
    if (life === "created" || life === "adopted") {
      expectation.allowAll(new RegExp(`^${escape(prefix)}(general|security|billing|guards|protection) `));
    }
    for (const { object, isUnclear } of twinsOf(world, organization)) {
      if (!isUnclear) continue;
      for (const state of [object.before?.state, object.after?.state]) {
        const name = state !== undefined && "name" in state ? (state.name ?? "") : "";
        expectation.allowAll(new RegExp(`^${escape(prefix)}(tokens|webhooks) .*${escape(name)} `));
      }
    }
    for (const slot of world.slots.filter((one) => one.organization === organization)) {
      const accepted = acceptedPart(world, slot);
      new SlotSettings(world, withoutAccepted(world, slot), expectation, prefix).expect();
      if (accepted === undefined) continue;
      // One row shows all changes of a token or webhook.
      const isObject = ["Webhook", "ClaimToken"].includes(accepted.after?.state.type ?? "");
      if (
        isObject &&
        slot.after !== undefined &&
        JSON.stringify(slot.before?.state) !== JSON.stringify(slot.after.state)
      ) {
        const name =
          accepted.after !== undefined && "name" in accepted.after.state ? (accepted.after.state.name ?? "") : "";
        const rows = `^${escape(prefix)}(tokens|webhooks) \\S+ (token )?${escape(name)} \\[`;
        expectation.allowAll(new RegExp(rows));
        expectation.requireAny(
          `accepted drift of ${name}`,
          new RegExp(`${rows}.*acceptsDrift`),
          "review.md: acceptsDrift",
        );
      } else new SlotSettings(world, accepted, expectation, prefix, ["acceptsDrift"]).expectChanges();
    }
  }
}

/** Returns what remains after the change: the declaration, a released object, or the settings that always exist. */
function remaining(world: World, slot: Slot): Side | undefined {
  const { before, after } = slot;
  if (before === undefined || after !== undefined) return after;
  const isRetained = slot.key === slot.organization && lifeOf(world, slot.organization) === "released";
  if (isReleased(world, slot) || isRetained) return before;
  const { type } = before.state;
  return type === "SecurityPolicy" || type === "BillingSettings" ? { ...before, state: { type } } : undefined;
}

/** The settings with a default that a program can also write out. */
const settingsWithDefaults = ["requireTwoFactor", "ipAllowlist", "usageAlerts", "events", "tags"];

/** Returns a text that is the same for a default and for no declaration. */
function canonicalValue(name: string, value: unknown): string | undefined {
  // A webhook is enabled by default.
  if (name === "enabled" && value === true) return undefined;
  const isEmpty = value === false || (Array.isArray(value) && value.length === 0);
  return settingsWithDefaults.includes(name) && isEmpty ? undefined : JSON.stringify(value);
}

/** Returns the properties that changed outside Pulumi and that the change does not restore, with the values of the last update. */
function acceptedValues(world: World, slot: Slot): readonly (readonly [string, unknown])[] {
  const { before, recorded } = slot;
  const kept = remaining(world, slot);
  if (before === undefined || kept === undefined || recorded === undefined) return [];
  const sides = [before, kept].map(({ state }) => new Map<string, unknown>(Object.entries(state)));
  return Object.entries(recorded).filter(([name, value]) => {
    const [was, is] = sides.map((values) => canonicalValue(name, values.get(name)));
    return is === was && is !== canonicalValue(name, value);
  });
}

/** Returns the change outside Pulumi that the change keeps: declared, by `ignoreChanges`, dropped or released. */
function acceptedPart(world: World, slot: Slot): Slot | undefined {
  const [former, kept] = [acceptedValues(world, slot), remaining(world, slot)];
  if (former.length === 0 || kept === undefined) return undefined;
  return { ...slot, before: { ...kept, state: { ...kept.state, ...Object.fromEntries(former) } }, after: kept };
}

/** Returns the change without the properties whose rows show an accepted change outside Pulumi. */
function withoutAccepted(world: World, slot: Slot): Slot {
  const { before } = slot;
  const kept = remaining(world, slot);
  if (before === undefined || kept === undefined) return slot;
  const next = new Map<string, unknown>(Object.entries(kept.state));
  const names = acceptedValues(world, slot).map(([name]) => [name, next.get(name)] as const);
  return { ...slot, before: { ...before, state: { ...before.state, ...Object.fromEntries(names) } } };
}

const why = {
  general: "review.md: changes of names",
  security: "review.md: changes of security",
  billing: "review.md: changes of billing",
  guards: "review.md: changes of guardrails",
  protection: "review.md: changes of protection",
  released: "review.md: objects that the change releases",
  tokens: "review.md: a row for each API token and claim token that changes",
  webhooks: "review.md: a row for each webhook that changes",
} as const;
type Section = keyof typeof why;

class SlotSettings {
  constructor(
    private readonly world: World,
    private readonly slot: Slot,
    private readonly expectation: Expectation,
    private readonly prefix: string,
    /** The risks that each row of a change has. */
    private readonly more: readonly string[] = [],
  ) {}

  expect(): void {
    this.#options();
    const { before, after } = this.slot;
    // The import of an object changes nothing.
    if (this.slot.twinOf !== undefined && this.slot.isImported === true) return;
    if (after !== undefined && isReplaced(this.world, this.slot) && before?.options.retainOnDelete === true) {
      const setting = `${after.state.type} ${this.slot.key}`;
      const email = sideOf(before, "Membership")?.state.email;
      // A replaced Membership of the same person keeps its object.
      if (email !== undefined && email === sideOf(after, "Membership")?.state.email) this.#allow("released", setting);
      else this.#require("released", setting, ["releases"]);
    }
    if (before !== undefined && after === undefined && isReleased(this.world, this.slot)) {
      this.#released();
      return;
    }
    this.expectChanges();
  }

  expectChanges(): void {
    const { before, after } = this.slot;
    this.#organization(sideOf(before, "Organization")?.state, sideOf(after, "Organization")?.state);
    this.#policy(sideOf(before, "SecurityPolicy")?.state, sideOf(after, "SecurityPolicy")?.state);
    this.#billing(sideOf(before, "BillingSettings")?.state, sideOf(after, "BillingSettings")?.state);
    this.#roster(sideOf(before, "OrganizationMembers")?.state, sideOf(after, "OrganizationMembers")?.state);
    this.#membership();
    this.#owner();
    this.#apiToken();
    this.#claimToken();
    this.#webhook();
  }

  #require(section: Section, setting: string, risks: readonly string[]): void {
    this.expectation.require(`${this.prefix}${section} ${setting} ${riskList([...risks, ...this.more])}`, why[section]);
  }

  #permitInstead(section: Section, setting: string, risks: readonly string[], others: readonly string[]): void {
    const fact = `${this.prefix}${section} ${setting}`;
    this.expectation.allowInstead(`${fact} ${riskList(risks)}`, `${fact} ${riskList(others)}`);
  }

  #allow(section: Section, setting: string): void {
    this.expectation.allowAll(new RegExp(`^${escape(`${this.prefix}${section} ${setting} [`)}`));
  }

  #options(): void {
    const { before, after, key } = this.slot;
    const shown = after ?? before;
    if (shown === undefined || shown.state.type === "provider" || shown.state.type === "other") return;
    const subject = `${shown.state.type} ${key}`;
    const released = formerOf(this.world, this.slot);
    if (after !== undefined && released !== undefined) {
      this.#lost(released, after, subject);
      return;
    }
    if (before === undefined || after === undefined) {
      // A new resource gains no option, and a deleted resource loses none.
      this.#allow("protection", subject);
      this.#allow("guards", `retainOnDelete of ${subject}`);
      return;
    }
    const twin = releasedTwinOf(this.world, this.slot);
    if (twin !== undefined) this.#lostProperties(twin, after, before);
    const [wasProtected, isProtected] = [before.options.protect === true, after.options.protect === true];
    if (wasProtected !== isProtected) this.#require("protection", subject, wasProtected ? ["unprotects"] : []);
    const [was, is] = [before.options.retainOnDelete === true, after.options.retainOnDelete === true];
    if (was !== is) this.#require("guards", `retainOnDelete of ${subject}`, was ? ["weakensGuard"] : ["retains"]);
  }

  /** Expects the options and properties of a released declaration that the next declaration of the object lacks. */
  #lost(released: Side, after: Side, subject: string): void {
    const { options } = released;
    if (options.protect === true && after.options.protect !== true)
      this.#require("protection", subject, ["unprotects"]);
    if (options.retainOnDelete === true && after.options.retainOnDelete !== true)
      this.#require("guards", `retainOnDelete of ${subject}`, ["weakensGuard"]);
    this.#lostProperties(released, after);
  }

  /** Expects the properties of a released declaration that the other declaration of the object lacks. Its own rows show those that it drops. */
  #lostProperties(released: Side, after: Side, before?: Side): void {
    const { state } = released;
    // A property that this version does not know may be one of Peridio's.
    const [declared, remaining, former] = [released, after, before].map(
      (side) => new Map<string, unknown>(Object.entries({ ...side?.state, ...side?.strange })),
    );
    // The roles and groups of people have other rows, and so have guardrails.
    if (state.type === "Membership") return;
    for (const [name, value] of declared ?? []) {
      const setting = `${name} of ${wordsOf(after.state)}`;
      if (value === undefined || remaining?.has(name) === true || former?.has(name) === true) continue;
      // A default is the same without a declaration.
      const isDefault = value === true || (Array.isArray(value) && value.length === 0);
      if (["Webhook", "ClaimToken"].includes(state.type) && isDefault) this.#allow("released", setting);
      else this.#require("released", setting, ["dropsPolicy"]);
    }
  }

  #released(): void {
    const { before, key, organization } = this.slot;
    if (before === undefined || before.state.type === "provider" || before.state.type === "other") return;
    if (key === organization) return;
    const setting = `${before.state.type} ${key}`;
    // If the organization is deleted too, Peridio keeps nothing. Another resource can declare the object.
    const isGone = lifeOf(this.world, organization) === "deleted";
    // Another stack can still declare the object, or delete it.
    const pair = twinsOf(this.world, organization).find(({ object, twin }) => [object.key, twin.key].includes(key));
    const other = pair?.object.key === key ? pair.twin : pair?.object;
    if (other?.after !== undefined) return;
    const isPerson = ["Membership", "OrganizationMembers"].includes(before.state.type);
    const others = this.world.slots.some(
      (slot) =>
        slot !== this.slot &&
        slot.organization === organization &&
        ["Membership", "OrganizationMembers"].includes(slot.after?.state.type ?? ""),
    );
    // Peridio does not keep a person's access if another stack removes the person.
    const email = sideOf(before, "Membership")?.state.email;
    const isRemoved = email !== undefined && new People(this.world).course(organization, email).after === undefined;
    if (isGone || isRemoved || pair !== undefined || (isPerson && others)) this.#allow("released", setting);
    else this.#require("released", setting, ["releases"]);
    if (before.state.type === "OrganizationOwner") this.#allow("general", "owner");
    for (const name of ["requireTwoFactor", "ipAllowlist", "sessionTimeout", "apiKeyRotation"]) {
      if (before.state.type === "SecurityPolicy") this.#allow("security", name);
    }
  }

  #organization(before: OrganizationState | undefined, after: OrganizationState | undefined): void {
    if (before === undefined || after === undefined) {
      if (after !== undefined && this.slot.isImported === true) {
        this.#require("general", `Organization ${this.slot.key}`, ["acceptsDrift"]);
        // An import adds the settings that only the program has.
        for (const one of ["forceDestroy", "deletionPolicy"]) this.#allow("guards", one);
      }
      return;
    }
    const name = this.slot.organization;
    for (const setting of ["displayName", "description", "contactEmail"] as const) {
      const [was, is] = [before[setting], after[setting]];
      if (was === is) continue;
      const isSame = setting === "displayName" && (was ?? name) === (is ?? name);
      if (isSame) this.#allow("general", setting);
      else this.#require("general", setting, is === undefined ? ["dropsPolicy"] : []);
    }
    const [couldForce, canForce] = [before.forceDestroy ?? false, after.forceDestroy ?? false];
    if (couldForce !== canForce) this.#require("guards", "forceDestroy", canForce ? ["weakensGuard"] : []);
    const [was, is] = [before.deletionPolicy ?? "delete", after.deletionPolicy ?? "delete"];
    if (was !== is) this.#require("guards", "deletionPolicy", is === "delete" ? ["weakensGuard"] : ["retains"]);
  }

  #policy(before: PolicyState | undefined, after: PolicyState | undefined): void {
    if (before === undefined && after === undefined) return;
    const isImported = this.slot.isImported === true;
    const [old, next] = [before ?? { type: "SecurityPolicy" as const }, after ?? { type: "SecurityPolicy" as const }];
    const drops = (setting: keyof PolicyState) =>
      old[setting] !== undefined && next[setting] === undefined ? ["dropsPolicy"] : [];
    const row = (setting: keyof PolicyState, isChanged: boolean, risks: readonly string[]) => {
      if (isChanged || drops(setting).length > 0) {
        if (isImported) this.#allow("security", setting);
        else this.#require("security", setting, [...risks, ...drops(setting)]);
      } else if (old[setting] === undefined && next[setting] !== undefined) this.#allow("security", setting);
    };
    const recorded = sideOf(recordedSide(this.slot), "SecurityPolicy")?.state ?? old;
    for (const [setting, differ, findRisks] of policySettings) {
      const risks = differ(old, next) ? findRisks(old, next) : [];
      // The update replaces a value from outside Pulumi by a third one, so it also differs from the last update.
      const isThird = differ(old, next) && differ(recorded, old) && differ(recorded, next);
      row(setting, differ(old, next), [...new Set([...risks, ...(isThird ? findRisks(recorded, next) : [])])]);
    }
    const [couldLock, canLock] = [old.allowLockout ?? false, next.allowLockout ?? false];
    if (couldLock === canLock) return;
    if (after === undefined) this.#allow("guards", "allowLockout");
    else this.#require("guards", "allowLockout", canLock ? ["weakensGuard"] : []);
  }

  #billing(before: BillingState | undefined, after: BillingState | undefined): void {
    for (const setting of ["billingEmail", "paymentMethod", "usageAlerts"] as const) {
      const [was, is] = [before?.[setting], after?.[setting]];
      if (JSON.stringify(sorted(was)) === JSON.stringify(sorted(is))) continue;
      const isNone = (value: unknown) => value === undefined || (Array.isArray(value) && value.length === 0);
      if (was === undefined && isNone(is)) this.#allow("billing", setting);
      else if (isNone(was) && isNone(is)) {
        // The value stays, but the program stops declaring it.
        this.expectation.require(
          `${this.prefix}billing ${setting} ${riskList(["dropsPolicy", "changesBilling"])}`,
          "review.md: dropsPolicy: the program no longer declares a setting",
        );
        this.#allow("billing", setting);
      } else this.#require("billing", setting, ["changesBilling", ...(is === undefined ? ["dropsPolicy"] : [])]);
    }
  }

  #roster(before: RosterState | undefined, after: RosterState | undefined): void {
    const settings = ["minAdmins", "maxRemovals", "ignore"] as const;
    if (before === undefined || after === undefined) {
      if (before !== undefined || after !== undefined) for (const one of settings) this.#allow("guards", one);
      return;
    }
    const [minimum, nextMinimum] = [before.minAdmins ?? 1, after.minAdmins ?? 1];
    if (minimum !== nextMinimum) this.#require("guards", "minAdmins", nextMinimum < minimum ? ["weakensGuard"] : []);
    else if (before.minAdmins !== after.minAdmins) this.#allow("guards", "minAdmins");
    const [limit, nextLimit] = [percent(before.maxRemovals), percent(after.maxRemovals)];
    if (limit !== nextLimit) this.#require("guards", "maxRemovals", nextLimit > limit ? ["weakensGuard"] : []);
    else if (before.maxRemovals !== after.maxRemovals) this.#allow("guards", "maxRemovals");
    const [ignored, ignores] = [before.ignore?.[0], after.ignore?.[0]];
    if (ignored !== ignores) this.#require("guards", "ignore", ignores === undefined ? [] : ["weakensGuard"]);
  }

  /** A row for `onExpired` is neither required nor forbidden. */
  #membership(): void {
    const email = (sideOf(this.slot.after, "Membership") ?? sideOf(this.slot.before, "Membership"))?.state.email;
    if (email === undefined) return;
    // A Membership can move to another name or stack.
    const declared = (when: "before" | "after") =>
      this.world.slots.flatMap((slot) => {
        const state = sideOf(slot[when], "Membership")?.state;
        const isSame = slot.organization === this.slot.organization && state?.email === email;
        return isSame ? [state.onExpired] : [];
      });
    const [was, is] = [declared("before"), declared("after")];
    const values = new Set([...was, ...is]);
    if (was.length === 0 || is.length === 0) values.add(undefined);
    if (values.size < 2) return;
    this.expectation.allowAll(new RegExp(`^${escape(`${this.prefix}guards onExpired`)}`));
  }

  #owner(): void {
    const [before, after] = [this.slot.before, this.slot.after];
    if (sideOf(before, "OrganizationOwner") === undefined && sideOf(after, "OrganizationOwner") === undefined) return;
    const [was, is] = [before, after].map((side) => sideOf(side, "OrganizationOwner")?.state.email);
    if (this.more.length > 0 && was !== is) this.#require("general", "owner", ["changesOwner"]);
    else if (after === undefined) {
      this.#require("general", "owner", ["dropsPolicy"]);
      const recorded = sideOf(recordedSide(this.slot), "OrganizationOwner")?.state.email;
      // The program accepts an owner who got the ownership outside Pulumi.
      if (recorded !== was) this.#require("general", "owner", ["acceptsDrift", "changesOwner"]);
    }
    if (before === undefined) this.#allow("general", "owner");
  }

  #apiToken(): void {
    const [before, after] = [
      sideOf(this.slot.before, "OrganizationApiToken")?.state,
      sideOf(this.slot.after, "OrganizationApiToken")?.state,
    ];
    const shown = after ?? before;
    if (shown === undefined) return;
    const setting = `API token ${shown.name}`;
    if (after === undefined) this.#require("tokens", setting, ["revokesToken"]);
    else if (before === undefined || isReplaced(this.world, this.slot))
      this.#require("tokens", setting, ["issuesApiToken"]);
  }

  #claimToken(): void {
    const [before, after] = [
      sideOf(this.slot.before, "ClaimToken")?.state,
      sideOf(this.slot.after, "ClaimToken")?.state,
    ];
    const shown = after ?? before;
    if (shown === undefined) return;
    const setting = `claim token ${shown.name}`;
    if (after === undefined) this.#require("tokens", setting, ["revokesToken"]);
    else if (before === undefined) {
      this.#require("tokens", setting, ["issuesToken"]);
      const cohort = this.world.slots.find(({ stack, key }) => stack === this.slot.stack && key === after.cohort);
      // The preview does not show the id of a replaced cohort.
      if (cohort !== undefined && isReplaced(this.world, cohort))
        this.#permitInstead("tokens", setting, ["issuesToken"], ["issuesToken", "hidden"]);
    } else {
      const isChanged =
        JSON.stringify([{ ...before, tags: undefined }, sorted(before.tags ?? [])]) !==
        JSON.stringify([{ ...after, tags: undefined }, sorted(after.tags ?? [])]);
      const expiresLater = (after.expiresAt ?? "9") > (before.expiresAt ?? "9");
      const isUsedMore = (after.maxUses ?? Infinity) > (before.maxUses ?? Infinity);
      const isLonger = expiresLater || isUsedMore;
      if (isReplaced(this.world, this.slot)) {
        const risks = ["issuesToken", ...(isLonger ? ["extendsToken"] : [])];
        this.#require("tokens", setting, risks);
        // The preview of a replacement does not contain defaults.
        const isDefault =
          after.cohort !== undefined ||
          after.expiresAt === undefined ||
          after.maxUses === undefined ||
          after.tags === undefined;
        const isKnownLonger =
          (after.expiresAt !== undefined && expiresLater) || (after.maxUses !== undefined && isUsedMore);
        const others = ["issuesToken", "hidden", ...(isKnownLonger ? ["extendsToken"] : [])];
        if (isDefault) this.#permitInstead("tokens", setting, risks, others);
        // Peridio sets a date if the program declares none. The date before may be earlier, and the one after may be later.
        if (this.world.isReal === true && [before, after].some(({ expiresAt }) => expiresAt === undefined))
          for (const hidden of isDefault ? [["hidden"], []] : [[]])
            this.#permitInstead("tokens", setting, risks, ["issuesToken", ...hidden, "extendsToken"]);
        return;
      }
      if (isChanged) this.#require("tokens", setting, isLonger ? ["extendsToken"] : []);
      else if (before.tags !== after.tags) this.#allow("tokens", setting);
    }
  }

  /** The risk of a webhook that sends events to a URL. */
  #sends(url: string): string {
    // The review cannot see the host.
    if (isHidden(url)) return "addsWebhookHost";
    const isKnown = (choose: (slot: Slot) => Side | undefined) =>
      this.world.slots.some((slot) => {
        const webhook = sideOf(choose(slot), "Webhook");
        if (webhook === undefined || isHidden(webhook.state.url)) return false;
        // Pulumi compares the values of an unchanged resource, so each side shows what the other one hides.
        const isShownAfter = isUnchanged(this.world, slot) && slot.after?.hides?.url === undefined;
        const isShown = webhook.hides?.url === undefined || isShownAfter;
        return isShown && hostOf(webhook.state.url) === hostOf(url);
      });
    return isKnown(({ before }) => before) && isKnown(recordedSide) ? "addsWebhook" : "addsWebhookHost";
  }

  #webhook(): void {
    const [before, after] = [sideOf(this.slot.before, "Webhook")?.state, sideOf(this.slot.after, "Webhook")?.state];
    const shown = after ?? before;
    if (shown === undefined) return;
    const setting = `webhook ${shown.name ?? this.slot.key}`;
    const hides = isHidden(after?.url) ? ["hidden"] : [];
    const stops = before !== undefined && before.enabled !== false && after?.enabled === false ? ["stopsWebhook"] : [];
    if (after === undefined) this.#require("webhooks", setting, ["stopsWebhook"]);
    else if (before === undefined || isReplaced(this.world, this.slot)) {
      this.#require("webhooks", setting, [this.#sends(after.url), ...stops, ...hides]);
    } else {
      const [was, is] = [before.enabled ?? true, after.enabled ?? true];
      const [sent, sends] = [before.events ?? [], after.events ?? []];
      const covers = (events: readonly string[]) =>
        events.length === 0 || (sends.length > 0 && sends.every((one) => events.includes(one)));
      // The update can replace events from outside Pulumi by a third list, so it also differs from the last update.
      const recorded = sideOf(recordedSide(this.slot), "Webhook")?.state.events ?? [];
      const isOther = (one: readonly string[], two: readonly string[]) =>
        JSON.stringify(sorted(one)) !== JSON.stringify(sorted(two));
      const isThird = isOther(recorded, sent) && isOther(sent, sends);
      const hasMore = !covers(sent) || (isThird && !covers(recorded));
      const isOtherEvents = isOther(sent, sends);
      const risks = [
        ...(before.url !== after.url || hasMore || (!was && is) ? [this.#sends(after.url)] : []),
        ...stops,
        ...hides,
      ];
      const isChanged = before.url !== after.url || isOtherEvents || was !== is || before.name !== after.name;
      if (isChanged) this.#require("webhooks", setting, risks);
      else if (JSON.stringify(before) !== JSON.stringify(after)) this.#allow("webhooks", setting);
    }
  }
}

type Compare<T> = (before: PolicyState, after: PolicyState) => T;

/** The settings of a SecurityPolicy: its name, if two declarations differ in it, and the risks of the change. */
const policySettings: readonly (readonly [keyof PolicyState, Compare<boolean>, Compare<readonly string[]>])[] = [
  [
    "requireTwoFactor",
    (before, after) => (before.requireTwoFactor ?? false) !== (after.requireTwoFactor ?? false),
    (before) => (before.requireTwoFactor === true ? ["weakensTwoFactor"] : []),
  ],
  [
    "ipAllowlist",
    (before, after) =>
      JSON.stringify(sorted(before.ipAllowlist ?? [])) !== JSON.stringify(sorted(after.ipAllowlist ?? [])),
    (before, after) => {
      const [had, has] = [before.ipAllowlist ?? [], after.ipAllowlist ?? []];
      if (had.length === 0) return [];
      if (has.length === 0) return ["removesAllowlist"];
      return has.some((one) => !had.includes(one)) ? ["widensAllowlist"] : [];
    },
  ],
  [
    "sessionTimeout",
    (before, after) => hours(before.sessionTimeout) !== hours(after.sessionTimeout),
    (before, after) => {
      const [was, is] = [hours(before.sessionTimeout), hours(after.sessionTimeout)];
      return was !== undefined && (is ?? Infinity) > was ? ["weakensSession"] : [];
    },
  ],
  [
    "apiKeyRotation",
    (before, after) => JSON.stringify(before.apiKeyRotation) !== JSON.stringify(after.apiKeyRotation),
    (before, after) => (validity(after) > validity(before) ? ["weakensRotation"] : []),
  ],
];

/** Returns an object in words. */
function wordsOf(state: Side["state"]): string {
  const name = "name" in state ? (state.name ?? "") : "";
  return `${nouns[state.type] ?? state.type.toLowerCase()} ${name}`;
}

const nouns: Readonly<Record<string, string>> = { ClaimToken: "claim token", OrganizationApiToken: "API token" };

function hostOf(url: string): string {
  // Another port is the same host.
  return new URL(url).hostname;
}

function hours(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Number.parseInt(text, 10);
}

function percent(text: string | undefined): number {
  return Number.parseInt(text ?? "25%", 10);
}

/** The number of days that an API key works. */
function validity({ apiKeyRotation: rotation }: PolicyState): number {
  return rotation === undefined ? Infinity : rotation.maxAgeDays + rotation.gracePeriodDays;
}

function sorted(value: unknown): unknown {
  return Array.isArray(value) ? value.map((one) => JSON.stringify(one)).sort() : value;
}

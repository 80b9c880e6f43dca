import {
  type AllowlistEntry,
  type KeyRotation,
  type PaymentMethod,
  type Unknown,
  type UsageAlert,
  canonicalCidr,
  cover,
  fromSeconds,
} from "#provider";
import { type Hidden, isHidden } from "../../preview/resource";
import { formatCount, quoteName } from "../../wording";
import type { Risk } from "../../risks";

/** The comparison and the words of one setting. */
export interface Setting<T> {
  /** The label, as the beginning of a sentence. */
  readonly label: string;
  /** Reports if two values mean the same. */
  isSame(before: T, after: T): boolean;
  format(value: T): string;
  /** Describes the change, if both values side by side would be unclear. */
  describeChange?(before: T, after: T): string | undefined;
  findRisks(before: T, after: T): readonly Risk[];
}

/** The change of a setting, in words. */
export interface Change {
  readonly words: string;
  readonly risks: readonly Risk[];
}

/** Facts about a setting that its values do not show. */
export interface Circumstances {
  /** True if a stack stops declaring the setting. */
  readonly isDropped: boolean;
  /** True if the setting may change although both values are hidden. */
  readonly isDoubtful: boolean;
}

/** Describes the change of a setting; undefined without one. An undefined value is unknown. */
export function compareSetting<T>(
  setting: Setting<T>,
  before: T | Hidden | undefined,
  after: T | Hidden | undefined,
  { isDropped, isDoubtful }: Circumstances,
): Change | undefined {
  const change = compareValues(setting, before, after, isDoubtful);
  if (!isDropped) return change;
  const words = change?.words ?? `${setting.label}: stays ${showValue(setting, after)}`;
  return { words: `${words} (no longer declared)`, risks: ["dropsPolicy", ...(change?.risks ?? [])] };
}

/** Describes the setting of a new organization; undefined for a default. */
export function describeInitial<T>(
  setting: Setting<T>,
  defaultValue: T | Hidden | undefined,
  after: T | Hidden | undefined,
): string | undefined {
  return compareValues(setting, defaultValue, after) && `${setting.label}: ${showValue(setting, after)}`;
}

function compareValues<T>(
  setting: Setting<T>,
  before: T | Hidden | undefined,
  after: T | Hidden | undefined,
  isDoubtful = false,
): Change | undefined {
  const words = `${setting.label}: ${showValue(setting, before)} → ${showValue(setting, after)}`;
  if (isHidden(before) || isHidden(after)) {
    const isSame = isHidden(before) && isHidden(after) && before.hidden === after.hidden;
    return isSame && !isDoubtful ? undefined : { words, risks: ["hidden"] };
  }
  if (after === undefined) return undefined;
  if (before === undefined) return { words, risks: [] };
  if (setting.isSame(before, after)) return undefined;
  const description = setting.describeChange?.(before, after);
  return {
    words: description === undefined ? words : `${setting.label}: ${description}`,
    risks: setting.findRisks(before, after),
  };
}

function showValue<T>(setting: Setting<T>, value: T | Hidden | undefined): string {
  if (value === undefined) return "not known";
  if (!isHidden(value)) return setting.format(value);
  return value.hidden === "secret" ? "secret" : "not known before the update";
}

/** A text that does not affect access, apart from the given risks. */
export function createTextSetting(label: string, risks: readonly Risk[] = []): Setting<string | null> {
  return {
    label,
    isSame: (before, after) => before === after,
    format: (value) => (value === null ? "none" : quoteName(value)),
    findRisks: () => risks,
  };
}

/** An e-mail address, compared without case. */
export function createAddressSetting(label: string, risks: readonly Risk[] = []): Setting<string | null> {
  return {
    ...createTextSetting(label, risks),
    isSame: (before, after) => before?.toLowerCase() === after?.toLowerCase(),
  };
}

export const requireTwoFactor: Setting<boolean> = {
  label: "Two-factor authentication",
  isSame: (before, after) => before === after,
  format: (isRequired) => (isRequired ? "required" : "not required"),
  findRisks: (before, after) => (before && !after ? ["weakensTwoFactor"] : []),
};

export const sessionTimeout: Setting<number | null> = {
  label: "Session timeout",
  isSame: (before, after) => before === after,
  format: (seconds) => (seconds === null ? "Peridio's default" : fromSeconds(seconds)),
  // Peridio does not document its default.
  findRisks: (before, after) => (before !== null && (after === null || after > before) ? ["weakensSession"] : []),
};

export const apiKeyRotation: Setting<KeyRotation | null> = {
  label: "API key rotation",
  isSame: (before, after) => getMaximumAge(before) === getMaximumAge(after) && before?.maxAgeDays === after?.maxAgeDays,
  format: (rotation) =>
    rotation === null
      ? "none"
      : `every ${formatCount(rotation.maxAgeDays, "day")}, ${formatCount(rotation.gracePeriodDays, "day")} of grace`,
  findRisks: (before, after) => (getMaximumAge(after) > getMaximumAge(before) ? ["weakensRotation"] : []),
};

/** The longest life of a key, in days. */
function getMaximumAge(rotation: KeyRotation | null): number {
  return rotation === null ? Infinity : rotation.maxAgeDays + rotation.gracePeriodDays;
}

type Allowlist = readonly AllowlistEntry[];

export const ipAllowlist: Setting<Allowlist> = {
  label: "IP allowlist",
  isSame: (before, after) => listEntryKeys(before).join("\n") === listEntryKeys(after).join("\n"),
  format: (list) => (list.length === 0 ? "any address" : listEntries(list)),
  describeChange(before, after) {
    const [prior, current] = [getBlocks(before), getBlocks(after)];
    if (before.length === 0) return `any address → only ${ipAllowlist.format(after)}`;
    if (after.length === 0) return `${ipAllowlist.format(before)} → any address`;
    const added = after.filter(({ cidr }) => !prior.includes(canonicalCidr(cidr)));
    const removed = before.filter(({ cidr }) => !current.includes(canonicalCidr(cidr)));
    if (added.length + removed.length === 0) return `${ipAllowlist.format(before)} → ${ipAllowlist.format(after)}`;
    const widening = added.filter(({ cidr }) => !cover(prior, canonicalCidr(cidr)));
    // Entries that allow more addresses come first.
    const sorted = [widening, added.filter((entry) => !widening.includes(entry))].filter((part) => part.length > 0);
    return [
      ...(added.length > 0 ? [`adds ${sorted.map(listEntries).join(", ")}`] : []),
      ...(removed.length > 0 ? [`removes ${listEntries(removed)}`] : []),
    ].join("; ");
  },
  findRisks(before, after) {
    if (before.length === 0) return [];
    if (after.length === 0) return ["removesAllowlist"];
    const prior = getBlocks(before);
    return getBlocks(after).every((block) => cover(prior, block)) ? [] : ["widensAllowlist"];
  },
};

/** Returns the entries as sorted texts, whatever the spelling of their blocks. */
function listEntryKeys(list: Allowlist): readonly string[] {
  return list.map(({ cidr, description }) => JSON.stringify([canonicalCidr(cidr), description])).sort();
}

function getBlocks(list: Allowlist): string[] {
  return list.map(({ cidr }) => canonicalCidr(cidr));
}

/** Lists the entries, the widest first, because a report shortens a long list. */
function listEntries(list: Allowlist): string {
  return list
    .toSorted((a, b) => getWidth(b) - getWidth(a))
    .map(describeEntry)
    .join(", ");
}

/** Returns the share of all addresses of its family that a block contains, as a logarithm. */
function getWidth({ cidr }: AllowlistEntry): number {
  const [, length = ""] = cidr.split("/");
  const bits = cidr.includes(":") ? 128 : 32;
  return length === "" ? -1 : -Number(length) / bits;
}

function describeEntry({ cidr, description }: AllowlistEntry): string {
  return description === null ? quoteName(cidr) : `${quoteName(cidr)} (${quoteName(description)})`;
}

const methods = new Map<string, string>([
  ["invoice", "on invoice"],
  ["credit_card", "by credit card"],
]);

export const paymentMethod: Setting<PaymentMethod | Unknown | null> = {
  label: "Payment method",
  isSame: (before, after) => before === after,
  format: (method) => (method === null ? "none" : (methods.get(method) ?? method)),
  findRisks: () => ["changesBilling"],
};

export const usageAlerts: Setting<readonly UsageAlert[]> = {
  label: "Usage alerts",
  isSame: (before, after) => usageAlerts.format(before) === usageAlerts.format(after),
  format: (alerts) => (alerts.length === 0 ? "none" : alerts.map(describeAlert).sort().join(", ")),
  findRisks: () => ["changesBilling"],
};

function describeAlert({ resourceType, thresholdPercent }: UsageAlert): string {
  return `${resourceType.replaceAll("_", " ")} at ${thresholdPercent} %`;
}

import * as z from "zod";
import { type AllowlistEntry, type KeyRotation, canonicalCidr, fromSeconds, holds, toSeconds } from "#provider";
import { formatCount, quoteName } from "../wording";
import { organizationId } from "./inputs";
import { createProperty } from "./property";
import { readAs } from "./reading";
import { createRow } from "./row";
import { createOverride, createSwitch } from "./commonProperties";

const requireTwoFactor = createSwitch({
  label: "Two-factor authentication",
  defaultValue: false,
  format: (isRequired) => (isRequired ? "required" : "not required"),
  findRisks: (before, after) => (before && !after ? ["weakensTwoFactor"] : []),
});

const seconds = z.string().transform((duration, context) => {
  const length = toSeconds(duration);
  if (length !== undefined) return length;
  context.addIssue({ code: "custom", message: "is not a duration" });
  return z.NEVER;
});

const sessionTimeout = createProperty<number | null>({
  label: "Session timeout",
  defaultValue: null,
  schema: z.string().nullable(),
  read: readAs(seconds.nullable()),
  format: (timeout) => (timeout === null ? "Peridio's default" : fromSeconds(timeout)),
  // Peridio does not document its default.
  findRisks: (before, after) => (before !== null && (after === null || after > before) ? ["weakensSession"] : []),
});

/** The types of objects in properties, with the values that the review understands. */
export const apiKeyRotationInput = z.strictObject({ maxAgeDays: z.number(), gracePeriodDays: z.number() }).partial();
export const allowlistEntryInput = z.strictObject({ cidr: z.string(), description: z.string().nullable() }).partial();

const apiKeyRotation = createProperty<KeyRotation | null>({
  label: "API key rotation",
  defaultValue: null,
  schema: apiKeyRotationInput.nullable(),
  read: readAs(z.object({ maxAgeDays: z.number(), gracePeriodDays: z.number().default(0) }).nullable()),
  isSame: (before, after) => getMaximumAge(before) === getMaximumAge(after) && before?.maxAgeDays === after?.maxAgeDays,
  format: (rotation) =>
    rotation === null
      ? "none"
      : `every ${formatCount(rotation.maxAgeDays, "day")}, ${formatCount(rotation.gracePeriodDays, "day")} of grace`,
  findRisks: (before, after) => (getMaximumAge(after) > getMaximumAge(before) ? ["weakensRotation"] : []),
});

/** The longest life of a key, in days. */
function getMaximumAge(rotation: KeyRotation | null): number {
  return rotation === null ? Infinity : rotation.maxAgeDays + rotation.gracePeriodDays;
}

type Allowlist = readonly AllowlistEntry[];

const ipAllowlist = createProperty<Allowlist>({
  label: "IP allowlist",
  defaultValue: [],
  schema: z.array(allowlistEntryInput),
  read: readAs(
    z.array(
      z
        .object({ cidr: z.string(), description: z.string().optional() })
        .transform(({ cidr, description = null }) => ({ cidr, description })),
    ),
  ),
  isSame: (before, after) => listEntryKeys(before).join("\n") === listEntryKeys(after).join("\n"),
  format: formatAllowlist,
  describeChange(before, after) {
    const [prior, current] = [getBlocks(before), getBlocks(after)];
    if (before.length === 0) return `any address → only ${formatAllowlist(after)}`;
    if (after.length === 0) return `${formatAllowlist(before)} → any address`;
    const added = after.filter(({ cidr }) => !prior.includes(canonicalCidr(cidr)));
    const removed = before.filter(({ cidr }) => !current.includes(canonicalCidr(cidr)));
    if (added.length + removed.length === 0) return `${formatAllowlist(before)} → ${formatAllowlist(after)}`;
    const widening = added.filter(({ cidr }) => !holds(prior, canonicalCidr(cidr)));
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
    return getBlocks(after).every((block) => holds(prior, block)) ? [] : ["widensAllowlist"];
  },
});

function formatAllowlist(list: Allowlist): string {
  return list.length === 0 ? "any address" : listEntries(list);
}

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

/** The security settings of an organization. */
export const securityPolicy = createRow({
  noun: "security policy",
  orderInReports: 20,
  settings: {
    section: "security",
    properties: { requireTwoFactor, ipAllowlist, sessionTimeout, apiKeyRotation },
  },
  guards: { properties: { allowLockout: createOverride("Allow lockout") } },
  inputs: { organizationId },
});

import type { AllowlistEntry, KeyRotation } from "../../../../provider/src/api";
import { canonicalCidr, cover } from "../../../../provider/src/core/cidr";
import { fromSeconds } from "../../../../provider/src/resources/types/duration";
import type { Setting } from "./setting";

export const requireTwoFactor: Setting<boolean> = {
  label: "Two-factor authentication",
  same: (before, after) => before === after,
  show: (required) => (required ? "required" : "not required"),
  risks: (before, after) => (before && !after ? ["weakensTwoFactor"] : []),
};

export const sessionTimeout: Setting<number | null> = {
  label: "Session timeout",
  same: (before, after) => before === after,
  show: (seconds) => (seconds === null ? "Peridio's default" : fromSeconds(seconds)),
  // Nobody has published how long the default is.
  risks: (before, after) => (before !== null && (after === null || after > before) ? ["weakensSession"] : []),
};

export const apiKeyRotation: Setting<KeyRotation | null> = {
  label: "API key rotation",
  same: (before, after) => life(before) === life(after) && before?.maxAgeDays === after?.maxAgeDays,
  show: (rotation) =>
    rotation === null ? "none" : `every ${days(rotation.maxAgeDays)}, ${days(rotation.gracePeriodDays)} of grace`,
  risks: (before, after) => (life(after) > life(before) ? ["weakensRotation"] : []),
};

/** For how many days a key works at most. */
function life(rotation: KeyRotation | null): number {
  return rotation === null ? Infinity : rotation.maxAgeDays + rotation.gracePeriodDays;
}

function days(count: number): string {
  return count === 1 ? "1 day" : `${count} days`;
}

type Allowlist = readonly AllowlistEntry[];

export const ipAllowlist: Setting<Allowlist> = {
  label: "IP allowlist",
  same: (before, after) => blocks(before).sort().join() === blocks(after).sort().join(),
  show: (list) => (list.length === 0 ? "any address" : list.map(entry).join(", ")),
  tell(before, after) {
    const [was, is] = [blocks(before), blocks(after)];
    if (before.length === 0) return `any address → only ${ipAllowlist.show(after)}`;
    if (after.length === 0) return `${ipAllowlist.show(before)} → any address`;
    const added = after.filter(({ cidr }) => !was.includes(canonicalCidr(cidr)));
    const removed = before.filter(({ cidr }) => !is.includes(canonicalCidr(cidr)));
    const widening = added.filter(({ cidr }) => !cover(was, canonicalCidr(cidr)));
    // Those that let more addresses in come first, since a long list is cut.
    const sorted = [...widening, ...added.filter((one) => !widening.includes(one))];
    return [
      ...(added.length > 0 ? [`adds ${listed(sorted)}`] : []),
      ...(removed.length > 0 ? [`removes ${listed(removed)}`] : []),
    ].join("; ");
  },
  risks(before, after) {
    if (before.length === 0) return [];
    if (after.length === 0) return ["removesAllowlist"];
    const was = blocks(before);
    return blocks(after).every((block) => cover(was, block)) ? [] : ["widensAllowlist"];
  },
};

function blocks(list: Allowlist): string[] {
  return list.map(({ cidr }) => canonicalCidr(cidr));
}

const longest = 20;

function listed(list: Allowlist): string {
  const rest = list.length - longest;
  const shown = list.slice(0, longest).map(entry);
  return [...shown, ...(rest > 0 ? [`${rest} more`] : [])].join(", ");
}

function entry({ cidr, description }: AllowlistEntry): string {
  return description === null ? cidr : `${cidr} (${description})`;
}

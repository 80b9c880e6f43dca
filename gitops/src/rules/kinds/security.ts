import * as z from "zod";
import { canonicalCidr, cidr, fillBlocks, holds, parseCidr, duration, fromSeconds, toSeconds } from "#provider";
import { joinAnd, joinOr, formatCount } from "../../wording";
import type { ScopedOrganization } from "../scope";
import { createFinding, type Finding } from "../finding";
import { isKnown, reportUnknownSetting } from "../hiddenFindings";
import { declaresKey } from "../selector";
import { defineKind } from "./kind";

/** A second factor for every user. */
export const requireTwoFactor = defineKind({
  subject: "organization",
  audit: { reads: ["security"] },
  brokenAloneBy: { SecurityPolicy: "requireTwoFactor" },
  description: "All users must have a second factor: `true`.",
  schema: z.literal(true, { error: "must be true or absent" }),
  check(_, scoped) {
    const value = scoped.organization.security?.requireTwoFactor;
    const requirement = "a second factor for all users";
    if (!isKnown(value)) return reportUnknownSetting(scoped, "requireTwoFactor", value, requirement);
    if (value) return [];
    const words = `${scoped.name} requires no second factor, but the rule requires ${requirement}. Declare \`requireTwoFactor: true\`.`;
    return [createFinding(scoped, words)];
  },
});

const prefixLength = (longest: number) =>
  z.int("must be a whole number").min(1, "must be at least 1").max(longest, `must be at most ${longest}`);

const allowlistLimits = z
  .strictObject({
    within: z.array(cidr).min(1, "must not be empty: add a CIDR block, or remove the key").optional().meta({
      description:
        "CIDR blocks, such as `203.0.113.0/24`, which contain all blocks of the allowlist. An empty list breaks the rule.",
    }),
    widest: z
      .strictObject(
        {
          ipv4: prefixLength(32).optional().meta({ description: "The shortest prefix of an IPv4 block, such as 24." }),
          ipv6: prefixLength(128).optional().meta({ description: "The shortest prefix of an IPv6 block, such as 48." }),
        },
        {
          error: ({ code }) =>
            code === "invalid_type" ? "must be an object, such as `{ ipv4: 24, ipv6: 48 }`" : undefined,
        },
      )
      .refine(declaresKey, "has no requirement: add `ipv4`, `ipv6` or both")
      .optional()
      .meta({
        description:
          "The widest allowed blocks, such as `{ ipv4: 24, ipv6: 48 }`: prefixes of that length or longer. Blocks that fill a wider block together count as that block, and mapped addresses count as IPv4.",
        minProperties: 1,
      }),
  })
  .refine(declaresKey, "has no requirement: add `within` or `widest`, or replace the object with `required`")
  .meta({ minProperties: 1 });

type AllowlistLimits = z.output<typeof allowlistLimits>;

/** An allowlist, and the widest allowed blocks. */
export const ipAllowlist = defineKind({
  subject: "organization",
  audit: { reads: ["security"] },
  brokenAloneBy: { SecurityPolicy: "ipAllowlist" },
  description:
    "An allowlist is required: `required`, or `{ within: [203.0.113.0/24] }` and `{ widest: { ipv4: 24 } }` to limit its blocks.",
  schema: z.union([
    z.literal("required", {
      error: "must be `required`, or an object with `within`, `widest` or both, such as `{ within: [203.0.113.0/24] }`",
    }),
    allowlistLimits,
  ]),
  check: (declared, scoped) => checkAllowlist(declared === "required" ? {} : declared, scoped),
});

function checkAllowlist({ within, widest = {} }: AllowlistLimits, scoped: ScopedOrganization): readonly Finding[] {
  const { name, organization } = scoped;
  const value = organization.security?.ipAllowlist;
  const requirement = `an allowlist${describeLimits({ within, widest })}`;
  if (!isKnown(value)) return reportUnknownSetting(scoped, "ipAllowlist", value, requirement);
  if (value.length === 0) {
    const words = `${name} allows any address, but the rule requires ${requirement}. Declare \`ipAllowlist\`.`;
    return [createFinding(scoped, words)];
  }
  const blocks = value.map(({ cidr: block }) => block);
  const finding = (block: string, reason: string) => createFinding(scoped, reason, { about: canonicalCidr(block) });
  const outside = within === undefined ? [] : blocks.filter((block) => !holds(within, block));
  return [
    ...outside.map((block) =>
      finding(
        block,
        `${name} allows ${block}, but the rule allows only ${joinOr(within ?? [])}. Remove the block from \`ipAllowlist\`.`,
      ),
    ),
    // Joins blocks that together form a wider one, so that a wide block cannot be split to pass.
    ...fillBlocks(blocks.filter((block) => !outside.includes(block))).flatMap(({ block, parts }) => {
      const minimumPrefix = block.includes(":") ? widest.ipv6 : widest.ipv4;
      if (minimumPrefix === undefined || (parseCidr(block)?.prefix ?? 0) >= minimumPrefix) return [];
      const limit = `but the rule allows no block wider than /${minimumPrefix}`;
      const reason =
        parts.length === 1
          ? `${name} allows ${parts.join()}, ${limit}. Replace the block with narrower blocks.`
          : `${name} allows ${joinAnd(parts)}, which are ${block} together, ${limit}. Remove blocks from \`ipAllowlist\`.`;
      return [finding(block, reason)];
    }),
  ];
}

function describeLimits({ within, widest: { ipv4, ipv6 } = {} }: AllowlistLimits): string {
  const widest = [
    ...(ipv4 === undefined ? [] : [`/${ipv4} for IPv4`]),
    ...(ipv6 === undefined ? [] : [`/${ipv6} for IPv6`]),
  ];
  return [
    ...(within === undefined ? [] : [` within ${joinOr(within)}`]),
    ...(widest.length === 0 ? [] : [` without blocks wider than ${joinOr(widest)}`]),
  ].join(" and");
}

const sessionLimit = z.strictObject({
  atMost: duration("5m", "30d").meta({
    description:
      "The longest allowed session: a duration such as `8h`, `90m` or `30d`, from 5 minutes to 30 days. Peridio's default breaks the rule, because Peridio does not publish it.",
  }),
});

/** The longest allowed session. */
export const sessionTimeout = defineKind({
  subject: "organization",
  audit: { reads: ["security"] },
  brokenAloneBy: { SecurityPolicy: "sessionTimeout" },
  description: "The longest allowed session: `{ atMost: 8h }`.",
  schema: sessionLimit,
  check({ atMost }, scoped) {
    const { name, organization } = scoped;
    const most = toSeconds(atMost) ?? 0;
    const value = organization.security?.sessionTimeout;
    const requirement = `sessions of at most ${atMost}`;
    if (!isKnown(value)) return reportUnknownSetting(scoped, "sessionTimeout", value, requirement);
    const remedy = `Declare \`sessionTimeout: ${atMost}\`, or less.`;
    if (value === null) {
      const words = `${name} uses Peridio's default for sessions, but the rule requires ${requirement}. ${remedy}`;
      // The length of the default is unknown, so it cannot be compared with another length.
      return [createFinding(scoped, words, { distinguishedBy: "default" })];
    }
    if (value <= most) return [];
    const words = `Sessions in ${name} last up to ${fromSeconds(value)}, but the rule requires ${requirement}. ${remedy}`;
    return [createFinding(scoped, words, { extent: value - most })];
  },
});

const days = z.int("must be a whole number of days");

const rotationLimits = z.strictObject({
  maxAgeDays: days.min(1, "must be at least 1 day").max(3650, "must be at most 3650 days").meta({
    description: "The maximum age of API keys in days, 1 to 3650.",
  }),
  gracePeriodDays: days.min(0, "must not be negative").max(90, "must be at most 90 days").optional().meta({
    description:
      "The maximum number of days for which an API key still works after that age, 0 to 90. By default, there is no limit.",
  }),
});

/** The oldest allowed API key. */
export const apiKeyRotation = defineKind({
  subject: "organization",
  audit: { reads: ["security"] },
  brokenAloneBy: { SecurityPolicy: "apiKeyRotation" },
  description: "The maximum age of API keys: `{ maxAgeDays: 90 }`, optionally with `gracePeriodDays`.",
  schema: rotationLimits,
  check: checkRotation,
});

function checkRotation(
  { maxAgeDays, gracePeriodDays }: z.output<typeof rotationLimits>,
  scoped: ScopedOrganization,
): readonly Finding[] {
  const { name, organization } = scoped;
  const value = organization.security?.apiKeyRotation;
  const most = formatCount(maxAgeDays, "day");
  // Without a known maximum age, this is the only finding, and it does not name the grace period.
  const requirement = `a maximum age of at most ${most}`;
  if (!isKnown(value)) return reportUnknownSetting(scoped, "apiKeyRotation", value, requirement);
  if (value === null) {
    const words = `API keys of ${name} have no maximum age, but the rule requires ${requirement}. Declare \`apiKeyRotation\`.`;
    // Keys without a maximum age exceed every limit.
    return [createFinding(scoped, words, { about: "age", extent: Infinity })];
  }
  // `about` distinguishes the two limits, so that a rule can report both.
  const findings: Finding[] = [];
  if (value.maxAgeDays > maxAgeDays) {
    const age = formatCount(value.maxAgeDays, "day");
    const words = `API keys of ${name} have a maximum age of ${age}, but the rule requires ${requirement}. Declare \`maxAgeDays: ${maxAgeDays}\`, or less.`;
    findings.push(createFinding(scoped, words, { about: "age", extent: value.maxAgeDays - maxAgeDays }));
  }
  if (gracePeriodDays !== undefined && value.gracePeriodDays > gracePeriodDays) {
    const grace = formatCount(value.gracePeriodDays, "day");
    const limit = formatCount(gracePeriodDays, "day");
    const words = `API keys of ${name} still work for ${grace} after their maximum age, but the rule allows at most ${limit}. Declare \`gracePeriodDays: ${gracePeriodDays}\`, or less.`;
    findings.push(createFinding(scoped, words, { about: "grace", extent: value.gracePeriodDays - gracePeriodDays }));
  }
  return findings;
}

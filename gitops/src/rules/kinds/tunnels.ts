import * as z from "zod";
import { canonicalCidr, cidr, duration, fromSeconds, holds, toSeconds } from "#provider";
import type { DeclaredTunnelPolicy } from "../../model/declaredObjects";
import { capDuration, defaultAllowlist } from "../../objects/tunnelPolicy";
import { capitalize, joinAnd, joinOr } from "../../wording";
import { unknown } from "../../hidden";
import type { ScopedOrganization } from "../scope";
import { asPlainValue } from "../hiddenFindings";
import { type Breach, createFinding, type Finding } from "../finding";
import { declaresKey } from "../selector";
import { defineKind } from "./kind";

const limits = z
  .strictObject({
    within: z.array(cidr).min(1, "must not be empty: add a CIDR block, or remove the key").optional().meta({
      description:
        "CIDR blocks, such as `203.0.113.0/24`, which contain all blocks of the allowlists, also those of cohorts. An empty list breaks the rule.",
    }),
    atMost: duration("1s", "1h").optional().meta({
      description: "The longest tunnel: a duration such as `30m`, up to `1h`, from the policy of the organization.",
    }),
    requireReason: z
      .literal(true, { error: "must be true or absent" })
      .optional()
      .meta({ description: "The policy of the organization requires a reason: `true`." }),
  })
  .refine(declaresKey, "has no requirement: add `within`, `atMost` or `requireReason`")
  .meta({ minProperties: 1 });

type TunnelLimits = z.output<typeof limits>;

/** The limits of tunnels to devices. A cohort only tightens them, except that its allowlist replaces that of the organization. */
export const tunnels = defineKind({
  subject: "organization",
  audit: { reads: ["tunnelPolicies", "projects"] },
  description:
    "The limits of tunnels to devices. `{ within: [203.0.113.0/24] }` limits all allowlists. `{ atMost: 30m }` and `{ requireReason: true }` limit the tunnel policy of the organization, which a reviewed stack must declare. Exclude organizations of the Admin API.",
  schema: limits,
  check: checkPolicies,
});

function checkPolicies(declared: TunnelLimits, scoped: ScopedOrganization): readonly Finding[] {
  const { tunnelPolicies } = scoped.organization.objects;
  const own = tunnelPolicies.find(({ isOfOrganization }) => isOfOrganization);
  if (own === undefined) {
    const words = `No preview shows the tunnel policy of ${scoped.name}, but the rule requires ${describeLimits(declared)}. Declare a TunnelPolicy, or, with the Admin API, exclude ${scoped.name} from the rule's \`organizations\`.`;
    return [createFinding(scoped, words, { distinguishedBy: "undeclared", isUndeclared: true })];
  }
  const { within, atMost, requireReason } = declared;
  return [
    ...(within === undefined ? [] : tunnelPolicies.flatMap((policy) => checkAllowlist(within, policy, scoped))),
    ...(atMost === undefined ? [] : checkDuration(atMost, own, scoped)),
    ...(requireReason === undefined ? [] : checkReason(own, scoped)),
  ];
}

function describeLimits({ within, atMost, requireReason }: TunnelLimits): string {
  return joinAnd([
    ...(within === undefined ? [] : [`an allowlist within ${joinOr(within)}`]),
    ...(atMost === undefined ? [] : [`tunnels of at most ${atMost}`]),
    ...(requireReason === undefined ? [] : ["a reason"]),
  ]);
}

/** Creates the findings about one rule of a policy. */
function report(scoped: ScopedOrganization, { key }: DeclaredTunnelPolicy, rule: string) {
  return (words: string, breach: Breach = {}) => [
    createFinding(scoped, words, { about: JSON.stringify([key, rule]), ...breach }),
  ];
}

function describe({ words, isOfOrganization }: DeclaredTunnelPolicy, { name }: ScopedOrganization): string {
  return isOfOrganization ? `the tunnel policy of ${name}` : `the ${words} of ${name}`;
}

function reportUnknown(scoped: ScopedOrganization, policy: DeclaredTunnelPolicy, rule: string): readonly Finding[] {
  const words = `\`${rule}\` of ${describe(policy, scoped)} is unknown, so the rule cannot check it. Declare it ${asPlainValue}.`;
  return report(scoped, policy, rule)(words, { distinguishedBy: unknown });
}

function checkAllowlist(
  within: readonly string[],
  policy: DeclaredTunnelPolicy,
  scoped: ScopedOrganization,
): readonly Finding[] {
  const { cidrAllowlist: list } = policy.rules;
  const find = report(scoped, policy, "cidrAllowlist");
  if (list === undefined) return reportUnknown(scoped, policy, "cidrAllowlist");
  // A cohort without a list has that of the organization.
  if (list === null && !policy.isOfOrganization) return [];
  const limit = `the rule allows only ${joinOr(within)}`;
  if (list === null && defaultAllowlist.every((block) => holds(within, block))) return [];
  if (list === null || list.length === 0) {
    const reason =
      list === null
        ? `has no allowlist, so Peridio's default ${joinAnd(defaultAllowlist)} applies`
        : "has an empty allowlist, which may permit every address";
    return find(`${capitalize(describe(policy, scoped))} ${reason}, but ${limit}. Declare \`cidrAllowlist\`.`, {
      distinguishedBy: reason,
    });
  }
  return list
    .filter((block) => !holds(within, block))
    .flatMap((block) =>
      find(
        `The allowlist of ${describe(policy, scoped)} contains ${block}, but ${limit}. Remove the block from \`cidrAllowlist\`.`,
        { distinguishedBy: canonicalCidr(block) },
      ),
    );
}

function checkDuration(atMost: string, policy: DeclaredTunnelPolicy, scoped: ScopedOrganization): readonly Finding[] {
  const { maxTtlSeconds } = policy.rules;
  const find = report(scoped, policy, "maxTtlSeconds");
  if (maxTtlSeconds === undefined) return reportUnknown(scoped, policy, "maxTtlSeconds");
  const [longest, most] = [capDuration(maxTtlSeconds), toSeconds(atMost) ?? 0];
  if (longest <= most) return [];
  return find(
    `Tunnels in ${scoped.name} last up to ${fromSeconds(longest)}, but the rule requires tunnels of at most ${atMost}. Declare \`maxTtlSeconds: ${most}\`, or less, in ${describe(policy, scoped)}.`,
    { extent: longest - most },
  );
}

function checkReason(policy: DeclaredTunnelPolicy, scoped: ScopedOrganization): readonly Finding[] {
  const { requireReason } = policy.rules;
  const find = report(scoped, policy, "requireReason");
  if (requireReason === true) return [];
  if (requireReason === undefined) return reportUnknown(scoped, policy, "requireReason");
  return find(
    `Tunnels in ${scoped.name} need no reason, but the rule requires one. Declare \`requireReason: true\` in ${describe(policy, scoped)}.`,
  );
}

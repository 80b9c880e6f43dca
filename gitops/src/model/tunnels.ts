import type { Values } from "#framework";
import type { Cohort } from "../objects/property";
import { readValues } from "../objects/reading";
import { blocks, capDuration, readPolicyCohort, type TunnelRules, tunnelRules } from "../objects/tunnelPolicy";
import { isWithheld, type Withheld } from "../withheld";
import { type Declaration, getOrganizationKey, separate } from "./declaration";
import type { Side } from "./directory";

/** The rules of one policy, as far as the previews show them. An undefined rule is unknown. */
export type KnownRules = { readonly [Name in keyof TunnelRules]?: TunnelRules[Name] | undefined };

/** A tunnel policy on both sides of a change. */
export interface Policy {
  /** The cohort of the policy; null for the policy of the organization. */
  readonly cohort: Cohort | null;
  readonly before: KnownRules;
  readonly after: KnownRules;
  /** True if the change manages, changes, replaces or deletes the policy. */
  readonly isConcerned: boolean;
  /** True if the change begins to manage the policy. */
  readonly isNew: boolean;
}

/** A declaration, with the values of the rows of reviews. */
interface Change {
  readonly declaration: Declaration;
  readonly before: Values | undefined;
  readonly after: Values | undefined;
}

/** The policies of an organization that stacks declare before or after a change. */
export interface Policies {
  readonly organization: Policy | undefined;
  readonly cohorts: readonly Policy[];
}

type RuleName = keyof TunnelRules;

const ruleNames = [
  "maxTtlSeconds",
  "backoffSeconds",
  "maxConcurrent",
  "cidrAllowlist",
  "requireReason",
  "allowedWindows",
] as const satisfies readonly RuleName[];

/** Returns the policies of each organization, by `Organization.key`. */
export function listPolicies(changes: readonly Change[]): ReadonlyMap<string, Policies> {
  const all = new Map<string, Map<string, Policy>>();
  for (const change of changes) {
    if (change.declaration.kind !== "TunnelPolicy") continue;
    for (const declaration of separate(change.declaration)) {
      const key = getOrganizationKey(declaration);
      const values = declaration.after === undefined ? change.before : (change.after ?? change.before);
      const cohort = readPolicyCohort(values ?? {});
      if (key === undefined || isWithheld(cohort)) continue;
      const own = all.get(key) ?? new Map<string, Policy>();
      const policy = readPolicy(declaration, cohort);
      const other = own.get(cohort?.key ?? "");
      own.set(cohort?.key ?? "", other === undefined ? policy : mergePolicies(other, policy));
      all.set(key, own);
    }
  }
  return new Map(
    [...all].map(([key, own]) => {
      const policies = [...own.values()];
      return [
        key,
        {
          organization: policies.find(({ cohort }) => cohort === null),
          cohorts: policies.filter(({ cohort }) => cohort !== null),
        },
      ];
    }),
  );
}

function readPolicy(declaration: Declaration, cohort: Cohort | null): Policy {
  const [before, after] = [readRules(declaration, "before"), readRules(declaration, "after")];
  return {
    cohort,
    before,
    after: declaration.after === undefined ? endRules(declaration, before, cohort) : after,
    isConcerned: declaration.isEffective || declaration.isImported,
    isNew: declaration.isCreated,
  };
}

/** Returns the rules of a policy on one side. The rules that no program declares are known only if Pulumi has read the policy. */
export function readRules(declaration: Declaration, side: Side): KnownRules {
  const { values, dropped } = declaration;
  const isRead = hasRead(declaration, side);
  const isDropped = (name: string) => side === "after" && dropped.has(name);
  const present = (name: string) => (isDropped(name) ? undefined : values[side][name]);
  const readings = readValues(tunnelRules, Object.fromEntries(ruleNames.map((name) => [name, present(name)])));
  const show = <T>(name: RuleName, reading: T | Withheld | undefined): T | undefined => {
    const isKnown = isRead || isDropped(name) || present(name) !== undefined;
    return isKnown && !isWithheld(reading) ? reading : undefined;
  };
  return {
    maxTtlSeconds: show("maxTtlSeconds", readings.maxTtlSeconds),
    backoffSeconds: show("backoffSeconds", readings.backoffSeconds),
    maxConcurrent: show("maxConcurrent", readings.maxConcurrent),
    cidrAllowlist: show("cidrAllowlist", readings.cidrAllowlist),
    requireReason: show("requireReason", readings.requireReason),
    allowedWindows: show("allowedWindows", readings.allowedWindows),
  };
}

/** Reports if Pulumi has read the object of one side, so that an absent rule is none. */
function hasRead({ before, after, values, isReplaced }: Declaration, side: Side): boolean {
  if (isReplaced && side === "after") return false;
  // The values of a planned policy are those of the program.
  return before?.outputs !== undefined || (before === undefined && values.after === after?.outputs);
}

/** Returns the rules after the deletion of a resource: a cohort loses the declared rules, and an organization keeps its rules. */
function endRules({ isReleased, before }: Declaration, rules: KnownRules, cohort: Cohort | null): KnownRules {
  if (isReleased || cohort === null) return rules;
  return mapRules((name) => (before?.inputs[name] === undefined ? rules[name] : null));
}

/** Merges the rules of two declarations of one policy. A rule that only one of them has read or declares is known. */
export function mergeRules(one: KnownRules, other: KnownRules): KnownRules {
  return mapRules((name) => one[name] ?? (other[name] === undefined ? one[name] : other[name]));
}

function mergePolicies(one: Policy, other: Policy): Policy {
  return {
    cohort: one.cohort,
    before: mergeRules(one.before, other.before),
    after: mergeRules(one.after, other.after),
    isConcerned: one.isConcerned || other.isConcerned,
    isNew: one.isNew && other.isNew,
  };
}

/** Returns rules of which `get` returns each. */
export function mapRules(get: <Name extends RuleName>(name: Name) => TunnelRules[Name] | undefined): KnownRules {
  return {
    maxTtlSeconds: get("maxTtlSeconds"),
    backoffSeconds: get("backoffSeconds"),
    maxConcurrent: get("maxConcurrent"),
    cidrAllowlist: get("cidrAllowlist"),
    requireReason: get("requireReason"),
    allowedWindows: get("allowedWindows"),
  };
}

/** A number in force. If it is unknown, `limit` is the one that the known policies permit at most, or require at least. */
interface NumberInForce {
  readonly value: number | null | undefined;
  readonly limit?: number | undefined;
}

/** The rules that apply to the tunnels of a cohort. An undefined value is unknown. */
export interface RulesInForce {
  readonly maxTtlSeconds: NumberInForce;
  readonly backoffSeconds: NumberInForce;
  readonly maxConcurrent: NumberInForce;
  readonly cidrAllowlist: readonly string[] | null | undefined;
  readonly requireReason: boolean | undefined;
  /** True if a window blocks every tunnel. */
  readonly isBlocked: boolean | undefined;
}

/**
 * Combines the policies of an organization and of a cohort. A cohort only tightens, except that its allowlist replaces that of the
 * organization. A rule that the cohort does not have is that of the organization.
 */
export function combineRules(organization: KnownRules, cohort: KnownRules): RulesInForce {
  const { value, limit } = combineNumbers(Math.min, organization.maxTtlSeconds, cohort.maxTtlSeconds);
  return {
    maxTtlSeconds: { value: value === undefined ? undefined : capDuration(value), limit: capDuration(limit ?? null) },
    backoffSeconds: combineNumbers(Math.max, organization.backoffSeconds, cohort.backoffSeconds),
    maxConcurrent: combineNumbers(Math.min, organization.maxConcurrent, cohort.maxConcurrent),
    cidrAllowlist: cohort.cidrAllowlist === null ? organization.cidrAllowlist : cohort.cidrAllowlist,
    requireReason: isAnyTrue(organization.requireReason, cohort.requireReason),
    isBlocked: isAnyTrue(areBlocking(organization.allowedWindows), areBlocking(cohort.allowedWindows)),
  };
}

function combineNumbers(
  choose: (one: number, other: number) => number,
  ...rules: readonly (number | null | undefined)[]
): NumberInForce {
  const numbers = rules.filter((rule) => typeof rule === "number");
  const strictest = numbers.length === 0 ? null : numbers.reduce((one, other) => choose(one, other));
  return rules.includes(undefined) ? { value: undefined, limit: strictest ?? undefined } : { value: strictest };
}

function areBlocking(windows: readonly string[] | null | undefined): boolean | undefined {
  return windows === undefined ? undefined : blocks(windows);
}

function isAnyTrue(...rules: readonly (boolean | null | undefined)[]): boolean | undefined {
  if (rules.includes(true)) return true;
  return rules.includes(undefined) ? undefined : false;
}

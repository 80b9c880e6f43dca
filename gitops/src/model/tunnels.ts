import type { Values } from "#framework";
import type { Cohort } from "../objects/property";
import { readValues } from "../objects/reading";
import { blocks, capDuration, readPolicyCohort, type TunnelRules, tunnelRules } from "../objects/tunnelPolicy";
import { isHidden, unknown, type Hidden } from "../hidden";
import { groupBy } from "../grouping";
import { getOrganizationKey } from "./declaration";
import type { MergedDeclaration } from "./merging";
import type { ObjectChange } from "./objectChanges";
import { splitReplacement } from "./replacement";

/** The rules of one policy, as far as the previews show them. An undefined rule is unknown. */
export type KnownRules = { readonly [Name in keyof TunnelRules]?: TunnelRules[Name] | undefined };

/** A tunnel policy on both sides of a change. */
export interface Policy {
  readonly before: KnownRules;
  readonly after: KnownRules;
  /** True if the change manages, changes, replaces or deletes the policy. */
  readonly isConcerned: boolean;
  /** True if the change begins to manage the policy. */
  readonly isNew: boolean;
}

/** The tunnel policy of a cohort. */
export interface CohortPolicy extends Policy {
  readonly cohort: Cohort;
}

/** The policies of an organization that stacks declare before or after a change. */
export interface Policies {
  readonly organization: Policy | undefined;
  readonly cohorts: readonly CohortPolicy[];
}

/** Returns the policies of each organization, by `Organization.key`. */
export function listPolicies(changes: readonly ObjectChange[]): ReadonlyMap<string, Policies> {
  const all = changes
    .filter(({ declaration }) => declaration.kind === "TunnelPolicy")
    .flatMap(({ declaration, before, after }) =>
      splitReplacement(declaration).flatMap((one) => {
        const key = getOrganizationKey(one);
        const cohort = readPolicyCohort((one.after === undefined ? before : (after ?? before)) ?? {});
        return key === undefined || isHidden(cohort) ? [] : [{ key, cohort, policy: readPolicy(one) }];
      }),
    );
  return new Map(
    [...groupBy(all, ({ key }) => key)].map(([key, own]) => [
      key,
      {
        organization: own.find(({ cohort }) => cohort === null)?.policy,
        cohorts: own.flatMap(({ cohort, policy }) => (cohort === null ? [] : [{ ...policy, cohort }])),
      },
    ]),
  );
}

function readPolicy({ resources, values, before, isEffective }: MergedDeclaration): Policy {
  return {
    before: readRules(before === undefined ? {} : values.before),
    after: readRules(values.after),
    isConcerned: isEffective || resources.some(({ isImported }) => isImported),
    isNew: resources.every(({ isCreated }) => isCreated),
  };
}

const unknownRules = Object.fromEntries(Object.keys(tunnelRules).map((name) => [name, unknown]));

/** Returns the rules among the values of a policy. The rules that no program declares are known only if Pulumi has read the policy. */
export function readRules(values: Values): KnownRules {
  const readings = readValues(tunnelRules, { ...unknownRules, ...values });
  const show = <T>(reading: T | Hidden | undefined) => (isHidden(reading) ? undefined : reading);
  return {
    maxTtlSeconds: show(readings.maxTtlSeconds),
    backoffSeconds: show(readings.backoffSeconds),
    maxConcurrent: show(readings.maxConcurrent),
    cidrAllowlist: show(readings.cidrAllowlist),
    requireReason: show(readings.requireReason),
    allowedWindows: show(readings.allowedWindows),
  };
}

/** Builds rules from a function that returns the value of each. */
export function mapRules(
  get: <Name extends keyof TunnelRules>(name: Name) => TunnelRules[Name] | undefined,
): KnownRules {
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
  /** The allowlist that applies if the cohort has none. Absent if the list of the cohort is known. */
  readonly inheritedAllowlist?: readonly string[] | null | undefined;
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
    ...(cohort.cidrAllowlist === undefined && { inheritedAllowlist: organization.cidrAllowlist }),
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

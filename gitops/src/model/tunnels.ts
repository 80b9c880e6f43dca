import type { Values } from "#framework";
import { type Cohort, getDefaults } from "../objects/property";
import { readValues } from "../objects/reading";
import { blocks, capDuration, readPolicyCohort, type TunnelRules, tunnelRules } from "../objects/tunnelPolicy";
import { isWithheld, unknown, type Withheld } from "../withheld";
import { type Declaration, getOrganizationKey } from "./declaration";
import type { Side } from "./directory";
import type { MergedDeclaration } from "./merging";
import { splitReplacement } from "./replacement";
import { observeValues, planValues } from "./settings";

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
  readonly declaration: MergedDeclaration;
  readonly before: Values | undefined;
  readonly after: Values | undefined;
}

/** The policies of an organization that stacks declare before or after a change. */
export interface Policies {
  readonly organization: Policy | undefined;
  readonly cohorts: readonly Policy[];
}

/** Returns the policies of each organization, by `Organization.key`. */
export function listPolicies(changes: readonly Change[]): ReadonlyMap<string, Policies> {
  const all = new Map<string, PolicyDeclarations[]>();
  for (const change of changes) {
    if (change.declaration.kind !== "TunnelPolicy") continue;
    for (const declaration of change.declaration.resources.flatMap(splitReplacement)) {
      const key = getOrganizationKey(declaration);
      const values = declaration.after === undefined ? change.before : (change.after ?? change.before);
      const cohort = readPolicyCohort(values ?? {});
      if (key === undefined || isWithheld(cohort)) continue;
      const policies = all.get(key) ?? [];
      const known = policies.find((policy) => policy.cohort?.key === cohort?.key);
      if (known === undefined) policies.push({ cohort, declarations: [declaration] });
      else known.declarations.push(declaration);
      all.set(key, policies);
    }
  }
  return new Map(
    [...all].map(([key, own]) => {
      const policies = own.map(readPolicy);
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

/** A policy, and its declarations in all stacks. */
interface PolicyDeclarations {
  readonly cohort: Cohort | null;
  readonly declarations: Declaration[];
}

function readPolicy({ cohort, declarations }: PolicyDeclarations): Policy {
  return {
    cohort,
    before: readRules(declarations, "before"),
    // An organization keeps the rules of a deleted policy.
    after: readRules(cohort === null ? declarations.map(release) : declarations, "after"),
    isConcerned: declarations.some(({ isEffective, isImported }) => isEffective || isImported),
    isNew: declarations.every(({ isCreated }) => isCreated),
  };
}

function release(declaration: Declaration): Declaration {
  return declaration.after === undefined ? { ...declaration, isReleased: true } : declaration;
}

const noRules = getDefaults(tunnelRules);

const unknownRules = Object.fromEntries(Object.keys(tunnelRules).map((name) => [name, unknown]));

/**
 * Returns the rules of a policy on one side, from its declarations in all stacks. The rules that no program declares are known only if
 * Pulumi has read the policy.
 */
export function readRules(declarations: readonly Declaration[], side: Side): KnownRules {
  const values =
    side === "after"
      ? planRules(declarations)
      : observeValues(
          noRules,
          declarations.flatMap(({ before }) => before ?? []),
        );
  const readings = readValues(tunnelRules, { ...unknownRules, ...values });
  const show = <T>(reading: T | Withheld | undefined) => (isWithheld(reading) ? undefined : reading);
  return {
    maxTtlSeconds: show(readings.maxTtlSeconds),
    backoffSeconds: show(readings.backoffSeconds),
    maxConcurrent: show(readings.maxConcurrent),
    cidrAllowlist: show(readings.cidrAllowlist),
    requireReason: show(readings.requireReason),
    allowedWindows: show(readings.allowedWindows),
  };
}

/** Returns the rules after the change: the planned ones, or in drift the observed ones. An absent rule is unknown. */
function planRules(declarations: readonly Declaration[]): Values {
  const seen = declarations.flatMap(({ after, observed }) => (after === observed.after ? (after ?? []) : []));
  return seen.length > 0
    ? observeValues(noRules, seen)
    : planValues(noRules, { before: declarations, after: declarations });
}

/** Returns rules of which `get` returns each. */
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

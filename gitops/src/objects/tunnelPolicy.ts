import * as z from "zod";
import type { Values } from "#framework";
import { canonicalCidr, fromSeconds, holds, longestTunnel } from "#provider";
import type { Risk } from "../risks";
import { isHidden, type Hidden } from "../hidden";
import { joinAnd, quoteName } from "../wording";
import { createCohortProperty, isSameList } from "./commonProperties";
import { organizationId } from "./inputs";
import { type Cohort, createProperty, type Properties, type Property } from "./property";
import { findHidden, readAs } from "./reading";
import { createRow } from "./row";

/** The rules of an organization or a cohort. Null stands for no rule, which is not the same as an empty allowlist. */
export interface TunnelRules {
  readonly maxTtlSeconds: number | null;
  readonly backoffSeconds: number | null;
  readonly maxConcurrent: number | null;
  readonly cidrAllowlist: readonly string[] | null;
  readonly requireReason: boolean | null;
  /** Each as JSON. Any entry blocks every tunnel. */
  readonly allowedWindows: readonly string[] | null;
}

/** Defines a rule. An absent rule is none, because an update removes a rule that a program stops declaring. So is null. */
function createRule<T>(
  schema: z.ZodType<T>,
  details: Pick<Property<T | null>, "label" | "format" | "findRisks"> & Partial<Property<T | null>>,
): Property<T | null> {
  const read = readAs(schema);
  return createProperty<T | null>({
    schema,
    read: (value) => (value === undefined || value === null ? null : (findHidden(value) ?? read(value))),
    defaultValue: null,
    ...details,
  });
}

/** Peridio's defaults of an organization without these rules. A cohort without a rule has that of the organization. */
const defaults = { cidrAllowlist: ["0.0.0.0/0"], maxConcurrent: 1 } as const;

/** The allowlist of an organization without a rule. */
export const defaultAllowlist: readonly string[] = defaults.cidrAllowlist;

/** The words for an absent rule of the organization, which has a default. */
export const inWords = {
  cidrAllowlist: `${defaults.cidrAllowlist.join(", ")} by default`,
  maxConcurrent: `at most ${defaults.maxConcurrent} by default`,
} as const;

const loosens = (isLooser: boolean): readonly Risk[] => (isLooser ? ["loosensTunnels"] : []);

const number = z.number();

const maxTtlSeconds = createRule(number, {
  label: "Longest tunnel",
  format: (limit) => (limit === null ? "no own limit" : fromSeconds(limit)),
  findRisks: (before, after) => loosens(capDuration(after) > capDuration(before)),
});

/** Returns the longest tunnel in seconds. Peridio ends every tunnel after the longest possible time. */
export function capDuration(limit: number | null): number {
  return Math.min(limit ?? longestTunnel, longestTunnel);
}

const backoffSeconds = createRule(number, {
  label: "Pause between tunnels",
  format: (pause) => (pause === null ? "none" : fromSeconds(pause)),
  findRisks: (before, after) => loosens((after ?? 0) < (before ?? 0)),
});

const maxConcurrent = createRule(number, {
  label: "Tunnels at once",
  format: (limit) => (limit === null ? "no own limit" : `at most ${limit}`),
  findRisks: (before, after) => loosens((after ?? Infinity) > (before ?? Infinity)),
});

const requireReason = createRule(z.boolean(), {
  label: "Reason",
  format: (isRequired) => (isRequired === true ? "required" : isRequired === null ? "no own rule" : "not required"),
  findRisks: (before, after) => loosens(before === true && after !== true),
});

const texts = z.array(z.string());

const cidrAllowlist = createRule<readonly string[]>(texts, {
  label: "Allowlist of tunnels",
  isSame: (before, after) =>
    before === null || after === null
      ? before === after
      : isSameList(before.map(canonicalCidr), after.map(canonicalCidr)),
  format: formatAllowlist,
  findRisks: (before, after) => (before === null ? [] : findAllowlistRisks(before, after)),
});

/** Returns an allowlist in words; null stands for no own list. */
export function formatAllowlist(list: readonly string[] | null): string {
  if (list === null) return "no own list";
  if (list.length === 0) return "empty, which permits every address or none";
  return list.map(canonicalCidr).sort().map(quoteName).join(", ");
}

/** Compares a list with its successor. No source says if an empty list permits every address or none, so both sides assume the worse. */
export function findAllowlistRisks(before: readonly string[], after: readonly string[] | null): readonly Risk[] {
  if (after === null || (after.length === 0 && before.length > 0)) return ["removesTunnelAllowlist"];
  return after.every((block) => holds(before, block)) ? [] : ["widensTunnelAllowlist"];
}

/** The rules of an organization, of which an absent one has a default. */
const organizationRules = {
  maxConcurrent: {
    ...maxConcurrent,
    format: (limit: number | null) => (limit === null ? inWords.maxConcurrent : maxConcurrent.format(limit)),
    findRisks: (before: number | null, after: number | null) =>
      loosens((after ?? defaults.maxConcurrent) > (before ?? defaults.maxConcurrent)),
  },
  cidrAllowlist: {
    ...cidrAllowlist,
    format: (list: readonly string[] | null) => (list === null ? inWords.cidrAllowlist : formatAllowlist(list)),
    findRisks: (before: readonly string[] | null, after: readonly string[] | null) =>
      findAllowlistRisks(before ?? defaultAllowlist, after),
  },
} satisfies Partial<Properties>;

const allowedWindows = createRule<readonly string[]>(texts, {
  label: "Windows",
  isSame: (before, after) => JSON.stringify(before) === JSON.stringify(after),
  format(windows) {
    if (windows === null) return "none";
    return windows.length === 0 ? "an empty list" : `${joinAnd(windows.map(quoteName))}, which blocks every tunnel`;
  },
  findRisks: (before, after) => loosens(blocks(before) && !blocks(after)),
});

/** Reports if windows block every tunnel: any window does. */
export function blocks(windows: readonly string[] | null): boolean {
  return windows !== null && windows.length > 0;
}

/** The rules of a tunnel policy, by property. */
export const tunnelRules = {
  maxTtlSeconds,
  backoffSeconds,
  maxConcurrent,
  cidrAllowlist,
  requireReason,
  allowedWindows,
};

/** The cohort of a policy; null for the policy of the organization. */
const cohortId = createCohortProperty("the organization", { isInTitle: true });

/** Returns the policy in words, such as `tunnel policy of cohort firmware/canary`. */
export function describePolicy(cohort: Cohort | Hidden | null): string {
  if (cohort === null) return "tunnel policy of the organization";
  return `tunnel policy of ${isHidden(cohort) ? "an unknown cohort" : `cohort ${quoteName(cohort.name)}`}`;
}

/** Reads the cohort from the values of a policy. */
export function readPolicyCohort(values: Values): Cohort | Hidden | null {
  const { cohortId } = values;
  if (isHidden(cohortId) || isCohort(cohortId)) return cohortId;
  return null;
}

function isCohort(value: unknown): value is Cohort {
  return z.object({ key: z.string(), name: z.string() }).safeParse(value).success;
}

/** Reports if the values of a policy contain an allowlist. A hidden one counts. */
function hasAllowlist({ cidrAllowlist }: Values): boolean {
  return cidrAllowlist !== undefined && cidrAllowlist !== null;
}

/** Tunnel policies. The policy of an organization always exists. That of a cohort tightens its rules, but the allowlist replaces that of the organization. */
export const tunnelPolicy = createRow({
  noun: "tunnel policy",
  orderInReports: 95,
  object: {
    settingsOf: "cohortId",
    section: "tunnels",
    describe: (values) => describePolicy(readPolicyCohort(values)),
    created: {
      words: "managed",
      risks: [],
      whyNoRisk: "Each rule has the risks of its difference from the rule in force.",
    },
    deleted: (before) =>
      readPolicyCohort(before) === null
        ? { words: "no longer managed. Peridio keeps its rules", risks: ["dropsPolicy"] }
        : {
            words: "deleted. The cohort loses these rules, and those of the organization apply",
            risks: [
              "dropsPolicy",
              "loosensTunnels",
              ...(hasAllowlist(before) ? (["removesTunnelAllowlist"] as const) : []),
            ],
          },
    isKeptOnDeletion: (before) => readPolicyCohort(before) === null,
    describeReplacement: () => ({
      words:
        "replaced. The former cohort loses its declared rules. The former policy of an organization stays in force",
      risks: ["dropsPolicy", "loosensTunnels"],
    }),
    properties: { cohortId, ...tunnelRules },
    chooseProperties: (values) =>
      readPolicyCohort(values) === null
        ? { cohortId, ...tunnelRules, ...organizationRules }
        : { cohortId, ...tunnelRules },
  },
  inputs: { organizationId },
});

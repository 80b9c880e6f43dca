import { fromSeconds } from "#provider";
import { listBriefly } from "#framework/messages";
import { filterByKind, getOrganizationKey } from "../model/declaration";
import type { Model } from "../model/model";
import { getOrganizationName } from "../model/organization";
import { getId, getPath, getUuid } from "../model/properties";
import {
  type CohortPolicy,
  combineRules,
  type KnownRules,
  listPolicies,
  mapRules,
  type Policy,
  type RulesInForce,
} from "../model/tunnels";
import type { Cohort } from "../objects/property";
import { defaultAllowlist, findAllowlistRisks, formatAllowlist, inWords } from "../objects/tunnelPolicy";
import { type Risk, sortRisks } from "../risks";
import { capitalize, quoteName } from "../wording";
import type { SettingReview } from "./review";

/** Lists the rules that apply to the tunnels of cohorts, if the change concerns their policy or that of the organization. */
export function reviewTunnels({ objects, declarations }: Model): readonly SettingReview[] {
  const cohortDeclarations = filterByKind(declarations, "Cohort");
  return [...listPolicies(objects)].flatMap(([key, { organization, cohorts }]) =>
    cohorts.flatMap((policy) => {
      const declared = cohortDeclarations.filter((one) => isCohort(one, policy.cohort));
      // The rules of a deleted cohort are no longer in force.
      if (declared.some(({ after, isReleased }) => after === undefined && !isReleased)) return [];
      const isNew = declared.some(({ isCreated }) => isCreated);
      return reviewCohort(key, { policy, organization, isNew });
    }),
  );
}

function isCohort(declaration: Model["declarations"][number], { key }: Cohort): boolean {
  const id = getId(declaration);
  return (id === undefined ? declaration.urn : getUuid(id)) === key;
}

/** The policies whose rules are in force for a cohort. */
interface PoliciesInForce {
  readonly policy: CohortPolicy;
  readonly organization: Policy | undefined;
  /** True if the change creates the cohort, which then has no rules before the change. */
  readonly isNew: boolean;
}

const nothing: KnownRules = {};

function reviewCohort(key: string, { policy, organization, isNew }: PoliciesInForce): readonly SettingReview[] {
  if (!policy.isConcerned && organization?.isConcerned !== true) return [];
  // A new cohort has no other rules than the declared ones.
  const own = isNew ? mapRules((name) => policy.after[name] ?? null) : policy.after;
  const before = combineRules(organization?.before ?? nothing, policy.before);
  const after = combineRules(organization?.after ?? nothing, own);
  const changes = parts.map(({ label, format }) => {
    const [former, present] = [format(before), format(after)];
    return {
      label,
      words: isNew || former === present ? present : `${former} → ${present}`,
      isSame: former === present,
    };
  });
  // A change of the organization's policy alone concerns the cohort only if a rule in force changes.
  if (!policy.isConcerned && changes.every(({ isSame }) => isSame)) return [];
  const setting = `rules in force for cohort ${quoteName(policy.cohort.name)}`;
  const words = changes.map((change) => `${change.label}: ${change.words}.`).join(" ");
  return [
    {
      organization: key,
      section: "tunnels",
      setting,
      words: `${capitalize(setting)}: ${words}`,
      risks: sortRisks(findReplacementRisks(policy, organization)),
    },
  ];
}

/** Finds the risk of an allowlist of a cohort that replaces a narrower or unknown one of the organization. The other risks are those of each policy. */
function findReplacementRisks(policy: Policy, organization: Policy | undefined): readonly Risk[] {
  const { before, after } = policy;
  const list = after.cidrAllowlist;
  if (!policy.isConcerned || list === undefined || list === null) return [];
  // The policy's own row already compares two lists of the cohort.
  if (before.cidrAllowlist !== undefined && before.cidrAllowlist !== null) return [];
  // Until the change, the list of the organization was in force. If the change begins to manage that policy, the preview does not show its
  // former list. It was absent or equal to the declared one, because the provider rejects any other. The declared list is the narrower one.
  const allowlistBefore = (organization?.isNew === true ? organization.after : organization?.before)?.cidrAllowlist;
  if (allowlistBefore === undefined) return ["widensTunnelAllowlist"];
  return findAllowlistRisks(allowlistBefore ?? defaultAllowlist, list);
}

/** The rules in force in words. */
const parts: readonly { readonly label: string; readonly format: (rules: RulesInForce) => string }[] = [
  {
    label: "Longest tunnel",
    format: ({ maxTtlSeconds }) => formatNumber(maxTtlSeconds, "at most", fromSeconds),
  },
  {
    label: "Pause between tunnels",
    format: ({ backoffSeconds }) => formatNumber(backoffSeconds, "at least", fromSeconds),
  },
  {
    label: "Tunnels at once",
    format: ({ maxConcurrent }) =>
      maxConcurrent.value === null ? inWords.maxConcurrent : formatNumber(maxConcurrent, "at most", String),
  },
  { label: "Allowlist of tunnels", format: formatList },
  {
    label: "Reason",
    format: ({ requireReason: isRequired }) =>
      isRequired === undefined ? "unknown" : isRequired ? "required" : "not required",
  },
  {
    label: "Windows",
    format: ({ isBlocked }) => (isBlocked === undefined ? "unknown" : isBlocked ? "block every tunnel" : "none"),
  },
];

function formatNumber(
  { value, limit }: RulesInForce["maxConcurrent"],
  bound: string,
  format: (value: number) => string,
): string {
  if (value === null) return "no rule";
  if (value !== undefined) return format(value);
  return limit === undefined ? "unknown" : `unknown, ${bound} ${format(limit)}`;
}

function formatList({ cidrAllowlist: list, inheritedAllowlist }: RulesInForce): string {
  const show = (known: readonly string[] | null) => (known === null ? inWords.cidrAllowlist : formatAllowlist(known));
  if (list !== undefined) return show(list);
  return inheritedAllowlist === undefined
    ? "unknown"
    : `unknown, ${show(inheritedAllowlist)} unless the cohort has a list`;
}

/** Names the cohorts whose own rules no preview shows, although the policy of their organization changes. */
export function describeUnknownTunnels({ objects, declarations, after }: Model): readonly string[] {
  return [...listPolicies(objects)].flatMap(([key, { organization, cohorts }]) => {
    const found = after.organizations.get(key);
    if (organization?.isConcerned !== true || found === undefined) return [];
    const hidden = filterByKind(declarations, "Cohort").filter(
      (one) =>
        one.after !== undefined &&
        getOrganizationKey(one) === key &&
        !cohorts.some(({ cohort }) => isCohort(one, cohort)),
    );
    if (hidden.length === 0) return [];
    const names = [...new Set(hidden.map((one) => quoteName(getPath(one, declarations))))].sort();
    return [
      `No preview shows the tunnel policy of these cohorts of ${getOrganizationName(found)}: ${listBriefly(names)}. Their own rules can be stricter, and their allowlists can replace that of the organization.`,
    ];
  });
}

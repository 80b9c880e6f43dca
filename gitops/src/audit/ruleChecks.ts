import type { LiveOrganization } from "../model/live";
import { readLiveModel } from "../model/liveStack";
import { type Access, getOrganizationName } from "../model/organization";
import { judgeAccess } from "../rules/checkRules";
import { getKind, type KindName } from "../rules/kinds";
import type { AuditNeeds } from "../rules/kinds/kind";
import type { Rule } from "../rules/rule";
import { appliesToOrganization } from "../rules/scope";
import { createFinding } from "./finding";
import type { FindingOrGap, Gap } from "./gaps";

/** A rule with only one of its requirements. */
interface Requirement {
  readonly rule: Rule;
  readonly kind: KindName;
  readonly needs: AuditNeeds;
}

/**
 * Applies access rules to live organizations. Rules about a change, its authors or new violations have no meaning here. A requirement
 * that an organization does not show, or of which the API key cannot read a part, is a gap.
 */
export async function checkRules(
  organizations: readonly LiveOrganization[],
  rules: readonly Rule[],
  now: Date,
): Promise<readonly FindingOrGap[]> {
  const requirements = rules.filter(isAboutState).flatMap(separate);
  const required = new Set(requirements.flatMap(({ needs }) => ("reads" in needs ? needs.reads : [])));
  if (requirements.length === 0) return [];
  const { model, gaps } = await readLiveModel(organizations, required);
  return requirements.flatMap((requirement) => {
    const { rule, needs } = requirement;
    const all = [...model.after.organizations];
    const unread =
      "reads" in needs
        ? gaps.filter(({ part }) => needs.reads.includes(part))
        : all.map(([organization]) => ({ organization, extent: "never", sentence: `${needs.impossibleBecause}.` }));
    const readable = all.filter(([key]) =>
      unread.every(({ organization, extent }) => organization !== key || extent === "later"),
    );
    return [
      ...unread.flatMap((gap) => {
        const organization = model.after.organizations.get(gap.organization);
        const isConcerned = organization && appliesToOrganization(rule, organization) !== "no";
        return isConcerned ? createGap(requirement, getOrganizationName(organization), gap) : [];
      }),
      ...judge(rule, { organizations: new Map(readable) }, now),
    ];
  });
}

function isAboutState({ authors, existing }: Rule): boolean {
  return authors === undefined && existing !== "ignored";
}

function separate(rule: Rule): readonly Requirement[] {
  return rule.requirements
    .filter(([kind]) => kind !== "change")
    .map(([kind, requirement]) => ({
      rule: { ...rule, requirements: [[kind, requirement]] },
      kind,
      needs: getKind(kind).audit,
    }));
}

/** A gap does not name the organization, so that a report shows one sentence for all organizations with the same gap. */
function createGap(
  { rule: { name }, kind, needs }: Requirement,
  organization: string,
  { extent, sentence: reason }: { readonly extent: unknown; readonly sentence: string },
): Gap {
  const hasFailed = "reads" in needs;
  const where = hasFailed ? ` in ${organization}` : "";
  const judges = extent === "later" ? "judges only the present access for" : "does not judge";
  const sentence = `The audit ${judges} \`${kind}\` of the rule ${JSON.stringify(name)}${where}: ${reason}`;
  return { organization, sentence, kinds: ["brokenRule"], hasFailed };
}

function judge(rule: Rule, access: Access, now: Date): readonly FindingOrGap[] {
  return judgeAccess([rule], access, { now }).flatMap(({ violation, finding }) =>
    finding.organizations.map((organization) => {
      const { message, explanation, severity, people } = violation;
      const [person, another] = people;
      const reason = explanation === undefined ? "" : ` Reason for the rule: ${explanation}`;
      return createFinding(
        "brokenRule",
        getOrganizationName(organization),
        `is broken: ${message}${reason}`.replace(/\.$/, ""),
        {
          person: another === undefined ? person : undefined,
          subject: `The rule ${JSON.stringify(rule.name)}`,
          isHigh: severity === "refuse",
        },
      );
    }),
  );
}

import type { ApiError, Organization } from "#provider";
import { describeUnreadableObjects } from "../model/live";
import { joinAnd } from "../wording";
import type { Finding } from "./finding";
import { type FindingKind, getKind, kindNames, type AuditedPart } from "./kinds";

/** A fact that an audit does not know. */
export interface Gap {
  readonly organization: string;
  /** The whole sentence, with the reason. */
  readonly sentence: string;
  /** The kinds that the audit cannot find, or not completely. Empty if no kind covers the objects. */
  readonly kinds: readonly FindingKind[];
  /**
   * True if a request failed, or if a preview hides a compared value, so that the audit is incomplete. False if this API never reports
   * the fact, or if there is nothing to compare with.
   */
  readonly hasFailed: boolean;
}

/** The result of a comparison. Only a finding has a `predicate`. */
export type FindingOrGap = Finding | Gap;

/** The names of the parts in sentences. If only the invitations cannot be read, the audit reads the members without them. */
const names: Readonly<Record<AuditedPart, string>> = {
  members: "members",
  people: "invitations",
  expiredInvitations: "expired invitations",
  limits: "limits",
  security: "security settings",
  apiTokens: "API tokens",
  claimTokens: "claim tokens",
  webhooks: "webhooks",
  groups: "groups",
  projects: "projects and cohorts",
};

/** A part that an audit could not read. */
export interface UnreadPart {
  readonly part: AuditedPart;
  readonly error: ApiError;
}

/** Returns one gap for each kind of failure, because a wrong API key or network affects all parts. */
export function listGaps(
  { id, name: organization }: Pick<Organization, "id" | "name">,
  failures: readonly UnreadPart[],
): readonly Gap[] {
  const order = Object.keys(names);
  const sorted = [...failures].sort((a, b) => order.indexOf(a.part) - order.indexOf(b.part));
  return [...new Set(sorted.map(({ error }) => error.name))].map((errorName) => {
    const same = sorted.filter(({ error }) => error.name === errorName);
    const parts = joinAnd(same.map(({ part }) => names[part]));
    // People know names, not ids.
    const message = (same[0]?.error.message ?? "").replaceAll(id, organization);
    const kinds = kindNames.filter((kind) =>
      getKind(kind).requires.some((part) => same.some((failure) => failure.part === part)),
    );
    const sentence = `The audit cannot read the ${parts} of ${organization}: ${message}`;
    return { organization, sentence, kinds, hasFailed: true };
  });
}

/** Returns the gap for objects of a part that the API key cannot see. */
export function createVisibilityGap(part: AuditedPart, organization: string): Gap {
  const kinds = kindNames.filter((kind) => getKind(kind).requires.includes(part));
  return { organization, sentence: describeUnreadableObjects(organization, names[part]), kinds, hasFailed: true };
}

/** Returns the gap for an organization of `source`, such as `the layout`, that the API key cannot see. */
export function createUnreadableGap(
  organization: string,
  source: string,
  remedy: string,
  chosen: ReadonlySet<FindingKind>,
): Gap {
  const sentence = `${organization} is in ${source}, but this API key cannot see it. ${remedy}`;
  return { organization, sentence, kinds: kindNames.filter((kind) => chosen.has(kind)), hasFailed: true };
}

/** Returns the gap for an organization that only previews contain. */
export function createLayoutGap(organization: string): Gap {
  const sentence = `${organization} is in a preview, but not in the layout, so the audit does not compare its people with a layout.`;
  return { organization, sentence, kinds: ["outsideLayout"], hasFailed: false };
}

/** Returns the gap for an organization that no stack manages. The remedies of these kinds are for stacks. */
export function createUnselectedGap(organization: string): Gap {
  const sentence = `No stack manages ${organization}, so the audit does not compare its people and objects with the layout.`;
  const kinds = kindNames.filter((kind) => kind === "outsideLayout" || getKind(kind).comparesWith === "declarations");
  return { organization, sentence, kinds, hasFailed: false };
}

/** Separates findings from gaps, and limits both to the chosen kinds. A gap to which no kind belongs stays. */
export function selectKinds(
  all: readonly FindingOrGap[],
  chosen: ReadonlySet<FindingKind>,
): { readonly findings: readonly Finding[]; readonly gaps: readonly Gap[] } {
  const gaps = all.flatMap((one) => ("predicate" in one ? [] : [one]));
  return {
    findings: all.flatMap((one) => ("predicate" in one && chosen.has(one.kind) ? [one] : [])),
    gaps: gaps
      .filter(({ kinds }) => kinds.length === 0 || kinds.some((kind) => chosen.has(kind)))
      .map((gap) => ({ ...gap, kinds: gap.kinds.filter((kind) => chosen.has(kind)) })),
  };
}

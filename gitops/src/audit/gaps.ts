import type { ApiError, Organization } from "#provider";
import { joinAnd } from "../wording";
import { type FindingKind, getKind, kindNames, type Part } from "./kinds";

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

/** The names of the parts in sentences. */
const names: Readonly<Record<Part, string>> = {
  members: "members",
  invitations: "invitations",
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
export interface Failure {
  readonly part: Part;
  readonly error: ApiError;
}

/** Returns one gap for each kind of failure, because a wrong API key or network affects all parts. */
export function listGaps(
  { id, name: organization }: Pick<Organization, "id" | "name">,
  failures: readonly Failure[],
  chosen: ReadonlySet<FindingKind>,
): readonly Gap[] {
  const order = Object.keys(names);
  const sorted = [...failures].sort((a, b) => order.indexOf(a.part) - order.indexOf(b.part));
  return [...new Set(sorted.map(({ error }) => error.name))].map((errorName) => {
    const same = sorted.filter(({ error }) => error.name === errorName);
    const parts = joinAnd(same.map(({ part }) => names[part]));
    // People know names, not ids.
    const message = (same[0]?.error.message ?? "").replaceAll(id, organization);
    const kinds = kindNames.filter(
      (kind) =>
        chosen.has(kind) && getKind(kind).requires.some((part) => same.some((failure) => failure.part === part)),
    );
    const sentence = `The audit cannot read the ${parts} of ${organization}: ${message}`;
    return { organization, sentence, kinds, hasFailed: true };
  });
}

/** The parts of which members who are neither admins nor owners see only some objects, with the rest of a sentence. */
const partlyVisible = {
  projects: "what they have access to",
  apiTokens: "their own",
} as const satisfies Partial<Record<Part, string>>;

/** Returns the gap for objects of a part that the API key cannot see. */
export function createVisibilityGap(
  part: keyof typeof partlyVisible,
  organization: string,
  chosen: ReadonlySet<FindingKind>,
): Gap {
  return {
    organization,
    sentence:
      `The audit cannot read all ${names[part]} of ${organization}, because the API key's user is neither an admin nor an owner. ` +
      `Other members see only ${partlyVisible[part]}. Use the API key of an admin or an owner.`,
    kinds: kindNames.filter((kind) => chosen.has(kind) && getKind(kind).requires.includes(part)),
    hasFailed: true,
  };
}

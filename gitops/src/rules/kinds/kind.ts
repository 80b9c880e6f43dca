import type * as z from "zod";
import type { LivePart } from "../../model/liveStack";
import type { ResourceKind } from "../../objects/rows";
import type { Scope, ScopedOrganization } from "../scope";
import type { Finding, Requirement, SelectedObject } from "../finding";

/** The subjects of requirements. A requirement about people uses the `people` of a rule. */
export const subjects = {
  admins: "people",
  people: "people",
  changes: "people",
  groups: "people",
  grants: "people",
  organization: "organizations",
  projects: "organizations",
  tokens: "organizations",
  webhooks: "organizations",
  endpoints: "organizations",
} as const;

export type Subject = keyof typeof subjects;

/**
 * The types of resources that can break a requirement alone, each with a property that the resource must declare, or `any` for every
 * type. All other requirements need the whole stack.
 */
type DecisiveResources = "any" | Readonly<Partial<Record<ResourceKind, string>>>;

/** The parts of a live organization that an audit reads to judge a requirement, or the reason why no part shows it, in a sentence. */
export type AuditNeeds = { readonly reads: readonly LivePart[] } | { readonly impossibleBecause: string };

/** A kind of requirements. */
export interface RuleKind {
  readonly subject: Subject;
  readonly brokenAloneBy: DecisiveResources;
  readonly audit: AuditNeeds;
  /** The value of the key in a rules file. */
  readonly schema: z.ZodType<Requirement | undefined>;
}

/** The definition of a kind of requirements: data, and functions of the value that a rule declares. */
interface Definition<Schema extends z.ZodType> {
  readonly subject: Subject;
  /** The default is none. */
  readonly brokenAloneBy?: DecisiveResources;
  readonly audit: AuditNeeds;
  readonly description: string;
  readonly schema: Schema;
  /** Reports, for each limit of names, if it applies to an object. By default, there are no such limits. */
  readonly nameLimitsApply?: (declared: z.output<Schema>, object: SelectedObject) => readonly boolean[];
}

/** Finds the violations in one organization. */
interface Separate<Schema extends z.ZodType> {
  readonly check: (declared: z.output<Schema>, scoped: ScopedOrganization, scope: Scope) => readonly Finding[];
}

/** Finds the violations that several organizations show only together. */
interface Joint<Schema extends z.ZodType> {
  readonly checkTogether: (declared: z.output<Schema>, scope: Scope) => readonly Finding[];
}

/** Returns a kind of requirements: the schema of its key, which parses the declared value into a check. */
export function defineKind<Schema extends z.ZodType>(
  definition: Definition<Schema> & (Separate<Schema> | Joint<Schema>),
) {
  const { subject, brokenAloneBy = {}, audit, description, schema, nameLimitsApply } = definition;
  const requirement = schema.transform((declared): Requirement => ({
    check: (scope) =>
      "check" in definition
        ? scope.organizations.flatMap((scoped) => definition.check(declared, scoped, scope))
        : definition.checkTogether(declared, scope),
    nameLimitsApply: (object) => nameLimitsApply?.(declared, object) ?? [],
  }));
  return { subject, brokenAloneBy, audit, schema: requirement.optional().meta({ description }) };
}

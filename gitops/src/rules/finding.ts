import type { Organization } from "../model/organization";
import type { DeclaredContents, DeclaredToken } from "../model/declaredObjects";
import { getValueOrReason, isHidden, type Hidden } from "../hidden";
import type { Scope, ScopedOrganization } from "./scope";

// A finding is what one requirement of a rule reports. With the rule, it becomes a violation in a review.

/** The way in which a value breaks a rule. */
export interface Breach {
  /** A value without an order, such as a host, or the hidden value. With another one, the finding is another finding. */
  readonly distinguishedBy?: string | Hidden;
  /** The size of the violation, if the value is a known amount. */
  readonly extent?: number;
}

/** Details of a finding. */
export interface BreachDetails extends Breach {
  readonly people?: readonly string[];
  readonly objects?: readonly string[];
  /** The object and its property, if the requirement applies to several ones. */
  readonly about?: string;
  readonly isUndeclared?: boolean;
  /** True if a hidden value can be what breaks the rule. */
  readonly hasHidden?: boolean;
  /** The written object that breaks the rule. */
  readonly written?: Pick<DeclaredToken, "declaration" | "isWritten">;
}

/** Creates a finding about one organization. */
export function createFinding(
  { organization, isOnlyPossible }: ScopedOrganization,
  words: string,
  details: BreachDetails = {},
): Finding {
  const { people = [], objects = [], about = "", distinguishedBy = "", extent = 0 } = details;
  const { isUndeclared = false, hasHidden = false, written } = details;
  return createJointFinding({
    words,
    organizations: [organization],
    people,
    objects,
    possibleOrganizations: isOnlyPossible ? [organization] : [],
    about: JSON.stringify([organization.key, about, getValueOrReason(distinguishedBy)]),
    extent,
    isUndeclared,
    hasHidden: hasHidden || isOnlyPossible || isHidden(distinguishedBy),
    isWritten: written?.isWritten === true,
    declarations: written === undefined ? [] : [written.declaration],
  });
}

/** Creates a finding about several organizations, or about none. */
export function createJointFinding(finding: Pick<Finding, "words" | "about"> & Partial<Finding>): Finding {
  const lists = { organizations: [], people: [], objects: [], possibleOrganizations: [], declarations: [] };
  return { ...lists, extent: 0, isUndeclared: false, hasHidden: false, isWritten: false, ...finding };
}

/** A violation of one requirement of a rule. */
export interface Finding {
  /** The problem, the requirement and the remedy, in a sentence. */
  readonly words: string;
  readonly organizations: readonly Organization[];
  /** In their original spelling, sorted. */
  readonly people: readonly string[];
  /**
   * The objects, roles or days of these people that break the rule, such as `project firmware`. They are the same in a review and in the
   * policy pack, while the words also depend on the status of the people.
   */
  readonly objects: readonly string[];
  /** The organizations to which the rule may not apply, because their names or PRNs are unknown. */
  readonly possibleOrganizations: readonly Organization[];
  /** True if no given program declares something that another stack can declare, so that the finding holds only if no other stack does. */
  readonly isUndeclared: boolean;
  /** True if a hidden value or name can be what breaks the rule, so that two moments cannot be compared. */
  readonly hasHidden: boolean;
  /** True if the change writes the object that breaks the rule, other than a person's access. */
  readonly isWritten: boolean;
  /** The declarations of the object that breaks the rule, if it has values that are secret or work without further permission. */
  readonly declarations: readonly DeclaredContents[];
  /** The identity of the finding. A finding with the same identity before the change is the same one. */
  readonly about: string;
  /** The size of the violation. If it was smaller before the change, the finding is new. */
  readonly extent: number;
}

/** One requirement of a rule. */
export interface Requirement {
  /** Returns the violations. */
  readonly check: (scope: Scope) => readonly Finding[];
  /** Reports, for each limit of names, if it applies to an object. A rename that changes an answer is shown to reviewers. */
  readonly nameLimitsApply: (object: SelectedObject) => readonly boolean[];
}

/** An object that requirements select by its name or path. */
export interface SelectedObject {
  readonly noun: "organization" | "group" | "cohort";
  readonly name: string;
  /** The organization itself, or that of the group or cohort. */
  readonly organization: Organization;
}

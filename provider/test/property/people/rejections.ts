import { countAllowedRemovals } from "./deletionRules";
import {
  countAdminsLeft,
  countDemotedElsewhere,
  countNewcomers,
  countSeatsShort,
  type Evidence,
  findSubject,
  hasDifferentUser,
  hasUnmarkedPart,
  hasOtherRole,
  isPartToKeep,
  isPopulated,
  isPromotedElsewhere,
  listForeignSettings,
  listLeaving,
  listLosing,
  listOtherRoles,
  listRosters,
  listUndeclared,
  type Subject,
} from "./expectations";
import { countAdmins, isAdmin, listSeated } from "./observed";
import { caller } from "./people";
import { isForced } from "./state";

/** A remedy: a command, another declaration, or a change in Peridio. */
export type Remedy =
  | "import"
  | "refresh"
  | "declare the protected role"
  | "allow all removals"
  | "ask for one admin"
  | "raise the limit"
  | "remove members and blockers"
  | "remove the blockers"
  | "retain the organization"
  | "force the deletion"
  | "declare the parts again"
  | "run again"
  | "raise the limits of the roster"
  | "transfer the ownership"
  | "delete it from the state";

/** A failure that users may meet. */
export interface Rejection {
  readonly name: string;
  readonly pattern: RegExp;
  /** Reports whether the situation justifies it. */
  readonly isCorrect: (subject: Subject) => boolean;
  readonly remedy: Remedy;
  /** True if a preview cannot detect it. Previews never detect the rejection of a deletion. */
  readonly isHiddenFromPreview?: true;
  /** True if `up` may succeed although the preview rejects it, because another resource may remove the reason first. */
  readonly mayResolve?: (subject: Subject) => boolean;
}

/** The failures of an operation without faults. */
const rejections: readonly Rejection[] = [
  {
    name: "a member without an entry in state",
    pattern: /^Membership \S+ already exists as a member/,
    isCorrect: ({ person, membership }) =>
      person?.kind === "member" && !(person.isFixed && person.role === membership?.role),
    remedy: "import",
  },
  {
    name: "an invitation that others may own",
    pattern: /^Membership \S+ already exists as a pending invitation/,
    isCorrect: ({ person, membership }) =>
      person?.kind === "invitation" &&
      person.status === "pending" &&
      !(person.isByCaller && person.role === membership?.role),
    remedy: "import",
  },
  {
    name: "another role for a person with a fixed role",
    pattern:
      /^Membership \S+ could not be (created|updated): (Peridio does not let (anyone change the owner's|an API key change its own user's) role\. Declare|\S+ is an owner, and the provider lowers only owners that the program declared)/,
    isCorrect: ({ person, membership }) =>
      person?.kind === "member" && person.isFixed && person.role !== membership?.role,
    remedy: "declare the protected role",
  },
  {
    name: "no seat for a Membership",
    pattern: /^Membership \S+ could not be (created|updated): The organization has (no|\d+) free seats?/,
    // A preview counts all people that the program will invite.
    isCorrect: ({ observed, declaration }) =>
      listSeated(observed).length + countNewcomers(observed, declaration) > observed.limit,
    remedy: "raise the limit",
  },
  {
    name: "a Membership that was deleted",
    pattern: /^Membership \S+ could not be updated: it was deleted since the last refresh/,
    isCorrect: ({ person }) => person === undefined,
    remedy: "refresh",
    isHiddenFromPreview: true,
  },
  {
    name: "another user behind an address",
    pattern:
      /could not be updated: (The address \S+ belongs to a different user \(\S+\) than the one in state \(\S+\)\. ?)+If you expected this change, run `pulumi up --refresh`/,
    isCorrect: ({ entries, observed }) => entries.some((entry) => hasDifferentUser(entry, observed)),
    remedy: "refresh",
    isHiddenFromPreview: true,
  },
  {
    name: "a new roster with removals or other roles",
    pattern: /^OrganizationMembers \S+ already exists with other people or roles: /,
    // A new roster has no state with earlier addresses.
    isCorrect: ({ live, declaration: { roster } }) =>
      roster !== undefined && (listUndeclared(live, roster).length > 0 || listOtherRoles(live, roster).length > 0),
    remedy: "import",
  },
  {
    name: "another role in a roster for a person with a fixed role",
    pattern:
      /^OrganizationMembers \S+ could not be (created|updated): (Peridio does not let (anyone change the owner's|an API key change its own user's) role\. Declare|\S+ is an owner, and the provider lowers only owners that the program declared)/,
    isCorrect: ({ observed, declaration: { roster } }) =>
      roster !== undefined && observed.members.some((member) => member.isFixed && hasOtherRole(member, roster)),
    remedy: "declare the protected role",
  },
  {
    name: "too many removals",
    pattern: /^OrganizationMembers \S+ could not be (created|updated): The change removes or demotes \d+ of \d+ people/,
    isCorrect: ({ observed, declaration: { roster } }) =>
      roster !== undefined && listLosing(observed, roster).length > countAllowedRemovals(roster, observed),
    remedy: "allow all removals",
  },
  {
    name: "too few admins",
    pattern: /^OrganizationMembers \S+ could not be (created|updated): The change takes the admin role from/,
    isCorrect: ({ observed, declaration }) =>
      declaration.roster !== undefined &&
      countAdminsLeft(observed, declaration.roster, declaration) < declaration.roster.minAdmins,
    mayResolve: ({ observed, declaration }) => isPromotedElsewhere(observed, declaration),
    remedy: "ask for one admin",
  },
  {
    name: "no seats for a roster",
    // A parallel invitation may take the last seat after the roster has counted the seats.
    pattern:
      /^OrganizationMembers \S+ could not be (created|updated): (The organization has (no|\d+) free seats?|\S+: The organization has no free seat)/,
    isCorrect: ({ observed, declaration }) => countSeatsShort(observed, declaration) > 0,
    remedy: "raise the limit",
  },
  {
    name: "settings other than the defaults",
    pattern: /^SecurityPolicy \S+ already exists with settings that differ from the defaults/,
    isCorrect: ({ observed, declaration: { policy } }) =>
      policy !== undefined && listForeignSettings(observed, policy).length > 0,
    remedy: "import",
  },
  {
    name: "an organization without an entry in state",
    pattern: /^Organization \S+ already exists with the id/,
    isCorrect: ({ backend, entries, observed }) =>
      backend.hasOrganizations && !entries.some(({ type, id }) => type === "Organization" && id === observed.id),
    remedy: "import",
  },
  {
    name: "an organization with members",
    pattern: /^Organization \S+ could not be deleted: Peridio cannot delete it: /,
    isCorrect: (subject) => isPopulated(subject) || subject.observed.blockers.length > 0,
    remedy: "remove members and blockers",
  },
  {
    name: "an organization whose parts were deleted as if it stayed",
    pattern: /^Organization \S+ could not be deleted: this run deleted parts of it/,
    isCorrect: ({ declaration, entries, live }) =>
      declaration.absent === true &&
      entries.some((entry) => entry.type === "Organization" && entry.id === live.id && !isForced(entry)),
    remedy: "run again",
  },
  {
    name: "a part of an organization with members",
    pattern: partPattern(/ cannot delete it: other_users: \d/),
    isCorrect: (subject) => isPartToKeep(subject) && isPopulated(subject),
    remedy: "force the deletion",
  },
  {
    name: "a part without a marker",
    pattern:
      /^(Membership|OrganizationMembers|SecurityPolicy) \S+ could not be deleted: the state does not show if this program declares the Organization/,
    isCorrect: hasUnmarkedPart,
    remedy: "declare the parts again",
  },
  {
    name: "a part of an organization with blockers",
    pattern: partPattern(/ (devices|active_deployments|outstanding_charges): \d/),
    isCorrect: (subject) => isPartToKeep(subject) && subject.observed.blockers.length > 0,
    remedy: "remove the blockers",
  },
  {
    name: "a part of an organization with another owner",
    pattern: partPattern(
      / \S+ is an? \w+ of organization \S+, but this operation requires the API key of the organization's owner, /,
    ),
    isCorrect: (subject) => isPartToKeep(subject) && subject.observed.owner !== caller,
    remedy: "retain the organization",
  },
  {
    name: "a part of an organization that cannot be deleted",
    pattern: partPattern(/ Avocado Connect cannot delete organizations/),
    isCorrect: (subject) => isPartToKeep(subject) && !subject.backend.hasOrganizations,
    remedy: "retain the organization",
  },
  {
    name: "too many removals in the deletion of a roster",
    pattern: /^OrganizationMembers \S+ could not be deleted: The change removes or demotes \d+ of \d+ people/,
    isCorrect: (subject) =>
      listRosters(subject, "stays").some(
        ({ entry, roster }) => listLeaving(subject, entry).length > countAllowedRemovals(roster, subject.live),
      ),
    remedy: "raise the limits of the roster",
  },
  {
    name: "too few admins after the deletion of a roster",
    pattern: /^OrganizationMembers \S+ could not be deleted: The change takes the admin role from/,
    isCorrect: (subject) =>
      listRosters(subject, "stays").some(({ entry, roster }) => {
        const gone = listLeaving(subject, entry).filter(isAdmin).length;
        return gone > 0 && countAdmins(subject.live) - gone - countDemotedElsewhere(subject, roster) < roster.minAdmins;
      }),
    remedy: "raise the limits of the roster",
  },
  {
    name: "an organization of others",
    pattern:
      /^Organization \S+ could not be deleted: \S+ is an? \w+ of organization \S+, but this operation requires the API key of the organization's owner, /,
    isCorrect: ({ observed }) => observed.owner !== caller,
    remedy: "transfer the ownership",
  },
  {
    name: "an organization that cannot be deleted",
    pattern: /^Organization \S+ could not be deleted: Avocado Connect cannot delete organizations/,
    isCorrect: ({ backend, declaration }) => !backend.hasOrganizations && declaration.absent === true,
    remedy: "delete it from the state",
  },
];

/** Returns the pattern of a part whose undeclared organization cannot be deleted. */
function partPattern(reason: RegExp): RegExp {
  const start = /^(Membership|OrganizationMembers|SecurityPolicy) \S+ could not be deleted: this run may delete .*/;
  return new RegExp(start.source + reason.source);
}

/** Returns the rejection of a message and its subject. Returns a text if no rejection justifies the message. */
export function explainRejection(
  message: string,
  evidence: Evidence,
): { readonly rejection: Rejection; readonly subject: Subject } | string {
  const rejection = rejections.find(({ pattern }) => pattern.test(message));
  if (rejection === undefined) return `an unexpected failure: ${message}`;
  const subject = findSubject(message, evidence);
  if (subject === undefined) return `a rejection without a subject: ${message}`;
  return rejection.isCorrect(subject)
    ? { rejection, subject }
    : `${rejection.name} is rejected without reason: ${message}`;
}

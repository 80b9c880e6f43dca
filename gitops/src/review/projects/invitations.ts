import { canonicalizeEmail } from "#provider";
import type { Declaration } from "../../model/declaration";
import {
  type GroupInvitation,
  hidesInvitations,
  listGroupInvitations,
  mayDifferInGroup,
} from "../../model/groupInvitations";
import { getUuid } from "../../model/properties";
import { describeResource } from "../../model/resource";
import { isHidden } from "../../hidden";
import { quoteName } from "../../wording";
import type { PlacedRow, Row } from "./outcomes";

// Group invitations: an invitation to an organization by whose acceptance a person also joins a group.

/** Facts about an organization that its invitations do not contain. */
interface Invited {
  /** Returns the name of the group. */
  readonly name: (invitation: GroupInvitation) => string;
  /** Reports if a person has an invitation and has not accepted yet. */
  readonly isInvited: (email: string) => boolean;
}

/** Lists the new group invitations, and the ended ones of people who stay invited. */
export function compareInvitations(
  before: readonly GroupInvitation[],
  after: readonly GroupInvitation[],
  { name, isInvited }: Invited,
): readonly PlacedRow[] {
  const [former, present] = [before, after].map((invitations) => new Set(invitations.map(getInvitationKey)));
  const ended = before.filter(
    (invitation) =>
      invitation.group !== undefined && !present?.has(getInvitationKey(invitation)) && isInvited(invitation.email),
  );
  const added = after.filter((invitation) => invitation.mayDiffer || !former?.has(getInvitationKey(invitation)));
  return [
    ...added.map((invitation) =>
      createInvitationRow(invitation, invitation.group === undefined ? "hidesInvitation" : "invites", name),
    ),
    ...ended.map((invitation) => createInvitationRow(invitation, "uninvites", name)),
  ];
}

/** Lists the group invitations of people who are members already, so that they have no effect, if a program starts or stops declaring them. */
export function compareInvitationsOfMembers(
  before: readonly GroupInvitation[],
  after: readonly GroupInvitation[],
  name: (invitation: GroupInvitation) => string,
): readonly PlacedRow[] {
  const list = (
    some: readonly GroupInvitation[],
    others: readonly GroupInvitation[],
    outcome: "invitesWithoutEffect" | "uninvitesWithoutEffect",
  ): readonly PlacedRow[] => {
    const known = new Set(others.map(getInvitationKey));
    return some
      .filter(({ group }) => group !== undefined)
      .filter((invitation) => !known.has(getInvitationKey(invitation)))
      .map((invitation) => createInvitationRow(invitation, outcome, name));
  };
  const hidden = new Set(after.flatMap(({ email, group }) => (group === undefined ? canonicalizeEmail(email) : [])));
  return [
    ...after
      .filter(({ group, mayDiffer }) => group === undefined && mayDiffer)
      .map((invitation) => createInvitationRow(invitation, "hidesInvitation", name)),
    ...list(after, before, "invitesWithoutEffect"),
    // A hidden group can be the former one.
    ...list(
      before.filter(({ email }) => !hidden.has(canonicalizeEmail(email))),
      after,
      "uninvitesWithoutEffect",
    ),
  ];
}

/** Lists the invitations to groups that were made outside Pulumi and remain. */
export function listAcceptedInvitations(
  resource: Declaration,
  groups: readonly Declaration[],
  { name, isInvited }: Invited,
): readonly PlacedRow[] {
  const { before, isImported, recordedPeople, recordedOutputs } = resource;
  if (before === undefined || isImported || recordedOutputs === undefined) return [];
  const index = (invitations: readonly GroupInvitation[]) =>
    new Map(invitations.map(({ email, group }) => [canonicalizeEmail(email), group]));
  const recorded = [recordedPeople.observed, recordedPeople.declared].flatMap((named) =>
    named === undefined || isHidden(named.groups) ? [] : named.groups,
  );
  const former = new Map(
    recorded.map(([email, id]) => [canonicalizeEmail(email), isHidden(id) ? undefined : getUuid(id)]),
  );
  const live = index(listGroupInvitations(resource, "before", groups));
  return listGroupInvitations(resource, "after", groups).flatMap((invitation) => {
    const [address, { email, group }] = [canonicalizeEmail(invitation.email), invitation];
    const isAccepted = group !== undefined && live.get(address) === group && former.get(address) !== group;
    return isAccepted && isInvited(email) ? [createInvitationRow(invitation, "acceptsInvitation", name)] : [];
  });
}

function createInvitationRow(
  invitation: GroupInvitation,
  outcome: Row["outcome"],
  name: (invitation: GroupInvitation) => string,
): PlacedRow {
  const { urn, email, group } = invitation;
  const object = group === undefined ? "groups of invitations" : `group ${quoteName(name(invitation))}`;
  return {
    object,
    outcome,
    emails: [email],
    shows: [{ urn, part: "invitationGroups", person: canonicalizeEmail(email) }],
  };
}

function getInvitationKey({ email, group }: GroupInvitation): string {
  return JSON.stringify([canonicalizeEmail(email), group]);
}

/** Names a Membership or a roster whose invitations to groups the preview hides. */
export function listHiddenInvitations(resource: Declaration): readonly Row[] {
  if (!hidesInvitations(resource, "after") || !mayDifferInGroup(resource)) return [];
  return [{ object: describeResource(resource), outcome: "hidesInvitations" }];
}

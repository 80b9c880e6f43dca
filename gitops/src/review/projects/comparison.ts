import { canonicalizeEmail } from "#provider";
import type { Person } from "../../access/access";
import type { Side } from "../../access/directory";
import { type GroupInvitation, hidesInvitations, mayDifferInGroup } from "../../access/groupInvitations";
import { countHidden, describeObject, listTexts, readProperty } from "../../access/properties";
import { describeReason, isGrant, type Reason } from "../../access/reasons";
import type { Kind } from "../../preview/document";
import { describeResource, isWritten, mayDiffer, type Resource } from "../../preview/resource";
import type { ProjectAccess } from "./projectAccess";
import type { Row } from "./rows";

interface Change {
  readonly before?: ProjectAccess | undefined;
  readonly after?: ProjectAccess | undefined;
  readonly formerPeople: ReadonlyMap<string, Person>;
  readonly members: ReadonlyMap<string, Person>;
  /** Returns the end of a sentence about a member who cannot use the access; empty for others. */
  readonly describeLimit: (address: string) => string;
}

/** Lists the changes of the access to a project or a cohort, which reports call `object`. */
export function compareProject(
  object: string,
  resource: Resource,
  { before, after, formerPeople, members, describeLimit }: Change,
): readonly Row[] {
  if (resource.isReleased) return [];
  const former = before?.unknownGroups ?? [];
  const whole: readonly Row[] = [
    ...(after?.isHidden === true && isWritten(resource) ? [{ object, outcome: "hidden" } as const] : []),
    ...(after?.isOpen === true && before?.isOpen !== true ? [{ object, outcome: "opens" } as const] : []),
    ...(after?.isOpen === false && before?.isOpen === true && !after.isHidden
      ? [{ object, outcome: "closes" } as const]
      : []),
    ...(after === undefined && before !== undefined ? [{ object, outcome: "ends" } as const] : []),
    ...(after?.isDeclared === true && before?.isDeclared === false ? [{ object, outcome: "endsGrants" } as const] : []),
    ...(after?.unknownGroups ?? [])
      .filter((group) => !former.includes(group))
      .map((detail) => ({ object, outcome: "grantsGroup", detail }) as const),
    ...(after === undefined || after.isHidden ? [] : former.filter((group) => !after.groups.includes(group))).map(
      (detail) => ({ object, outcome: "revokesGroup", detail }) as const,
    ),
  ];
  if (after === undefined) return whole;
  const opens = after.isOpen && before?.isOpen !== true;
  const addresses = new Set([...(before?.reasons.keys() ?? []), ...after.reasons.keys()]);
  return [
    ...whole,
    ...[...addresses].flatMap((address): Row[] => {
      const [prior = [], present = []] = [before?.reasons.get(address), after.reasons.get(address)];
      const row = { object, email: (members.get(address) ?? formerPeople.get(address))?.email ?? address };
      if (present.length === 0) {
        // Someone who leaves the organization is among the access changes. Hidden access may include the person.
        const isLeaving = !members.has(address) && !prior.some(isGrant);
        return isLeaving || after.isHidden ? [] : [{ ...row, outcome: "revokes", detail: describeReasons(prior) }];
      }
      const isGranted = present.some(isGrant);
      // A person without a declared membership may be an admin.
      const limit = members.has(address) ? describeLimit(address) : "";
      if (prior.length === 0 && isGranted)
        return [{ ...row, outcome: "grants", detail: `${describeReasons(present)}${limit}` }];
      if (prior.length === 0) return opens ? [] : [{ ...row, outcome: "includes", detail: describeReasons(present) }];
      // A grant in an open project remains when the project closes. Admins keep access in any case.
      const isAdmin = [...prior, ...present].some((reason) => reason.kind === "role");
      const [formerGrants, grants] = [prior, present].map((reasons) => describeReasons(reasons.filter(isGrant)));
      const isMoved = !isAdmin && formerGrants !== grants;
      const detail = `${describeReasons(present)} (before: ${describeReasons(prior)})${limit}`;
      return isMoved ? [{ ...row, outcome: "moves", detail }] : [];
    }),
  ];
}

/** Lists the new invitations by which people join groups. `name` returns the name of a group. */
export function compareInvitations(
  before: readonly GroupInvitation[],
  after: readonly GroupInvitation[],
  name: (invitation: GroupInvitation) => string,
): readonly Row[] {
  const getKey = ({ email, group }: GroupInvitation) => JSON.stringify([canonicalizeEmail(email), group]);
  const former = new Set(before.map(getKey));
  return after
    .filter((invitation) => invitation.isDoubtful || !former.has(getKey(invitation)))
    .map((invitation) =>
      invitation.group === undefined
        ? { object: "groups of invitations", outcome: "hidesInvitation", email: invitation.email }
        : { object: `group ${name(invitation)}`, outcome: "invites", email: invitation.email },
    );
}

/** Names a Membership or a roster whose invitations to groups the preview hides. */
export function listHiddenInvitations(resource: Resource, kind: Kind): readonly Row[] {
  if (!hidesInvitations(resource, "after", kind) || !mayDifferInGroup(resource)) return [];
  return [{ object: describeResource(resource), outcome: "hidesInvitations" }];
}

/** Describes all reasons. An owner is an admin too, so both share a row. */
function describeReasons(reasons: readonly Reason[]): string {
  return reasons
    .map((reason) => describeReason(reason.kind === "role" ? { ...reason, role: "admin" } : reason))
    .join(", ");
}

/** Returns the change of the name of a group, project or cohort. `describe` returns the object in words, with a name. */
export function compareName(resource: Resource, kind: Kind, describe: (name: string) => string): readonly Row[] {
  const { before, after, isReplaced } = resource;
  if (before === undefined || after === undefined || isReplaced) return [];
  const [former, present] = (["before", "after"] as const).map((side) => readProperty(resource, side, kind, "name"));
  if (typeof former !== "string" || former === present) return [];
  const detail = typeof present === "string" ? present : "a name that the preview hides";
  return [{ object: describe(former), outcome: "renames", detail }];
}

/** Lists the people who join or leave a group, which may have access to projects that no stack declares. */
export function compareGroup(resource: Resource, kind: Kind): readonly Row[] {
  if (resource.isReleased) return [];
  const read = (side: Side) =>
    new Map(
      listTexts(resource[side] && readProperty(resource, side, kind, "members")).map((email) => [
        canonicalizeEmail(email),
        email,
      ]),
    );
  const [before, after] = [read("before"), read("after")];
  const object = describeObject(resource);
  const isDeclared = (side: Side) => readProperty(resource, side, kind, "members") !== undefined;
  const isFirst = resource.before !== undefined && !isDeclared("before") && isDeclared("after");
  const ends: readonly Row[] = isFirst ? [{ object, outcome: "endsMembers" }] : [];
  if (resource.after !== undefined && countHidden(readProperty(resource, "after", kind, "members")) > 0)
    return isWritten(resource) && mayDiffer(resource, "members") ? [{ object, outcome: "hidesMembers" }, ...ends] : [];
  const list = (from: ReadonlyMap<string, string>, other: ReadonlyMap<string, string>, outcome: "joins" | "leaves") =>
    [...from].flatMap(([address, email]) => (other.has(address) ? [] : [{ object, email, outcome }]));
  return [...list(after, before, "joins"), ...list(before, after, "leaves"), ...ends];
}

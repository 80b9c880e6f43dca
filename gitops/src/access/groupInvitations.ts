import { isRecord, type Values } from "#framework";
import { canonicalizeEmail } from "#provider";
import type { Kind } from "../preview/document";
import { isHidden, isWritten, mayDiffer, type Resource } from "../preview/resource";
import type { Side } from "./directory";
import { getId, getUuid, readProperty } from "./properties";

/** An invitation by which a person joins a group. */
export interface GroupInvitation {
  readonly email: string;
  /** The UUID of the group, or the URN of a group that the same change creates. Undefined if the preview hides the group. */
  readonly group: string | undefined;
  /** True if the change may replace a hidden group by another one. */
  readonly isDoubtful: boolean;
}

/** Lists the invitations of a Membership or a roster by which people join groups, until they accept. */
export function listGroupInvitations(
  resource: Resource,
  side: Side,
  kind: Kind,
  groups: readonly Resource[],
): readonly GroupInvitation[] {
  // Peridio keeps the invitation of a released resource.
  const state = resource[side] ?? (resource.isReleased ? resource.before : undefined);
  if (state === undefined) return [];
  const { dependencies } = state;
  const sources = new Set([...(dependencies.get("groupId") ?? []), ...(dependencies.get("groups") ?? [])]);
  const created = groups.filter((group) => getId(group) === undefined && sources.has(group.urn));
  // The preview does not tell apart several groups that the same change creates.
  const onlyCreated = created.length === 1 ? created[0]?.urn : undefined;
  const observed = kind === "drift" ? state : (resource.before ?? state);
  const declared =
    resource.kind === "Membership" ? readMembership(resource, side, kind) : readRoster(resource, side, kind);
  const active = listActive(resource, observed.outputs ?? {});
  return declared
    .filter(([email]) => !active.has(canonicalizeEmail(email)))
    .map(([email, id]) => ({
      email,
      group: typeof id === "string" ? getUuid(id) : onlyCreated,
      isDoubtful: typeof id !== "string" && mayDifferInGroup(resource, email),
    }));
}

/** Reports if the preview hides all groups of a roster's invitations, or the address of a Membership with a group. */
export function hidesInvitations(resource: Resource, side: Side, kind: Kind): boolean {
  const read = (name: string) => readProperty(resource, side, kind, name);
  if (resource[side] === undefined) return false;
  if (resource.kind === "OrganizationMembers") return isHidden(read("groups"));
  return isHidden(read("email")) && read("groupId") !== undefined;
}

/** Reports if an invitation to a group may differ although the preview hides both versions. Without a person, every invitation counts. */
export function mayDifferInGroup(resource: Resource, email?: string): boolean {
  if (!isWritten(resource)) return false;
  if (resource.kind === "OrganizationMembers") return mayDiffer(resource, "groups", email);
  return mayDiffer(resource, "email") || mayDiffer(resource, "groupId");
}

type Entry = readonly [email: string, groupId: unknown];

function readMembership(resource: Resource, side: Side, kind: Kind): readonly Entry[] {
  const [email, groupId] = ["email", "groupId"].map((name) => readUnlessRemoved(resource, side, kind, name));
  return typeof email === "string" && groupId !== undefined ? [[email, groupId]] : [];
}

function readRoster(resource: Resource, side: Side, kind: Kind): readonly Entry[] {
  const list = (name: string) => Object.entries(toValues(readUnlessRemoved(resource, side, kind, name)));
  const areHidden = isHidden(readProperty(resource, side, kind, "members"));
  const members = new Set(list("members").map(([email]) => canonicalizeEmail(email)));
  return list("groups").filter(([email]) => areHidden || members.has(canonicalizeEmail(email)));
}

/** Returns a property of one side; undefined if the change removes it from the program, which then sends an invitation without a group. */
function readUnlessRemoved(resource: Resource, side: Side, kind: Kind, name: string): unknown {
  const isDeclared = (of: Side) => resource[of]?.inputs[name] !== undefined;
  const isRemoved =
    side === "after" && kind === "change" && !resource.isReleased && isDeclared("before") && !isDeclared("after");
  return isRemoved ? undefined : readProperty(resource, side, kind, name);
}

/** Returns the canonical addresses of the people who have accepted. */
function listActive({ kind }: Resource, outputs: Values): ReadonlySet<string> {
  const statuses =
    kind === "Membership" ? [[String(outputs.email), outputs] as const] : Object.entries(toValues(outputs.people));
  return new Set(
    statuses.flatMap(([email, one]) => (toValues(one).status === "active" ? [canonicalizeEmail(email)] : [])),
  );
}

function toValues(value: unknown): Values {
  return isRecord(value) && !isHidden(value) ? value : {};
}

/** Reports if an invitation leads to a group. */
export function leadsTo({ group }: GroupInvitation, resource: Resource): boolean {
  const id = getId(resource);
  return group === (id === undefined ? resource.urn : getUuid(id));
}

import { isRecord, type Values } from "#framework";
import { canonicalizeEmail } from "#provider";
import { isHidden, isWritten, mayDiffer } from "../preview/resource";
import type { Declaration } from "./declaration";
import type { Side } from "./directory";
import { getId, getUuid } from "./properties";

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
  declaration: Declaration,
  side: Side,
  groups: readonly Declaration[],
): readonly GroupInvitation[] {
  // Peridio keeps the invitation of a released resource.
  const state = declaration[side] ?? (declaration.isReleased ? declaration.before : undefined);
  if (state === undefined) return [];
  const { dependencies } = state;
  const sources = new Set([...(dependencies.get("groupId") ?? []), ...(dependencies.get("groups") ?? [])]);
  const created = groups.filter((group) => getId(group) === undefined && sources.has(group.urn));
  // The preview does not tell apart several groups that the same change creates.
  const onlyCreated = created.length === 1 ? created[0]?.urn : undefined;
  const observed = declaration.observed[side] ?? state;
  const entries = declaration.kind === "Membership" ? readMembership(declaration, side) : readRoster(declaration, side);
  const active = listActive(declaration, observed.outputs ?? {});
  return entries
    .filter(([email]) => !active.has(canonicalizeEmail(email)))
    .map(([email, id]) => ({
      email,
      group: typeof id === "string" ? getUuid(id) : onlyCreated,
      isDoubtful: typeof id !== "string" && mayDifferInGroup(declaration, email),
    }));
}

/** Reports if the preview hides all groups of a roster's invitations, or the address of a Membership with a group. */
export function hidesInvitations(declaration: Declaration, side: Side): boolean {
  const { groups, email, groupId } = declaration.values[side];
  if (declaration[side] === undefined) return false;
  return declaration.kind === "OrganizationMembers" ? isHidden(groups) : isHidden(email) && groupId !== undefined;
}

/** Reports if an invitation to a group may differ although the preview hides both versions. Without a person, every invitation counts. */
export function mayDifferInGroup(resource: Declaration, email?: string): boolean {
  if (!isWritten(resource)) return false;
  if (resource.kind === "OrganizationMembers") return mayDiffer(resource, "groups", email);
  return mayDiffer(resource, "email") || mayDiffer(resource, "groupId");
}

type Entry = readonly [email: string, groupId: unknown];

function readMembership(declaration: Declaration, side: Side): readonly Entry[] {
  const [email, groupId] = ["email", "groupId"].map((name) => readUnlessDropped(declaration, side, name));
  return typeof email === "string" && groupId !== undefined ? [[email, groupId]] : [];
}

function readRoster(declaration: Declaration, side: Side): readonly Entry[] {
  const list = (name: string) => Object.entries(toValues(readUnlessDropped(declaration, side, name)));
  const areHidden = isHidden(declaration.values[side].members);
  const members = new Set(list("members").map(([email]) => canonicalizeEmail(email)));
  return list("groups").filter(([email]) => areHidden || members.has(canonicalizeEmail(email)));
}

/** Returns a property of one side; undefined if the change removes it from the program, which then sends an invitation without a group. */
function readUnlessDropped({ dropped, isReleased, values }: Declaration, side: Side, name: string): unknown {
  return side === "after" && !isReleased && dropped.has(name) ? undefined : values[side][name];
}

/** Returns the canonical addresses of the people who have accepted. */
function listActive({ kind }: Declaration, outputs: Values): ReadonlySet<string> {
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
export function leadsTo({ group }: GroupInvitation, resource: Declaration): boolean {
  const id = getId(resource);
  return group === (id === undefined ? resource.urn : getUuid(id));
}

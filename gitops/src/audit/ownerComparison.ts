import { canonicalizeEmail, hasAdminRights, isSameEmail, type User } from "#provider";
import { groupBy } from "../grouping";
import { describeHeldRole, describeInvitedRole } from "../roles";
import { joinOr } from "../wording";
import { isHidden } from "../hidden";
import { filterByKind } from "../model/declaration";
import { type KnownOwner, readDeclaredOwner, readFormerOwner } from "../model/owner";
import type { DeclaredOrganization } from "./declarations";
import { createHiddenGap } from "./differences";
import { type Facts, listKnown } from "./facts";
import { createFinding } from "./finding";
import type { FindingOrGap } from "./gaps";

/** Finds an owner who is not the declared one. */
export function compareOwner(facts: Facts, declared: DeclaredOrganization): readonly FindingOrGap[] {
  return facts.owner === undefined
    ? compareOwners(facts, declared)
    : compareOnlyOwner(facts.name, facts.owner, declared);
}

function compareOnlyOwner(name: string, owner: User, declared: DeclaredOrganization): readonly FindingOrGap[] {
  const { layout, resources, hasPreviews } = declared;
  const transfers = filterByKind(resources, "OrganizationOwner").filter(({ after }) => after !== undefined);
  const own = [
    ...(layout?.owner === undefined ? [] : [{ email: layout.owner }]),
    ...transfers.flatMap((transfer) => readDeclaredOwner(transfer) ?? []),
  ];
  const known =
    own.length > 0 || transfers.length > 0 ? own : resources.flatMap((resource) => readFormerOwner(resource) ?? []);
  if (known.some((one) => isOwner(owner, one))) return [];
  if (own.length === 0 && transfers.length > 0)
    return [createHiddenGap(name, "changedOwner", "the declared owner", [owner.email])];
  if (known.length === 0) {
    const sentence = `Neither the layout nor a preview contains the owner of ${name}, so the audit does not compare the owner. Declare \`owner\` in the layout, or an OrganizationOwner.`;
    return hasPreviews ? [{ organization: name, sentence, kinds: ["changedOwner"], hasFailed: false }] : [];
  }
  const emails = joinOr([...new Set(known.map(({ email }) => email))]);
  const source = own.length > 0 ? "the declared owner is" : "the owner in the previews is";
  const predicate = `owns the organization, but ${source} ${emails}`;
  return [createFinding("changedOwner", name, predicate, { person: owner.email })];
}

function isOwner({ id, email }: User, known: KnownOwner): boolean {
  const addresses = [known.email, known.currentEmail].filter((text) => typeof text === "string");
  return known.id === id || addresses.some((address) => isSameEmail(address, email));
}

/** Finds the owners who are declared neither as owners nor as admins, and the members who are declared as owners but are none. */
function compareOwners({ name, members: read }: Facts, declared: DeclaredOrganization): readonly FindingOrGap[] {
  const { roles: declaredRoles, hasHidden } = readDeclaredRoles(declared);
  const members = listKnown(read).map((member) => {
    const declarations = declaredRoles.get(canonicalizeEmail(member.email)) ?? [];
    const roles = declarations.map(({ role }) => role);
    const hasHiddenRole = roles.every(isHidden) && (roles.length > 0 || hasHidden);
    return { ...member, roles, hasHiddenRole, isDeclaredOwner: declarations.some(({ isOwner }) => isOwner) };
  });
  const find = (email: string, predicate: string) => createFinding("changedOwner", name, predicate, { person: email });
  const others = members.filter(({ isOwner, roles }) => isOwner && !roles.some(hasAdminRights));
  const hidden = others.filter(({ hasHiddenRole }) => hasHiddenRole).map(({ email }) => email);
  return [
    ...members
      .filter(({ isOwner, isDeclaredOwner }) => !isOwner && isDeclaredOwner)
      .map(({ email, role }) => find(email, `is declared as an owner, but ${describeHeldRole(role)}`)),
    ...others
      .filter(({ hasHiddenRole }) => !hasHiddenRole)
      .map(({ email, roles }) => {
        const role = roles.find((one) => typeof one === "string");
        const words =
          role === undefined ? "not declared as an owner or admin" : `declared ${describeInvitedRole(role)}`;
        return find(email, `owns the organization, but is ${words}`);
      }),
    ...(hidden.length === 0 ? [] : [createHiddenGap(name, "changedOwner", "the owners", hidden)]),
  ];
}

/** The role of a person in the layout or in one resource. It may be `Hidden`. */
interface RoleDeclaration {
  readonly email: string;
  readonly role: unknown;
  readonly isOwner: boolean;
}

/**
 * Returns the declared roles by canonical address. `hasHidden` is true if a preview hides the address of a person or all people of a roster,
 * and no layout names the people.
 */
function readDeclaredRoles({ layout, resources }: DeclaredOrganization) {
  const rosters = resources.flatMap(({ after }) => after?.people?.declared ?? []);
  const roles: readonly RoleDeclaration[] = [
    ...Object.entries(layout?.members ?? {}).map(([email, role]) => ({ email, role, isOwner: role === "owner" })),
    ...rosters
      .flatMap((roster) => [...roster.people.values()])
      .map(({ email, role, ownership }) => ({ email, role, isOwner: ownership === "declared" })),
  ];
  return {
    roles: groupBy(roles, ({ email }) => canonicalizeEmail(email)),
    hasHidden: layout === undefined && rosters.some(({ hidden }) => hidden !== undefined),
  };
}

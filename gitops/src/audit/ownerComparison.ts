import { canonicalizeEmail, hasAdminRights, type User } from "#provider";
import { describeHeldRole, describeInvitedRole } from "../roles";
import { joinOr } from "../wording";
import { isWithheld } from "../withheld";
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
  return known.id === id || addresses.some((address) => canonicalizeEmail(address) === canonicalizeEmail(email));
}

/** Finds the owners who are declared neither as owners nor as admins, and the members who are declared as owners but are none. */
function compareOwners({ name, members: read }: Facts, declared: DeclaredOrganization): readonly FindingOrGap[] {
  const members = listKnown(read);
  const roles = readRoles(declared);
  const others = members
    .filter((member) => member.isOwner)
    .map(({ email }) => ({ email, found: roles.byAddress.get(canonicalizeEmail(email)) ?? [] }))
    .filter(({ found }) => !found.some(hasAdminRights));
  const isUncertain = (found: readonly unknown[]) => found.every(isWithheld) && (found.length > 0 || roles.isHidden);
  const hidden = others.filter(({ found }) => isUncertain(found)).map(({ email }) => email);
  return [
    ...members
      .filter(({ isOwner, email }) => !isOwner && roles.owners.has(canonicalizeEmail(email)))
      .map(({ email, role }) => {
        const predicate = `is declared as an owner, but ${describeHeldRole(role)}`;
        return createFinding("changedOwner", name, predicate, { person: email });
      }),
    ...others
      .filter(({ found }) => !isUncertain(found))
      .map(({ email, found }) => {
        const role = found.find((one) => typeof one === "string");
        const predicate =
          role === undefined
            ? "owns the organization, but is not declared as an owner or admin"
            : `owns the organization, but is declared ${describeInvitedRole(role)}`;
        return createFinding("changedOwner", name, predicate, { person: email });
      }),
    ...(hidden.length === 0 ? [] : [createHiddenGap(name, "changedOwner", "the owners", hidden)]),
  ];
}

/** The declared roles of people. */
interface DeclaredRoles {
  /** By canonical address. A role may be `Withheld`. */
  readonly byAddress: ReadonlyMap<string, readonly unknown[]>;
  /** The canonical addresses of the declared owners. */
  readonly owners: ReadonlySet<string>;
  /** True if a preview hides the address of a person or all people of a roster, and no layout names the people. */
  readonly isHidden: boolean;
}

function readRoles({ layout, resources }: DeclaredOrganization): DeclaredRoles {
  const byAddress = new Map<string, unknown[]>();
  const owners = new Set<string>();
  const declare = (email: string, role: unknown, isOwner: boolean) => {
    const address = canonicalizeEmail(email);
    byAddress.set(address, [...(byAddress.get(address) ?? []), role]);
    if (isOwner) owners.add(address);
  };
  let isUncertain = false;
  for (const [email, role] of Object.entries(layout?.members ?? {})) declare(email, role, role === "owner");
  for (const { after } of resources) {
    const declared = after?.people?.declared;
    for (const { email, role, ownership } of declared?.people.values() ?? [])
      declare(email, role, ownership === "declared");
    isUncertain ||= declared?.hidden !== undefined;
  }
  return { byAddress, owners, isHidden: isUncertain && layout === undefined };
}

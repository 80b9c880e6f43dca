import { canonicalizeEmail, type User } from "#provider";
import { isRecord } from "#framework";
import { describeInvitedRole, joinOr } from "../wording";
import { isHidden } from "../hidden";
import type { Resource } from "../preview/resource";
import type { DeclaredOrganization } from "./declarations";
import { createHiddenGap, type Differences, noDifferences } from "./differences";
import type { Facts } from "./facts";
import { createFinding } from "./finding";

/** Finds an owner who is not the declared one. */
export function compareOwner(facts: Facts, declared: DeclaredOrganization): Differences {
  return facts.owner === undefined
    ? compareOwners(facts, declared)
    : compareOnlyOwner(facts.name, facts.owner, declared);
}

/** The owner in one declaration or state. */
interface KnownOwner {
  readonly email: string;
  /** The id in the state, and the owner's present address. */
  readonly id?: unknown;
  readonly currentEmail?: unknown;
}

function compareOnlyOwner(name: string, owner: User, declared: DeclaredOrganization): Differences {
  const { layout, resources, hasPreviews } = declared;
  const transfers = resources.filter(({ kind, after }) => kind === "OrganizationOwner" && after !== undefined);
  const own = [...(layout?.owner === undefined ? [] : [{ email: layout.owner }]), ...transfers.flatMap(readTransfer)];
  const known = own.length > 0 || transfers.length > 0 ? own : resources.flatMap(readRecordedOwner);
  if (known.some((one) => isOwner(owner, one))) return noDifferences;
  if (own.length === 0 && transfers.length > 0) {
    const gap = createHiddenGap(name, "changedOwner", "the declared owner", [owner.email]);
    return { findings: [], gaps: [gap] };
  }
  if (known.length === 0) {
    const sentence = `Neither the layout nor a preview contains the owner of ${name}, so the audit does not compare the owner. Declare \`owner\` in the layout, or an OrganizationOwner.`;
    const gap = { organization: name, sentence, kinds: ["changedOwner"], hasFailed: false } as const;
    return { findings: [], gaps: hasPreviews ? [gap] : [] };
  }
  const emails = joinOr([...new Set(known.map(({ email }) => email))]);
  const source = own.length > 0 ? "the declared owner is" : "the owner in the previews is";
  const predicate = `owns the organization, but ${source} ${emails}`;
  return { findings: [createFinding("changedOwner", name, predicate, { person: owner.email })], gaps: [] };
}

/** Returns the owner that a resource declares after the change, unless the preview hides the address. */
function readTransfer({ before, after }: Resource): readonly KnownOwner[] {
  const email = after?.inputs.email;
  if (typeof email !== "string") return [];
  const { email: observed, userId, currentEmail } = after?.outputs ?? before?.outputs ?? {};
  // The id belongs to the declared person only if the state is about the same address.
  const isSame = typeof observed === "string" && canonicalizeEmail(observed) === canonicalizeEmail(email);
  return [isSame ? { email, id: userId, currentEmail } : { email }];
}

/** Returns the owner that Pulumi has read. */
function readRecordedOwner({ kind, before }: Resource): readonly KnownOwner[] {
  const owner = kind === "Organization" ? before?.outputs?.owner : undefined;
  return isRecord(owner) && typeof owner.email === "string" ? [{ email: owner.email, id: owner.id }] : [];
}

function isOwner({ id, email }: User, known: KnownOwner): boolean {
  const addresses = [known.email, known.currentEmail].filter((text) => typeof text === "string");
  return known.id === id || addresses.some((address) => canonicalizeEmail(address) === canonicalizeEmail(email));
}

/** Finds the owners who are not declared as admins, because Avocado Connect has several owners and previews do not show them. */
function compareOwners({ name, members = [] }: Facts, declared: DeclaredOrganization): Differences {
  const roles = readRoles(declared);
  const others = members
    .filter((member) => member.isOwner)
    .map(({ email }) => ({ email, found: roles.byAddress.get(canonicalizeEmail(email)) ?? [] }))
    .filter(({ found }) => !found.includes("admin"));
  const isUncertain = (found: readonly unknown[]) => found.every(isHidden) && (found.length > 0 || roles.isHidden);
  const hidden = others.filter(({ found }) => isUncertain(found)).map(({ email }) => email);
  return {
    findings: others
      .filter(({ found }) => !isUncertain(found))
      .map(({ email, found }) => {
        const role = found.find((one) => typeof one === "string");
        const predicate =
          role === undefined
            ? "owns the organization, but is not declared as an admin"
            : `owns the organization, but is declared ${describeInvitedRole(role)}`;
        return createFinding("changedOwner", name, predicate, { person: email });
      }),
    gaps: hidden.length === 0 ? [] : [createHiddenGap(name, "changedOwner", "the owners", hidden)],
  };
}

/** The declared roles of people. */
interface DeclaredRoles {
  /** By canonical address. A role may be `Hidden`. */
  readonly byAddress: ReadonlyMap<string, readonly unknown[]>;
  /** True if a preview hides the address of a person or all people of a roster, and no layout names the people. */
  readonly isHidden: boolean;
}

function readRoles({ layout, resources }: DeclaredOrganization): DeclaredRoles {
  const byAddress = new Map<string, unknown[]>();
  const declare = (email: string, role: unknown) => {
    const address = canonicalizeEmail(email);
    byAddress.set(address, [...(byAddress.get(address) ?? []), role]);
  };
  let isUncertain = false;
  for (const [email, role] of Object.entries(layout?.members ?? {})) declare(email, role);
  for (const { kind, after } of resources) {
    if (after === undefined) continue;
    const { email, role, members } = after.inputs;
    if (kind === "Membership" && typeof email === "string") declare(email, role);
    else if (kind === "Membership") isUncertain = true;
    else if (kind === "OrganizationMembers" && isRecord(members) && !isHidden(members))
      for (const [email, role] of Object.entries(members)) declare(email, role);
    else if (kind === "OrganizationMembers") isUncertain = true;
  }
  return { byAddress, isHidden: isUncertain && layout === undefined };
}

import type { Role } from "../../../src/api";
import type { Declared, Program } from "../../support/engine";
import { type Inputs, resource } from "../harness/resource";
import { address, toName } from "../harness/addresses";
import { isPartner, partners } from "./people";

export const organizations = ["dev", "prod"] as const;
export type OrganizationName = (typeof organizations)[number];

/** The reactions to expired invitations. */
export const reactions = ["reinvite", "ignore"] as const;

interface Expiring {
  /** The reaction to expired invitations. By default, the provider invites again. */
  readonly onExpired?: (typeof reactions)[number] | undefined;
}

/** The declaration of a Membership. */
export interface MembershipDeclaration extends Expiring {
  /** The name of the person as the program spells it. */
  readonly name: string;
  readonly role: Role;
}

/** The declaration of an OrganizationMembers. */
export interface Roster extends Expiring {
  readonly name: string;
  /** Roles by name, as the program spells it. */
  readonly members: Readonly<Record<string, Role>>;
  readonly minAdmins: number;
  readonly maxRemovals: string;
  readonly ignorePartners: boolean;
}

export interface Policy {
  readonly requireTwoFactor?: boolean;
  readonly sessionTimeout?: string;
}

/** The declarations for one organization. */
export interface Declaration {
  /** True if the program does not declare the organization. */
  readonly absent?: true;
  /** Another deletion: with undeclared members (`forceDestroy`), or only from the state. */
  readonly deletion?: "force" | "retain" | undefined;
  /** Memberships by resource name. */
  readonly memberships: Readonly<Record<string, MembershipDeclaration>>;
  readonly roster?: Roster | undefined;
  readonly policy?: Policy | undefined;
}

export type Declarations = Readonly<Record<OrganizationName, Declaration>>;

/** A program that declares only the organizations. */
export const onlyOrganizations: Declarations = { dev: { memberships: {} }, prod: { memberships: {} } };

const absent: Declaration = { memberships: {}, absent: true };

/** The declarations of an empty program, which also apply during a destroy. */
export const emptyProgram: Declarations = { dev: absent, prod: absent };

/** Returns the name of an organization in Peridio. */
export function fullName(organization: OrganizationName): string {
  return `acme-${organization}`;
}

const deletionInputs = { plain: {}, force: { forceDestroy: true }, retain: { deletionPolicy: "retain" } } as const;

/** Converts declarations to a program of the engine. */
export function toProgram(declarations: Declarations): Program {
  const present = organizations.filter((name) => declarations[name].absent !== true);
  const declared = present.map((name): [string, Declared] => [
    name,
    {
      type: "Organization",
      inputs: () => ({ name: fullName(name), ...deletionInputs[declarations[name].deletion ?? "plain"] }),
    },
  ]);
  const parts = organizations.flatMap((name) => [...listParts(name, declarations[name])]);
  return Object.fromEntries([...declared, ...parts]);
}

function* listParts(
  organization: OrganizationName,
  { memberships, roster, policy }: Declaration,
): Generator<[string, Declared]> {
  const part = (type: string, inputs: Inputs): Declared =>
    resource(type, (id) => ({ organizationId: id(organization), ...inputs }));
  for (const [name, { name: person, role, onExpired }] of Object.entries(memberships))
    yield [name, part("Membership", { email: address(person), role, onExpired })];
  if (roster !== undefined) {
    const { name, ignorePartners, ...limits } = roster;
    const members = Object.fromEntries(Object.entries(roster.members).map(([who, role]) => [address(who), role]));
    const ignore = ignorePartners ? [partners] : undefined;
    yield [`${organization}-${name}`, part("OrganizationMembers", { ...limits, members, ignore })];
  }
  if (policy !== undefined) yield [`${organization}-policy`, part("SecurityPolicy", { ...policy })];
}

/** Returns the declared role of each person in any resource. */
export function listDeclared({ memberships, roster }: Declaration): ReadonlyMap<string, Role> {
  const single = Object.values(memberships).map(({ name, role }) => [toName(name), role] as const);
  const inRoster = Object.entries(roster?.members ?? {}).map(([name, role]) => [toName(name), role] as const);
  return new Map([...inRoster, ...single]);
}

/** Reports whether an expired invitation of a declared person stays. */
export function keepsExpired({ memberships, roster }: Declaration, name: string): boolean {
  const membership = Object.values(memberships).find((one) => toName(one.name) === name);
  return (membership ?? roster)?.onExpired === "ignore";
}

/** Reports whether a roster ignores this person. */
export function isIgnored(roster: Pick<Roster, "ignorePartners">, name: string): boolean {
  return roster.ignorePartners && isPartner(name);
}

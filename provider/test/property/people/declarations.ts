import type { Role } from "../../../src/api";
import type { Declared, Program, Wire } from "../../support/engine";
import { address, toName } from "../harness/addresses";
import { isPartner, partners } from "./people";

export const organizations = ["dev", "prod"] as const;
export type OrganizationName = (typeof organizations)[number];

/** The declaration of a Membership. */
export interface MembershipDeclaration {
  /** The name of the person as the program spells it. */
  readonly name: string;
  readonly role: Role;
  /** True if an expired invitation is ignored. */
  readonly ignoreExpired: boolean;
}

/** The declaration of an OrganizationMembers. */
export interface Roster {
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
  const parts = organizations.flatMap((name) => resourcesOf(name, declarations[name]));
  return Object.fromEntries([...declared, ...parts]);
}

function resourcesOf(
  organization: OrganizationName,
  { memberships, roster, policy }: Declaration,
): [string, Declared][] {
  const toPart = (type: Declared["type"], inputs: Wire): Declared => ({
    type,
    inputs: (id) => ({ organizationId: id(organization), ...inputs }),
  });
  const resources = Object.entries(memberships).map(
    ([name, { name: person, role, ignoreExpired }]): [string, Declared] => [
      name,
      toPart("Membership", { email: address(person), role, ...(ignoreExpired && { onExpired: "ignore" }) }),
    ],
  );
  if (roster !== undefined) {
    const { members, minAdmins, maxRemovals, ignorePartners } = roster;
    const inputs = {
      members: Object.fromEntries(Object.entries(members).map(([name, role]) => [address(name), role])),
      minAdmins,
      maxRemovals,
      ...(ignorePartners && { ignore: [partners] }),
    };
    resources.push([`${organization}-${roster.name}`, toPart("OrganizationMembers", inputs)]);
  }
  if (policy !== undefined) resources.push([`${organization}-policy`, toPart("SecurityPolicy", { ...policy })]);
  return resources;
}

/** Returns the declared role of each person in any resource. */
export function listDeclared({ memberships, roster }: Declaration): ReadonlyMap<string, Role> {
  const single = Object.values(memberships).map(({ name, role }) => [toName(name), role] as const);
  const inRoster = Object.entries(roster?.members ?? {}).map(([name, role]) => [toName(name), role] as const);
  return new Map([...inRoster, ...single]);
}

/** Reports whether a roster ignores this person. */
export function isIgnored(roster: Pick<Roster, "ignorePartners">, name: string): boolean {
  return roster.ignorePartners && isPartner(name);
}

/** `a = bob admin, b = CARL viewer`, `people { bob admin, carl viewer }`. */
export function describeDeclaration({ absent, deletion, memberships, roster, policy }: Declaration): string {
  if (absent) return "no organization";
  const parts = Object.entries(memberships).map(
    ([name, { name: person, role, ignoreExpired }]) =>
      `${name} = ${person} ${role}${ignoreExpired ? " (ignoring expiry)" : ""}`,
  );
  if (roster !== undefined) parts.push(describeRoster(roster));
  if (policy !== undefined) parts.push(`policy ${JSON.stringify(policy).replaceAll('"', "")}`);
  const end = deletion === undefined ? [] : [{ force: "forceDestroy", retain: "retained" }[deletion]];
  return [...(parts.length === 0 ? ["no people"] : parts), ...end].join(", ");
}

function describeRoster({ name, members, minAdmins, maxRemovals, ignorePartners }: Roster): string {
  const people = Object.entries(members).map(([person, role]) => `${person} ${role}`);
  const limits = [
    ...(minAdmins > 1 ? [`minAdmins ${minAdmins}`] : []),
    `maxRemovals ${maxRemovals}`,
    ...(ignorePartners ? ["ignoring partners"] : []),
  ];
  return `roster ${name} { ${people.join(", ")} } ${limits.join(" ")}`;
}

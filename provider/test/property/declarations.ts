import type { Role } from "../../src/api";
import type { Declared, Program, Wire } from "../support/engine";
import { address, isPartner, partners, person } from "./people";

export const organizations = ["dev", "prod"] as const;
export type OrganizationName = (typeof organizations)[number];

/** The declaration of a Membership. `person` is the name as the program spells it. */
export interface Wanted {
  readonly person: string;
  readonly role: Role;
  /** True if an expired invitation is ignored. */
  readonly ignoreExpired: boolean;
}

/** The declaration of an OrganizationMembers. */
export interface Roster {
  readonly name: string;
  /** Roles by the names as the program spells them. */
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
  /** Another way to delete the organization: with the members that nobody declares (`forceDestroy`), or only from the state. */
  readonly deletion?: "force" | "retain" | undefined;
  /** Memberships by resource name. */
  readonly memberships: Readonly<Record<string, Wanted>>;
  readonly roster?: Roster | undefined;
  readonly policy?: Policy | undefined;
}

export type Declarations = Readonly<Record<OrganizationName, Declaration>>;

export const nothing: Declarations = { dev: { memberships: {} }, prod: { memberships: {} } };

const absent: Declaration = { memberships: {}, absent: true };

/** An empty program: what is declared while everything is destroyed. */
export const nothingAtAll: Declarations = { dev: absent, prod: absent };

/** The name by which Peridio knows an organization. */
export function fullName(organization: OrganizationName): string {
  return `acme-${organization}`;
}

const ways = { plain: {}, force: { forceDestroy: true }, retain: { deletionPolicy: "retain" } } as const;

/** The same programs, as the engine runs them. */
export function toProgram(declarations: Declarations): Program {
  const there = organizations.filter((name) => declarations[name].absent !== true);
  const declared = there.map((name): [string, Declared] => [
    name,
    { type: "Organization", inputs: () => ({ name: fullName(name), ...ways[declarations[name].deletion ?? "plain"] }) },
  ]);
  const inside = organizations.flatMap((name) => resourcesOf(name, declarations[name]));
  return Object.fromEntries([...declared, ...inside]);
}

function resourcesOf(
  organization: OrganizationName,
  { memberships, roster, policy }: Declaration,
): [string, Declared][] {
  const within = (type: Declared["type"], inputs: Wire): Declared => ({
    type,
    inputs: (id) => ({ organizationId: id(organization), ...inputs }),
  });
  const resources = Object.entries(memberships).map(([name, { person, role, ignoreExpired }]): [string, Declared] => [
    name,
    within("Membership", { email: address(person), role, ...(ignoreExpired && { onExpired: "ignore" }) }),
  ]);
  if (roster !== undefined) {
    const { members, minAdmins, maxRemovals, ignorePartners } = roster;
    const inputs = {
      members: Object.fromEntries(Object.entries(members).map(([name, role]) => [address(name), role])),
      minAdmins,
      maxRemovals,
      ...(ignorePartners && { ignore: [partners] }),
    };
    resources.push([`${organization}-${roster.name}`, within("OrganizationMembers", inputs)]);
  }
  if (policy !== undefined) resources.push([`${organization}-policy`, within("SecurityPolicy", { ...policy })]);
  return resources;
}

/** Returns the declared role of each person in any resource. */
export function declaredPeople({ memberships, roster }: Declaration): ReadonlyMap<string, Role> {
  const alone = Object.values(memberships).map(({ person: name, role }) => [person(name), role] as const);
  const together = Object.entries(roster?.members ?? {}).map(([name, role]) => [person(name), role] as const);
  return new Map([...together, ...alone]);
}

/** Reports whether a roster ignores this person. */
export function leavesAlone(roster: Pick<Roster, "ignorePartners">, name: string): boolean {
  return roster.ignorePartners && isPartner(name);
}

/** `a = bob admin, b = CARL viewer`, `people { bob admin, carl viewer }`. */
export function describeDeclaration({ absent, deletion, memberships, roster, policy }: Declaration): string {
  if (absent) return "no organization";
  const parts = Object.entries(memberships).map(
    ([name, { person, role, ignoreExpired }]) =>
      `${name} = ${person} ${role}${ignoreExpired ? " (ignoring expiry)" : ""}`,
  );
  if (roster !== undefined) parts.push(describeRoster(roster));
  if (policy !== undefined) parts.push(`policy ${JSON.stringify(policy).replaceAll('"', "")}`);
  const end = deletion === undefined ? [] : [{ force: "forceDestroy", retain: "retained" }[deletion]];
  return [...(parts.length === 0 ? ["nobody"] : parts), ...end].join(", ");
}

function describeRoster({ name, members, minAdmins, maxRemovals, ignorePartners }: Roster): string {
  const people = Object.entries(members).map(([person, role]) => `${person} ${role}`);
  const rails = [
    ...(minAdmins > 1 ? [`minAdmins ${minAdmins}`] : []),
    `maxRemovals ${maxRemovals}`,
    ...(ignorePartners ? ["ignoring partners"] : []),
  ];
  return `roster ${name} { ${people.join(", ")} } ${rails.join(" ")}`;
}

import {
  type Declaration,
  type Declarations,
  type MembershipDeclaration,
  type OrganizationName,
  organizations,
} from "./declarations";
import { isPartner } from "./people";

/** Changes one organization. The other one loses the resources that this one declares under the same names. */
export function withDeclaration(
  declarations: Declarations,
  organization: OrganizationName,
  declaration: Declaration,
): Declarations {
  const changed = { ...declarations, [organization]: declaration };
  for (const other of organizations.filter((name) => name !== organization)) {
    const { memberships, ...rest } = declarations[other];
    const remaining = Object.entries(memberships).filter(([resource]) => !(resource in declaration.memberships));
    changed[other] = { memberships: Object.fromEntries(remaining), ...rest };
  }
  return changed;
}

/** A change of a program that moves people between its resources. */
export type Edit = keyof typeof edits;

const resourceNames = ["a", "b", "c", "d", "e", "f"];

/** The edits. Each returns undefined if the declaration has nothing to change. */
export const edits = {
  /** Exchanges the people of two Memberships. The roles stay with the resources. */
  "swap people": (declaration) =>
    swapFirst(declaration, (first, second) => [
      { ...first, name: second.name },
      { ...second, name: first.name },
    ]),

  /** Exchanges the people of two Memberships, with their roles. */
  "swap resources": (declaration) => swapFirst(declaration, (first, second) => [second, first]),

  /** Gives each Membership the next resource name, and the roster another one. */
  rename: ({ memberships, roster, ...rest }) => {
    const entries = Object.entries(memberships);
    if (entries.length === 0 && roster === undefined) return undefined;
    const renamed = entries.map(([name, membership]): [string, MembershipDeclaration] => [nextName(name), membership]);
    return {
      memberships: Object.fromEntries(renamed),
      roster: roster && { ...roster, name: roster.name === "crew" ? "people" : "crew" },
      ...rest,
    };
  },

  /** Reacts otherwise to expired invitations of a roster. */
  react: ({ roster, ...rest }) =>
    roster && { roster: { ...roster, onExpired: roster.onExpired === "ignore" ? undefined : "ignore" }, ...rest },

  /** Moves people from Memberships to a roster. */
  gather: ({ memberships, roster, ...rest }) => {
    const people = Object.entries(memberships).filter(([, { name }]) => !isPartner(name));
    if (roster !== undefined || people.length === 0) return undefined;
    const partners = Object.entries(memberships).filter(([, { name }]) => isPartner(name));
    return {
      memberships: Object.fromEntries(partners),
      roster: {
        name: "people",
        members: Object.fromEntries(people.map(([, { name, role }]) => [name, role])),
        minAdmins: 1,
        maxRemovals: "25%",
        ignorePartners: true,
      },
      ...rest,
    };
  },

  /** Moves people from a roster to Memberships. */
  scatter: ({ memberships, roster, ...rest }) => {
    if (roster === undefined) return undefined;
    const free = resourceNames.filter((name) => !(name in memberships));
    const people = Object.entries(roster.members).map(([name, role], index): [string, MembershipDeclaration] => [
      free[index] ?? name,
      { name, role, onExpired: roster.onExpired },
    ]);
    return { memberships: { ...memberships, ...Object.fromEntries(people) }, ...rest };
  },
} satisfies Readonly<Record<string, (declaration: Declaration) => Declaration | undefined>>;

function swapFirst(
  declaration: Declaration,
  swap: (
    first: MembershipDeclaration,
    second: MembershipDeclaration,
  ) => readonly [MembershipDeclaration, MembershipDeclaration],
): Declaration | undefined {
  const [[a, first] = [], [b, second] = [], ...rest] = Object.entries(declaration.memberships);
  if (a === undefined || b === undefined || first === undefined || second === undefined) return undefined;
  const [newFirst, newSecond] = swap(first, second);
  return { ...declaration, memberships: { [a]: newFirst, [b]: newSecond, ...Object.fromEntries(rest) } };
}

function nextName(name: string): string {
  return resourceNames[(resourceNames.indexOf(name) + 1) % resourceNames.length] ?? name;
}

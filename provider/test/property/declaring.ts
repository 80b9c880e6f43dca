import { type Declaration, type Declarations, type OrganizationName, organizations, type Wanted } from "./declarations";
import type { Step } from "./history";
import { isPartner } from "./people";

const resourceNames = ["a", "b", "c", "d", "e", "f"];

/** The program after a step that changes it; undefined for other steps, and where there is nothing to change. */
export function declared(step: Step, declarations: Declarations): Declarations | undefined {
  switch (step.do) {
    case "declare":
      return withDeclaration(declarations, step.organization, step.declaration);
    case "swap":
    case "rename":
    case "gather":
    case "scatter": {
      const changed = edits[step.do](declarations[step.organization], step);
      return changed && withDeclaration(declarations, step.organization, changed);
    }
    default:
      return undefined;
  }
}

type Edit = (declaration: Declaration, step: Step) => Declaration | undefined;

const edits: Readonly<Record<"swap" | "rename" | "gather" | "scatter", Edit>> = {
  swap: (declaration, step) => {
    const [[a, first] = [], [b, second] = [], ...rest] = Object.entries(declaration.memberships);
    if (a === undefined || b === undefined || first === undefined || second === undefined) return undefined;
    const roles = step.do === "swap" && step.roles;
    const swapped: [string, Wanted][] = roles
      ? [
          [a, second],
          [b, first],
        ]
      : [
          [a, { ...first, person: second.person }],
          [b, { ...second, person: first.person }],
        ];
    return { ...declaration, memberships: Object.fromEntries([...swapped, ...rest]) };
  },

  rename: ({ memberships, roster, ...rest }) => {
    const entries = Object.entries(memberships);
    if (entries.length === 0 && roster === undefined) return undefined;
    const renamed = entries.map(([name, wanted]): [string, Wanted] => [following(name), wanted]);
    return {
      memberships: Object.fromEntries(renamed),
      roster: roster && { ...roster, name: roster.name === "crew" ? "people" : "crew" },
      ...rest,
    };
  },

  gather: ({ memberships, roster, ...rest }) => {
    const people = Object.entries(memberships).filter(([, { person }]) => !isPartner(person));
    if (roster !== undefined || people.length === 0) return undefined;
    const partners = Object.entries(memberships).filter(([, { person }]) => isPartner(person));
    return {
      memberships: Object.fromEntries(partners),
      roster: {
        name: "people",
        members: Object.fromEntries(people.map(([, { person, role }]) => [person, role])),
        minAdmins: 1,
        maxRemovals: "25%",
        ignorePartners: true,
      },
      ...rest,
    };
  },

  scatter: ({ memberships, roster, ...rest }) => {
    if (roster === undefined) return undefined;
    const free = resourceNames.filter((name) => !(name in memberships));
    const people = Object.entries(roster.members).map(([person, role], index): [string, Wanted] => [
      free[index] ?? person,
      { person, role, ignoreExpired: false },
    ]);
    return { memberships: { ...memberships, ...Object.fromEntries(people) }, ...rest };
  },
};

function following(name: string): string {
  return resourceNames[(resourceNames.indexOf(name) + 1) % resourceNames.length] ?? name;
}

/** A resource name that comes to this organization leaves the other one. */
export function withDeclaration(
  declarations: Declarations,
  organization: OrganizationName,
  declaration: Declaration,
): Declarations {
  const others = organizations.map((name): [OrganizationName, Declaration] => {
    if (name === organization) return [name, declaration];
    const { memberships, ...rest } = declarations[name];
    const left = Object.entries(memberships).filter(([resource]) => !(resource in declaration.memberships));
    return [name, { memberships: Object.fromEntries(left), ...rest }];
  });
  const all = new Map(others);
  return { dev: all.get("dev") ?? declaration, prod: all.get("prod") ?? declaration };
}

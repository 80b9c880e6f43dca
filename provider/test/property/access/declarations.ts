import type { Declared, Program } from "../../support/engine";
import { organization } from "../../support/programs";
import { address } from "../harness/addresses";
import { resource } from "../harness/resource";
import { secretNames } from "./secrets/kinds";
import { type SecretDeclarations, toSecretResource, withoutCohort } from "./secrets/declarations";

/** The organization of all histories, which exists from the start. */
export const organizationName = "acme-dev";

/** The people who are members from the start, without a Membership. */
export const residents = ["bob", "carl"] as const;
/** The people that a Membership can invite. */
export const invitees = ["eve"] as const;
export const people = [...residents, ...invitees] as const;
export const groupNames = ["field", "lab"] as const;
export const projectNames = ["firmware", "gateway"] as const;
/** The cohort can be in either project. */
export const cohortName = "canary";
export const objectNames = [...projectNames, cohortName] as const;

export type Person = (typeof people)[number];
export type Invitee = (typeof invitees)[number];
export type GroupName = (typeof groupNames)[number];
export type ProjectName = (typeof projectNames)[number];
/** A project or the cohort. */
export type ObjectName = (typeof objectNames)[number];

export interface MembershipDeclaration {
  readonly role: "admin" | "member";
  /** The group that the person joins on acceptance. */
  readonly group?: GroupName | undefined;
}

interface Naming {
  /** True for another name in Peridio. */
  readonly isRenamed: boolean;
  readonly description?: string | undefined;
}

export interface GroupDeclaration extends Naming {
  readonly members?: readonly Person[] | undefined;
}

export interface AccessDeclaration {
  readonly users: readonly Person[];
  readonly groups: readonly GroupName[];
}

/** The declaration of a project or the cohort. */
export interface ObjectDeclaration extends Naming {
  readonly everyoneEnabled: boolean;
  readonly access?: AccessDeclaration | undefined;
  /** The project of the cohort. */
  readonly project: ProjectName;
}

/** The resources of a program by name. */
export interface Declarations {
  readonly memberships: Readonly<Partial<Record<Invitee, MembershipDeclaration>>>;
  readonly groups: Readonly<Partial<Record<GroupName, GroupDeclaration>>>;
  readonly objects: Readonly<Partial<Record<ObjectName, ObjectDeclaration>>>;
  readonly secrets: SecretDeclarations;
}

export const noDeclarations: Declarations = { memberships: {}, groups: {}, objects: {}, secrets: {} };

/** Returns the name of an object in Peridio. */
export function toRemoteName(name: string, { isRenamed }: Naming): string {
  return isRenamed ? `${name}-2` : name;
}

/** Returns the declarations without references to undeclared groups and projects. */
export function withoutDangling({ memberships, groups, objects, secrets }: Declarations): Declarations {
  const isDeclared = (group: GroupName | undefined) => group !== undefined && groups[group] !== undefined;
  const kept = Object.entries(objects).filter(
    ([name, { project }]) => name !== cohortName || objects[project] !== undefined,
  );
  return {
    groups,
    secrets: kept.some(([name]) => name === cohortName) ? secrets : withoutCohort(secrets),
    memberships: Object.fromEntries(
      Object.entries(memberships).map(([name, one]) => [
        name,
        { ...one, group: isDeclared(one.group) ? one.group : undefined },
      ]),
    ),
    objects: Object.fromEntries(
      kept.map(([name, one]) => {
        const { access } = one;
        return [name, { ...one, access: access && { ...access, groups: access.groups.filter(isDeclared) } }];
      }),
    ),
  };
}

/** Converts declarations without dangling references to a program of the engine. */
export function toProgram(declarations: Declarations): Program {
  const dev = organization(organizationName, { deletionPolicy: "retain" });
  return { dev, ...Object.fromEntries(listResources(declarations)) };
}

/** Lists a resource after the resources to which it refers. */
function* listResources({ memberships, groups, objects, secrets }: Declarations): Generator<[string, Declared]> {
  for (const [name, declared] of Object.entries(groups)) {
    const { description, members } = declared;
    const inputs = { name: toRemoteName(name, declared), description, members: members?.map(address) };
    yield [name, resource("Group", (id) => ({ organizationId: id("dev"), ...inputs }))];
  }
  for (const [name, { role, group }] of Object.entries(memberships)) {
    const toGroupId = (id: (name: string) => string) => (group === undefined ? undefined : id(group));
    const email = address(name);
    yield [name, resource("Membership", (id) => ({ organizationId: id("dev"), email, role, groupId: toGroupId(id) }))];
  }
  for (const name of objectNames) {
    const declared = objects[name];
    if (declared === undefined) continue;
    const { description, everyoneEnabled, access, project } = declared;
    const inputs = { name: toRemoteName(name, declared), everyoneEnabled, description };
    const toAccess = (id: (name: string) => string) =>
      access && { users: access.users.map(address), groups: access.groups.map(id) };
    yield [
      name,
      name === cohortName
        ? resource("Cohort", (id) => ({ projectId: id(project), ...inputs, access: toAccess(id) }))
        : resource("Project", (id) => ({ organizationId: id("dev"), ...inputs, access: toAccess(id) })),
    ];
  }
  for (const name of secretNames) {
    const declared = secrets[name];
    if (declared !== undefined) yield [name, toSecretResource(name, declared, cohortName)];
  }
}

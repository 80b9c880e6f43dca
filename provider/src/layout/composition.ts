import { type Child, ChildId, type Composition, type Path } from "#framework";
import type { Feature } from "../api";
import { billingSettings } from "../resources/billingSettings";
import { cohort } from "../resources/cohort";
import { group } from "../resources/group";
import { organization } from "../resources/organization";
import { organizationMembers } from "../resources/organizationMembers";
import { organizationOwner } from "../resources/organizationOwner";
import { project } from "../resources/project";
import { securityPolicy } from "../resources/securityPolicy";
import { tunnelPolicy } from "../resources/tunnelPolicy";
import type { LayoutAccess } from "./access";
import { formerTeams } from "./formerTeams";
import type { Layout, LayoutOrganization } from "./layout";
import { formatLayoutMistake } from "./mistakes";

/** A resource of an organization, and the path of its declaration in the organization. */
interface DeclaredChild {
  readonly child: Child;
  readonly path: Path;
}

/** The resources of a layout. */
interface LayoutComposition extends Composition {
  /** Returns the path of a resource's declaration in its organization. */
  readonly getPath: (child: Child) => Path;
}

/** Returns the resources that a layout declares. */
export function composeLayout({
  organizations,
  connections,
  findDeclarations,
  warnings,
  notes,
}: Layout): LayoutComposition {
  const composed = organizations.map((declared) => {
    const root = composeRoot(declared);
    return { name: declared.name, root, resources: [{ child: root, path: [] }, ...composeChildren(declared, root)] };
  });
  const places = new Map(
    composed.flatMap(({ name, resources }) => resources.map(({ child, path }) => [child, { name, path }] as const)),
  );
  const getPlace = (child: Child) => {
    const place = places.get(child);
    if (place === undefined) throw new TypeError(`${child.name} is not a resource of this layout`);
    return place;
  };
  return {
    children: composed.flatMap(({ resources }) => resources.map(({ child }) => child)),
    getPath: (child) => getPlace(child).path,
    findSources(child, below) {
      const { name, path } = getPlace(child);
      return findDeclarations(name, [...path, ...below]);
    },
    outputs: { organizationIds: Object.fromEntries(composed.map(({ name, root }) => [name, root])) },
    requires: organizations.flatMap(({ name, connection = "" }) => {
      const backend = connections.get(connection);
      if (backend === undefined) return [];
      const sources = findDeclarations(name, ["connection"]).slice(-1);
      return [
        { feature: `connection ${connection}` satisfies Feature, sources },
        { feature: `backend ${backend}` satisfies Feature, sources },
      ];
    }),
    warnings: [...warnings, ...notes].map(formatLayoutMistake),
  };
}

/** The inputs of the Layout that determine the settings of an organization. */
const settingsFrom = ["path", "organizations", "defaults"];
/** The inputs of the Layout that determine the people of an organization. */
const peopleFrom = ["people", "teams", formerTeams];

/** `protect` makes Pulumi refuse the deletion. Otherwise, a missing file of the layout would delete these resources and, for example, turn off the second factor. */
const shared = { from: settingsFrom, protect: true } as const;

function composeRoot(declared: LayoutOrganization): Child {
  const { name, displayName, description, contactEmail, forceDestroy, deletionPolicy } = declared;
  const inputs = { name, displayName, description, contactEmail, forceDestroy, deletionPolicy };
  return { ...shared, type: organization.token, name, inputs };
}

/** Returns the other resources of an organization. Their names contain its name, so they do not depend on the rest of the layout. */
function composeChildren(declared: LayoutOrganization, root: Child): readonly DeclaredChild[] {
  const { name, owner, members, roster, billing, tunnels } = declared;
  // No resource has `deletedWith`: a refused destroy would remove it from the state.
  const organizationId = new ChildId(root);
  const people: Child = {
    ...shared,
    type: organizationMembers.token,
    name,
    inputs: { organizationId, members, ...selectEnds(declared), ...roster },
    from: [...settingsFrom, ...peopleFrom],
  };
  const payment: Child = { ...shared, type: billingSettings.token, name, inputs: { organizationId, ...billing } };
  const limits: Child = { ...shared, type: tunnelPolicy.token, name, inputs: { organizationId, ...tunnels } };
  const others = [
    { child: people, path: [] },
    ...(billing === undefined ? [] : [{ child: payment, path: ["billing"] }]),
    ...(tunnels === undefined ? [] : [{ child: limits, path: ["tunnels"] }]),
    ...composeAccess(declared, organizationId),
  ];
  const resources = [...others, ...composeSecurity(declared, organizationId, others)];
  // Created last: after the transfer, the API key may not have the permissions that the other resources require.
  const ownership: Child = {
    type: organizationOwner.token,
    name,
    inputs: { organizationId, email: owner },
    from: settingsFrom,
    after: resources.map(({ child }) => child),
  };
  return [...resources, ...(owner === undefined ? [] : [{ child: ownership, path: ["owner"] }])];
}

/** Returns the last days of the people that the roster contains, and their roles afterwards. */
function selectEnds({ members, lastDays = {}, rolesAfterwards }: LayoutOrganization) {
  const present = Object.entries(lastDays).filter(([email]) => email in members);
  return {
    ...(present.length > 0 && { lastDays: Object.fromEntries(present) }),
    ...(rolesAfterwards && { rolesAfterwards }),
  };
}

/**
 * Returns the security settings. Peridio applies an allowlist to the provider's next request, so the provider writes all other
 * resources first. Settings without an allowlist wait for no other resource, whose failure would keep a list in force.
 */
function composeSecurity(
  { name, security }: LayoutOrganization,
  organizationId: ChildId,
  others: readonly DeclaredChild[],
): readonly DeclaredChild[] {
  if (security === undefined) return [];
  const hasAllowlist = security.ipAllowlist !== undefined && security.ipAllowlist.length > 0;
  const child: Child = {
    ...shared,
    type: securityPolicy.token,
    name,
    inputs: { organizationId, ...security },
    ...(hasAllowlist && { after: others.map(({ child: other }) => other) }),
  };
  return [{ child, path: ["security"] }];
}

/** Returns the groups, and then the projects, each followed by its cohorts with their tunnel policies. */
function composeAccess(
  { name: organization, groups = [], projects = [] }: LayoutOrganization,
  organizationId: ChildId,
): readonly DeclaredChild[] {
  const base = { ...shared, from: [...settingsFrom, ...peopleFrom] };
  const children = new Map<string, Child>();
  const groupParts = groups.map((declared): DeclaredChild => {
    const inputs = { organizationId, ...declared };
    const child = { ...base, type: group.token, name: `${organization}/${declared.name}`, inputs };
    children.set(declared.name, child);
    return { child, path: ["groups", declared.name] };
  });
  const withIds = (access: LayoutAccess | undefined) =>
    access && {
      users: access.users,
      groups: access.groups.flatMap((name) => {
        const child = children.get(name);
        return child === undefined ? [] : [new ChildId(child)];
      }),
    };
  const projectParts = projects.flatMap(({ cohorts, access, ...settings }): readonly DeclaredChild[] => {
    const child: Child = {
      ...base,
      type: project.token,
      name: `${organization}/${settings.name}`,
      inputs: { organizationId, ...settings, access: withIds(access) },
    };
    const path = ["projects", settings.name];
    const projectId = new ChildId(child);
    const cohortParts = cohorts.flatMap(({ access, tunnels, ...settings }): readonly DeclaredChild[] => {
      const inputs = { projectId, ...settings, access: withIds(access) };
      const name = `${child.name}/${settings.name}`;
      const cohortPath = [...path, "cohorts", settings.name];
      const cohortChild: Child = { ...base, type: cohort.token, name, inputs };
      const limits = { organizationId, cohortId: new ChildId(cohortChild), ...tunnels };
      return [
        { child: cohortChild, path: cohortPath },
        ...(tunnels === undefined
          ? []
          : [
              {
                child: { ...shared, type: tunnelPolicy.token, name, inputs: limits },
                path: [...cohortPath, "tunnels"],
              },
            ]),
      ];
    });
    return [{ child, path }, ...cohortParts];
  });
  return [...groupParts, ...projectParts];
}

import { type Child, isRecord, type Path, UserError, type Values } from "#framework";
import { findDrift, insertIds, omitAbsent } from "#framework/definitions";
import { parsePath } from "#framework/messages";
import { asUuid, organizationMembers, type Peridio, resources } from "#provider";
import { composeLayout, type Layout, type LayoutOrganization } from "#layout";
import type { LayoutFiles } from "../edit/layoutFiles";
import { describeUnreadableObjects, type LiveOrganization, settleAll } from "../model/live";
import type { Difference } from "./difference";
import { comparePeople } from "./people";
import { compareList, describeSetting } from "./settings";

/** A live organization and its declaration. */
export interface ComparedOrganization {
  readonly live: LiveOrganization;
  readonly api: Peridio;
  readonly declared: LayoutOrganization;
  readonly layout: Layout;
  readonly files: LayoutFiles;
}

/** The ids of the live groups, projects and cohorts, by type and name, such as `cohort firmware/canary`. */
type LiveIds = ReadonlyMap<string, string>;

/**
 * Lists the differences of an organization from its declaration: those that a preview with `--refresh` shows. Also lists undeclared
 * people and objects that the provider leaves unchanged. The API client caches reads, so a second comparison uses the same facts.
 * @throws ApiError or UserError if a part cannot be read.
 */
export async function compareOrganization(compared: ComparedOrganization): Promise<readonly Difference[]> {
  const { declared, layout } = compared;
  const ids = await readIds(compared);
  const { children, getPath } = composeLayout({ ...layout, organizations: [declared] });
  const findId = (child: Child) => {
    const object = getObject(getPath(child));
    return object === undefined ? compared.live.id : ids.get(object);
  };
  const known = new Set(children.map((child) => getObject(getPath(child))));
  const differences = await settleAll(
    children.map(async (child) => compareResource(child, getPath(child), { ids, findId }, compared)),
  );
  const others = [...ids.keys()].filter(
    (name) => !known.has(name) && !(declared.groups === undefined && name.startsWith("group ")),
  );
  return [...differences.flat(), ...others.map((name) => describeUndeclared(declared.name, name))];
}

/** Finds the live groups and projects, if the layout declares any of them. */
async function readIds({ live, declared: { groups, projects } }: ComparedOrganization): Promise<LiveIds> {
  if (projects !== undefined && !(await live.isAdmin()))
    throw new UserError(describeUnreadableObjects(live.name, "projects and cohorts"));
  const [liveGroups, liveProjects] = await settleAll([
    groups === undefined && projects === undefined ? [] : live.groups(),
    projects === undefined ? [] : live.listedProjectsAndCohorts(),
  ]);
  const ids = new Map<string, string>();
  const objects = [
    ...liveGroups.map(({ id, name }) => ({ id, name: `group ${name}` })),
    ...liveProjects.map(({ id, kind, path }) => ({ id, name: `${kind} ${path}` })),
  ];
  for (const { id, name } of objects) {
    if (ids.has(name))
      throw new UserError(`${live.name} has several objects with the name ${name}. Rename all but one.`);
    ids.set(name, id);
  }
  return ids;
}

/** Returns the name of the group, project or cohort of a path. */
function getObject([kind, name, , cohort]: Path): string | undefined {
  if (kind === "groups") return `group ${String(name)}`;
  if (kind !== "projects") return undefined;
  return cohort === undefined ? `project ${String(name)}` : `cohort ${String(name)}/${String(cohort)}`;
}

/** Compares a resource of the layout with what the provider reads. */
async function compareResource(
  child: Child,
  path: Path,
  { ids, findId }: { readonly ids: LiveIds; readonly findId: (child: Child) => string | undefined },
  compared: ComparedOrganization,
): Promise<readonly Difference[]> {
  const { api, declared } = compared;
  const resource = resources.find(({ token }) => token === child.type);
  if (resource === undefined) throw new TypeError(`${child.type} is not a resource of the provider`);
  const id = findId(child);
  const inputs = insertInputs(child.inputs, findId);
  // Pulumi can use another API key, so the provider need not spare the user of this one.
  const context = { api: api.with({ cachedReads: true }), warn: () => undefined, forAnotherKey: true };
  const observed = id === undefined ? undefined : await resource.read(context, id, { state: {}, inputs });
  if (observed === undefined) return describeMissing(path, declared.name);
  const properties = [...new Set(findDrift(resource, inputs, observed).map((one) => one.path))];
  if (resource === organizationMembers) return compareRoster(properties, observed.people, compared);
  return properties.flatMap((name) => describeProperty(path, name, [inputs[name], observed[name]], ids, compared));
}

/** Inserts the ids of live objects. Omits groups that do not exist: each of them is a difference already. */
function insertInputs(inputs: Values, getId: (child: Child) => string | undefined): Values {
  const { access, ...others } = Object.fromEntries(
    Object.entries(inputs).map(([name, value]) => [name, insertIds(value, getId)]),
  );
  if (!isRecord(access) || !Array.isArray(access.groups)) return omitAbsent({ ...others, access });
  return omitAbsent({ ...others, access: { ...access, groups: access.groups.filter((id) => id !== undefined) } });
}

/** Describes a declared object that does not exist. The tunnel policy of a missing cohort is no other difference. */
function describeMissing(path: Path, organization: string): readonly Difference[] {
  if (path.at(-1) === "tunnels") return [];
  return [
    {
      organization,
      subject: getObject(path) ?? `organization ${organization}`,
      ...{ declared: "present", live: "absent", undo: "creates it again, without its contents" },
      adoption: "To give it up, remove its entry from the layout in an editor.",
    },
  ];
}

async function compareRoster(
  paths: readonly string[],
  statuses: unknown,
  { live, declared, files }: ComparedOrganization,
): Promise<readonly Difference[]> {
  const { members, pending } = await live.people();
  const changed = paths.map((path) => {
    const [property, email] = parsePath(path) ?? [];
    // All other properties are options of the provider.
    if (property !== "members" || email === undefined) throw new TypeError(`${path} of a roster is no person`);
    return String(email);
  });
  return comparePeople({ files, declared, statuses, changed, present: [...members, ...pending] });
}

/** Describes the differences of a property: one for each person and group of a list. */
function describeProperty(
  own: Path,
  property: string,
  [declared, live]: readonly [unknown, unknown],
  ids: LiveIds,
  { files, declared: { name: organization } }: ComparedOrganization,
): readonly Difference[] {
  const object = getObject(own) ?? "";
  const names = new Map(Array.from(ids, ([name, id]) => [asUuid(id), name.slice(name.indexOf(" ") + 1)]));
  const compare = (kind: "person" | "group", below: Path, noun: string, lists: readonly [unknown, unknown]) => {
    const [first, second] = lists.map((list) => (Array.isArray(list) ? list.map(String) : []));
    const spell = (items: readonly string[] = []) =>
      kind === "person" ? items : items.map((item) => names.get(asUuid(item)) ?? item);
    const path = [...own, ...below];
    return compareList({ files, organization, path, kind, noun, declared: spell(first), live: spell(second) });
  };
  const lists =
    property === "members"
      ? compare("person", ["members"], object, [declared, live])
      : property === "access" && isRecord(declared) && isRecord(live)
        ? [
            ...compare("person", ["access", "users"], `the direct grants for ${object}`, [declared.users, live.users]),
            ...compare("group", ["access", "groups"], `the grants for ${object}`, [declared.groups, live.groups]),
          ]
        : [];
  if (lists.length > 0) return lists;
  const path = own[0] === "owner" ? own : [...own, ...(parsePath(property) ?? [property])];
  return [describeSetting({ files, organization, path }, declared, live)];
}

/** Describes an organization, or an object in it, that the layout does not declare. */
export function describeUndeclared(organization: string, subject: string): Difference {
  return {
    organization,
    subject,
    ...{ declared: "absent", live: "present" },
    undo: "changes nothing, because the provider manages only what the layout declares",
    adoption: "Copy its declaration from `peridio-gitops export`, and import it, or delete it in Peridio.",
  };
}

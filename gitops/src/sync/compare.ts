import { type Child, isRecord, type Path, UserError, type Values } from "#framework";
import { findDrift, insertIds, omitAbsent } from "#framework/definitions";
import { parsePath } from "#framework/messages";
import { asUuid, type Peridio, resources } from "#provider";
import { composeLayout, type Layout, type LayoutOrganization } from "#layout";
import type { LayoutFiles } from "../edit/layoutFiles";
import { describeUnreadableObjects, type LiveOrganization, settleAll } from "../model/live";
import type { LayoutType } from "../objects/rows";
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
  const places = composeLayout({ ...layout, organizations: [declared] }).children.map((child) =>
    locate(child, declared.name),
  );
  const known = new Set(places.map(({ object }) => object));
  const differences = await settleAll(places.map(async (place) => compareResource(place, ids, compared)));
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

/** A resource of the layout, and its place in the organization. */
interface Place {
  readonly child: Child;
  /** The group, project or cohort that it declares or belongs to; undefined for settings of the organization. */
  readonly object: string | undefined;
  /** The path of its declaration below the organization. */
  readonly path: Path;
}

const prefix = "peridio:index:";

/** Returns the place of a resource in a layout. The names of projects contain no slash. */
function locate(child: Child, organization: string): Place {
  const name = child.name.slice(organization.length + 1);
  const [project = "", ...rest] = name.split("/");
  const cohort = ["projects", project, "cohorts", rest.join("/")];
  const create = (path: Path, type?: LayoutType) => ({ child, path, object: type && `${type} ${name}` });
  switch (child.type.slice(prefix.length)) {
    case "Group":
      return create(["groups", name], "group");
    case "Project":
      return create(["projects", name], "project");
    case "Cohort":
      return create(cohort, "cohort");
    case "TunnelPolicy":
      return name === "" ? create(["tunnels"]) : create([...cohort, "tunnels"], "cohort");
    case "SecurityPolicy":
      return create(["security"]);
    case "BillingSettings":
      return create(["billing"]);
    case "OrganizationOwner":
      return create(["owner"]);
    case "Organization":
    case "OrganizationMembers":
      return create([]);
    default:
      throw new TypeError(`${child.type} has no place in a layout`);
  }
}

/** Compares a resource of the layout with what the provider reads. */
async function compareResource(
  place: Place,
  ids: LiveIds,
  compared: ComparedOrganization,
): Promise<readonly Difference[]> {
  const { api, live, declared } = compared;
  const resource = resources.find(({ token }) => token === place.child.type);
  if (resource === undefined) throw new TypeError(`${place.child.type} is not a resource of the provider`);
  const findId = ({ object }: Place) => (object === undefined ? live.id : ids.get(object));
  const id = findId(place);
  const inputs = insertInputs(place.child.inputs, (child) => findId(locate(child, declared.name)));
  // Pulumi can use another API key, so the provider need not spare the user of this one.
  const context = { api: api.with({ cachedReads: true }), warn: () => undefined, forAnotherKey: true };
  const observed = id === undefined ? undefined : await resource.read(context, id, { state: {}, inputs });
  if (observed === undefined) return describeMissing(place, declared.name);
  const paths = [...new Set(findDrift(resource, inputs, observed).map(({ path }) => path))];
  if (place.child.type === `${prefix}OrganizationMembers`) return compareRoster(paths, observed.people, compared);
  return paths.flatMap((path) => describeProperty(place, path, [inputs[path], observed[path]], ids, compared));
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
function describeMissing({ object, path }: Place, organization: string): readonly Difference[] {
  if (path.at(-1) === "tunnels") return [];
  return [
    {
      organization,
      subject: object ?? `organization ${organization}`,
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
  { object = "", path: own }: Place,
  property: string,
  [declared, live]: readonly [unknown, unknown],
  ids: LiveIds,
  { files, declared: { name: organization } }: ComparedOrganization,
): readonly Difference[] {
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

import * as z from "zod";
import {
  type Changes,
  type Declarations,
  declarations,
  isRecord,
  NotAppliedError,
  type Observed,
  PartialFailureError,
  type Shape,
  UserError,
  type Values,
} from "#framework";
import { describeMissing } from "#framework/messages";
import { hasAdminRights, type Peridio, type Project, type Projects, type User } from "../api";
import type { Context, Resource } from "../resource";
import { asUuid, getOrganizationId, groupId, toGroupUuid } from "../types/objectId";
import type { ofOrganization } from "../types/organizationId";
import { rejectLossOfAccess, rejectUnknownGroups } from "./groups";
import { objectDescription, objectName, rejectExisting, rejectExistingInPlan, rejectTakenName } from "./names";
import {
  assessPeople,
  comparePeople,
  createPeopleOutputs,
  describePeople,
  emails,
  explainPending,
  listAddresses,
  type ComparedPeople,
  readList,
  rejectMissing,
  rejectOtherUsers,
  withoutDeclaration,
} from "./people";
import { readIfPresent } from "./read";

const access = z
  .strictObject({
    users: emails.optional().meta({
      description: "The e-mail addresses of people with a direct grant. Neither order nor case matters. Default: none.",
    }),
    groups: z
      .array(groupId.meta({ comparable: toGroupUuid }))
      .optional()
      .meta({
        description: "The groups with a grant: the `id` of a Group, or the UUID. Default: none.",
        itemKey: String,
      }),
  })
  .meta({
    id: "Access",
    description: "The people and groups with a grant for a project or a cohort.",
  });

/** The inputs of a project or a cohort, without its parent. */
export const accessInputs = {
  name: objectName.meta({ description: "The name. A change renames the object." }),
  description: objectDescription.meta({ description: "The purpose. Default: none." }),
  everyoneEnabled: z.boolean().meta({
    description:
      "If `true`, a project is open to all members of the organization, and a cohort to everyone with access to its project. " +
      "If `false`, only admins, owners, and the people and groups with a grant have access. " +
      "A cohort also requires access to its project.",
  }),
  access: access.optional().meta({
    description:
      "The people and groups with a grant. Admins and owners have access without a grant. An update first " +
      "grants access to the declared people and groups, and then revokes all other grants. If the property is absent, the " +
      "provider does not manage grants. Removing the property changes no grant.",
    comparable: fillLists,
  }),
};

/** The additional outputs of a project or a cohort. */
export const accessOutputs = createPeopleOutputs("access");

/** The form of a declaration. The values may be observed ones, because `ignoreChanges` keeps those in the state. */
const declaration = z.object({
  name: z.string(),
  description: z.string().optional(),
  everyoneEnabled: z.boolean(),
  access: z.object({ users: z.array(z.string()).optional(), groups: z.array(z.string()).optional() }).optional(),
});
type DesiredAccess = z.output<typeof declaration>;
type AccessState = z.output<z.ZodObject<typeof accessInputs & typeof accessOutputs>>;

type Shared = "uses" | "findExisting" | "create" | "read" | "update" | "delete" | "assess" | "plan";

/** The differences between projects and cohorts. */
interface ObjectKind<Outputs extends Shape> {
  /** The kind in messages, such as `project`. */
  readonly kind: string;
  /** The schema of the result of `toState`. */
  readonly outputs: Outputs;
  readonly getObjects: (api: Peridio) => Projects;
  /** The input that holds the id of the parent. */
  readonly parent: string;
  /** Adds the id and the parent to the properties that projects and cohorts share. */
  readonly toState: (id: string, observed: AccessState) => Observed<Outputs>;
}

/** Returns the functions that projects and cohorts share. */
export function createAccessFunctions<Outputs extends Shape>({
  kind,
  getObjects,
  parent,
  toState,
}: ObjectKind<Outputs>): Pick<Resource<Shape, Outputs, typeof ofOrganization, Context & Declarations>, Shared> {
  const observe = (project: Project, declared: Access | undefined, people: ComparedPeople): Observed<Outputs> =>
    toState(project.id, describeAccess(project, declared, people));

  /**
   * Grants the declared access, then revokes all other. Closes the object only in between. Reads the object after the grants,
   * because people can lose all access in the next step, and after the last write. `isOpened` if the object has just been opened.
   */
  async function setAccess(
    context: Context & Declarations,
    before: Project,
    desired: DesiredAccess,
    state: Values,
    isOpened = false,
  ): Promise<Observed<Outputs>> {
    const { api } = context;
    const objects = getObjects(api);
    const organizationId = getOrganizationId(before.id);
    const users = desired.access?.users ?? [];
    const compare = async (project: Project): Promise<ComparedPeople> =>
      comparePeople(api, organizationId, users, project.users, state);
    let project = before;
    try {
      const { missing } = await compare(project);
      const groups = [...new Set((desired.access?.groups ?? []).map(asUuid))];
      const newGroups = groups.filter((group) => !before.groups.includes(group));
      if (desired.access !== undefined) {
        for (const user of missing.values()) project = await objects.addUser(project, user);
        for (const group of newGroups) project = await objects.addGroup(project, group);
      }
      if (isOpened || (desired.access !== undefined && missing.size + newGroups.length > 0)) {
        project = await objects.reread(project.id);
        rejectMissingAccess(project, desired, await compare(project));
      }
      const isClosing = project.everyoneEnabled && !desired.everyoneEnabled;
      const undeclared = desired.access === undefined ? [] : (await compare(project)).undeclared;
      const formerGroups =
        desired.access === undefined ? [] : project.groups.filter((group) => !groups.includes(group));
      if (!desired.everyoneEnabled) {
        const withGrant = desired.access === undefined ? project.groups : groups;
        const leaving = isClosing
          ? await listDependents(api, project, undeclared)
          : [...undeclared, ...(withGrant.length === 0 ? [] : await listGroupMembers(api, project, formerGroups))];
        await rejectLossOfAccess(context, organizationId, withGrant, leaving);
      }
      if (isClosing) project = await objects.update(project, { everyoneEnabled: false });
      for (const user of undeclared) project = await objects.removeUser(project, user);
      for (const group of formerGroups) project = await objects.removeGroup(project, group);
      if (isClosing || undeclared.length + formerGroups.length > 0) project = await objects.reread(project.id);
      return observe(project, desired.access, await compare(project));
    } catch (error) {
      const people = await compare(project).catch(() => withoutDeclaration(project.users, state));
      throw new PartialFailureError(observe(project, desired.access, people), error);
    }
  }

  return {
    uses: [declarations],

    findExisting: async ({ api }, desired: Values) =>
      rejectExisting(getObjects(api).list(String(desired[parent])), String(desired.name)),

    async create(context, values: Values) {
      const desired = declaration.parse(values);
      const { name, description, everyoneEnabled } = desired;
      const objects = getObjects(context.api);
      const created = await objects.create(String(values[parent]), name, { description, everyoneEnabled });
      return setAccess(context, created, desired, {});
    },

    async read({ api, warn }, id, { inputs: declared, state }) {
      const project = await readIfPresent(api, id, getObjects(api).get(id), { kind: `${kind}s`, seenBy: "admins" });
      if (project === undefined) return undefined;
      const isImport = declared.name === undefined;
      const own = isImport ? importAccess(project) : readAccess(declared.access);
      const people = await comparePeople(api, getOrganizationId(id), own?.users ?? [], project.users, state);
      const text = explainPending(people, "the access");
      if (text !== undefined) warn(text);
      return observe(project, own, people);
    },

    async update(context, values: Values, { id, ...state }, changes: Changes<Values>) {
      const desired = declaration.parse(values);
      const { name, description = null, everyoneEnabled } = desired;
      const settings = {
        ...("name" in changes && { name }),
        ...("description" in changes && { description }),
        ...("everyoneEnabled" in changes && everyoneEnabled && { everyoneEnabled }),
      };
      const objects = getObjects(context.api);
      let project = await objects.get(id);
      // If this fails, nothing else has changed. A partial failure would forget the removal of a description.
      if (Object.keys(settings).length > 0) project = await objects.update(project, settings);
      return setAccess(context, project, desired, state, settings.everyoneEnabled === true);
    },

    async delete({ api }, { id }, { authorize }) {
      await authorize();
      const contents = await getObjects(api).listContents(id);
      if (contents.length > 0) {
        throw new UserError(
          `it contains ${contents.join(" and ")}, which would be lost. Move or delete them in Peridio, and run the command again. To keep everything and remove only the resource from the state, set the option \`retainOnDelete\`, run \`pulumi up\`, and then delete the resource.`,
        );
      }
      await getObjects(api).delete(id);
    },

    assess: assessPeople,

    async plan({ api }, plan) {
      if (plan.phase === "partial")
        return rejectExistingInPlan(plan, plan.desired[parent], (id) => getObjects(api).list(id));
      const { phase, desired, observed, changed } = plan;
      const parentId = String(desired[parent]);
      const organizationId = getOrganizationId(parentId);
      const { name, access } = declaration.parse(desired);
      if (observed !== undefined && changed.includes("name"))
        await rejectTakenName(getObjects(api).list(parentId), name, kind);
      if (access === undefined || !changed.includes("access")) return undefined;
      await rejectUnknownGroups(api, organizationId, access.groups ?? [], "access.groups");
      if (phase === "apply") return undefined;
      const people = await comparePeople(api, organizationId, access.users ?? [], [], observed ?? {});
      rejectOtherUsers(people, observed ?? {});
      const text = explainPending(people, "the access");
      return { unknown: ["pending", "userIds"], ...(text !== undefined && { warnings: [text] }) };
    },
  };
}

/** People and groups with a grant, as declared or as observed. */
interface Access {
  readonly users?: readonly string[] | undefined;
  readonly groups?: readonly string[] | undefined;
}

/** Returns the access in a declaration or in the state. Undefined if there is none. */
function readAccess(value: unknown): Access | undefined {
  return isRecord(value) ? { users: readList(value.users), groups: readList(value.groups) } : undefined;
}

/** Lists the members who have access to an open object neither by their role nor by a direct grant that stays. */
async function listDependents(api: Peridio, { id, users, groups }: Project, revoked: readonly User[]) {
  if (groups.length === 0) return [];
  const isRevoked = (user: User): boolean => revoked.some((one) => one.id === user.id);
  const granted = new Set(users.filter((user) => !isRevoked(user)).map((user) => user.id));
  const members = await api.roster.members(getOrganizationId(id));
  return members
    .filter(({ role, userId }) => !hasAdminRights(role) && !granted.has(userId))
    .map(({ userId, email }) => ({ id: userId, email }));
}

/** Lists the members of these groups who have no direct grant for the object. */
async function listGroupMembers(api: Peridio, { id, users }: Project, groups: readonly string[]) {
  const granted = new Set(users.map((user) => user.id));
  const found = await Promise.all(
    groups.map(async (group) => {
      const full = `${getOrganizationId(id)}/${asUuid(group)}`;
      return readIfPresent(api, full, api.groups.get(full), { kind: "groups", seenBy: "members" });
    }),
  );
  return found.flatMap((group) => group?.members ?? []).filter((user) => !granted.has(user.id));
}

/** @throws NotAppliedError if Peridio has not opened the object, or has not granted all declared access */
function rejectMissingAccess(project: Project, desired: DesiredAccess, people: ComparedPeople): void {
  const note = "The provider revoked no access.";
  rejectMissing(people, "access.users", note);
  const missing = (desired.access?.groups ?? []).filter((id) => !project.groups.includes(asUuid(id)));
  const failures = [
    ...(missing.length > 0 ? [{ path: "access.groups", reason: describeMissing(missing) }] : []),
    ...(desired.everyoneEnabled && !project.everyoneEnabled
      ? [{ path: "everyoneEnabled", reason: "is false instead of true" }]
      : []),
  ];
  if (failures.length > 0) throw new NotAppliedError(failures, note);
}

/** Returns the access that declares exactly the observed one. */
function importAccess({ users, groups }: Project): Access {
  return { users: users.map(({ email }) => email), groups: [...groups] };
}

/** Returns the shared properties for the state: with `access` if the program declares it, and groups in the declared spelling. */
function describeAccess(
  { name, description, everyoneEnabled, groups }: Project,
  declared: Access | undefined,
  people: ComparedPeople,
): AccessState {
  const spelled = new Map((declared?.groups ?? []).map((id) => [asUuid(id), id]));
  return {
    name,
    ...(description !== null && { description }),
    everyoneEnabled,
    ...(declared !== undefined && {
      access: { users: listAddresses(people), groups: groups.map((id) => spelled.get(id) ?? id) },
    }),
    ...describePeople(people),
  };
}

/** Returns access in which an absent list is an empty one. Order does not matter, and neither do repeated groups. */
function fillLists(value: unknown): unknown {
  const { users = [], groups = [] } = readAccess(value) ?? {};
  return isRecord(value) ? { users, groups: [...new Set(groups)] } : value;
}

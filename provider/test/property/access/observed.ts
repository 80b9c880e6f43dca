import { type Emulator, formatTimestamp, getInvitationStatus, getUserById } from "#emulator";
import { toName } from "../harness/addresses";
import { organizationName } from "./declarations";
import { readSecretObjects, type SecretObjects } from "./secrets/observed";

export interface Member {
  readonly name: string;
  readonly role: "admin" | "member";
}

export interface Invitation extends Member {
  readonly groupId: string | null;
}

interface Naming {
  readonly name: string;
  readonly description: string | null;
}

export interface Group extends Naming {
  /** User ids. */
  readonly members: ReadonlySet<string>;
}

/** A project or a cohort. */
export interface Restricted extends Naming {
  /** The id of a cohort's project. */
  readonly projectId: string | undefined;
  readonly everyoneEnabled: boolean;
  /** User ids. */
  readonly users: ReadonlySet<string>;
  /** Group ids. */
  readonly groups: ReadonlySet<string>;
}

/** The organization at one moment. */
export interface Snapshot {
  /** By user id. */
  readonly members: ReadonlyMap<string, Member>;
  /** The pending invitations by person. */
  readonly invitations: ReadonlyMap<string, Invitation>;
  /** By id. */
  readonly groups: ReadonlyMap<string, Group>;
  /** The projects and cohorts by id. */
  readonly objects: ReadonlyMap<string, Restricted>;
  readonly secrets: SecretObjects;
}

/** Reads the emulator. */
export function takeSnapshot({ state, now, control }: Emulator): Snapshot {
  const organization = control.getOrganization(organizationName);
  const { members, invitations, groups, projects } = organization;
  const time = formatTimestamp(now);
  const toRole = (role: string) => (role === "admin" ? "admin" : "member");
  const toObject = (object: (typeof projects)[number] | (typeof projects)[number]["cohorts"][number]) => ({
    name: object.name,
    description: object.description,
    everyoneEnabled: object.everyone_enabled,
    users: new Set(object.user_ids),
    groups: new Set(object.group_ids),
  });
  return {
    members: new Map(
      members.map(({ user_id, role }) => [
        user_id,
        { name: toName(getUserById(state, user_id).email), role: toRole(role) },
      ]),
    ),
    invitations: new Map(
      invitations
        .filter((invitation) => getInvitationStatus(invitation, time) === "pending")
        .map(({ email, role, group_id }) => {
          const name = toName(email);
          return [name, { name, role: toRole(role), groupId: group_id }];
        }),
    ),
    groups: new Map(
      groups.map(({ id, name, description, user_ids }) => [id, { name, description, members: new Set(user_ids) }]),
    ),
    objects: new Map(
      projects.flatMap((project): [string, Restricted][] => [
        [project.id, { ...toObject(project), projectId: undefined }],
        ...project.cohorts.map((cohort): [string, Restricted] => [
          cohort.id,
          { ...toObject(cohort), projectId: project.id },
        ]),
      ]),
    ),
    secrets: readSecretObjects(organization),
  };
}

/** Returns the reasons for which a member has access to an object. */
export function listPaths({ members, groups, objects }: Snapshot, userId: string, objectId: string): readonly string[] {
  const [member, object] = [members.get(userId), objects.get(objectId)];
  if (member === undefined || object === undefined) return [];
  return [
    ...(member.role === "admin" ? ["role"] : []),
    ...(object.everyoneEnabled ? ["everyone"] : []),
    ...(object.users.has(userId) ? ["user"] : []),
    ...[...object.groups].filter((id) => groups.get(id)?.members.has(userId)),
  ];
}

/** Describes everything in an organization by names. With `past`, each line also says if the object is new. */
export function describeSnapshot(
  { members, invitations, groups, objects, secrets }: Snapshot,
  past?: Snapshot,
): readonly string[] {
  const known = past && new Set([past.groups, past.objects, past.secrets].flatMap((all) => [...all.keys()]));
  const mark = (id: string) => known && (known.has(id) ? `${id.slice(0, 4)} ` : "new ");
  const toUser = (id: string) => members.get(id)?.name ?? id;
  const toGroup = (id: string) => groups.get(id)?.name ?? id;
  const list = (names: readonly string[]) => [...names].sort().join(", ");
  const title = (kind: string, id: string, { name, description }: Naming, place = "") =>
    `${mark(id) ?? ""}${kind} ${place}${name}${description === null ? "" : ` "${description}"`}`;
  return [
    ...[...members.values()].map(({ name, role }) => `member ${name}: ${role}`),
    ...[...invitations.values()].map(
      ({ name, role, groupId }) =>
        `invitation ${name}: ${role}${groupId === null ? "" : ` in group ${toGroup(groupId)}`}`,
    ),
    ...[...groups].map(([id, group]) => `${title("group", id, group)}: ${list([...group.members].map(toUser))}`),
    ...[...objects].map(([id, object]) => {
      const place = object.projectId === undefined ? "" : `${objects.get(object.projectId)?.name ?? ""}/`;
      const grants = [...[...object.users].map(toUser), ...[...object.groups].map((id) => `group ${toGroup(id)}`)];
      const access = list([...(object.everyoneEnabled ? ["everyone"] : []), ...grants]);
      return `${title("object", id, object, place)}: ${access}`;
    }),
    ...[...secrets].map(([id, { type, name, settings, cohortId }]) => {
      const cohort = cohortId === null ? undefined : objects.get(cohortId)?.name;
      return `${mark(id) ?? ""}${type} ${name} ${JSON.stringify(settings)}${cohort === undefined ? "" : ` in ${cohort}`}`;
    }),
  ].sort();
}

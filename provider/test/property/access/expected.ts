import { isRecord } from "#framework";
import type { Engine, Kept } from "../../support/engine";
import { toName } from "../harness/addresses";
import { cohortName, type Declarations, objectNames, toRemoteName } from "./declarations";
import type { Group, Restricted, Snapshot } from "./observed";
import { areSecretsImportable, expectSecrets } from "./secrets/expected";

type State = Engine["state"];

/** Returns the organization after an `up` with a state that contains all changes outside Pulumi. `replaced` names resources to replace. */
export function expectAfter(
  before: Snapshot,
  declarations: Declarations,
  { state, doomed }: Engine,
  replaced: ReadonlySet<string>,
): Snapshot {
  const updated = { ...before, ...expectPeople(before, declarations, state) };
  const groups = new Map([...before.groups, ...expectGroups(updated, declarations, state)]);
  const objects = new Map([...before.objects, ...expectObjects(updated, declarations, state)]);
  const cohort = declarations.objects[cohortName];
  const secrets = expectSecrets({
    before: before.secrets,
    declared: declarations.secrets,
    state,
    doomed: new Set(doomed.map(([, { id }]) => toUuid(id))),
    cohortId: cohort && findCohortId(state, cohort.project),
    replaced,
  });
  return withoutDeleted({ ...updated, groups, objects, secrets }, declarations, state, doomed);
}

/** Returns the id of an object in Peridio: the one in state, or a made-up id for a new object. */
function findId(state: State, name: string): string {
  const id = state.get(name)?.id;
  return id === undefined ? `new ${name}` : toUuid(id);
}

export function toUuid(id: string): string {
  return id.slice(id.lastIndexOf("/") + 1);
}

/** Returns the id of the cohort: a new one if it moves to another project. */
function findCohortId(state: State, project: string): string {
  const id = state.get(cohortName)?.id;
  const isSame = id !== undefined && state.get(project)?.id === id.slice(0, id.lastIndexOf("/"));
  return isSame ? findId(state, cohortName) : `new ${cohortName}`;
}

/** Returns the member that a resource declares by address: the one with the address, otherwise the one in state. */
function findMember({ members }: Snapshot, kept: Kept | undefined, person: string): string | undefined {
  const [holder] = [...members].find(([, { name }]) => name === person) ?? [];
  const known = listKnownUsers(kept).get(person);
  return holder ?? (known !== undefined && members.has(known) ? known : undefined);
}

/** Returns the user ids in the state of a resource, by person. */
function listKnownUsers(kept: Kept | undefined): ReadonlyMap<string, string> {
  const { userIds, email, userId } = kept?.outputs ?? {};
  const users = isRecord(userIds) ? userIds : typeof email === "string" ? { [email]: userId } : {};
  return new Map(
    Object.entries(users).flatMap(([one, id]) =>
      typeof id === "string" ? [[toName(one), id.slice("prn:1:user:".length)]] : [],
    ),
  );
}

function expectPeople(
  { members, invitations, ...rest }: Snapshot,
  declarations: Declarations,
  state: State,
): Pick<Snapshot, "members" | "invitations"> {
  const after = { ...rest, members: new Map(members), invitations: new Map(invitations) };
  for (const [name, { role, group }] of Object.entries(declarations.memberships)) {
    const userId = findMember(after, state.get(name), name);
    const member = userId === undefined ? undefined : members.get(userId);
    if (userId !== undefined && member !== undefined) after.members.set(userId, { ...member, role });
    else {
      // If the program has never declared a group, an invitation keeps its group.
      const isRemoved = state.get(name)?.inputs.groupId !== undefined;
      const former = isRemoved ? null : (invitations.get(name)?.groupId ?? null);
      const groupId = group === undefined ? former : findId(state, group);
      after.invitations.set(name, { name, role, groupId });
    }
  }
  return after;
}

function expectGroups(before: Snapshot, { groups }: Declarations, state: State): [string, Group][] {
  return Object.entries(groups).map(([name, declared]) => {
    const id = findId(state, name);
    const members =
      declared.members === undefined
        ? (before.groups.get(id)?.members ?? new Set<string>())
        : findAll(before, state.get(name), declared.members);
    const description = expectDescription(declared.description, state.get(name), before.groups.get(id));
    return [id, { name: toRemoteName(name, declared), description, members }];
  });
}

function expectObjects(before: Snapshot, { objects }: Declarations, state: State): [string, Restricted][] {
  return objectNames.flatMap((name): [string, Restricted][] => {
    const declared = objects[name];
    if (declared === undefined) return [];
    const id = name === cohortName ? findCohortId(state, declared.project) : findId(state, name);
    const kept = id.startsWith("new ") ? undefined : state.get(name);
    const { everyoneEnabled, access, project } = declared;
    const description = expectDescription(declared.description, kept, before.objects.get(id));
    const { users, groups } =
      access === undefined
        ? (before.objects.get(id) ?? { users: new Set<string>(), groups: new Set<string>() })
        : {
            users: findAll(before, kept, access.users),
            groups: new Set(access.groups.map((group) => findId(state, group))),
          };
    const projectId = name === cohortName ? findId(state, project) : undefined;
    return [[id, { name: toRemoteName(name, declared), description, projectId, everyoneEnabled, users, groups }]];
  });
}

/** Returns the description. If the program never declared one, the present description stays. */
function expectDescription(
  declared: string | undefined,
  kept: Kept | undefined,
  before: { readonly description: string | null } | undefined,
): string | null {
  const isManaged = kept?.inputs.description !== undefined;
  return declared ?? (isManaged ? null : (before?.description ?? null));
}

function findAll(snapshot: Snapshot, kept: Kept | undefined, people: readonly string[]): ReadonlySet<string> {
  return new Set(people.flatMap((person) => findMember(snapshot, kept, person) ?? []));
}

/** Removes the objects and people whose resources the program no longer declares, with their access. */
function withoutDeleted(after: Snapshot, declarations: Declarations, state: State, doomed: Engine["doomed"]): Snapshot {
  const { memberships, groups, objects } = declarations;
  const declared = new Set([memberships, groups, objects].flatMap((some) => Object.keys(some)));
  const cohort = objects[cohortName];
  const isMoved = cohort !== undefined && findCohortId(state, cohort.project) !== findId(state, cohortName);
  const deleted = [...state].filter(
    ([name, { type }]) => type !== "Organization" && (!declared.has(name) || (name === cohortName && isMoved)),
  );
  const ids = new Set([...deleted, ...doomed].map(([, { id }]) => toUuid(id)));
  const gone = deleted.flatMap(([name, kept]) => (kept.type === "Membership" ? [[name, kept] as const] : []));
  const users = new Set(gone.map(([name, kept]) => findMember(after, kept, name)));
  const revoked = new Set(gone.map(([name]) => name));
  const without = (set: ReadonlySet<string>) => new Set([...set].filter((id) => !users.has(id) && !ids.has(id)));
  return {
    ...after,
    members: new Map([...after.members].filter(([id]) => !users.has(id))),
    invitations: new Map(
      [...after.invitations]
        .filter(([name]) => !revoked.has(name))
        .map(([name, one]) => [name, ids.has(one.groupId ?? "") ? { ...one, groupId: null } : one]),
    ),
    groups: new Map(
      [...after.groups]
        .filter(([id]) => !ids.has(id))
        .map(([id, group]) => [id, { ...group, members: without(group.members) }]),
    ),
    objects: new Map(
      [...after.objects]
        .filter(([id, { projectId }]) => !ids.has(id) && !ids.has(projectId ?? ""))
        .map(([id, object]) => [id, { ...object, users: without(object.users), groups: without(object.groups) }]),
    ),
  };
}

/** Returns the people that the program declares somewhere, with the resource. */
export function* listDeclaredPeople({ groups, objects }: Declarations): Generator<readonly [string, string]> {
  for (const [name, { members = [] }] of Object.entries(groups)) for (const one of members) yield [name, one];
  for (const [name, { access }] of Object.entries(objects)) for (const one of access?.users ?? []) yield [name, one];
}

/** Reports whether an import into an empty stack tells everything that the program declares. */
export function isImportable(snapshot: Snapshot, declarations: Declarations, state: State): boolean {
  const { memberships, groups, objects } = declarations;
  const declared = [
    ...listDeclaredPeople(declarations),
    ...Object.keys(memberships).map((name) => [name, name] as const),
  ];
  // After an import, nothing links a former address to its user.
  const hasChangedAddress = declared.some(([resource, person]) => {
    const userId = findMember(snapshot, state.get(resource), person);
    return userId !== undefined && snapshot.members.get(userId)?.name !== person;
  });
  // An import reads a description that the program does not declare. The next `up` then removes it.
  const isDescribed = Object.entries({ ...groups, ...objects }).some(([name, { description }]) => {
    const id = findId(state, name);
    const live = snapshot.groups.get(id) ?? snapshot.objects.get(id);
    return description === undefined && (live?.description ?? null) !== null;
  });
  const { secrets } = declarations;
  return !hasChangedAddress && !isDescribed && areSecretsImportable(snapshot.secrets, secrets, state);
}

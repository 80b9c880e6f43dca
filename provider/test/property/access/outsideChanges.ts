import { ControlError } from "#emulator";
import { apiKey } from "../../support/world";
import { address } from "../people";
import {
  type GroupName,
  type Invitee,
  type ObjectName,
  organizationName,
  type Person,
  type Resident,
} from "./declarations";
import type { Restricted, Snapshot } from "./observed";
import type { Simulation } from "./simulation";

/** A change outside Pulumi. */
export interface OutsideChange {
  readonly text: string;
  /** True if only a refresh shows the change. */
  readonly isDrift: boolean;
  /** @throws ControlError if the emulator refuses the change */
  readonly apply: (target: Target) => unknown;
}

interface Target extends Pick<Simulation, "emulator" | "snapshot"> {
  /** Sends a request to the API as another client. The path is relative to the organization. */
  readonly send: (method: string, path: string, body?: object) => Promise<void>;
}

/** Applies a change, unless the organization does not allow it. */
export async function applyOutsideChange(
  simulation: Simulation,
  { text, isDrift, apply }: OutsideChange,
): Promise<void> {
  const { emulator, snapshot } = simulation;
  const { id } = emulator.control.getOrganization(organizationName);
  const headers = { authorization: `Bearer ${apiKey}`, "content-type": "application/json" };
  const send = async (method: string, path: string, body?: object): Promise<void> => {
    const url = `http://emulator/api/orgs/${id}/${path}`;
    const request = new Request(url, { method, headers, body: body === undefined ? null : JSON.stringify(body) });
    const response = await emulator.handle(request);
    if (!response.ok) throw new ControlError(response.status, await response.text());
  };
  try {
    await apply({ emulator, snapshot, send });
    simulation.recordOutsideChange(text, isDrift);
  } catch (error) {
    if (!(error instanceof ControlError)) throw error;
  }
}

const change = (text: string, apply: OutsideChange["apply"]): OutsideChange => ({ text, isDrift: true, apply });

export const personChanges = {
  accept: (name: Invitee): OutsideChange => ({
    text: `${name} accepts`,
    isDrift: true,
    apply: ({ emulator }) => {
      emulator.control.accept(address(name), organizationName);
    },
  }),
  leave: (name: Person) =>
    change(`${name} leaves`, ({ emulator }) => {
      emulator.control.leave(address(name), organizationName);
    }),
  join: (name: Resident) =>
    change(`${name} joins`, ({ emulator }) => {
      emulator.control.addMember(address(name), organizationName, "viewer");
    }),
  promote: (name: Person) =>
    change(`${name} becomes an admin`, ({ emulator }) =>
      emulator.control.setRole(address(name), organizationName, "admin"),
    ),
  demote: (name: Person) =>
    change(`${name} becomes a member`, ({ emulator }) =>
      emulator.control.setRole(address(name), organizationName, "viewer"),
    ),
  changeAddress: (name: Person) =>
    change(`${name} gets another address`, ({ emulator }) => {
      emulator.control.changeEmail(address(name), address(`former-${name}`));
    }),
};

export const groupChanges = {
  add: (group: GroupName, person: Person) =>
    change(`add ${person} to ${group}`, async ({ snapshot, send }) =>
      send("POST", `groups/${findGroup(snapshot, group)}/members`, { user_id: findUser(snapshot, person) }),
    ),
  remove: (group: GroupName, person: Person) =>
    change(`remove ${person} from ${group}`, async ({ snapshot, send }) =>
      send("DELETE", `groups/${findGroup(snapshot, group)}/members/${findUser(snapshot, person)}`),
    ),
  rename: (group: GroupName) =>
    change(`rename ${group}`, async ({ snapshot, send }) =>
      send("PUT", `groups/${findGroup(snapshot, group)}`, { name: `${group}-outside`, description: "changed" }),
    ),
  delete: (group: GroupName) =>
    change(`delete ${group}`, async ({ snapshot, send }) => send("DELETE", `groups/${findGroup(snapshot, group)}`)),
};

export const objectChanges = {
  rename: (name: ObjectName) =>
    change(`rename ${name}`, async ({ snapshot, send }) => {
      const [path, { projectId }] = findObject(snapshot, name);
      const settings = { name: `${name}-outside`, description: "changed" };
      return send("PUT", path, projectId === undefined ? { project: settings } : { cohort: settings });
    }),
  toggle: (name: ObjectName) =>
    change(`open or close ${name}`, async ({ snapshot, send }) => {
      const [path, { projectId, everyoneEnabled }] = findObject(snapshot, name);
      const settings = { everyone_enabled: !everyoneEnabled };
      return send("PUT", path, projectId === undefined ? { project: settings } : { cohort: settings });
    }),
  delete: (name: ObjectName) =>
    change(`delete ${name}`, async ({ snapshot, send }) => send("DELETE", findObject(snapshot, name)[0])),
};

export const grantChanges = {
  grantUser: (name: ObjectName, person: Person) =>
    change(`grant ${name} to ${person}`, async ({ snapshot, send }) =>
      send("POST", `${findObject(snapshot, name)[0]}/access/users`, { user_id: findUser(snapshot, person) }),
    ),
  revokeUser: (name: ObjectName, person: Person) =>
    change(`revoke ${name} from ${person}`, async ({ snapshot, send }) =>
      send("DELETE", `${findObject(snapshot, name)[0]}/access/users/${findUser(snapshot, person)}`),
    ),
};

export const groupGrantChanges = {
  grantGroup: (name: ObjectName, group: GroupName) =>
    change(`grant ${name} to ${group}`, async ({ snapshot, send }) =>
      send("POST", `${findObject(snapshot, name)[0]}/access/groups`, { group_id: findGroup(snapshot, group) }),
    ),
  revokeGroup: (name: ObjectName, group: GroupName) =>
    change(`revoke ${name} from ${group}`, async ({ snapshot, send }) =>
      send("DELETE", `${findObject(snapshot, name)[0]}/access/groups/${findGroup(snapshot, group)}`),
    ),
};

/** Creates objects that no program declares. */
export const addForeign = change("create another group and project", async ({ emulator, send }) => {
  const { control } = emulator;
  const group_id = control.addGroup("foreign", organizationName);
  const project = control.access.addProject("foreign", organizationName, { everyone_enabled: false });
  control.access.addCohort("foreign", project, organizationName);
  await send("POST", `projects/${project}/access/groups`, { group_id });
});

/** Adds a cohort that no program declares. */
export const addForeignCohort = (name: ObjectName): OutsideChange =>
  change(`create another cohort in ${name}`, ({ emulator, snapshot }) => {
    const [id] = find(snapshot.objects, name);
    emulator.control.access.addCohort("foreign", id, organizationName);
  });

function findUser({ members }: Snapshot, person: string): string {
  return find(members, person)[0];
}

function findGroup({ groups }: Snapshot, name: string): string {
  return find(groups, name)[0];
}

/** Returns the path of a project or cohort. */
function findObject({ objects }: Snapshot, name: string): [string, Restricted] {
  const [id, object] = find(objects, name);
  const { projectId } = object;
  return [projectId === undefined ? `projects/${id}` : `projects/${projectId}/cohorts/${id}`, object];
}

/** Finds an object by the start of its name, because it may have been renamed. */
function find<One extends { readonly name: string }>(all: ReadonlyMap<string, One>, name: string): [string, One] {
  const found = [...all].find(([, one]) => one.name.startsWith(name));
  if (found === undefined) throw new ControlError(404, `${name} does not exist.`);
  return found;
}

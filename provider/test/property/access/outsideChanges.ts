import fc from "fast-check";
import { ControlError, type Emulator } from "#emulator";
import { apiKey } from "../../support/world";
import { address } from "../harness/addresses";
import { changeOutside } from "../harness/commands";
import type { OutsideChange } from "../harness/outsideChange";
import { groupName, invitee, objectName, person, projectName } from "./arbitraries";
import type { Command } from "./commands";
import { organizationName, residents } from "./declarations";
import { type Restricted, type Snapshot, takeSnapshot } from "./observed";

interface Target {
  readonly control: Emulator["control"];
  readonly snapshot: Snapshot;
  /** Sends a request to the API as another client. The path is relative to the organization. */
  readonly send: (method: string, path: string, body?: object) => Promise<void>;
}

/** A change in the organization. */
export function change(
  text: string,
  apply: (target: Target) => unknown,
  more: Pick<OutsideChange, "isDrift"> = {},
): OutsideChange {
  return { text, ...more, apply: (emulator) => apply(toTarget(emulator)) };
}

function toTarget(emulator: Emulator): Target {
  const { id } = emulator.control.getOrganization(organizationName);
  const headers = { authorization: `Bearer ${apiKey}`, "content-type": "application/json" };
  const send = async (method: string, path: string, body?: object): Promise<void> => {
    const url = `http://emulator/api/orgs/${id}/${path}`;
    const request = new Request(url, { method, headers, body: body === undefined ? null : JSON.stringify(body) });
    const response = await emulator.handle(request);
    if (!response.ok) throw new ControlError(response.status, await response.text());
  };
  return { control: emulator.control, snapshot: takeSnapshot(emulator), send };
}

/** A change of a person. */
function drawPersonChange<Person extends string>(
  names: fc.Arbitrary<Person>,
  text: string,
  apply: (control: Emulator["control"], email: string, name: Person) => unknown,
): fc.Arbitrary<OutsideChange> {
  return names.map((name) => change(`${name} ${text}`, ({ control }) => apply(control, address(name), name)));
}

const acceptance = drawPersonChange(invitee, "accepts", (control, email) => {
  control.accept(email, organizationName);
});

const personChange = fc.oneof(
  drawPersonChange(person, "leaves", (control, email) => {
    control.leave(email, organizationName);
  }),
  drawPersonChange(person, "becomes an admin", (control, email) => control.setRole(email, organizationName, "admin")),
  drawPersonChange(person, "becomes a member", (control, email) => control.setRole(email, organizationName, "viewer")),
  drawPersonChange(person, "gets another address", (control, email, name) => {
    control.changeEmail(email, address(`former-${name}`));
  }),
);

const newMember = drawPersonChange(fc.constantFrom(...residents), "joins", (control, email) => {
  control.addMember(email, organizationName, "viewer");
});

const membersOfGroup = fc.tuple(fc.constantFrom("joins", "leaves"), groupName, person).map(([kind, group, who]) =>
  change(`${who} ${kind} ${group}`, async ({ snapshot, send }) => {
    const [path, user_id] = [`groups/${findId(snapshot.groups, group)}/members`, findId(snapshot.members, who)];
    return kind === "joins" ? send("POST", path, { user_id }) : send("DELETE", `${path}/${user_id}`);
  }),
);

const groupChange = fc.tuple(fc.constantFrom("rename", "delete"), groupName).map(([kind, group]) =>
  change(`${kind} ${group}`, async ({ snapshot, send }) => {
    const path = `groups/${findId(snapshot.groups, group)}`;
    if (kind === "delete") return send("DELETE", path);
    return send("PUT", path, { name: `${group}-outside`, description: "changed" });
  }),
);

const objectChange = fc.tuple(fc.constantFrom("rename", "open or close", "delete"), objectName).map(([kind, name]) =>
  change(`${kind} ${name}`, async ({ snapshot, send }) => {
    const [path, { projectId, everyoneEnabled }] = findObject(snapshot, name);
    if (kind === "delete") return send("DELETE", path);
    const settings =
      kind === "rename" ? { name: `${name}-outside`, description: "changed" } : { everyone_enabled: !everyoneEnabled };
    return send("PUT", path, projectId === undefined ? { project: settings } : { cohort: settings });
  }),
);

const grant = fc
  .tuple(
    fc.constantFrom("gets", "loses"),
    objectName,
    fc.oneof(
      person.map((name) => ["users", name] as const),
      groupName.map((name) => ["groups", name] as const),
    ),
  )
  .map(([kind, object, [list, name]]) =>
    change(`${name} ${kind} access to ${object}`, async ({ snapshot, send }) => {
      const path = `${findObject(snapshot, object)[0]}/access/${list}`;
      const id = findId(list === "users" ? snapshot.members : snapshot.groups, name);
      if (kind === "loses") return send("DELETE", `${path}/${id}`);
      return send("POST", path, list === "users" ? { user_id: id } : { group_id: id });
    }),
  );

/** Creates objects that no program declares. */
const foreignObjects = change("create another group and project", async ({ control, send }) => {
  const group_id = control.addGroup("foreign", organizationName);
  const project = control.access.addProject("foreign", organizationName, { everyone_enabled: false });
  control.access.addCohort("foreign", project, organizationName);
  await send("POST", `projects/${project}/access/groups`, { group_id });
});

/** Adds a cohort that no program declares. */
const foreignCohort = projectName.map((name) =>
  change(`create another cohort in ${name}`, ({ control, snapshot }) => {
    control.access.addCohort("foreign", findId(snapshot.objects, name), organizationName);
  }),
);

export const outsideChange: fc.Arbitrary<Command> = fc
  .oneof(
    { arbitrary: acceptance, weight: 6 },
    { arbitrary: personChange, weight: 5 },
    { arbitrary: newMember, weight: 2 },
    { arbitrary: membersOfGroup, weight: 5 },
    { arbitrary: groupChange, weight: 2 },
    { arbitrary: grant, weight: 8 },
    { arbitrary: objectChange, weight: 4 },
    { arbitrary: fc.oneof(fc.constant(foreignObjects), foreignCohort), weight: 1 },
  )
  .map(changeOutside);

/** Returns the path of a project or cohort. */
function findObject({ objects }: Snapshot, name: string): [string, Restricted] {
  const [id, object] = find(objects, name);
  const { projectId } = object;
  return [projectId === undefined ? `projects/${id}` : `projects/${projectId}/cohorts/${id}`, object];
}

function findId(all: ReadonlyMap<string, { readonly name: string }>, name: string): string {
  return find(all, name)[0];
}

/** Finds an object by the start of its name, because it may have been renamed. */
function find<One extends { readonly name: string }>(all: ReadonlyMap<string, One>, name: string): [string, One] {
  const found = [...all].find(([, one]) => one.name.startsWith(name));
  if (found === undefined) throw new ControlError(404, `${name} does not exist.`);
  return found;
}

import * as z from "zod";
import type { Cohorts, Projects } from "../client";
import type { Body, Fields } from "../contract";
import { data } from "../http/answer";
import type { Http } from "../http/http";
import { postOnce } from "../http/postOnce";
import { path } from "../http/request";
import type { ListedCohort, Project, ProjectSettings } from "../model";
import {
  acceptNotFound,
  createPageSchema,
  joinId,
  listedCohort,
  project,
  projectWithAccess,
  readList,
  splitId,
  toUuid,
  type Wire,
} from "./schemas";

const page = createPageSchema(project);
const allCohortsPage = createPageSchema(listedCohort);
const one = data(project);
const oneWithAccess = data(projectWithAccess);
const cohortPage = createPageSchema(
  z.object({ id: z.string(), device_count: z.number().nullish() } satisfies Fields<Wire["listed-cohort"]>),
);
const runtimeCount = z
  .object({
    data: z.array(z.unknown()),
    meta: z.object({ total: z.number().nullish() } satisfies Fields<Wire["page-meta"]>),
  })
  .transform(({ data, meta }) => meta.total ?? data.length);

/** The projects of an organization. */
export function projects(http: Http): Projects {
  const collection = (organizationId: string): string => path`/api/orgs/${toUuid(organizationId)}/projects`;
  const listContents = async (id: string): Promise<readonly string[]> => {
    const { parent, uuid } = splitId(id);
    const address = `${collection(parent)}${path`/${uuid}`}`;
    const [runtimes, devices] = await Promise.all([
      http.get(`${address}/runtimes?limit=1`, runtimeCount),
      countDevices(http, `${address}/cohorts`),
    ]);
    return [...describeCount(runtimes, "runtime"), ...describeCount(devices, "device")];
  };
  return accessControlled(http, { wrapper: "project", collection, listContents });
}

/** The cohorts of a project. */
export function cohorts(http: Http): Cohorts {
  const collection = (projectId: string): string => {
    const { parent, uuid } = splitId(projectId);
    return path`/api/orgs/${toUuid(parent)}/projects/${uuid}/cohorts`;
  };
  const listContents = async (id: string): Promise<readonly string[]> => {
    const { parent, uuid } = splitId(id);
    return describeCount(await countDevices(http, collection(parent), uuid), "device");
  };
  async function* listAll(organizationId: string): AsyncGenerator<ListedCohort, void, undefined> {
    const address = path`/api/orgs/${toUuid(organizationId)}/cohorts`;
    for await (const { id, projectId, ...rest } of readList(http, address, allCohortsPage, ({ id }) => id))
      yield { ...rest, id: joinId(joinId(organizationId, projectId), id) };
  }
  return { ...accessControlled(http, { wrapper: "cohort", collection, listContents }), listAll };
}

/** Counts the devices in the cohorts at a path, or in one of them. */
async function countDevices(http: Http, cohorts: string, only?: string): Promise<number> {
  let count = 0;
  for await (const { id, device_count } of readList(http, cohorts, cohortPage, ({ id }) => id))
    if (only === undefined || id === only) count += device_count ?? 0;
  return count;
}

function describeCount(count: number, noun: string): readonly string[] {
  return count === 0 ? [] : [`${count} ${noun}${count === 1 ? "" : "s"}`];
}

/** The differences between projects and cohorts. */
interface Kind extends Pick<Projects, "listContents"> {
  /** The property of a request that holds the object. */
  readonly wrapper: "project" | "cohort";
  /** Returns the path of a parent's objects. */
  readonly collection: (parentId: string) => string;
}

/** Objects with access by user and group. */
function accessControlled(http: Http, { wrapper, collection, listContents }: Kind): Projects {
  const address = (id: string): string => {
    const { parent, uuid } = splitId(id);
    return `${collection(parent)}${path`/${uuid}`}`;
  };
  const toBody = (settings: ProjectSettings) => ({ [wrapper]: toWire(settings) });

  async function* list(parentId: string, through = http) {
    const found = readList(through, collection(parentId), page, ({ id }) => id);
    for await (const { id, ...rest } of found) yield { ...rest, id: joinId(parentId, id) };
  }

  async function get(id: string, through = http): Promise<Project> {
    return { ...(await through.get(address(id), oneWithAccess)), id };
  }

  /** Grants access once. If the response is lost, reads the object before another attempt. */
  async function grant(
    id: string,
    list: "users" | "groups",
    body: object,
    isGranted: (project: Project) => boolean,
  ): Promise<Project> {
    const shared = http.withSharedDeadline();
    return postOnce<Project>(
      shared,
      async () => ({ ...(await shared.post(`${address(id)}/access/${list}`, body, oneWithAccess)), id }),
      async (http) => {
        const project = await get(id, http);
        return isGranted(project) ? project : undefined;
      },
    );
  }

  return {
    list,
    get: async (id) => get(id),
    reread: async (id) => get(id),

    create: async (parentId, name, settings) => {
      const shared = http.withSharedDeadline();
      return postOnce<Project>(
        shared,
        async () => {
          const { id, ...created } = await shared.post(collection(parentId), toBody({ name, ...settings }), one);
          http.noteCreated(address(joinId(parentId, id)));
          return { ...created, id: joinId(parentId, id), users: [], groups: [] };
        },
        async (http) => {
          for await (const found of list(parentId, http)) if (found.name === name) return get(found.id, http);
          return undefined;
        },
      );
    },

    update: async (project, settings) => ({
      ...project,
      ...(await http.put(address(project.id), toBody(settings), one)),
      id: project.id,
    }),

    addUser: async ({ id }, user) => {
      const body = { user_id: toUuid(user.id) } satisfies Body<Wire["user-reference"]>;
      return grant(id, "users", body, ({ users }) => users.some((one) => one.id === user.id));
    },

    removeUser: async (project, user) => {
      await http.delete(`${address(project.id)}${path`/access/users/${toUuid(user.id)}`}`).catch(acceptNotFound);
      return { ...project, users: project.users.filter(({ id }) => id !== user.id) };
    },

    addGroup: async ({ id }, groupId) => {
      const body = { group_id: groupId } satisfies Body<Wire["group-reference"]>;
      return grant(id, "groups", body, ({ groups }) => groups.includes(groupId));
    },

    removeGroup: async (project, groupId) => {
      await http.delete(`${address(project.id)}${path`/access/groups/${groupId}`}`).catch(acceptNotFound);
      return { ...project, groups: project.groups.filter((id) => id !== groupId) };
    },

    listContents,

    delete: async (id) => http.delete(address(id)).catch(acceptNotFound),
  };
}

/** An empty description stands for none, because a request cannot contain null. */
function toWire({ name, description, everyoneEnabled }: ProjectSettings) {
  return {
    ...(name !== undefined && { name }),
    ...(description !== undefined && { description: description ?? "" }),
    ...(everyoneEnabled !== undefined && { everyone_enabled: everyoneEnabled }),
  };
}

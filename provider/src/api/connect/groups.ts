import * as z from "zod";
import type { Backend } from "../client";
import type { Body } from "../contract";
import { data } from "../http/answer";
import type { Http } from "../http/http";
import { postOnce } from "../http/postOnce";
import { path } from "../http/request";
import type { Group, GroupSettings } from "../model";
import {
  acceptNotFound,
  createPageSchema,
  group,
  groupWithMembers,
  joinId,
  readList,
  splitId,
  toUuid,
} from "./schemas";
import type { Wire } from "./schemas";

const groupPage = createPageSchema(group);
const oneGroup = data(group);
const oneGroupWithMembers = data(groupWithMembers);

/** The groups of users of an organization. */
export function groups(http: Http): Backend["groups"] {
  const collection = (organizationId: string): string => path`/api/orgs/${toUuid(organizationId)}/groups`;
  const address = (id: string): string => {
    const { parent, uuid } = splitId(id);
    return `${collection(parent)}${path`/${uuid}`}`;
  };

  async function* list(organizationId: string, through = http) {
    const found = readList(through, collection(organizationId), groupPage, ({ id }) => id);
    for await (const { id, ...rest } of found) yield { ...rest, id: joinId(organizationId, id) };
  }

  async function get(id: string, through = http): Promise<Group> {
    return { ...(await through.get(address(id), oneGroupWithMembers)), id };
  }

  return {
    list,
    get: async (id) => get(id),
    reread: async (id) => get(id),

    create: async (organizationId, name, settings) => {
      const shared = http.withSharedDeadline();
      const body = { name, ...toBody(settings) } satisfies Body<Wire["create-group"]>;
      return postOnce<Group>(
        shared,
        async () => {
          const { id, ...created } = await shared.post(collection(organizationId), body, oneGroup);
          http.noteCreated(address(joinId(organizationId, id)));
          return { ...created, id: joinId(organizationId, id), members: [] };
        },
        async (http) => {
          for await (const found of list(organizationId, http)) if (found.name === name) return get(found.id, http);
          return undefined;
        },
      );
    },

    update: async (group, settings) => {
      const body = toBody(settings) satisfies Body<Wire["update-group"]>;
      return { ...group, ...(await http.put(address(group.id), body, oneGroup)), id: group.id };
    },

    addMember: async (group, user) => {
      const body = { user_id: toUuid(user.id) } satisfies Body<Wire["user-reference"]>;
      const shared = http.withSharedDeadline();
      return postOnce<Group>(
        shared,
        async () => {
          await shared.post(`${address(group.id)}/members`, body, z.unknown());
          return { ...group, members: [...group.members.filter(({ id }) => id !== user.id), user] };
        },
        async (http) => {
          const found = await get(group.id, http);
          return found.members.some(({ id }) => id === user.id) ? found : undefined;
        },
      );
    },

    removeMember: async (group, user) => {
      await http.delete(`${address(group.id)}${path`/members/${toUuid(user.id)}`}`).catch(acceptNotFound);
      return { ...group, members: group.members.filter(({ id }) => id !== user.id) };
    },

    delete: async (id) => http.delete(address(id)).catch(acceptNotFound),
  };
}

/** An empty description stands for none, because a request cannot contain null. */
function toBody({ name, description }: GroupSettings) {
  return {
    ...(name !== undefined && { name }),
    ...(description !== undefined && { description: description ?? "" }),
  };
}

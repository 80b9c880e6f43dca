import * as z from "zod";
import { postOnce, path } from "#framework/http";
import type { User } from "../model";
import type { Body } from "../contract";
import type { Objects } from "./collection";
import { acceptNotFound, type Identified, toUuid, type Wire } from "./schemas";

/** The users or the groups of an object. One request adds one entry, and another one removes it. */
interface GrantEntries<One, Entry> {
  /** The path of the entries, below the object's. */
  readonly path: string;
  readonly getEntries: (object: One) => readonly Entry[];
  readonly replaceEntries: (object: One, entries: readonly Entry[]) => One;
  /** The response to an addition, if it contains the object. */
  readonly answer?: z.ZodType<One>;
}

/** The requests that add and remove one entry. A write returns the object after the change. */
interface GrantOperations<One, Entry> {
  readonly add: (object: One, entry: Entry) => Promise<One>;
  /** Succeeds if there is no such entry. */
  readonly remove: (object: One, entry: Entry) => Promise<One>;
}

/** Returns the requests for entries that are users. */
export function grantUsers<Listed extends Identified, One extends Listed, Settings>(
  objects: Objects<Listed, One, Settings>,
  grants: GrantEntries<One, User>,
): GrantOperations<One, User> {
  const toBody = (uuid: string) => ({ user_id: uuid }) satisfies Body<Wire["user-reference"]>;
  return grant(objects, grants, toBody, ({ id }) => toUuid(id));
}

/** Returns the requests for entries that are groups, each identified by its UUID. */
export function grantGroups<Listed extends Identified, One extends Listed, Settings>(
  objects: Objects<Listed, One, Settings>,
  grants: GrantEntries<One, string>,
): GrantOperations<One, string> {
  const toBody = (uuid: string) => ({ group_id: uuid }) satisfies Body<Wire["group-reference"]>;
  return grant(objects, grants, toBody, (uuid) => uuid);
}

function grant<Listed extends Identified, One extends Listed, Settings, Entry>(
  objects: Objects<Listed, One, Settings>,
  { path: below, getEntries, replaceEntries, answer }: GrantEntries<One, Entry>,
  toBody: (uuid: string) => object,
  getUuid: (entry: Entry) => string,
): GrantOperations<One, Entry> {
  const { requests, http } = objects;
  const getPath = (id: string): string => `${requests.getObjectPath(id)}/${below}`;
  const listOthers = (object: One, uuid: string): readonly Entry[] =>
    getEntries(object).filter((entry) => getUuid(entry) !== uuid);

  /** Adds the entry once. If the response is lost, reads the object before another attempt. */
  async function add(object: One, entry: Entry): Promise<One> {
    const uuid = getUuid(entry);
    const shared = http.withSharedDeadline();
    const post = async <T>(schema: z.ZodType<T>): Promise<T> => shared.post(getPath(object.id), toBody(uuid), schema);
    return postOnce<One>(
      shared,
      async () => {
        if (answer !== undefined) return { ...(await post(answer)), id: object.id };
        await post(z.unknown());
        return replaceEntries(object, [...listOthers(object, uuid), entry]);
      },
      async (http) => {
        const found = await requests.get(http, object.id);
        return getEntries(found).some((one) => getUuid(one) === uuid) ? found : undefined;
      },
    );
  }

  async function remove(object: One, entry: Entry): Promise<One> {
    const uuid = getUuid(entry);
    await http.delete(`${getPath(object.id)}${path`/${uuid}`}`).catch(acceptNotFound);
    return replaceEntries(object, listOthers(object, uuid));
  }

  return {
    add: async (object, entry) => objects.recordChange(object.id, add(object, entry)),
    remove: async (object, entry) => objects.recordChange(object.id, remove(object, entry)),
  };
}

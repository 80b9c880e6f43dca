import * as z from "zod";
import type { Body, Fields } from "../contract";
import type { User } from "../model";
import { collection, createNamedOperations } from "./collection";
import { grantUsers } from "./grants";
import { id, member, optionalText, replaceNull, type Wire } from "./schemas";

const fields = {
  id,
  name: z.string(),
  /** Null for none. */
  description: optionalText,
} satisfies Fields<Wire["group"]>;

const listedGroup = z.object(fields);

const group = z.object({
  ...fields,
  members: z.array(member.transform(({ userId, email }): User => ({ id: userId, email }))).readonly(),
} satisfies Fields<Wire["group-with-members"]>);

/** A group of users with its members. */
export type Group = Readonly<z.output<typeof group>>;

/** The settings of a group. `null` clears a value, and an omitted value stays. */
export interface GroupSettings {
  readonly name?: string | undefined;
  readonly description?: string | null | undefined;
}

export const groups = collection(
  {
    feature: "groups",
    absence: "The provider manages no groups with Peridio's Admin API",
    kind: "group",
    parent: "organization",
    path: "groups",
    schemaInList: listedGroup,
    schemaAlone: group,
    toBody: ({ name, description }: GroupSettings): Body<Wire["update-group"]> => ({
      name,
      description: replaceNull(description, ""),
    }),
  },
  (objects) => {
    const grants = grantUsers(objects, {
      path: "members",
      getEntries: ({ members }) => members,
      replaceEntries: (one, members) => ({ ...one, members }),
    });
    return {
      ...createNamedOperations(objects, (created) => ({ ...created, members: [] })),
      addMember: grants.add,
      /** Succeeds if the user is not in the group. */
      removeMember: grants.remove,
    };
  },
);

import fc from "fast-check";
import { groupName, objectName, person } from "./arbitraries";
import { type Command, edit } from "./commands";
import { type Declarations, groupNames, type ObjectDeclaration } from "./declarations";

/** Changes of a declared project or cohort that keep most access. */
const objectEdits: Readonly<
  Record<string, (object: ObjectDeclaration, declarations: Declarations) => ObjectDeclaration>
> = {
  "give directly the access of groups": (object, { groups }) => {
    const people = object.access?.groups.flatMap((name) => groups[name]?.members ?? []) ?? [];
    return { ...object, access: { users: [...new Set([...(object.access?.users ?? []), ...people])], groups: [] } };
  },
  "give access to all groups only": (object, { groups }) => ({
    ...object,
    access: { users: [], groups: groupNames.filter((name) => groups[name] !== undefined) },
  }),
  "exchange the groups": ({ access: { users, groups } = { users: [], groups: [] }, ...object }) => ({
    ...object,
    access: { users, groups: groupNames.filter((name) => !groups.includes(name)) },
  }),
  "open or close": (object) => ({ ...object, everyoneEnabled: !object.everyoneEnabled }),
  "stop managing the access": (object) => ({ ...object, access: undefined }),
  "remove the description": (object) => ({ ...object, description: undefined }),
};

const objectEdit = fc
  .tuple(objectName, fc.constantFrom(...Object.entries(objectEdits)))
  .map(([name, [text, change]]) => edit("objects", name, text, change));

/** Adds a person to a declared group, or removes the person. */
const toggle = fc.tuple(groupName, person).map(([name, who]) =>
  edit("groups", name, `add or remove ${who}`, (group) => {
    const { members = [] } = group;
    return { ...group, members: members.includes(who) ? members.filter((one) => one !== who) : [...members, who] };
  }),
);

export const change: fc.Arbitrary<Command> = fc.oneof(
  { arbitrary: objectEdit, weight: 3 },
  { arbitrary: toggle, weight: 1 },
);

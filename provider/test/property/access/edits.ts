import {
  type AccessDeclaration,
  type Declarations,
  type GroupName,
  groupNames,
  type ObjectDeclaration,
  type ObjectName,
  type Person,
} from "./declarations";

/** Changes of a declared project or cohort that keep most access. */
const objectEdits = {
  "give directly the access of groups": (object, { groups }) => {
    const people = object.access?.groups.flatMap((name) => groups[name]?.members ?? []) ?? [];
    return withAccess(object, { users: [...new Set([...(object.access?.users ?? []), ...people])], groups: [] });
  },
  "give access to all groups only": (object, { groups }) =>
    withAccess(object, { users: [], groups: groupNames.filter((name) => groups[name] !== undefined) }),
  "exchange the groups": (object) =>
    withAccess(object, {
      users: object.access?.users ?? [],
      groups: groupNames.filter((name) => object.access?.groups.includes(name) !== true),
    }),
  "open or close": (object) => ({ ...object, everyoneEnabled: !object.everyoneEnabled }),
  "stop managing the access": (object) => ({ ...object, access: undefined }),
  "remove the description": (object) => ({ ...object, description: undefined }),
} satisfies Readonly<Record<string, (object: ObjectDeclaration, declarations: Declarations) => ObjectDeclaration>>;

export type ObjectEdit = keyof typeof objectEdits;

function withAccess(object: ObjectDeclaration, access: AccessDeclaration): ObjectDeclaration {
  return { ...object, access };
}

/** Returns undefined for an object that the program does not declare. */
export function editObject(declarations: Declarations, name: ObjectName, edit: ObjectEdit): Declarations | undefined {
  const { objects } = declarations;
  const object = objects[name];
  if (object === undefined) return undefined;
  return { ...declarations, objects: { ...objects, [name]: objectEdits[edit](object, declarations) } };
}

/** Adds a person to a declared group, or removes the person. */
export function toggleMember(declarations: Declarations, name: GroupName, person: Person): Declarations | undefined {
  const { groups } = declarations;
  const group = groups[name];
  if (group === undefined) return undefined;
  const others = group.members?.filter((one) => one !== person) ?? [];
  const members = others.length === (group.members?.length ?? 0) ? [...others, person] : others;
  return { ...declarations, groups: { ...groups, [name]: { ...group, members } } };
}

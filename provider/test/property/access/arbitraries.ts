import fc from "fast-check";
import { type Command, declare } from "./commands";
import {
  type AccessDeclaration,
  type GroupDeclaration,
  groupNames,
  invitees,
  type MembershipDeclaration,
  type ObjectDeclaration,
  objectNames,
  people,
  projectNames,
} from "./declarations";

// Mostly the same people and objects, so that commands affect each other.
export const person = fc.constantFrom(...people, "bob");
export const invitee = fc.constantFrom(...invitees);
export const groupName = fc.constantFrom(...groupNames, "field");
export const projectName = fc.constantFrom(...projectNames, "firmware");
export const objectName = fc.constantFrom(...objectNames, "firmware");
/** True in one of four cases. */
const sometimes = fc.constantFrom(false, false, false, true);
const description = fc.option(fc.constantFrom("first", "second"), { nil: undefined });
const somePeople = fc.uniqueArray(person, { maxLength: 3 });

const group: fc.Arbitrary<GroupDeclaration> = fc.record({
  isRenamed: sometimes,
  description,
  members: fc.option(somePeople, { nil: undefined, freq: 6 }),
});

const access: fc.Arbitrary<AccessDeclaration> = fc.record({
  users: somePeople,
  groups: fc.uniqueArray(groupName, { maxLength: 2 }),
});

export const object: fc.Arbitrary<ObjectDeclaration> = fc.record({
  isRenamed: sometimes,
  description,
  everyoneEnabled: sometimes,
  access: fc.option(access, { nil: undefined, freq: 8 }),
  project: projectName,
});

const membership: fc.Arbitrary<MembershipDeclaration> = fc.record({
  role: fc.constantFrom("member", "member", "admin"),
  group: fc.option(groupName, { nil: undefined }),
});

/** A declaration, or none in one of eight cases. */
export const mostly = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: undefined, freq: 8 });

export const declaration: fc.Arbitrary<Command> = fc.oneof(
  { arbitrary: fc.tuple(groupName, mostly(group)).map(([name, one]) => declare("groups", name, one)), weight: 4 },
  { arbitrary: fc.tuple(objectName, mostly(object)).map(([name, one]) => declare("objects", name, one)), weight: 5 },
  {
    arbitrary: fc.tuple(invitee, mostly(membership)).map(([name, one]) => declare("memberships", name, one)),
    weight: 2,
  },
);

/** Commands that declare most groups, people, projects and the cohort. */
export const foundation: fc.Arbitrary<readonly Command[]> = fc
  .tuple(
    ...groupNames.map((name) => mostly(group).map((one) => declare("groups", name, one))),
    ...invitees.map((name) => mostly(membership).map((one) => declare("memberships", name, one))),
    ...objectNames.map((name) => mostly(object).map((one) => declare("objects", name, one))),
  )
  .map((declarations) => declarations);

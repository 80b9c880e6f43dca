import fc from "fast-check";
import { type Command, declareGroup, declareMembership, declareObject, edit, toggle } from "./commands";
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
  residents,
} from "./declarations";
import type { ObjectEdit } from "./edits";
import {
  addForeign,
  addForeignCohort,
  grantChanges,
  groupChanges,
  groupGrantChanges,
  objectChanges,
  type OutsideChange,
  personChanges,
} from "./outsideChanges";

// Mostly the same people and objects, so that commands affect each other.
const person = fc.constantFrom(...people, "bob");
const invitee = fc.constantFrom(...invitees);
const groupName = fc.constantFrom(...groupNames, "field");
const projectName = fc.constantFrom(...projectNames, "firmware");
const objectName = fc.constantFrom(...objectNames, "firmware");
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
  { arbitrary: fc.tuple(groupName, mostly(group)).map(([name, one]) => declareGroup(name, one)), weight: 4 },
  { arbitrary: fc.tuple(objectName, mostly(object)).map(([name, one]) => declareObject(name, one)), weight: 5 },
  {
    arbitrary: fc.tuple(invitee, mostly(membership)).map(([name, one]) => declareMembership(name, one)),
    weight: 2,
  },
);

export const change: fc.Arbitrary<Command> = fc.oneof(
  {
    arbitrary: fc
      .tuple(
        objectName,
        fc.constantFrom<ObjectEdit[]>(
          "give directly the access of groups",
          "give access to all groups only",
          "exchange the groups",
          "open or close",
          "stop managing the access",
          "remove the description",
        ),
      )
      .map(([name, kind]) => edit(name, kind)),
    weight: 3,
  },
  { arbitrary: fc.tuple(groupName, person).map(([name, who]) => toggle(name, who)), weight: 1 },
);

export const outsideChange: fc.Arbitrary<OutsideChange> = fc.oneof(
  { arbitrary: invitee.map(personChanges.accept), weight: 6 },
  {
    arbitrary: fc
      .tuple(fc.constantFrom("leave", "promote", "demote", "changeAddress"), person)
      .map(([kind, who]) => personChanges[kind](who)),
    weight: 5,
  },
  { arbitrary: fc.constantFrom(...residents).map(personChanges.join), weight: 2 },
  {
    arbitrary: fc
      .tuple(fc.constantFrom("add", "remove"), groupName, person)
      .map(([kind, name, who]) => groupChanges[kind](name, who)),
    weight: 5,
  },
  {
    arbitrary: fc.tuple(fc.constantFrom("rename", "delete"), groupName).map(([kind, name]) => groupChanges[kind](name)),
    weight: 2,
  },
  {
    arbitrary: fc
      .tuple(fc.constantFrom("grantUser", "revokeUser"), objectName, person)
      .map(([kind, name, who]) => grantChanges[kind](name, who)),
    weight: 4,
  },
  {
    arbitrary: fc
      .tuple(fc.constantFrom("grantGroup", "revokeGroup"), objectName, groupName)
      .map(([kind, name, which]) => groupGrantChanges[kind](name, which)),
    weight: 4,
  },
  {
    arbitrary: fc
      .tuple(fc.constantFrom("rename", "toggle", "delete"), objectName)
      .map(([kind, name]) => objectChanges[kind](name)),
    weight: 4,
  },
  { arbitrary: fc.oneof(fc.constant(addForeign), projectName.map(addForeignCohort)), weight: 1 },
);

/** Commands that declare most groups, people, projects and the cohort. */
export const foundation: fc.Arbitrary<readonly Command[]> = fc
  .tuple(
    ...groupNames.map((name) => mostly(group).map((one) => declareGroup(name, one))),
    ...invitees.map((name) => mostly(membership).map((one) => declareMembership(name, one))),
    ...objectNames.map((name) => mostly(object).map((one) => declareObject(name, one))),
  )
  .map((declarations) => declarations);

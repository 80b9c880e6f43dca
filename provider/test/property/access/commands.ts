import fc, { type AsyncCommand } from "fast-check";
import type { Answer, Fault, FaultEffect } from "../proxy";
import { describeFault } from "../proxy";
import {
  type AccessDeclaration,
  type Declarations,
  describeGroup,
  describeMembership,
  describeObject,
  type GroupDeclaration,
  type GroupName,
  groupNames,
  invitees,
  type Invitee,
  type MembershipDeclaration,
  type ObjectDeclaration,
  type ObjectName,
  objectNames,
  people,
  type Person,
  projectNames,
  residents,
} from "./declarations";
import { editObject, type ObjectEdit, toggleMember } from "./edits";
import {
  addForeign,
  addForeignCohort,
  applyOutsideChange,
  grantChanges,
  groupChanges,
  groupGrantChanges,
  objectChanges,
  type OutsideChange,
  personChanges,
} from "./outsideChanges";
import type { Simulation } from "./simulation";

/** One event of a history. fast-check requires a model, and the simulation contains it. */
export type Command = AsyncCommand<object, Simulation>;

function command(text: string, run: (simulation: Simulation) => unknown): Command {
  return {
    check: () => true,
    run: async (_model, simulation) => {
      await run(simulation);
    },
    toString: () => text,
  };
}

/** Declares a resource, or removes its declaration. */
function declare(change: (declarations: Declarations) => Declarations, text: string): Command {
  return command(text, (simulation) => {
    simulation.declare(change, text);
  });
}

function declareGroup(name: GroupName, declared: GroupDeclaration | undefined): Command {
  const text = declared === undefined ? `omit ${name}` : `declare ${describeGroup(name, declared)}`;
  return declare(({ groups, ...rest }) => ({ ...rest, groups: withEntry(groups, name, declared) }), text);
}

export function declareObject(name: ObjectName, declared: ObjectDeclaration | undefined): Command {
  const text = declared === undefined ? `omit ${name}` : `declare ${describeObject(name, declared)}`;
  return declare(({ objects, ...rest }) => ({ ...rest, objects: withEntry(objects, name, declared) }), text);
}

function declareMembership(name: Invitee, declared: MembershipDeclaration | undefined): Command {
  const text = declared === undefined ? `omit ${name}` : `declare ${describeMembership(name, declared)}`;
  return declare(
    ({ memberships, ...rest }) => ({ ...rest, memberships: withEntry(memberships, name, declared) }),
    text,
  );
}

export function edit(name: ObjectName, kind: ObjectEdit): Command {
  return declare((declarations) => editObject(declarations, name, kind), `in ${name}: ${kind}`);
}

function toggle(name: GroupName, who: Person): Command {
  return declare((declarations) => toggleMember(declarations, name, who), `add ${who} to ${name}, or remove ${who}`);
}

/** Replaces an entry of a record, or removes it. */
function withEntry<Value>(
  all: Readonly<Record<string, Value | undefined>>,
  name: string,
  value: Value | undefined,
): Readonly<Record<string, Value>> {
  return Object.fromEntries(
    Object.entries({ ...all, [name]: value }).flatMap(([key, one]) => (one === undefined ? [] : [[key, one]])),
  );
}

/** `pulumi up`: with a refresh if something has changed outside Pulumi, unless `isBlind` is true. */
export function up(faults: readonly Fault[] = [], isBlind = false): Command {
  const text = [isBlind ? "up without a refresh" : "up", ...faults.map(describeFault)].join("; ");
  return command(text, async (simulation) => {
    if (simulation.hasDrift && !isBlind) await simulation.refresh();
    await simulation.up(faults);
  });
}

function refresh(): Command {
  return command("refresh", (simulation) => simulation.refresh());
}

function changeOutside(change: OutsideChange): Command {
  return command(`outside Pulumi: ${change.text}`, (simulation) => applyOutsideChange(simulation, change));
}

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

const object: fc.Arbitrary<ObjectDeclaration> = fc.record({
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
const mostly = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: undefined, freq: 8 });

const declaration: fc.Arbitrary<Command> = fc.oneof(
  { arbitrary: fc.tuple(groupName, mostly(group)).map(([name, one]) => declareGroup(name, one)), weight: 4 },
  { arbitrary: fc.tuple(objectName, mostly(object)).map(([name, one]) => declareObject(name, one)), weight: 5 },
  {
    arbitrary: fc.tuple(invitee, mostly(membership)).map(([name, one]) => declareMembership(name, one)),
    weight: 2,
  },
);

const change: fc.Arbitrary<Command> = fc.oneof(
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

const outsideChange: fc.Arbitrary<OutsideChange> = fc.oneof(
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

const kind = fc.constant("answer");
const interruption: fc.Arbitrary<Answer> = fc.constantFrom("drop", "500", "503", "html");
const rejection: fc.Arbitrary<Answer> = fc.constantFrom("403", "409", "422", "429 Retry-After 1");
/** Once, or more often than the provider tries. */
const times = fc.constantFrom(1, 4);
const when = fc.constantFrom("before", "after");

const effect: fc.Arbitrary<FaultEffect> = fc.oneof(
  { arbitrary: fc.record({ kind, answer: interruption, when, times }), weight: 12 },
  { arbitrary: fc.record({ kind, answer: rejection, when: fc.constant("before"), times }), weight: 8 },
  { arbitrary: fc.record({ kind: fc.constant("kill"), when }), weight: 2 },
  { arbitrary: fc.record({ kind: fc.constant("Ctrl-C") }), weight: 2 },
);

const fault: fc.Arbitrary<Fault> = fc.oneof(
  {
    arbitrary: fc.record({ on: fc.constant("write"), at: fc.constantFrom(1, 1, 1, 2, 2, 3, 4, 6), effect }),
    weight: 3,
  },
  // The first read asks for the API key's user.
  { arbitrary: fc.record({ on: fc.constant("read"), at: fc.integer({ min: 2, max: 8 }), effect }), weight: 1 },
);

const faults = fc.oneof(
  { arbitrary: fc.constant([]), weight: 1 },
  { arbitrary: fc.array(fault, { minLength: 1, maxLength: 2 }), weight: 1 },
);

const operation: fc.Arbitrary<Command> = fc.oneof(
  { arbitrary: faults.map((some) => up(some)), weight: 8 },
  { arbitrary: faults.map((some) => up(some, true)), weight: 1 },
  { arbitrary: fc.constant(refresh()), weight: 1 },
);

/** Commands that declare most resources, and apply the program. */
const foundation: fc.Arbitrary<readonly Command[]> = fc
  .tuple(
    ...groupNames.map((name) => mostly(group).map((one) => declareGroup(name, one))),
    ...invitees.map((name) => mostly(membership).map((one) => declareMembership(name, one))),
    ...objectNames.map((name) => mostly(object).map((one) => declareObject(name, one))),
  )
  .map((declarations) => [...declarations, up()]);

/** A history of at most 30 commands after a first program. `replayPath` names the commands of one history to run again. */
export function drawHistory(replayPath?: string): fc.Arbitrary<readonly [readonly Command[], Iterable<Command>]> {
  const any = fc.oneof(
    { arbitrary: declaration, weight: 5 },
    { arbitrary: change, weight: 6 },
    { arbitrary: operation, weight: 7 },
    { arbitrary: outsideChange.map(changeOutside), weight: 4 },
  );
  const commands = fc.commands<object, Simulation, false>([any], {
    maxCommands: 30,
    size: "max",
    ...(replayPath !== undefined && { replayPath }),
  });
  return fc.tuple(foundation, commands);
}

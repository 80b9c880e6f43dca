import fc from "fast-check";
import type { Role } from "#emulator";
import {
  changeOutside,
  combine,
  type Command,
  declare,
  destroy,
  downgradeState,
  forgetOrganizations,
  editDeclaration,
  preview,
  refreshState,
  reimport,
  tamper,
  up,
  wait,
} from "./commands";
import { drawDeclaration, type HistoryOptions, rarely } from "./declarationArbitraries";
import { type OrganizationName, organizations } from "./declarations";
import type { Edit, Model } from "./model";
import { blockers } from "./observed";
import {
  acceptAll,
  type OutsideChange,
  personChanges,
  requireTwoFactor,
  roleChanges,
  setBlocker,
  setFreeSeats,
  setSessionTimeout,
} from "./outsideChanges";
import { names } from "./people";
import type { Answer, Fault, FaultEffect } from "./proxy";
import type { Wire } from "../support/engine";
import type { RunOptions, Selection, Simulation } from "./simulation";

const role: fc.Arbitrary<Role> = fc.constantFrom("viewer", "developer", "manager", "admin");
const name = fc.constantFrom(...names);
/** Mostly the same organization, so that commands affect each other. */
const organization = fc.constantFrom(...organizations, "dev", "dev");

function drawBlocker(...counts: [number, ...number[]]): fc.Arbitrary<OutsideChange> {
  return fc
    .tuple(fc.constantFrom(...blockers), fc.constantFrom(...counts))
    .map(([blocker, count]) => setBlocker(blocker, count));
}

function drawPersonChange(...kinds: (keyof typeof personChanges)[]): fc.Arbitrary<OutsideChange> {
  return fc.tuple(fc.constantFrom(...kinds), name).map(([kind, who]) => personChanges[kind](who));
}

function drawRoleChange(...kinds: (keyof typeof roleChanges)[]): fc.Arbitrary<OutsideChange> {
  return fc.tuple(fc.constantFrom(...kinds), name, role).map(([kind, who, as]) => roleChanges[kind](who, as));
}

const outsideChange: fc.Arbitrary<OutsideChange> = fc.oneof(
  { arbitrary: fc.constantFrom(acceptAll, ...names.map(personChanges.accept)), weight: 8 },
  {
    arbitrary: drawPersonChange("leave", "remove", "revoke", "changeAddress", "takeOwnership", "grantOwnership"),
    weight: 5,
  },
  { arbitrary: drawRoleChange("inviteAsCaller", "inviteAsOther"), weight: 2 },
  { arbitrary: drawRoleChange("add", "setRole", "replaceUser"), weight: 5 },
  { arbitrary: fc.constantFrom(0, 1, 2, 40).map(setFreeSeats), weight: 3 },
  { arbitrary: drawBlocker(1, 2, 0), weight: 3 },
  { arbitrary: fc.boolean().map(requireTwoFactor), weight: 1 },
  { arbitrary: fc.constant(setSessionTimeout(3600)), weight: 1 },
);

const interruption: fc.Arbitrary<Answer> = fc.constantFrom("drop", "500", "503", "html");
const refusal: fc.Arbitrary<Answer> = fc.constantFrom("403", "429", "429 Retry-After 0", "429 Retry-After 1");
const when = fc.constantFrom("before", "after");
const before = fc.constant("before");
const kind = fc.constant("answer");
/** Once, or more often than the provider tries. */
const times = fc.constantFrom(1, 4);

const faultEffect: fc.Arbitrary<FaultEffect> = fc.oneof(
  { arbitrary: fc.record({ kind, answer: interruption, when, times }), weight: 15 },
  { arbitrary: fc.record({ kind, answer: refusal, when: before, times }), weight: 9 },
  { arbitrary: fc.record({ kind: fc.constant("kill"), when }), weight: 8 },
  { arbitrary: fc.record({ kind: fc.constant("Ctrl-C") }), weight: 4 },
  {
    arbitrary: fc.record({
      kind: fc.constant("outside change"),
      organization,
      change: fc.oneof(
        { arbitrary: drawPersonChange("accept", "leave"), weight: 5 },
        { arbitrary: drawBlocker(0, 1), weight: 1 },
      ),
    }),
    weight: 8,
  },
);

/** A failed read. The first read asks for the API key's user, and precedes all others. */
const readFault: fc.Arbitrary<Fault> = fc.record({
  on: fc.constant("read"),
  at: fc.constantFrom(2, 3, 4, 5),
  effect: fc.record({
    kind,
    answer: fc.oneof(interruption, refusal),
    when: before,
    times: fc.constantFrom(4, 4, 1),
  }),
});

const fault: fc.Arbitrary<Fault> = fc.oneof(
  {
    arbitrary: fc.record({ on: fc.constant("write"), at: fc.integer({ min: 1, max: 3 }), effect: faultEffect }),
    weight: 4,
  },
  { arbitrary: readFault, weight: 2 },
  {
    arbitrary: fc.record({ on: fc.constant("read"), at: fc.integer({ min: 1, max: 5 }), effect: faultEffect }),
    weight: 1,
  },
);

const replace = fc.oneof(
  { arbitrary: fc.constant([]), weight: 6 },
  { arbitrary: fc.constantFrom(["a"], ["b"], ["dev-people"], ["dev-policy"]), weight: 1 },
);

const selection = fc.oneof<fc.MaybeWeightedArbitrary<Selection | "all">[]>(
  { arbitrary: fc.constant("all"), weight: 3 },
  { arbitrary: fc.constantFrom("Membership", "OrganizationMembers", "SecurityPolicy", "parts"), weight: 2 },
);

const providers = fc.oneof<fc.MaybeWeightedArbitrary<NonNullable<RunOptions["secondProvider"]> | "one">[]>(
  { arbitrary: fc.constant("one"), weight: 12 },
  { arbitrary: fc.constant("usable folder"), weight: 2 },
  { arbitrary: fc.constant("unusable folder"), weight: 1 },
);

/** Markers that say nothing about the organization of a part. */
const marker = fc.constantFrom<Wire[string]>(
  "unreadable",
  { id: "prn:1:another", deletion: "undeclared" },
  { id: "prn:1:another", deletion: { retain: true, force: true } },
  { deletion: { retain: true, force: true } },
);

function toOptions({
  selection = "all",
  providers,
  ...options
}: RunOptions & {
  readonly selection?: Selection | "all";
  readonly providers: NonNullable<RunOptions["secondProvider"]> | "one";
}): RunOptions {
  return {
    ...options,
    ...(selection !== "all" && { only: selection }),
    ...(providers !== "one" && { secondProvider: providers }),
  };
}

type Operations = Readonly<Record<"up" | "destroy" | "observe", fc.Arbitrary<Command>>>;

function drawOperations({ hasFaults }: HistoryOptions): Operations {
  const faults = fc.array(fault, { maxLength: hasFaults ? 2 : 0 });
  const readFaults = fc.array(readFault, { maxLength: hasFaults ? 1 : 0 });
  return {
    up: fc
      .record({ faults, replace, parallel: fc.boolean(), continueOnError: rarely, providers })
      .map(toOptions)
      .map(up),
    destroy: fc
      .record({ faults, parallel: fc.boolean(), continueOnError: rarely, refresh: rarely, selection, providers })
      .map(toOptions)
      .map(destroy),
    observe: fc.oneof(readFaults.map(preview), readFaults.map(refreshState)),
  };
}

/** Blocks the deletion of an organization, and tries it immediately. */
function drawBlockedDeletion(operations: Operations): fc.Arbitrary<Command> {
  const block = fc.oneof(
    { arbitrary: drawBlocker(1, 2).map((change) => [change]), weight: 2 },
    {
      arbitrary: name.map((owner) => [roleChanges.add(owner, "admin"), personChanges.takeOwnership(owner)]),
      weight: 1,
    },
  );
  const attempt = fc.oneof(
    fc.record({ isOmitted: fc.constant(false), run: operations.destroy }),
    fc.record({ isOmitted: fc.constant(true), run: operations.up }),
  );
  return fc
    .tuple(organization, block, attempt)
    .map(([target, changes, { isOmitted, run }]) =>
      combine(
        ...changes.map((change) => changeOutside(target, change)),
        ...(isOmitted ? [declare(target, { memberships: {}, absent: true })] : []),
        run,
      ),
    );
}

/** A command in one organization. */
function inOrganization<Value>(
  value: fc.Arbitrary<Value>,
  toCommand: (organization: OrganizationName, value: Value) => Command,
): fc.Arbitrary<Command> {
  return fc.tuple(organization, value).map(([target, drawn]) => toCommand(target, drawn));
}

function drawCommand(options: HistoryOptions): fc.Arbitrary<Command> {
  const operations = drawOperations(options);
  const isBoth = options.people === "both";
  const swap = fc.constantFrom<Edit[]>("swap people", "swap resources");
  const move = fc.constantFrom<Edit[]>("rename", ...(isBoth ? (["gather", "scatter"] as const) : []));
  const command = fc.oneof<fc.MaybeWeightedArbitrary<Command>[]>(
    { arbitrary: inOrganization(drawDeclaration(options), declare), weight: 30 },
    { arbitrary: operations.up, weight: 45 },
    { arbitrary: inOrganization(outsideChange, changeOutside), weight: 30 },
    { arbitrary: operations.destroy, weight: 10 },
    { arbitrary: operations.observe, weight: 10 },
    { arbitrary: fc.constantFrom(1, 8).map(wait), weight: 4 },
    { arbitrary: fc.constant(downgradeState()), weight: 1 },
    { arbitrary: marker.map(tamper), weight: 1 },
    { arbitrary: fc.constant(forgetOrganizations()), weight: 1 },
    { arbitrary: fc.constantFrom("Membership", "OrganizationMembers", "SecurityPolicy").map(reimport), weight: 1 },
    { arbitrary: inOrganization(swap, editDeclaration), weight: 5 },
    { arbitrary: inOrganization(move, editDeclaration), weight: isBoth ? 10 : 5 },
  );
  return fc.oneof({ arbitrary: command, weight: 18 }, { arbitrary: drawBlockedDeletion(operations), weight: 1 });
}

/** Histories of at most 16 commands. `replayPath` names the commands of one history to run again. */
export function drawHistory(options: HistoryOptions, replayPath?: string): fc.Arbitrary<Iterable<Command>> {
  return fc.commands<Model, Simulation, false>([drawCommand(options)], {
    maxCommands: 16,
    size: "max",
    ...(replayPath !== undefined && { replayPath }),
  });
}

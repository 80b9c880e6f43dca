import fc from "fast-check";
import type { Role } from "#emulator";
import {
  changeOutside,
  changeState,
  type Command,
  declare,
  destroy,
  editDeclaration,
  forgetOrganizations,
  preview,
  refreshState,
  up,
} from "./commands";
import { combine, wait } from "../harness/commands";
import { drawFault, readFault } from "../harness/faults";
import { drawDeclaration, type HistoryOptions, rarely } from "./declarationArbitraries";
import { type OrganizationName, organizations } from "./declarations";
import type { Edit } from "./edits";
import { blockers } from "./observed";
import {
  acceptAll,
  inOrganization,
  type PeopleChange,
  personChanges,
  roleChanges,
  setBlocker,
  setFreeSeats,
  setSecurity,
} from "./outsideChanges";
import { names } from "./people";
import type { Wire } from "../../support/engine";
import type { RunOptions, Selection } from "./simulation";

const role: fc.Arbitrary<Role> = fc.constantFrom("viewer", "developer", "manager", "admin");
const name = fc.constantFrom(...names);
/** Mostly the same organization, so that commands affect each other. */
const organization = fc.constantFrom(...organizations, "dev", "dev");

function drawBlocker(...counts: [number, ...number[]]): fc.Arbitrary<PeopleChange> {
  return fc
    .tuple(fc.constantFrom(...blockers), fc.constantFrom(...counts))
    .map(([blocker, count]) => setBlocker(blocker, count));
}

function drawPersonChange(...kinds: (keyof typeof personChanges)[]): fc.Arbitrary<PeopleChange> {
  return fc.tuple(fc.constantFrom(...kinds), name).map(([kind, who]) => personChanges[kind](who));
}

function drawRoleChange(...kinds: (keyof typeof roleChanges)[]): fc.Arbitrary<PeopleChange> {
  return fc.tuple(fc.constantFrom(...kinds), name, role).map(([kind, who, as]) => roleChanges[kind](who, as));
}

const outsideChange: fc.Arbitrary<PeopleChange> = fc.oneof(
  { arbitrary: fc.constantFrom(acceptAll, ...names.map(personChanges.accept)), weight: 8 },
  {
    arbitrary: drawPersonChange("leave", "remove", "revoke", "changeAddress", "takeOwnership", "grantOwnership"),
    weight: 5,
  },
  { arbitrary: drawRoleChange("inviteAsCaller", "inviteAsOther"), weight: 2 },
  { arbitrary: drawRoleChange("add", "setRole", "replaceUser"), weight: 5 },
  { arbitrary: fc.constantFrom(0, 1, 2, 40).map(setFreeSeats), weight: 3 },
  { arbitrary: drawBlocker(1, 2, 0), weight: 3 },
  { arbitrary: fc.boolean().map((two_factor_required) => setSecurity({ two_factor_required })), weight: 1 },
  { arbitrary: fc.constant(setSecurity({ session_timeout: 3600 })), weight: 1 },
);

/** A change during an operation. */
const concurrentChange = fc
  .tuple(
    organization,
    fc.oneof(
      { arbitrary: drawPersonChange("accept", "leave"), weight: 5 },
      { arbitrary: drawBlocker(0, 1), weight: 1 },
    ),
  )
  .map(([target, change]) => inOrganization(target, change));

const replace = fc.oneof(
  { arbitrary: fc.constant([]), weight: 6 },
  { arbitrary: fc.constantFrom(["a"], ["b"], ["dev-people"], ["dev-policy"]), weight: 1 },
);

/** The entries that a destroy deletes, mostly all. */
const only = fc.oneof<fc.MaybeWeightedArbitrary<Selection | undefined>[]>(
  { arbitrary: fc.constant(undefined), weight: 3 },
  { arbitrary: fc.constantFrom("Membership", "OrganizationMembers", "SecurityPolicy", "parts"), weight: 2 },
);

/** Mostly one provider. */
const secondProvider = fc.oneof<fc.MaybeWeightedArbitrary<RunOptions["secondProvider"]>[]>(
  { arbitrary: fc.constant(undefined), weight: 12 },
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

/** Changes of the state outside operations. */
const stateChange: fc.Arbitrary<Command> = fc.oneof(
  fc.constant(
    changeState("the state comes from an older version", (simulation) => {
      simulation.downgradeState();
    }),
  ),
  marker.map((marker) =>
    changeState(`the state has the markers ${JSON.stringify(marker)}`, (simulation) => {
      simulation.tamper(marker);
    }),
  ),
  fc.constant(forgetOrganizations),
  fc
    .constantFrom("Membership" as const, "OrganizationMembers" as const, "SecurityPolicy" as const)
    .map((type) => changeState(`pulumi import of each ${type}`, (simulation) => simulation.reimport(type))),
);

type Operations = Readonly<Record<"up" | "destroy" | "observe", fc.Arbitrary<Command>>>;

function drawOperations({ hasFaults }: HistoryOptions): Operations {
  const faults = fc.array(drawFault(concurrentChange), { maxLength: hasFaults ? 2 : 0 });
  const readFaults = fc.array(readFault, { maxLength: hasFaults ? 1 : 0 });
  return {
    up: fc.record({ faults, replace, parallel: fc.boolean(), continueOnError: rarely, secondProvider }).map(up),
    destroy: fc
      .record({ faults, parallel: fc.boolean(), continueOnError: rarely, refresh: rarely, only, secondProvider })
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

/** Lets new invitations expire, and adds a person, so that the next update of a roster has something else to do. */
function drawExpiry(operations: Operations, options: HistoryOptions): fc.Arbitrary<Command> {
  return fc
    .tuple(organization, drawDeclaration(options), drawRoleChange("add"), operations.up)
    .map(([target, declaration, addition, run]) =>
      combine(declare(target, declaration), up(), wait(8), changeOutside(target, addition), run),
    );
}

/** A command in one organization. */
function drawInOrganization<Value>(
  value: fc.Arbitrary<Value>,
  toCommand: (organization: OrganizationName, value: Value) => Command,
): fc.Arbitrary<Command> {
  return fc.tuple(organization, value).map(([target, drawn]) => toCommand(target, drawn));
}

export function drawCommand(options: HistoryOptions): fc.Arbitrary<Command> {
  const operations = drawOperations(options);
  const isBoth = options.people === "both";
  const swap = fc.constantFrom<Edit[]>("swap people", "swap resources");
  const move = fc.constantFrom<Edit[]>("rename", "react", ...(isBoth ? (["gather", "scatter"] as const) : []));
  const command = fc.oneof<fc.MaybeWeightedArbitrary<Command>[]>(
    { arbitrary: drawInOrganization(drawDeclaration(options), declare), weight: 30 },
    { arbitrary: operations.up, weight: 45 },
    { arbitrary: drawInOrganization(outsideChange, changeOutside), weight: 30 },
    { arbitrary: operations.destroy, weight: 10 },
    { arbitrary: operations.observe, weight: 10 },
    { arbitrary: fc.constantFrom(1, 8).map(wait), weight: 8 },
    { arbitrary: stateChange, weight: 4 },
    { arbitrary: drawInOrganization(swap, editDeclaration), weight: 5 },
    { arbitrary: drawInOrganization(move, editDeclaration), weight: isBoth ? 10 : 5 },
  );
  return fc.oneof(
    { arbitrary: command, weight: 18 },
    { arbitrary: drawBlockedDeletion(operations), weight: 1 },
    { arbitrary: drawExpiry(operations, options), weight: 1 },
  );
}

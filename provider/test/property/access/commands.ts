import type { AsyncCommand } from "fast-check";
import { describeFault, type Fault } from "../proxy";
import {
  type Declarations,
  describeGroup,
  describeMembership,
  describeObject,
  type GroupDeclaration,
  type GroupName,
  type Invitee,
  type MembershipDeclaration,
  type ObjectDeclaration,
  type ObjectName,
  type Person,
} from "./declarations";
import { editObject, type ObjectEdit, toggleMember } from "./edits";
import { applyOutsideChange, type OutsideChange } from "./outsideChanges";
import type { SecretName } from "./secrets/declarations";
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

/** Changes the declarations of the program. */
export function declare(change: (declarations: Declarations) => Declarations, text: string): Command {
  return command(text, (simulation) => {
    simulation.declare(change, text);
  });
}

export function declareGroup(name: GroupName, declared: GroupDeclaration | undefined): Command {
  const text = declared === undefined ? `omit ${name}` : `declare ${describeGroup(name, declared)}`;
  return declare(({ groups, ...rest }) => ({ ...rest, groups: withEntry(groups, name, declared) }), text);
}

export function declareObject(name: ObjectName, declared: ObjectDeclaration | undefined): Command {
  const text = declared === undefined ? `omit ${name}` : `declare ${describeObject(name, declared)}`;
  return declare(({ objects, ...rest }) => ({ ...rest, objects: withEntry(objects, name, declared) }), text);
}

export function declareMembership(name: Invitee, declared: MembershipDeclaration | undefined): Command {
  const text = declared === undefined ? `omit ${name}` : `declare ${describeMembership(name, declared)}`;
  return declare(
    ({ memberships, ...rest }) => ({ ...rest, memberships: withEntry(memberships, name, declared) }),
    text,
  );
}

export function edit(name: ObjectName, kind: ObjectEdit): Command {
  return declare((declarations) => editObject(declarations, name, kind), `in ${name}: ${kind}`);
}

export function toggle(name: GroupName, who: Person): Command {
  return declare((declarations) => toggleMember(declarations, name, who), `add ${who} to ${name}, or remove ${who}`);
}

/** Replaces an entry of a record, or removes it. */
export function withEntry<Value>(
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

/** `pulumi up --refresh --replace`. */
export function replace(name: SecretName, faults: readonly Fault[] = []): Command {
  const text = [`up, which replaces ${name}`, ...faults.map(describeFault)].join("; ");
  return command(text, async (simulation) => {
    if (simulation.hasDrift) await simulation.refresh();
    await simulation.up(faults, [name]);
  });
}

export function refresh(): Command {
  return command("refresh", (simulation) => simulation.refresh());
}

export function changeOutside(change: OutsideChange): Command {
  return command(`outside Pulumi: ${change.text}`, (simulation) => applyOutsideChange(simulation, change));
}

import { type Command as AnyCommand, declare as change, operate } from "../harness/commands";
import type { Fault } from "../harness/proxy";
import type { Declarations, GroupName, ObjectName, Person } from "./declarations";
import { editObject, type ObjectEdit, toggleMember } from "./edits";
import type { Simulation } from "./simulation";

export type Command = AnyCommand<Simulation>;

/** Declares a resource, or omits it. */
export function declare<Kind extends keyof Declarations, Name extends keyof Declarations[Kind] & string>(
  kind: Kind,
  name: Name,
  declared: Declarations[Kind][Name] | undefined,
): Command {
  const text = declared === undefined ? `omit ${name}` : `declare ${name} ${JSON.stringify(declared)}`;
  return change<Declarations>(text, (all) => {
    const others = Object.entries(all[kind]).filter(([other]) => other !== name);
    return { ...all, [kind]: Object.fromEntries(declared === undefined ? others : [...others, [name, declared]]) };
  });
}

export function edit(name: ObjectName, kind: ObjectEdit): Command {
  return change<Declarations>(`in ${name}: ${kind}`, (all) => editObject(all, name, kind));
}

export function toggle(name: GroupName, who: Person): Command {
  return change<Declarations>(`add ${who} to ${name}, or remove ${who}`, (all) => toggleMember(all, name, who));
}

/** The options of an `up`. */
interface UpOptions {
  readonly faults?: readonly Fault[];
  readonly replace?: readonly string[];
  /** True for an `up` without `--refresh` although something may have changed outside Pulumi. */
  readonly isBlind?: boolean;
}

/** `pulumi up`: with a refresh if something has changed outside Pulumi. */
export function up({ faults = [], replace = [], isBlind = false }: UpOptions = {}): Command {
  const details = [
    ...(replace.length > 0 ? [`replacing ${replace.join(", ")}`] : []),
    ...(isBlind ? ["without a refresh"] : []),
  ];
  const run = async (simulation: Simulation): Promise<void> => {
    if (simulation.hasDrift && !isBlind) await simulation.refresh();
    await simulation.up(faults, replace);
  };
  return operate("up", faults, run, details);
}

export function refresh(): Command {
  return operate("refresh", [], (simulation: Simulation) => simulation.refresh());
}

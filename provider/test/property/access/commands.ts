import { type Command as AnyCommand, declare as declareAny, operate } from "../harness/commands";
import type { Fault } from "../harness/proxy";
import { describeDeclared } from "../harness/resource";
import type { Declarations } from "./declarations";
import type { Simulation } from "./simulation";

export type Command = AnyCommand<Simulation>;

/** Declares a resource, or omits it. */
export function declare<Kind extends keyof Declarations, Name extends keyof Declarations[Kind] & string>(
  kind: Kind,
  name: Name,
  declared: Declarations[Kind][Name] | undefined,
): Command {
  const text = declared === undefined ? `omit ${name}` : `declare ${name} ${describeDeclared(declared)}`;
  return declareAny<Declarations>(text, (all) => {
    const others = Object.entries(all[kind]).filter(([other]) => other !== name);
    return { ...all, [kind]: Object.fromEntries(declared === undefined ? others : [...others, [name, declared]]) };
  });
}

/** Changes the declaration of a resource. */
export function edit<Kind extends keyof Declarations, Name extends keyof Declarations[Kind] & string>(
  kind: Kind,
  name: Name,
  text: string,
  change: (declared: NonNullable<Declarations[Kind][Name]>, all: Declarations) => Declarations[Kind][Name],
): Command {
  return declareAny<Declarations>(`in ${name}: ${text}`, (all) => {
    const declared = all[kind][name];
    if (declared === undefined || declared === null) return undefined;
    return { ...all, [kind]: { ...all[kind], [name]: change(declared, all) } };
  });
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

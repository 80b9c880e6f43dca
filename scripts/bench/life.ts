import { operations, type Operation, repeatable } from "./operations";
import { EmulatedPeridio, type Requests } from "./peridio";
import { type Form, organizationNames, peopleProgram, type Size, wholeProgram } from "./program";
import { Project, type Taken } from "./project";
import type { Side } from "./sides";

/** What a stack is like whose life is measured. */
export interface Setting {
  readonly form: Form;
  readonly size: Size;
  /** Whether the program declares the organizations, or they exist with room for many people. */
  readonly organizations: "declared" | "given";
  /** By how many milliseconds every answer of Peridio is late. */
  readonly latency: number;
  /** When Pulumi writes its state: after each step, which is its default, or once at the end. */
  readonly state: "each step" | "end";
  readonly operations: readonly Operation[];
  /** How often those operations run, one after the other, that change nothing; the others run once. */
  readonly repeats: number;
}

/** What one operation cost. */
export interface Cost extends Taken {
  readonly requests: Requests;
  /** The processor time of the emulator, in seconds. Undefined where the system does not tell. */
  readonly emulatorCpu: number | undefined;
}

/** What each run of each operation cost. */
export type Costs = ReadonlyMap<Operation, readonly Cost[]>;

/** Pulumi's own, for experiments: https://github.com/pulumi/pulumi/issues/10668 */
export const writeOnce = { PULUMI_EXPERIMENTAL: "true", PULUMI_SKIP_CHECKPOINTS: "true" };

/** Runs the operations on a new stack with a new Peridio. Rejects if one fails. */
export async function live(side: Side, setting: Setting, say: (text: string) => void): Promise<Costs> {
  const peridio = await EmulatedPeridio.start();
  try {
    const project = await Project.begin(await resources(setting, peridio), side.plugin, {
      ...peridio.environment,
      ...(setting.state === "end" && writeOnce),
      ...side.environment,
    });
    try {
      await peridio.delay(setting.latency);
      await peridio.requests();
      const costs = new Map<Operation, Cost[]>();
      for (const operation of setting.operations) {
        const some: Cost[] = [];
        for (let times = repeatable.has(operation) ? setting.repeats : 1; times > 0; times -= 1) {
          const cost = await costOf(operation, project, peridio);
          say(`${side.name}: ${operation} ${cost.seconds.toFixed(2)} s`);
          some.push(cost);
        }
        costs.set(operation, some);
      }
      return costs;
    } finally {
      project.end();
    }
  } finally {
    await peridio.stop();
  }
}

async function resources({ form, size, organizations }: Setting, peridio: EmulatedPeridio) {
  if (organizations === "declared") return wholeProgram(size, form);
  return peopleProgram(await peridio.found(organizationNames(size.organizations)), size.people, form);
}

async function costOf(operation: Operation, project: Project, peridio: EmulatedPeridio): Promise<Cost> {
  const before = peridio.cpu;
  const taken = await project.run(...operations[operation]);
  const after = peridio.cpu;
  const emulatorCpu = before === undefined || after === undefined ? undefined : after - before;
  return { ...taken, requests: await peridio.requests(), emulatorCpu };
}

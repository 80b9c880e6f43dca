import { type Operation, operations, repeatable, type Setting, type Side } from "./cases";
import { EmulatedPeridio, type Requests } from "./peridio";
import { organizationNames, peopleProgram, wholeProgram } from "./program";
import { Project, type Taken } from "./project";

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

/**
 * Runs the operations for each side, on a new stack with a new Peridio of its own. The sides take turns at each operation, so that a
 * busy machine is busy for all. Rejects if one fails.
 */
export async function live(
  sides: readonly Side[],
  setting: Setting,
  say: (text: string) => void,
): Promise<ReadonlyMap<Side, Costs>> {
  const lives: Life[] = [];
  try {
    for (const side of sides) lives.push(await Life.begin(side, setting));
    for (const operation of setting.operations) {
      for (let times = repeatable.has(operation) ? setting.repeats : 1; times > 0; times -= 1) {
        for (const life of lives) {
          const { seconds } = await life.run(operation);
          say(`${life.side.name}: ${operation} ${seconds.toFixed(2)} s`);
        }
      }
    }
    return new Map(lives.map(({ side, costs }) => [side, costs]));
  } finally {
    for (const life of lives) await life.end();
  }
}

/** A stack, and the Peridio that it is of. */
class Life {
  readonly #costs = new Map<Operation, Cost[]>();

  private constructor(
    readonly side: Side,
    private readonly peridio: EmulatedPeridio,
    private readonly project: Project,
  ) {}

  static async begin(side: Side, setting: Setting): Promise<Life> {
    const peridio = await EmulatedPeridio.start();
    try {
      const project = await Project.begin(await resources(setting, peridio), side.plugin, {
        ...peridio.environment,
        ...(setting.state === "end" && writeOnce),
        ...side.environment,
      });
      await peridio.delay(setting.latency);
      await peridio.requests();
      return new Life(side, peridio, project);
    } catch (error) {
      await peridio.stop();
      throw error;
    }
  }

  get costs(): Costs {
    return this.#costs;
  }

  async run(operation: Operation): Promise<Cost> {
    const before = this.peridio.cpu;
    const taken = await this.project.run(...operations[operation]);
    const after = this.peridio.cpu;
    const emulatorCpu = before === undefined || after === undefined ? undefined : after - before;
    const cost = { ...taken, requests: await this.peridio.requests(), emulatorCpu };
    this.#costs.set(operation, [...(this.#costs.get(operation) ?? []), cost]);
    return cost;
  }

  async end(): Promise<void> {
    try {
      this.project.end();
    } finally {
      await this.peridio.stop();
    }
  }
}

async function resources({ form, size, organizations }: Setting, peridio: EmulatedPeridio) {
  if (organizations === "declared") return wholeProgram(size, form);
  return peopleProgram(await peridio.found(organizationNames(size.organizations)), size.people, form);
}

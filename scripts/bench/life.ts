import { type Operation, operations, repeatable, type Setting, type Side } from "./cases";
import { EmulatedPeridio, type Requests } from "./peridio";
import { listOrganizationNames, declarePeople, declareAll } from "./program";
import { Project, type Taken } from "./project";

/** The cost of one run of an operation. */
export interface Cost extends Taken {
  readonly requests: Requests;
}

/** The costs of all runs, by operation. */
export type Costs = ReadonlyMap<Operation, readonly Cost[]>;

/** Makes Pulumi build and write its state once, at the end: https://github.com/pulumi/pulumi/issues/10668 */
export const writeOnce = { PULUMI_SKIP_CHECKPOINTS: "true" };

/**
 * Runs the operations for each side, on a new stack with a new Peridio. The sides take turns at each operation, so that other load on
 * the machine affects all of them. Rejects if an operation fails.
 */
export async function measureLives(
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

/** A stack with its own emulated Peridio. */
class Life {
  readonly #costs = new Map<Operation, Cost[]>();

  private constructor(
    readonly side: Side,
    private readonly peridio: EmulatedPeridio,
    private readonly project: Project,
    private readonly options: readonly string[],
  ) {}

  static async begin(side: Side, setting: Setting): Promise<Life> {
    const peridio = await EmulatedPeridio.start();
    try {
      const project = await Project.begin(await declareResources(setting, peridio), side.plugin, {
        ...peridio.environment,
        ...(setting.state === "end" && writeOnce),
        ...side.environment,
      });
      await peridio.delay(setting.latency);
      await peridio.countRequests();
      const { parallel } = setting;
      return new Life(side, peridio, project, parallel === undefined ? [] : ["--parallel", String(parallel)]);
    } catch (error) {
      await peridio.stop();
      throw error;
    }
  }

  get costs(): Costs {
    return this.#costs;
  }

  async run(operation: Operation): Promise<Cost> {
    const taken = await this.project.run(...operations[operation], ...this.options);
    const cost = { ...taken, requests: await this.peridio.countRequests() };
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

async function declareResources({ form, size, organizations }: Setting, peridio: EmulatedPeridio) {
  if (organizations === "declared") return declareAll(size, form);
  return declarePeople(await peridio.createOrganizations(listOrganizationNames(size.organizations)), size.people, form);
}

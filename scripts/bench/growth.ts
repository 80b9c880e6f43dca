import { type Costs, live } from "./life";
import { count, figure, type Section, table, type Verdict } from "./section";
import { noop, type Operation, provider } from "./cases";
import type { Form } from "./program";

const organizations = 25;
const operations: readonly Operation[] = ["up", "unchanged up", "refresh", "destroy"];

/** The target for memory, in MB, and the number of people to which it applies. */
const memoryTarget = { people: 10_000, most: 250 };

/** Measures time and memory for a growing number of people, in one run each. */
export async function growth(form: Form, sizes: readonly number[], say: (text: string) => void): Promise<Section> {
  const rows: string[][] = [];
  const verdicts: Verdict[] = [];
  for (const people of sizes) {
    const setting = {
      form,
      size: { organizations, people: Math.ceil(people / organizations) },
      organizations: "given",
      latency: 0,
      state: "end",
      operations,
      repeats: 1,
    } as const;
    const sayOf = (text: string) => {
      say(`${count(people)} people: ${text}`);
    };
    const lives = await live([noop, provider], setting, sayOf);
    const none: Costs = new Map();
    const [idle, costs] = [lives.get(noop) ?? none, lives.get(provider) ?? none];
    rows.push(...operations.map((operation) => row(people, operation, idle, costs)));
    if (people === memoryTarget.people) verdicts.push(memoryVerdict(form, costs));
  }
  const head = ["", "no-op, s", "provider, s", "ratio", "reads", "writes", "provider, MB", "provider, CPU s"];
  return { title: `${form}, from ${sizes.map(count).join(" to ")} people`, body: table(head, rows), verdicts };
}

function row(people: number, operation: Operation, idle: Costs, costs: Costs): string[] {
  const [[without], [cost]] = [idle.get(operation) ?? [], costs.get(operation) ?? []];
  return [
    `${count(people)} people: ${operation}`,
    figure(without?.seconds, 2),
    figure(cost?.seconds, 2),
    figure((cost?.seconds ?? NaN) / (without?.seconds ?? NaN), 2),
    count(cost?.requests.reads ?? NaN),
    count(cost?.requests.writes ?? NaN),
    figure(cost?.plugin?.memory, 0),
    figure(cost?.plugin?.cpu, 2),
  ];
}

function memoryVerdict(form: Form, costs: Costs): Verdict {
  const peaks = [...costs.values()].flat().map(({ plugin }) => plugin?.memory);
  const known = peaks.filter((peak) => peak !== undefined);
  return {
    what: `${form}: peak memory at ${count(memoryTarget.people)} people`,
    value: known.length < peaks.length ? undefined : Math.max(...known),
    most: memoryTarget.most,
    unit: "MB",
  };
}

import { type Costs, measureLives } from "./life";
import { formatCount, formatFigure, type Section, renderTable, type Verdict } from "./section";
import { noop, type Operation, provider } from "./cases";
import type { Form } from "./program";

const organizations = 25;
const operations: readonly Operation[] = ["up", "unchanged up", "refresh", "destroy"];

/** The target for memory, in MB, and the number of people to which it applies. */
const memoryTarget = { people: 10_000, most: 250 };

/** Measures time and memory for a growing number of people, in one run each. */
export async function measureGrowth(
  form: Form,
  sizes: readonly number[],
  say: (text: string) => void,
): Promise<Section> {
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
    const reportProgress = (text: string) => {
      say(`${formatCount(people)} people: ${text}`);
    };
    const lives = await measureLives([noop, provider], setting, reportProgress);
    const none: Costs = new Map();
    const [idle, costs] = [lives.get(noop) ?? none, lives.get(provider) ?? none];
    rows.push(...operations.map((operation) => renderRow(people, operation, idle, costs)));
    if (people === memoryTarget.people) verdicts.push(judgeMemory(form, costs));
  }
  const head = ["", "no-op, s", "provider, s", "ratio", "reads", "writes", "provider, MB", "provider, CPU s"];
  return {
    title: `${form}, from ${sizes.map(formatCount).join(" to ")} people`,
    body: renderTable(head, rows),
    verdicts,
  };
}

function renderRow(people: number, operation: Operation, idle: Costs, costs: Costs): string[] {
  const [[without], [cost]] = [idle.get(operation) ?? [], costs.get(operation) ?? []];
  return [
    `${formatCount(people)} people: ${operation}`,
    formatFigure(without?.seconds, 2),
    formatFigure(cost?.seconds, 2),
    formatFigure((cost?.seconds ?? NaN) / (without?.seconds ?? NaN), 2),
    formatCount(cost?.requests.reads ?? NaN),
    formatCount(cost?.requests.writes ?? NaN),
    formatFigure(cost?.plugin?.memory, 0),
    formatFigure(cost?.plugin?.cpu, 2),
  ];
}

function judgeMemory(form: Form, costs: Costs): Verdict {
  const peaks = [...costs.values()].flat().map(({ plugin }) => plugin?.memory);
  const known = peaks.filter((peak) => peak !== undefined);
  return {
    what: `${form}: peak memory at ${formatCount(memoryTarget.people)} people`,
    value: known.length < peaks.length ? undefined : Math.max(...known),
    most: memoryTarget.most,
    unit: "MB",
  };
}

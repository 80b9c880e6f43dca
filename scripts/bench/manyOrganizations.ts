import { operations, provider } from "./cases";
import { writeOnce } from "./life";
import { EmulatedPeridio } from "./peridio";
import { declareAll } from "./program";
import { Project } from "./project";
import { computeMedian, formatCount, formatTime, renderTable, type Section } from "./section";

/** The number of people in each organization. */
const people = 20;

/** A command without PULUMI_SKIP_CHECKPOINTS that takes longer is interrupted. */
const mostMinutes = 3;

interface Command {
  readonly name: string;
  readonly args: readonly string[];
}

const up: Command = { name: "`up`", args: operations.up };

/** The commands in the order in which they run on a new stack. */
const commands: readonly Command[] = [
  { name: "first preview", args: operations["first preview"] },
  up,
  { name: "unchanged preview with `--refresh`", args: [...operations["unchanged preview"], "--refresh"] },
  { name: "unchanged `up`", args: operations["unchanged up"] },
  { name: "refresh", args: operations.refresh },
];

/** The seconds of each command. Infinity if the command was interrupted. */
type Times = ReadonlyMap<Command, number>;

/** Measures one stack of many organizations, with and without PULUMI_SKIP_CHECKPOINTS, and compares it with one stack for each organization. */
export async function measureManyOrganizations(
  sizes: readonly number[],
  runs: number,
  say: (text: string) => void,
): Promise<Section> {
  const apart: Times[] = [];
  for (let run = 1; run <= runs; run += 1) apart.push((await measureStack(1, say)).byDefault);
  const rows: string[][] = [];
  for (const organizations of sizes) {
    const { byDefault, once } = await measureStack(organizations, say);
    const count = formatCount(organizations);
    for (const command of commands) {
      const one = computeMedian(apart.map((times) => getTime(times, command)));
      rows.push([
        `${count} organizations: ${command.name}`,
        showTime(getTime(byDefault, command)),
        showTime(getTime(once, command)),
        showTime(organizations * one),
      ]);
    }
  }
  const head = ["", "one stack", "one stack, `PULUMI_SKIP_CHECKPOINTS=true`", "one stack for each organization"];
  return {
    title: "Many organizations in one stack",
    body: [
      [
        `Each organization of the Admin API has a roster with ${people} invited people. Commands without the variable stop after ${mostMinutes} minutes.`,
        `The columns of one stack show one run, the last column the median of ${runs} stacks with one organization, times the number of organizations.`,
      ].join(" "),
      renderTable(head, rows),
      [
        "[A run with many organizations is slow](operations.md#a-run-with-many-organizations-is-slow) explains the variable,",
        "and [One stack or several](layouts.md#one-stack-or-several) compares ways to divide the organizations.",
      ].join(" "),
    ].join("\n\n"),
    verdicts: [],
  };
}

/** Times all commands on a stack with this number of organizations. */
async function measureStack(
  organizations: number,
  say: (text: string) => void,
): Promise<{ readonly byDefault: Times; readonly once: Times }> {
  const byDefault = new Map<Command, number>();
  const once = new Map<Command, number>();
  const note = (times: Map<Command, number>, command: Command, seconds: number) => {
    times.set(command, seconds);
    const way = times === once ? "PULUMI_SKIP_CHECKPOINTS" : "default";
    say(`stack of ${formatCount(organizations)}: ${command.name}, ${way}: ${showTime(seconds)}`);
  };
  const timeDefault = async (project: Project, command: Command) => {
    const taken = await project.runWithin(60 * mostMinutes, command.args);
    note(byDefault, command, taken?.seconds ?? Infinity);
  };
  // An interrupted `up` leaves a partial state, which no other command can use.
  await withStack(organizations, (project) => timeDefault(project, up));
  await withStack(organizations, async (project) => {
    for (const command of commands) {
      if (command !== up) await timeDefault(project, command);
      note(once, command, (await project.with(writeOnce).run(...command.args)).seconds);
    }
  });
  return { byDefault, once };
}

async function withStack(organizations: number, use: (project: Project) => Promise<void>): Promise<void> {
  const peridio = await EmulatedPeridio.start();
  try {
    const resources = declareAll({ organizations, people }, "OrganizationMembers");
    const project = await Project.begin(resources, provider.plugin, peridio.environment);
    try {
      await use(project);
    } finally {
      project.end();
    }
  } finally {
    await peridio.stop();
  }
}

function getTime(times: Times, command: Command): number {
  return times.get(command) ?? NaN;
}

function showTime(seconds: number): string {
  return seconds === Infinity ? `more than ${mostMinutes} min` : formatTime(seconds);
}

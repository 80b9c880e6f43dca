import { formatTable } from "#framework/build";
import { formatCount, formatFigure, renderTable, renderVerdicts, type Verdict } from "../bench/section";
import { type Costs, measured, type Ratio } from "./costs";
import type { Results } from "./mistakes";
import { countBytes, countLines, infer, kit, nothing, type Side } from "./sides";

/** The measurements of the page. */
export interface Comparison {
  readonly sides: readonly Side[];
  readonly costs: ReadonlyMap<Side, Costs>;
  readonly mistakes: Results;
  readonly runs: number;
  readonly notes: number;
  /** The date, the machine and the versions. */
  readonly machine: string;
}

/** Returns the page. */
export function renderPage(comparison: Comparison): string {
  const { sides, mistakes, runs, notes, machine } = comparison;
  const names = sides.map(({ name }) => name);
  return `# One provider, written with three tools

<!-- \`make side-by-side\` writes this page. -->

This page compares the provider of [examples/notes](../examples/notes) with the same provider in Go with
[\`infer\`](https://github.com/pulumi/pulumi-go-provider), and in TypeScript with
[\`pulumi.dynamic\`](https://www.pulumi.com/docs/iac/concepts/providers/dynamic-providers/). Their sources are in
[tools/side](../../tools/side). All manage notes in a JSON file, with the same properties.

## Costs

${renderTable(["", ...names], renderRows(comparison))}

${renderVerdicts(listTargets(comparison))}

- **Lines**: without blank lines and comments on their own lines. The file of \`pulumi.dynamic\` contains the client, the provider and the
  class for programs.
- **Size**: the executable with its runtime, or the scripts and types of the package. The code of a \`pulumi.dynamic\` provider is in the state of
  each resource.
- **Start**: the time until the port is printed. Both dynamic providers run in a process of Pulumi, which loads them later.
- **Times**: Pulumi commands with ${formatCount(notes)} notes. The times of programs in TypeScript contain their compilation, so compare the dynamic
  providers only with each other.
- **Ratios**: this framework compared with the column on its left in the same run, and in brackets the least and the greatest ratio. The
  providers take turns, and the order alternates. \`up\` runs once in a run, the other commands three times. Pulumi writes its state once at the
  end (\`PULUMI_SKIP_CHECKPOINTS\`).
- **The least time**: no provider of this framework can take less time than one that does nothing, with the same gRPC library and runtime. Against
  \`infer\`, such a provider takes: ${renderLeast(comparison)}.

${runs === 1 ? "One run" : `Medians of ${runs} runs`}:

${machine}

## Mistakes

Each result comes from a run of the Pulumi CLI.

${formatTable(
  ["", ...names],
  mistakes.map(([what, results]) => [what, ...results]),
)}

With \`infer\` and \`pulumi.dynamic\`, code of the provider refuses existing notes and sorts the tags. In this framework, the definition
states the set of tags (\`itemKey\`), the refusal (\`AlreadyExistsError\`) and the outputs that an update changes (\`plan\`).

## Limits

- \`infer\`: A hand-written \`Diff\` receives unknown values as empty ones.
- \`pulumi.dynamic\`: Programs are in TypeScript. A preview calls neither \`create\` nor \`update\`.
- This framework: Providers are in TypeScript, and executables are larger. Each call costs more time than in Go.

## Next

- [The framework](../README.md)
- [Pulumi's language tests](../conformance.md) with providers of this framework
`;
}

function renderRows({ sides, costs }: Comparison): string[][] {
  const row = (what: string, cell: (side: Side, costs: Costs | undefined) => string) => [
    what,
    ...sides.map((side) => cell(side, costs.get(side))),
  ];
  return [
    row("lines of the client", ({ sources }) =>
      sources.client.length === 0 ? "–" : String(countLines(sources.client)),
    ),
    row("lines of the provider", ({ sources }) => String(countLines(sources.provider))),
    row("size", ({ artifact }) => (artifact === undefined ? "–" : formatSize(countBytes(artifact)))),
    row("program", ({ language }) => language),
    row("start, ms", (_, one) => formatFigure(one?.median("start"), 0) + formatRatio(one?.ratio("start"))),
    ...measured.map((name) =>
      row(`${name}, s`, (_, one) => formatFigure(one?.median(name), 2) + formatRatio(one?.ratio(name))),
    ),
    row("state after the first up", (_, one) => formatSize(one?.median("state") ?? NaN)),
  ];
}

function formatRatio(ratio: Ratio | undefined): string {
  if (ratio === undefined) return "";
  return ` (${formatFigure(ratio.median, 2)} × [${formatFigure(ratio.least, 2)}–${formatFigure(ratio.most, 2)}])`;
}

function formatSize(bytes: number): string {
  return bytes >= 1e6 ? `${formatFigure(bytes / 1e6, 1)} MB` : `${formatFigure(bytes / 1e3, 0)} kB`;
}

/** The values with a target, and the greatest ratio that meets it. */
const targets = [
  ["start", 1.1],
  ["first preview", 1.05],
  ["unchanged up", 1],
] as const;

function listTargets({ costs }: Comparison): readonly Verdict[] {
  return targets.map(([name, most]) => ({
    what: `${kit.name}: ${name}, against ${infer.name}`,
    value: costs.get(kit)?.ratio(name)?.median,
    most,
    unit: "ratio",
  }));
}

/** Returns the ratios of the provider that does nothing. */
function renderLeast({ costs }: Comparison): string {
  return targets.map(([name]) => `${name}${formatRatio(costs.get(nothing)?.ratio(name))}`).join(", ");
}

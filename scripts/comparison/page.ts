import { formatTable } from "#framework/build";
import { formatCount, formatFigure, renderTable, renderVerdicts, type Verdict } from "../bench/section";
import { type Costs, measured, type Ratio } from "./costs";
import type { Results } from "./mistakes";
import { countBytes, countLines, infer, kit, type Side } from "./sides";

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

- **Lines** have neither blank lines nor comments on their own lines. \`infer\` and this framework separate the client of the API from the
  provider. The file of \`pulumi.dynamic\` contains both, and the class for programs.
- **Size** is the size of the executable, or of the scripts and types of the package. An executable of this framework contains its
  runtime. A provider of \`pulumi.dynamic\` is a part of the program, and Pulumi stores its code in the state of each resource.
- **Start** is the time until the process prints its port. The two dynamic providers run in the same process of Pulumi, which loads
  the provider later, so their times include no provider.
- **Times** are those of the Pulumi CLI with ${formatCount(notes)} notes. The programs of the plugins are in YAML, those of the dynamic providers in
  TypeScript. Their times contain the start of Node.js and the compilation of the program, so compare a dynamic provider only
  with the other.
- A ratio compares this framework with \`infer\`, or its dynamic provider with \`pulumi.dynamic\`, in the same run. In brackets are the least and the greatest ratio of a run. The providers take turns at each
  command, and their order alternates between runs. \`up\` runs once in a run, the other commands three times. Pulumi writes its
  state once at the end (\`PULUMI_SKIP_CHECKPOINTS\`).

${runs === 1 ? "One run" : `Medians of ${runs} runs`}:

${machine}

## Mistakes

Each result comes from a run of the Pulumi CLI.

${formatTable(
  ["", ...names],
  mistakes.map(([what, results]) => [what, ...results]),
)}

In \`infer\` and \`pulumi.dynamic\`, the provider itself refuses existing notes and compares tags in any order: \`create\` looks for the note, and \`diff\` sorts the
tags. In this framework, the definition names the property that is a set (\`itemKey\`), the error for an existing object
(\`AlreadyExistsError\`) and the outputs that an update changes (\`plan\`).

## Limits of the others

- \`infer\`: a \`Diff\` of its own receives unknown values as empty ones. Adoption, the secrets in messages and the check of an update's result are the task of
  the provider.
- \`pulumi.dynamic\`: programs in TypeScript only. A preview calls neither \`create\` nor \`update\`. The documentation names \`read\` as not functional, but a refresh calls it.
- This framework: an executable is larger, and providers are in TypeScript only.

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

/** Returns the targets of the plugin. */
function listTargets({ costs }: Comparison): readonly Verdict[] {
  const own = costs.get(kit);
  const judge = (what: string, ratio: Ratio | undefined, most: number): Verdict => ({
    what: `${kit.name}: ${what}, against ${infer.name}`,
    value: ratio?.median,
    most,
    unit: "ratio",
  });
  return [
    judge("start", own?.ratio("start"), 1.1),
    judge("first preview", own?.ratio("first preview"), 1.05),
    judge("unchanged up", own?.ratio("unchanged up"), 1),
  ];
}

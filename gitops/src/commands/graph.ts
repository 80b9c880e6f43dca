import { chooseOrganizations } from "../organizations";
import { exitCodes } from "../exit";
import { draw, type Drawing } from "../graph/graph";
import { formatMermaid, type Direction, directions, explainSize } from "../graph/mermaid";
import { formatJson } from "../terminal/text";
import { type CommandFactory, createCommand } from "./command";
import { readLayout } from "../access/layout";

interface Options {
  readonly organization: readonly string[];
  readonly direction: Direction;
  readonly people: Drawing;
  readonly json?: true;
}

export const createGraphCommand: CommandFactory = (terminal, end) =>
  createCommand("graph", {
    summary: "draw a layout",
    description:
      "Draws a layout as a Mermaid flowchart: policies, organizations, people by role, groups, projects and cohorts. GitHub and GitLab show the flowchart in a code block with the language mermaid. Uses no network.",
    examples: [
      "peridio-gitops graph layout.yaml",
      "peridio-gitops graph layouts --organization '*-production' --people each",
      "peridio-gitops graph layouts --json",
    ],
    codes: {
      passed: "the graph is printed",
      failed: "the layout has mistakes, or cannot be read",
    },
  })
    .argument("<layout>", "a layout file, or a folder of layout files")
    .addOrganizationOption()
    .addChoiceOption(
      "--direction <direction>",
      "the direction, such as LR (from left to right) or TB (from top to bottom)",
      directions,
      "LR",
    )
    .addChoiceOption(
      "--people <people>",
      "each draws every person and group, count draws the numbers of people; auto counts if there are more than 100 memberships, or more than 100 grants to groups",
      ["auto", "each", "count"],
      "auto",
    )
    .option("--json", "print the nodes and edges as JSON instead of the flowchart")
    .action((path: string, { organization, direction, people, json }: Options) => {
      const { organizations } = readLayout(path, terminal);
      const drawn = draw(chooseOrganizations(organization, organizations, "in the layout"), people);
      const chart = formatMermaid(drawn, direction);
      terminal.print(json === true ? formatJson(drawn) : chart);
      const remark = json === true ? undefined : explainSize(chart, drawn);
      if (remark !== undefined) terminal.say(`peridio-gitops: ${remark}\n`);
      end(exitCodes.passed);
    });

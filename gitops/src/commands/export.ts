import { resolve } from "node:path";
import { InvalidArgumentError } from "commander";
import { divideByStacks } from "../ci/stackImports";
import { connect, type ConnectionOptions, getDestination } from "../connection";
import { chooseExitCode, CommandError } from "../exit";
import { createFiles } from "../export/documents";
import { createEntry } from "../export/entry";
import { readInventories, chooseSpelling } from "../export/inventory";
import { createPluginEnvironment, findPlugin, getCommand, Pulumi, verify } from "../export/pulumi";
import { createReport, formatText, type Verification } from "../export/report";
import { save } from "../export/saving";
import { findTeams } from "../export/teams";
import { formatJson } from "../terminal/text";
import type { Terminal } from "../terminal/terminal";
import { type CommandFactory, createCommand } from "./command";

interface Options extends ConnectionOptions {
  readonly organization: readonly string[];
  readonly out: string;
  readonly split?: true;
  readonly teams?: true;
  readonly project: string;
  readonly stacks?: string;
  readonly force?: true;
  readonly verify?: true;
  readonly plugin?: string;
  readonly pulumi?: string;
  readonly json?: true;
}

export const createExportCommand: CommandFactory = (terminal, end) =>
  createCommand("export", {
    summary: "write existing organizations as a layout, ready for import",
    description:
      "Writes existing organizations as a layout: members, pending invitations, owners, security and billing settings or, with Avocado Connect, groups, projects and cohorts with their access. Also writes a Pulumi program and the input of `pulumi import`. Changes nothing in Peridio.",
    examples: [
      "peridio-gitops export --out acme --verify",
      "peridio-gitops export --stacks stacks.txt --out ../import",
      "peridio-gitops export --backend connect --teams --out acme",
      "peridio-gitops export --organization 'acme-*' --split --out acme",
      "peridio-gitops export --out backup --force --json",
    ],
    codes: {
      passed: "everything is exported and, with --verify, verified",
      failed: "the export or its verification failed",
      attention: "exported, except for parts that a layout cannot declare; or for organizations that no stack declares",
    },
  })
    .addOrganizationOption()
    .option("--out <folder>", "the folder for the files", ".")
    .option("--split", "write a layout for each organization, in layouts/, instead of one layout.yaml")
    .addExclusiveOption("--teams", "put at least three people with equal roles and groups into a team", ["split"])
    .option("--project <name>", "the name of the Pulumi project", parseProject, "peridio-organizations")
    .addExclusiveOption(
      "--stacks <file>",
      "a file with one stack on each line, as `project/stack`: write an import file for each stack of the program in Pulumi.yaml, instead of a program and import.json",
      ["project", "verify"],
    )
    .option("--force", "overwrite files with other contents, and remove layouts that only an earlier export wrote")
    .option("--verify", "import into a temporary stack, and check that the preview then shows no changes")
    .option(
      "--plugin <folder>",
      "for --verify: the folder that contains pulumi-resource-peridio; by default, the folder of this program, or else of the installed plugin",
    )
    .option("--pulumi <path>", "for --verify: the Pulumi CLI; by default, the one on PATH")
    .addConnectionOptions()
    .option("--json", "print JSON instead of text")
    .action(async (options: Options) => {
      const { verify, project, split: isSplit = false, force = false, out, json } = options;
      // Reports a missing plugin before anything is written.
      const plugin = verify && findPlugin(options.plugin, terminal);
      const peridio = connect(options, terminal);
      const { name: api } = peridio;
      const { backend } = getDestination(options, terminal);
      const inventories = await readInventories(peridio, options.organization);
      const getSpelling = chooseSpelling(inventories);
      const all = inventories.map((inventory) => createEntry(inventory, getSpelling));
      const leftOut = all.flatMap(({ leftOut }) => leftOut);
      if (all.every(({ entry }) => entry === undefined)) {
        const reasons = leftOut.flatMap(({ reasons }) => reasons).join("; ");
        throw new CommandError(
          `A layout can declare none of the selected organizations: ${reasons}. Correct these organizations in Peridio.`,
        );
      }
      const entries = all.flatMap(({ entry }) => entry ?? []);
      const teams = options.teams === true ? findTeams(entries) : undefined;
      const names = entries.map(({ name }) => name);
      const stacks = options.stacks === undefined ? undefined : divideByStacks(options.stacks, names, terminal);
      const files = createFiles(all, { project, isSplit, teams: teams ?? [], stacks, api, backend });
      const removed = save(resolve(terminal.folder, out), files, { force });
      const verdict = plugin === undefined ? undefined : await verifyExport(files, plugin, options, terminal);
      const done = createReport(inventories, leftOut, stacks, {
        api,
        teams: teams?.map(({ name, people }) => ({ name, people: [...people] })) ?? null,
        folder: out,
        files: [...files.keys()],
        removed: [...removed],
        verification: verdict ?? null,
      });
      terminal.print(json === true ? formatJson(done) : formatText(done));
      end(
        chooseExitCode({
          failed: verdict?.passed === false,
          needsAttention: leftOut.length + done.unselected.length > 0,
        }),
      );
    });

async function verifyExport(
  files: ReadonlyMap<string, string>,
  plugin: string,
  options: Options,
  terminal: Terminal,
): Promise<Verification> {
  const pulumi = new Pulumi(getCommand(options.pulumi, terminal), createPluginEnvironment(options, terminal));
  const removeListener = terminal.onInterrupt(() => {
    pulumi.interrupt();
  });
  try {
    return await verify(files, plugin, pulumi);
  } finally {
    removeListener();
    pulumi.end();
  }
}

function parseProject(text: string): string {
  if (/^[\w.-]{1,100}$/.test(text)) return text;
  throw new InvalidArgumentError("Use 1 to 100 letters, digits, dots, hyphens and underscores.");
}

import { Command, CommanderError } from "commander";
import { getErrorMessage } from "#framework/messages";
import { version } from "#provider";
import { createAuditCommand } from "./commands/audit";
import { createCertifyCommand } from "./commands/certify";
import { createCiCommand } from "./commands/ci";
import type { CommandFactory } from "./commands/command";
import { createConfirmCommand } from "./commands/confirm";
import { createDoctorCommand } from "./commands/doctor";
import { createEvidenceCommand } from "./commands/evidence";
import { createExportCommand } from "./commands/export";
import { createGrantCommand } from "./commands/grant";
import { createGraphCommand } from "./commands/graph";
import { createMoveCommand } from "./commands/move";
import { createPlanCommand } from "./commands/plan";
import { createRenewCommand } from "./commands/renew";
import { createReviewCommand } from "./commands/review";
import { createRevokeCommand } from "./commands/revoke";
import { createSyncCommand } from "./commands/sync";
import { createTestCommand } from "./commands/test";
import { createUndoCommand } from "./commands/undo";
import { createValidateCommand } from "./commands/validate";
import { createWhoCommand } from "./commands/who";
import { type ExitCode, exitCodes, MisuseError } from "./exit";
import { fixMoment, guardTerminal, type Terminal } from "./terminal/terminal";

/** All commands. A new one is a file in `commands/` and a line here. */
export const commands: readonly CommandFactory[] = [
  createReviewCommand,
  createPlanCommand,
  createConfirmCommand,
  createCiCommand,
  createEvidenceCommand,
  createExportCommand,
  createAuditCommand,
  createGraphCommand,
  createValidateCommand,
  createGrantCommand,
  createRevokeCommand,
  createMoveCommand,
  createRenewCommand,
  createUndoCommand,
  createSyncCommand,
  createCertifyCommand,
  createTestCommand,
  createDoctorCommand,
  createWhoCommand,
];

/** Commander's messages about these mistakes do not name what the command takes instead. */
const unclearMistakes: ReadonlySet<string> = new Set([
  "commander.excessArguments",
  "commander.missingArgument",
  "commander.unknownOption",
]);

/** Runs one command line without the program's own name. Never rejects: standard error has the failure. */
export async function run(args: readonly string[], unguarded: Terminal): Promise<ExitCode> {
  const terminal = guardTerminal(unguarded);
  let code: ExitCode = exitCodes.passed;
  try {
    await createProgram(fixMoment(terminal), (ended) => (code = ended)).parseAsync(args, { from: "user" });
    return code;
  } catch (error) {
    // Commander has printed the message.
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.passed : exitCodes.misused;
    terminal.say(`peridio-gitops: ${getErrorMessage(error)}\n`);
    return error instanceof MisuseError ? exitCodes.misused : exitCodes.failed;
  }
}

function createProgram(terminal: Terminal, end: (code: ExitCode) => void): Command {
  const program = new Command("peridio-gitops")
    .description("Reviews, audits and exports people's access to Peridio, and checks layouts and access rules.")
    .version(version, "--version", "print the version")
    .helpOption("--help", "print the commands")
    .helpCommand(false);
  for (const create of commands) program.addCommand(create(terminal, end));
  for (const command of [program, ...program.commands]) {
    command
      .exitOverride((error) => {
        if (unclearMistakes.has(error.code)) terminal.say(`Usage: ${command.createHelp().commandUsage(command)}\n`);
        const path = command === program ? "" : ` ${command.name()}`;
        if (error.code === "commander.unknownOption")
          terminal.say(`Run \`peridio-gitops${path} --help\` to list the options.\n`);
        if (error.code === "commander.conflictingOption") terminal.say("Remove one of the two options.\n");
        if (error.code === "commander.unknownCommand") terminal.say(`Commands: ${listCommandNames(program)}\n`);
        throw error;
      })
      .showSuggestionAfterError()
      .configureOutput({
        writeOut: (text) => {
          terminal.print(text);
        },
        writeErr: (text) => {
          terminal.say(text);
        },
        // Each command has its own --help.
        outputError: (text, write) => {
          write(text.replace(/^error: /, "peridio-gitops: "));
        },
      });
    if (command !== program) command.helpOption("--help", "print this help");
  }
  return program;
}

function listCommandNames({ commands }: Command): string {
  return commands.map((command) => command.name()).join(", ");
}

import { version } from "../../../provider/src/core/version";
import { InvalidLayout, type Mistake, told } from "../../../provider/src/layouts/mistakes";
import { layoutOf } from "../../../provider/src/layouts/layout";
import { readSources } from "../../../provider/src/layouts/readSources";
import { exitCodes } from "../exitCodes";
import type { Terminal } from "../terminal/terminal";
import { type MakeCommand, newCommand } from "./command";

interface Options {
  readonly json?: boolean;
}

export const validate: MakeCommand = (terminal, end) =>
  newCommand("validate", {
    summary: "check layout files, without a network",
    description:
      "Checks a layout file, or a folder of them, without a network. Every mistake is told at once, with file, line and column.",
    examples: ["peridio-gitops validate layout.yaml", "peridio-gitops validate layouts --json"],
    codes: ["0  there is no mistake", "1  there are mistakes, or nothing to read", "2  the command line is wrong"],
  })
    .argument("<layout>", "a layout file, or a folder of them")
    .option("--json", "print JSON instead of text")
    .action((path: string, options: Options) => {
      const mistakes = mistakesIn(path, terminal);
      terminal.print(options.json === true ? asJson(mistakes) : asText(path, mistakes));
      end(mistakes.length === 0 ? exitCodes.passed : exitCodes.failed);
    });

function mistakesIn(path: string, { folder, now }: Terminal): readonly Mistake[] {
  try {
    layoutOf(readSources(path, folder), { today: now.toISOString().slice(0, 10), version });
    return [];
  } catch (error) {
    if (error instanceof InvalidLayout) return error.mistakes;
    throw error;
  }
}

function asText(path: string, mistakes: readonly Mistake[]): string {
  if (mistakes.length === 0) return `${path}: no mistakes\n`;
  return mistakes.map((mistake) => `${told(mistake)}\n`).join("");
}

function asJson(mistakes: readonly Mistake[]): string {
  const list = mistakes.map(({ path, reason, place }) => ({ path, reason, ...place }));
  return `${JSON.stringify({ mistakes: list }, undefined, 2)}\n`;
}

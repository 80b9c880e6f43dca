import { isDeepStrictEqual, stripVTControlCharacters } from "node:util";
import type { CommandBody, CommandName } from "#emulator";
import { selectRelevantLines } from "./output";
import type { ShellResult, Stage } from "./stage";
import type { Terminal } from "./terminal";

/** A check of the demo failed. */
export class UnexpectedError extends Error {
  override readonly name = "UnexpectedError";
}

/** One scene of the demo. `why` explains it to the audience. */
export interface Scene {
  readonly title: string;
  readonly why: string;
  readonly play: (demo: Demo) => Promise<void>;
}

/** Plays scenes: shows every command with its output, and every check. */
export class Demo {
  #facts = 0;

  constructor(
    readonly stage: Stage,
    private readonly terminal: Terminal,
  ) {}

  /** The number of passed checks. */
  get facts(): number {
    return this.#facts;
  }

  async play(scenes: readonly Scene[]): Promise<void> {
    for (const [index, { title, why, play }] of scenes.entries()) {
      this.terminal.printHeading(`${index + 1}/${scenes.length}  ${title}`);
      this.terminal.say(why);
      await play(this);
    }
  }

  say(text: string): void {
    this.terminal.say(text);
  }

  /** Runs and shows a command. Throws if it does not succeed or fail as expected. */
  async run(command: string, expected: "succeeds" | "fails" = "succeeds"): Promise<ShellResult> {
    this.terminal.act("$", command);
    const outcome = await this.stage.shell.run(command);
    const seen = outcome.code === 0 ? "succeeds" : "fails";
    // Shows everything if the result is unexpected.
    this.terminal.printOutput(
      seen === expected ? selectRelevantLines(outcome.text) : outcome.text.trimEnd().split("\n"),
    );
    if (seen !== expected) throw makeUnexpected(`\`${command}\` ${expected}`, expected, `exit code ${outcome.code}`);
    return { ...outcome, text: stripVTControlCharacters(outcome.text) };
  }

  /** Runs a command without showing it. Returns its output. */
  async ask(command: string): Promise<string> {
    const { code, stdout, text } = await this.stage.shell.run(command);
    if (code !== 0) throw new UnexpectedError(`\`${command}\` ended with exit code ${code}:\n${text}`);
    return stdout;
  }

  /** Shows and makes a change outside Pulumi. */
  async changeOutsidePulumi<Name extends CommandName>(
    words: string,
    command: Name,
    body: CommandBody<Name>,
  ): Promise<void> {
    this.terminal.act("☞", words);
    this.terminal.printOutput([`POST /_emulator/${command} ${JSON.stringify(body)}`]);
    await this.stage.changeOutsidePulumi(command, body);
  }

  /** Edits a file of the example, by default its program, and shows the change. */
  edit(before: string, after: string, file = this.stage.file): void {
    this.terminal.act("☞", `edit ${file}`);
    const [old, edited] = this.stage.edit(before, after, file);
    this.terminal.printOutput([`-${old}`, ...(edited.trim() === "" ? [] : [`+${edited}`])]);
  }

  /** Shows a fact, and counts it. Throws if the seen value is not the expected one. */
  verify(fact: string, expected: unknown, seen: unknown): void {
    if (!isDeepStrictEqual(seen, expected)) throw makeUnexpected(fact, expected, seen);
    this.terminal.printSuccess(fact);
    this.#facts += 1;
  }
}

function makeUnexpected(fact: string, expected: unknown, seen: unknown): UnexpectedError {
  return new UnexpectedError(`${fact}\nexpected: ${formatValue(expected)}\nseen:     ${formatValue(seen)}`);
}

function formatValue(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value, undefined, 2);
}

import { isDeepStrictEqual, stripVTControlCharacters } from "node:util";
import type { CommandBody, CommandName } from "../../emulator/src";
import { relevant } from "./output";
import type { Outcome, Stage } from "./stage";
import type { Terminal } from "./terminal";

/** The demo does not show what it should. */
export class Unexpected extends Error {
  override readonly name = "Unexpected";
}

/** One scene: what it shows, why anybody should care, and how. */
export interface Scene {
  readonly title: string;
  readonly why: string;
  readonly play: (demo: Demo) => Promise<void>;
}

/** Plays scenes: shows every command with its output, and says what was verified. */
export class Demo {
  #facts = 0;

  constructor(
    readonly stage: Stage,
    private readonly terminal: Terminal,
  ) {}

  /** How much has been verified so far. */
  get facts(): number {
    return this.#facts;
  }

  async play(scenes: readonly Scene[]): Promise<void> {
    for (const [index, { title, why, play }] of scenes.entries()) {
      this.terminal.heading(`${index + 1}/${scenes.length}  ${title}`);
      this.terminal.say(why);
      await play(this);
    }
  }

  say(text: string): void {
    this.terminal.say(text);
  }

  /** Runs a command, shows it and what it prints, and demands that it succeeds, or that it fails. */
  async run(command: string, expected: "succeeds" | "fails" = "succeeds"): Promise<Outcome> {
    this.terminal.act("$", command);
    const outcome = await this.stage.shell.run(command);
    const seen = outcome.code === 0 ? "succeeds" : "fails";
    // Of the unexpected, everything may matter.
    this.terminal.output(seen === expected ? relevant(outcome.text) : outcome.text.trimEnd().split("\n"));
    if (seen !== expected) throw unexpected(`\`${command}\` ${expected}`, expected, `exit code ${outcome.code}`);
    return { ...outcome, text: stripVTControlCharacters(outcome.text) };
  }

  /** Runs a command for its answer only. */
  async ask(command: string): Promise<string> {
    const { code, stdout, text } = await this.stage.shell.run(command);
    if (code !== 0) throw new Unexpected(`\`${command}\` ended with exit code ${code}:\n${text}`);
    return stdout;
  }

  /** Does something past Pulumi, as a person would in Peridio's console. */
  async byHand<Name extends CommandName>(words: string, command: Name, body: CommandBody<Name>): Promise<void> {
    this.terminal.act("☞", words);
    this.terminal.output([`POST /_emulator/${command} ${JSON.stringify(body)}`]);
    await this.stage.byHand(command, body);
  }

  /** Edits a file of the example, by default its program, and shows the change. */
  edit(before: string, after: string, file = this.stage.file): void {
    this.terminal.act("☞", `edit ${file}`);
    const [old, edited] = this.stage.edit(before, after, file);
    this.terminal.output([`-${old}`, ...(edited.trim() === "" ? [] : [`+${edited}`])]);
  }

  verify(fact: string, expected: unknown, seen: unknown): void {
    if (!isDeepStrictEqual(seen, expected)) throw unexpected(fact, expected, seen);
    this.terminal.verified(fact);
    this.#facts += 1;
  }
}

function unexpected(fact: string, expected: unknown, seen: unknown): Unexpected {
  return new Unexpected(`${fact}\nexpected: ${shown(expected)}\nseen:     ${shown(seen)}`);
}

function shown(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value, undefined, 2);
}

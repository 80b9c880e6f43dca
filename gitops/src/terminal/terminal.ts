import { once } from "node:events";
import { createInterface } from "node:readline/promises";
import { text } from "node:stream/consumers";
import { readNow } from "#framework/definitions";
import { printable } from "#framework/messages";
import { exitCodes } from "../exit";

/** The environment of a command. Tests pass a fake one. */
export interface Terminal {
  /** The folder that relative paths start from. */
  readonly folder: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The moment of the run, at which commands judge ends, and from which they count days and ages. */
  readonly now: Date;
  /** True if a person reads standard output: it is no file and no pipe. */
  readonly isInteractive: boolean;
  /** True if standard output is a terminal with colours. */
  readonly hasColors: boolean;
  /** The width of tables. */
  readonly columns: number;
  /** All of standard input, as UTF-8. */
  input(): Promise<string>;
  /**
   * Asks the person at the keyboard. Returns the answer; undefined if the input ends or the person presses Ctrl-C. Absent if standard input is a file
   * or a pipe.
   */
  readonly ask?: (question: string) => Promise<string | undefined>;
  /** Calls `listener` at every interrupt instead of ending the process. The returned function restores the default. */
  onInterrupt(listener: () => void): () => void;
  /** Writes to standard output. */
  print(text: string): void;
  /** Writes a text to standard output without changes. The text is printable except for its own colours and workflow commands. */
  printMarked(text: string): void;
  /** Writes messages to standard error. */
  say(text: string): void;
}

/** Returns a terminal that neutralizes commands in texts of servers, layouts and file names. */
export function guardTerminal(terminal: Terminal): Terminal {
  const { ask } = terminal;
  return {
    ...terminal,
    ...(ask && { ask: async (question: string) => ask(printable(question)) }),
    print: (text) => {
      terminal.print(printable(text));
    },
    say: (text) => {
      terminal.say(printable(text));
    },
  };
}

/** The environment variable with the moment of a run. */
export const momentVariable = "PERIDIO_NOW";

/**
 * Returns the terminal with the moment of the run: that in the environment, if it is set.
 * @throws UserError if the environment contains no recent moment
 */
export function fixMoment<T extends Pick<Terminal, "environment" | "now">>(terminal: T): T {
  return { ...terminal, now: readNow(momentVariable, terminal.environment, terminal.now) };
}

/** Ctrl-C, and the signal of a cancelled pipeline. */
const interrupts = ["SIGINT", "SIGTERM"] as const;

/** Returns the terminal or the pipeline of this process. Respects `NO_COLOR` and `FORCE_COLOR`, as Node.js does. */
export function createProcessTerminal(): Terminal {
  // A reader such as `head` may stop early, which is no failure.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") return;
    process.stderr.write(`peridio-gitops: Cannot write the output: ${error.message}\n`);
    process.exit(exitCodes.failed);
  });
  return {
    folder: process.cwd(),
    environment: process.env,
    now: new Date(),
    isInteractive: process.stdout.isTTY,
    hasColors: process.stdout.isTTY && process.stdout.hasColors(),
    columns: chooseWidth(process.env.COLUMNS, process.stdout.columns),
    input: () => text(process.stdin),
    ...(process.stdin.isTTY && { ask }),
    onInterrupt: (listener) => {
      for (const signal of interrupts) process.on(signal, listener);
      return () => {
        for (const signal of interrupts) process.off(signal, listener);
      };
    },
    print: (answer) => void process.stdout.write(answer),
    printMarked: (answer) => void process.stdout.write(answer),
    say: (remark) => void process.stderr.write(remark),
  };
}

async function ask(question: string): Promise<string | undefined> {
  const reader = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const end = once(reader, "close").then(() => undefined);
    return await Promise.race([reader.question(question).catch(() => undefined), end]);
  } finally {
    reader.close();
  }
}

/** The width that logs show without line breaks, for an output that is no terminal. */
const usualWidth = 100;

/** Below this width, a table is harder to read than broken lines. */
const leastWidth = 60;

/** Returns the width of tables: the one that the user set in `COLUMNS`, the terminal's, or the usual one. */
export function chooseWidth(set: string | undefined, real: number | undefined): number {
  const width = set !== undefined && /^[1-9]\d{0,3}$/.test(set) ? Number(set) : (real ?? usualWidth);
  return Math.max(leastWidth, width);
}

import { text } from "node:stream/consumers";
import { printable } from "../../../provider/src/core/printable";
import { exitCodes } from "../exit";

/** What a command knows and touches of the world around it. Tests give it another one. */
export interface Terminal {
  /** The folder that relative paths start from. */
  readonly folder: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The moment of the call; all days and ages are counted from it. */
  readonly now: Date;
  /** Whether standard output is a terminal that shows colours. */
  readonly colored: boolean;
  /** All of standard input, as UTF-8. */
  input(): Promise<string>;
  /** Calls `heed` each time that somebody wants the process to end, instead of ending it, until what it gives back is called. */
  onInterrupt(heed: () => void): () => void;
  /** Writes to standard output. */
  print(text: string): void;
  /** Writes a text to standard output without changes. The text is printable but for its own colors and workflow commands. */
  printMarked(text: string): void;
  /** Writes to standard error: what is no part of the answer. */
  say(text: string): void;
}

/** The same terminal, protected from commands in texts of servers, layouts and file names. */
export function guarded(terminal: Terminal): Terminal {
  return {
    ...terminal,
    print: (text) => {
      terminal.print(printable(text));
    },
    say: (text) => {
      terminal.say(printable(text));
    },
  };
}

/** Ctrl-C, and what a pipeline sends that is called off. */
const interrupts = ["SIGINT", "SIGTERM"] as const;

/** The terminal, or the pipeline, that this process runs in. `NO_COLOR` and `FORCE_COLOR` are heeded, as Node.js does. */
export function processTerminal(): Terminal {
  // Whoever reads may stop before the end, as `head` does, and that is no failure.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") return;
    process.stderr.write(`peridio-gitops: cannot write the output: ${error.message}\n`);
    process.exit(exitCodes.failed);
  });
  return {
    folder: process.cwd(),
    environment: process.env,
    now: new Date(),
    colored: process.stdout.isTTY && process.stdout.hasColors(),
    input: () => text(process.stdin),
    onInterrupt: (heed) => {
      for (const signal of interrupts) process.on(signal, heed);
      return () => {
        for (const signal of interrupts) process.off(signal, heed);
      };
    },
    print: (answer) => void process.stdout.write(answer),
    printMarked: (answer) => void process.stdout.write(answer),
    say: (remark) => void process.stderr.write(remark),
  };
}

import { text } from "node:stream/consumers";
import { exitCodes } from "../exitCodes";
import type { Terminal } from "./terminal";

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

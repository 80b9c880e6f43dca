import { text } from "node:stream/consumers";
import type { Terminal } from "./terminal";

/** The terminal, or the pipeline, that this process runs in. `NO_COLOR` and `FORCE_COLOR` are heeded, as Node.js does. */
export function processTerminal(): Terminal {
  // Whoever reads may stop before the end, as `head` does, and that is no failure.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
  });
  return {
    folder: process.cwd(),
    environment: process.env,
    now: new Date(),
    colored: process.stdout.isTTY && process.stdout.hasColors(),
    input: () => text(process.stdin),
    print: (answer) => void process.stdout.write(answer),
    say: (remark) => void process.stderr.write(remark),
  };
}

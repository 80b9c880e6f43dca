import { run } from "./program";
import { createProcessTerminal } from "./terminal/terminal";

void run(process.argv.slice(2), createProcessTerminal()).then((code) => {
  process.exitCode = code;
});

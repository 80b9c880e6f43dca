import { printable } from "../../../provider/src/core/printable";
import type { Terminal } from "./terminal";

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

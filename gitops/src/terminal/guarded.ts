import { printable } from "../../../provider/src/core/printable";
import type { Terminal } from "./terminal";

/** The same terminal, which no text from a server, a layout or a file name can command. */
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

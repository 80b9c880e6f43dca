import type { Terminal } from "../../src/terminal/terminal";

/** A terminal that remembers what it was shown. */
export interface FakeTerminal extends Terminal {
  /** All that went to standard output. */
  printed(): string;
  /** All that went to standard error. */
  said(): string;
}

export function fakeTerminal(given: Partial<Omit<Terminal, "print" | "printMarked" | "say">> = {}): FakeTerminal {
  let [output, errors] = ["", ""];
  const print = (text: string) => {
    output += text;
  };
  return {
    folder: process.cwd(),
    environment: {},
    now: new Date("2027-01-31T08:00:00Z"),
    colored: false,
    input: () => Promise.resolve(""),
    onInterrupt: () => () => undefined,
    ...given,
    print,
    printMarked: print,
    say: (text) => {
      errors += text;
    },
    printed: () => output,
    said: () => errors,
  };
}

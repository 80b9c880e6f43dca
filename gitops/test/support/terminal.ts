import type { Terminal } from "../../src/terminal/terminal";

/** A terminal that remembers what it was shown. */
export interface FakeTerminal extends Terminal {
  /** All that went to standard output. */
  printed(): string;
  /** All that went to standard error. */
  said(): string;
}

export function fakeTerminal(given: Partial<Omit<Terminal, "print" | "say">> = {}): FakeTerminal {
  let [output, errors] = ["", ""];
  return {
    folder: process.cwd(),
    environment: {},
    now: new Date("2027-01-31T08:00:00Z"),
    colored: false,
    input: () => Promise.resolve(""),
    onInterrupt: () => () => undefined,
    ...given,
    print: (text) => {
      output += text;
    },
    say: (text) => {
      errors += text;
    },
    printed: () => output,
    said: () => errors,
  };
}

import type { Terminal } from "../../src/terminal/terminal";

/** A terminal that records its output. */
export interface FakeTerminal extends Terminal {
  /** The contents of standard output. */
  printed(): string;
  /** The contents of standard error. */
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
    isInteractive: false,
    hasColors: false,
    columns: 100,
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

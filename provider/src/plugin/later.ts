import type * as Composing from "./composing";

/** What only components need. Most programs have none, and start sooner without it. */
export function composing(): typeof Composing {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- an import would be loaded at the start
  return require("./composing") as typeof Composing;
}

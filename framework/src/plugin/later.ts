import type * as Construct from "./construct";

/** Loads what only components need. Most programs have none, and start sooner without it. */
export function loadConstruct(): typeof Construct {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- an import would be loaded at the start
  return require("./construct") as typeof Construct;
}

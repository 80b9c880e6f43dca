import type { HostExports } from "#framework/program";

/** The npm package that contains these classes. */
export const packageName = "pulumi-resource-peridio";

/** Loads the host for functions. A program that calls none does not load it. */
export function loadHost(): HostExports {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- an import would be loaded at the start
  return require("./host") as HostExports;
}

/**
 * The side of a dynamic provider that runs in the user's program. A package contains these files as modules, so they import nothing else of
 * the framework.
 */
export type { HostExports } from "./host";
export { invoke } from "./invoke";
export { DynamicResource } from "./resource";

/** The side of a dynamic provider that runs in the user's program. It is published as source of the package, and so imports nothing else of the framework. */
export type { Host } from "./host";
export { invoke } from "./invoke";
export { DynamicResource } from "./resource";

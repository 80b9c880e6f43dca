/** The part of the dynamic provider that runs in Pulumi's Node.js host. */
import { dynamicHost } from "#framework/dynamic";
import { provider } from "../provider";

/**
 * `serve` returns the operations of a resource, and `ask` calls a function of the provider. The state of each dynamic resource
 * contains code that calls `serve`, also the states of older versions. Both names and their parameters therefore never change.
 */
export const { serve, ask } = dynamicHost(provider);

/** The part of the dynamic provider that runs in Pulumi's Node.js host. */
import { dynamicHost } from "#framework/dynamic";
import { provider } from "../provider";

export const { serve, ask } = dynamicHost(provider);

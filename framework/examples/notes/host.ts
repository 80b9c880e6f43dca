import { dynamicHost } from "#framework/dynamic";
import { provider } from "./provider";

export const { serve, ask } = dynamicHost(provider);

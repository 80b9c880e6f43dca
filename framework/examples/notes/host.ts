import { dynamicHost } from "pulumi-provider-kit/dynamic";
import { provider } from "./provider";

export const { serve, ask } = dynamicHost(provider);

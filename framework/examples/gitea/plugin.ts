import { runPlugin } from "pulumi-provider-kit/plugin";
import { provider } from "./provider";

runPlugin(provider);

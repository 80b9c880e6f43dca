import { runPlugin } from "#framework/plugin";
import { provider } from "./provider";

runPlugin(provider);

import { runtime } from "@pulumi/pulumi";

export { serve } from "./provider";

// Pulumi starts its dynamic host with the engine's address as the argument; the SDK's log wants to be told.
runtime.resetOptions("", "", 1, process.argv[2] ?? "", "", false, "");

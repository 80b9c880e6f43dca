import { runPolicyPack } from "#framework/analyzer";
import { createProcessTerminal } from "../terminal/terminal";
import { AccessPack } from "./pack";

/** Serves the policy pack to the engine at an address. */
export function serveEngine(address: string): Promise<void> {
  return runPolicyPack(new AccessPack(createProcessTerminal()), address);
}

import { asyncModelRun } from "fast-check";
import type { Command } from "./commands";
import { Simulation } from "./simulation";

/** Runs a history in a new simulation, and then brings its program into force. Throws a `RuleViolationError` if a rule is violated. */
export async function runHistory(commands: Iterable<Command>): Promise<string> {
  const real = await Simulation.start();
  await asyncModelRun(() => ({ model: {}, real }), commands);
  await real.converge();
  return "in force";
}

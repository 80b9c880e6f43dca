import fc from "fast-check";
import type { Ground, Histories } from "../harness/randomHistories";
import { drawCommand } from "./commandArbitraries";
import { up } from "./commands";
import { converge } from "./convergence";
import type { HistoryOptions } from "./declarationArbitraries";
import type { Backend } from "./people";
import { Simulation } from "./simulation";

export function onBackend(backend: Backend): Ground<Simulation> {
  return {
    start: () => Simulation.start(backend),
    converge,
    end: (simulation) => {
      simulation.end();
    },
  };
}

/** Histories of organizations, their people and their security settings. */
export function drawPeople(options: HistoryOptions): Histories<Simulation> {
  return {
    ...onBackend(options.backend),
    // Most histories begin with empty organizations. In the others, the first `up` also creates the organizations.
    first: fc.constantFrom(...[[up()], [up()], [up()], [up()], []]),
    command: drawCommand(options),
    maxCommands: 16,
  };
}

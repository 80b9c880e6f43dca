import fc from "fast-check";
import type { Ground, Histories } from "../harness/randomHistories";
import { declaration, foundation } from "./arbitraries";
import { type Command, up } from "./commands";
import { change } from "./edits";
import { outsideChange } from "./outsideChanges";
import { operation } from "./operations";
import { replacement, secretChange, secretDeclaration, secretFoundation } from "./secrets/arbitraries";
import { outsideSecretChange } from "./secrets/outsideChanges";
import { Simulation } from "./simulation";

export const ground: Ground<Simulation> = {
  start: () => Simulation.start(),
  converge: (simulation) => simulation.converge(),
};

/** Histories of groups, projects, cohorts and people. */
export const accessHistories = drawHistories(
  foundation,
  { arbitrary: declaration, weight: 5 },
  { arbitrary: change, weight: 6 },
  { arbitrary: operation, weight: 7 },
  { arbitrary: outsideChange, weight: 4 },
);

/** Histories of API tokens, webhooks and claim tokens. */
export const secretHistories = drawHistories(
  secretFoundation,
  { arbitrary: secretDeclaration, weight: 3 },
  { arbitrary: secretChange, weight: 5 },
  { arbitrary: operation, weight: 7 },
  { arbitrary: replacement, weight: 1 },
  { arbitrary: outsideSecretChange, weight: 3 },
  { arbitrary: declaration, weight: 1 },
);

function drawHistories(
  declarations: fc.Arbitrary<readonly Command[]>,
  ...commands: readonly fc.WeightedArbitrary<Command>[]
): Histories<Simulation> {
  const first = declarations.map((some) => [...some, up()]);
  return { ...ground, first, command: fc.oneof(...commands), maxCommands: 30 };
}

import fc from "fast-check";
import { change, declaration, foundation, outsideChange } from "./arbitraries";
import { changeOutside, type Command, up } from "./commands";
import { operation } from "./operations";
import {
  outsideSecretChange,
  replacement,
  secretChange,
  secretDeclaration,
  secretFoundation,
} from "./secrets/arbitraries";
import type { Simulation } from "./simulation";

/** A first program and its application, and the commands after it. */
type History = readonly [readonly Command[], Iterable<Command>];

/** The relative frequency of each kind of command. */
type Frequencies = readonly fc.WeightedArbitrary<Command>[];

const accessCommands: Frequencies = [
  { arbitrary: declaration, weight: 5 },
  { arbitrary: change, weight: 6 },
  { arbitrary: operation, weight: 7 },
  { arbitrary: outsideChange.map(changeOutside), weight: 4 },
];

const secretCommands: Frequencies = [
  { arbitrary: secretDeclaration, weight: 3 },
  { arbitrary: secretChange, weight: 5 },
  { arbitrary: operation, weight: 7 },
  { arbitrary: replacement, weight: 1 },
  { arbitrary: outsideSecretChange.map(changeOutside), weight: 3 },
  { arbitrary: declaration, weight: 1 },
];

/** A history of groups, projects, cohorts and people. `replayPath` names the commands of one history to run again. */
export function drawAccessHistory(replayPath?: string): fc.Arbitrary<History> {
  return drawHistory(foundation, accessCommands, replayPath);
}

/** A history of API tokens, webhooks and claim tokens. `replayPath` names the commands of one history to run again. */
export function drawSecretHistory(replayPath?: string): fc.Arbitrary<History> {
  return drawHistory(secretFoundation, secretCommands, replayPath);
}

/** At most 30 commands after a first program. */
function drawHistory(
  first: fc.Arbitrary<readonly Command[]>,
  frequencies: Frequencies,
  replayPath: string | undefined,
): fc.Arbitrary<History> {
  const commands = fc.commands<object, Simulation, false>([fc.oneof(...frequencies)], {
    maxCommands: 30,
    size: "max",
    ...(replayPath !== undefined && { replayPath }),
  });
  return fc.tuple(
    first.map((declarations) => [...declarations, up()]),
    commands,
  );
}

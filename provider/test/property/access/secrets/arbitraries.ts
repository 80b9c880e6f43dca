import fc from "fast-check";
import { mostly, object } from "../arbitraries";
import { type Command, declare, edit, up } from "../commands";
import { objectNames } from "../declarations";
import { faults } from "../operations";
import { secretEdits } from "./declarations";
import { kinds, secretNames, secretTypes } from "./kinds";

const name = fc.constantFrom(...secretNames);

export const secretDeclaration: fc.Arbitrary<Command> = name.chain((name) =>
  mostly(kinds[secretTypes[name]].declaration).map((declared) => declare("secrets", name, declared)),
);

export const secretChange: fc.Arbitrary<Command> = fc
  .tuple(name, fc.constantFrom(...Object.entries(secretEdits)))
  .map(([name, [text, change]]) =>
    edit("secrets", name, text, (declared) => change(declared, kinds[secretTypes[name]])),
  );

/** `pulumi up --replace`, which gives a webhook a new key. */
export const replacement: fc.Arbitrary<Command> = fc
  .tuple(name, faults)
  .map(([name, faults]) => up({ faults, replace: [name] }));

/** Commands that declare all objects with a secret, and the cohort of the claim token with its project. */
export const secretFoundation: fc.Arbitrary<readonly Command[]> = fc.tuple(
  ...objectNames.map((name) => object.map((one) => declare("objects", name, one))),
  ...secretNames.map((name) => kinds[secretTypes[name]].declaration.map((one) => declare("secrets", name, one))),
);

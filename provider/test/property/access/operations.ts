import fc from "fast-check";
import { drawFault } from "../harness/faults";
import { type Command, refresh, up } from "./commands";

/** No fault in one of two cases. */
export const faults = fc.oneof(fc.constant([]), fc.array(drawFault(), { minLength: 1, maxLength: 2 }));

export const operation: fc.Arbitrary<Command> = fc.oneof(
  { arbitrary: faults.map((faults) => up({ faults })), weight: 8 },
  { arbitrary: faults.map((faults) => up({ faults, isBlind: true })), weight: 1 },
  { arbitrary: fc.constant(refresh()), weight: 1 },
);

import fc from "fast-check";
import type { Answer, Fault, FaultEffect } from "../proxy";
import { type Command, refresh, up } from "./commands";

const kind = fc.constant("answer");
const interruption: fc.Arbitrary<Answer> = fc.constantFrom("drop", "500", "503", "html");
const rejection: fc.Arbitrary<Answer> = fc.constantFrom("403", "409", "422", "429 Retry-After 1");
/** Once, or more often than the provider tries. */
const times = fc.constantFrom(1, 4);
const when = fc.constantFrom("before", "after");

const effect: fc.Arbitrary<FaultEffect> = fc.oneof(
  { arbitrary: fc.record({ kind, answer: interruption, when, times }), weight: 12 },
  { arbitrary: fc.record({ kind, answer: rejection, when: fc.constant("before"), times }), weight: 8 },
  { arbitrary: fc.record({ kind: fc.constant("kill"), when }), weight: 2 },
  { arbitrary: fc.record({ kind: fc.constant("Ctrl-C") }), weight: 2 },
);

const fault: fc.Arbitrary<Fault> = fc.oneof(
  {
    arbitrary: fc.record({ on: fc.constant("write"), at: fc.constantFrom(1, 1, 1, 2, 2, 3, 4, 6), effect }),
    weight: 3,
  },
  // The first read asks for the API key's user.
  { arbitrary: fc.record({ on: fc.constant("read"), at: fc.integer({ min: 2, max: 8 }), effect }), weight: 1 },
);

/** No fault in one of two cases. */
export const faults = fc.oneof(
  { arbitrary: fc.constant([]), weight: 1 },
  { arbitrary: fc.array(fault, { minLength: 1, maxLength: 2 }), weight: 1 },
);

export const operation: fc.Arbitrary<Command> = fc.oneof(
  { arbitrary: faults.map((some) => up(some)), weight: 8 },
  { arbitrary: faults.map((some) => up(some, true)), weight: 1 },
  { arbitrary: fc.constant(refresh()), weight: 1 },
);

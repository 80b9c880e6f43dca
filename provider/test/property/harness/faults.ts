import fc from "fast-check";
import type { OutsideChange } from "./outsideChange";
import type { Answer, Fault, FaultEffect } from "./proxy";

const kind = fc.constant("answer");
const interruption: fc.Arbitrary<Answer> = fc.constantFrom("drop", "500", "503", "html");
const rejection: fc.Arbitrary<Answer> = fc.constantFrom(
  ...(["403", "409", "422", "429", "429 Retry-After 0", "429 Retry-After 1"] as const),
);
const when = fc.constantFrom("before", "after");
const before = fc.constant("before");
/** Once, or more often than the provider tries. */
const times = fc.constantFrom(1, 4);

/** A failed read. The first read asks for the API key's user, and precedes all others. */
export const readFault: fc.Arbitrary<Fault> = fc.record({
  on: fc.constant("read"),
  at: fc.integer({ min: 2, max: 6 }),
  effect: fc.record({ kind, answer: fc.oneof(interruption, rejection), when: before, times: fc.constantFrom(4, 4, 1) }),
});

/** A deletion without effect whose response reports success. */
const acknowledgedDeletion: fc.Arbitrary<Fault> = fc.record({
  on: fc.constant("write"),
  at: fc.constantFrom(1, 1, 2, 3),
  effect: fc.constant({ kind: "acknowledged deletion" }),
});

/** A fault of a read or a write. `outsideChange` happens during an operation. */
export function drawFault(outsideChange?: fc.Arbitrary<OutsideChange>): fc.Arbitrary<Fault> {
  const change = outsideChange?.map((change): FaultEffect => ({ kind: "outside change", change }));
  const effect = fc.oneof<fc.WeightedArbitrary<FaultEffect>[]>(
    { arbitrary: fc.record({ kind, answer: interruption, when, times }), weight: 15 },
    { arbitrary: fc.record({ kind, answer: rejection, when: before, times }), weight: 9 },
    { arbitrary: fc.record({ kind: fc.constant("kill"), when }), weight: 6 },
    { arbitrary: fc.record({ kind: fc.constant("Ctrl-C") }), weight: 4 },
    ...(change === undefined ? [] : [{ arbitrary: change, weight: 8 }]),
  );
  return fc.oneof<fc.WeightedArbitrary<Fault>[]>(
    {
      arbitrary: fc.record({ on: fc.constant("write"), at: fc.constantFrom(1, 1, 1, 2, 2, 3, 4, 6), effect }),
      weight: 4,
    },
    { arbitrary: acknowledgedDeletion, weight: 1 },
    { arbitrary: readFault, weight: 2 },
    { arbitrary: fc.record({ on: fc.constant("read"), at: fc.integer({ min: 1, max: 8 }), effect }), weight: 1 },
  );
}

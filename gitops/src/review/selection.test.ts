import * as fc from "fast-check";
import { encodeSelection, resolveSelection } from "./selection";

const addresses = ["ada", "bob", "carl", "dora", "erik", "fay"].map((name) => `${name}@acme.example`);
const spell = (address: string) => address.replace(/^./, (letter) => letter.toUpperCase());
const list = (some: readonly string[]) => [...some].sort().map(spell);

const people = fc
  .record({
    base: fc.subarray(addresses),
    project: fc.option(
      fc.subarray(addresses).map((some) => new Set(some)),
      { nil: undefined },
    ),
  })
  .chain(({ base, project }) => fc.subarray(base).map((chosen) => ({ chosen, base: new Set(base), project })));

test("reading a selection returns the people that it was written from", () => {
  fc.assert(
    fc.property(people, ({ chosen, base, project }) => {
      const selection = encodeSelection(chosen, base, project, list);
      expect(resolveSelection(selection, base, project)).toEqual(new Set(chosen));
      // A selection never names more people than a list of all or of all others would.
      const named = [...(selection.people ?? []), ...(selection.except ?? [])];
      expect(named.length).toBeLessThanOrEqual(Math.min(chosen.length, base.size - chosen.length));
    }),
  );
});

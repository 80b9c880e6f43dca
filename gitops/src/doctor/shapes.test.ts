import * as fc from "fast-check";
import { isRecord } from "#framework";
import { readContract, resolveSchema, type Schema } from "./contract";
import { ShapeComparison } from "./shapes";
import { isKnownText } from "./words";

const { operations, schemas } = readContract("connect");

test("a contract that refers to a missing schema is an error", () => {
  expect(() => resolveSchema({ ref: "Missing" }, schemas)).toThrow("The contract has no schema Missing.");
});

/** Texts that no report may contain: names, addresses, keys and hosts, in any form. */
const datum = fc.oneof(
  fc.emailAddress(),
  fc.webUrl(),
  fc.uuid(),
  fc.domain(),
  fc.string({ minLength: 4 }),
  fc.stringMatching(/^[a-z]{4,9}_[a-z]{4,9}$/),
  fc.stringMatching(/^avo_[A-Za-z0-9]{8,20}$/),
);

/** Values that resemble those of a schema, with data in the place of names and values. */
function resemble(given: Schema): fc.Arbitrary<unknown> {
  const { properties, items } = resolveSchema(given, schemas);
  const other = fc.oneof(datum, fc.dictionary(datum, datum, { maxKeys: 3 }), fc.array(datum, { maxLength: 2 }));
  if (items !== undefined)
    return fc.oneof({ weight: 5, arbitrary: fc.array(resemble(items), { maxLength: 3 }) }, other);
  if (properties === undefined) return fc.oneof(other, fc.constant(null), fc.integer(), fc.boolean());
  const known = fc.record(
    Object.fromEntries(Object.entries(properties).map(([name, property]) => [name, resemble(property)])),
    { requiredKeys: [] },
  );
  const joined = fc.tuple(known, fc.dictionary(datum, other, { maxKeys: 3 })).map(([one, two]) => ({ ...two, ...one }));
  return fc.oneof({ weight: 5, arbitrary: joined }, other);
}

function listTexts(value: unknown): readonly string[] {
  if (typeof value === "string") return [value];
  if (Array.isArray(value)) return value.flatMap(listTexts);
  return isRecord(value) ? [...Object.keys(value), ...Object.values(value).flatMap(listTexts)] : [];
}

test.each(operations.map((operation) => [operation.id, operation] as const))(
  "a comparison with %s contains no text of a response",
  (_, { response }) => {
    const before = JSON.stringify(list(new ShapeComparison(response, schemas)));
    fc.assert(
      fc.property(resemble(response), (body) => {
        const comparison = new ShapeComparison(response, schemas);
        comparison.add(body);
        const after = JSON.stringify(list(comparison));
        const leaked = listTexts(body).filter((text) => text.length > 3 && !isKnownText(text) && after.includes(text));
        // A short text can be a part of a description.
        expect(leaked.filter((text) => !before.includes(text) && !/^[a-z ]+$/.test(text))).toEqual([]);
      }),
      { numRuns: 30 },
    );
  },
);

function list({ properties }: ShapeComparison) {
  return [...properties].map(([path, { forms, differences }]) => [path, [...forms], [...differences]]);
}

test.each([
  ["expires_at", true],
  ["billing-admin", true],
  ["ada", false],
  ["acme_corp", false],
  ["avo_token", false],
  ["Admin", false],
  ["user@host", false],
  ["a".repeat(80), false],
  ["id_id_id_id_id_id", false],
])("%s consists of known words: %s", (text, expected) => {
  expect(isKnownText(text)).toBe(expected);
});

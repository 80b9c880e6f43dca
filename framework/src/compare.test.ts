import * as z from "zod";
import { canonicalize, compare, getExpectedState, isEqual, spellAs, toChanges } from "./compare";
import type { AnyResource } from "./resource";
import { thingIn, Warehouse } from "../test/support/thing";
import { type Behaviour, toComparable } from "./property";
import { isRecord, unknownValue, type Values } from "./values";

const thing: AnyResource = thingIn(new Warehouse());

/** Returns the differences of unchanged inputs. */
const drift = (declared: Values, observed: Values) => compare(thing, declared, declared, observed);

const drifted = { replace: false, kind: "update", input: false } as const;
const note = { property: "note", path: "note" };
const parts = { ...drifted, property: "parts" };

describe("two values are the same", () => {
  const lower = (value: unknown) => (typeof value === "string" ? value.toLowerCase() : value);
  const entryKey = (key: string) => key.toLowerCase();

  test.each([
    ["by their canonical form", true, { canonical: lower }, "Bob", "bob"],
    [
      "by the form for comparison, even with a canonical form",
      true,
      { canonical: String, comparable: lower },
      "Bob",
      "bob",
    ],
    ["only by that", false, {}, "Bob", "bob"],
    ["if a canonical form leaves both alone", true, { canonical: lower }, undefined, null],
    ["map by map, whatever the spelling of keys", true, { entryKey }, { A: 1, b: 2 }, { B: 2, a: 1 }],
    ["only if maps have the same values", false, { entryKey }, { A: 1 }, { a: 2 }],
    ["list by list, in any order", true, { itemKey: String }, ["b", "a"], ["a", "b"]],
    ["only if lists have the same items", false, { itemKey: String }, ["a"], ["a", "b"]],
    ["item by item, where order matters", false, {}, ["b", "a"], ["a", "b"]],
    ["only if lists repeat the same items", false, { itemKey: String }, ["a", "b", "a"], ["b", "a"]],
    ["only if a list is a list", false, { itemKey: String }, ["a"], "a"],
    ["value by value, where a map is one value", true, {}, { A: 1, b: 2 }, { b: 2, A: 1 }],
    ["only if a map is a map", false, { entryKey }, { a: 1 }, "a"],
    ["only if both are known", false, { canonical: lower }, unknownValue, "bob"],
  ])("%s: %s", (_, expected, property: Behaviour, a, b) => {
    expect(isEqual(property, a, b)).toBe(expected);
    expect(isEqual(property, b, a)).toBe(expected);
  });

  test("does not canonicalize unknown values", () => {
    const canonical = () => {
      throw new Error("asked");
    };
    expect(isEqual({ canonical }, [unknownValue], { a: unknownValue })).toBe(false);
  });
});

describe("an unordered list", () => {
  const name = (item: unknown) => (isRecord(item) ? String(item.name) : "");
  const [a, b, alsoB] = [{ name: "a" }, { name: "b", first: true }, { name: "b", first: false }];

  test("is compared in the order of the keys, in which items with one key keep their order", () => {
    const list = [b, "unknown", alsoB, a];
    expect(toComparable({ itemKey: name }, list)).toEqual(["unknown", a, b, alsoB]);
    expect(list).toEqual([b, "unknown", alsoB, a]);
  });
});

describe("the parts of a value are compared", () => {
  const code = z.string().meta({ comparable: upper });
  const label = z.object({ code: code.optional(), note: z.string().optional() });
  const words = z.array(code).meta({ itemKey: String });
  const tags = z.array(z.string()).meta({ itemKey: String });

  test.each<[string, z.ZodType, unknown, unknown]>([
    ["in an object", label, { code: "x", note: "n" }, { note: "n", code: "X" }],
    ["in an object in an object", z.object({ label }), { label: { code: "x" } }, { label: { code: "X" } }],
    ["in the items of a list", z.array(label), [{ code: "x" }, { note: "n" }], [{ code: "X" }, { note: "n" }]],
    ["in the entries of a map", z.record(z.string(), label), { a: { code: "x" } }, { a: { code: "X" } }],
    ["in an unordered list in an object", z.object({ words }), { words: ["a", "b"] }, { words: ["B", "A"] }],
    [
      "in a map in a list",
      z.array(z.record(z.string(), z.int()).meta({ entryKey: (key) => key.toLowerCase() })),
      [{ A: 1 }],
      [{ a: 1 }],
    ],
    ["in the matching kind of a union", z.array(z.union([code, label])), ["x", { code: "y" }], ["X", { code: "Y" }]],
    ["in an unordered list of plain texts", z.object({ tags }), { tags: ["b", "a"] }, { tags: ["a", "b"] }],
    ["before the whole value", z.array(code).meta({ comparable: joined }), ["a", "b"], ["A,B"]],
  ])("%s", (_, schema, a, b) => {
    const inputs = z.object({ value: schema.optional() });
    const labelled: AnyResource = { ...thing, inputs };
    expect(compare(labelled, {}, { value: a }, { value: b })).toEqual([]);
    expect(spellAs({ value: a }, { value: b }, labelled)).toEqual({ value: a });
  });

  test("and differ in their form and in the form of the whole", () => {
    const labelled: AnyResource = { ...thing, inputs: z.object({ codes: z.array(code).meta({ comparable: joined }) }) };
    const differences = compare(labelled, {}, { codes: ["a", "b"] }, { codes: ["A,C"] });
    expect(differences).toMatchObject([{ path: "codes", kind: "update" }]);
  });

  test("entry by entry, in a map of entries", () => {
    const parts = z.record(z.string(), label).meta({ entryKey: (key) => key.toLowerCase() });
    const labelled: AnyResource = { ...thing, inputs: z.object({ parts }) };
    const observed = { parts: { A: { code: "X" }, b: { code: "Y" } } };
    expect(compare(labelled, {}, { parts: { a: { code: "x" }, b: { code: "z" } } }, observed)).toMatchObject([
      { path: "parts.b", kind: "update", replace: false },
    ]);
  });

  test("and functions receive them in canonical form", () => {
    const inputs = z.object({ labels: z.array(z.object({ code: z.string().meta({ canonical: upper }) })) });
    expect(canonicalize({ inputs }, { labels: [{ code: "x" }, { code: "Y", note: "n" }] })).toEqual({
      labels: [{ code: "X" }, { code: "Y", note: "n" }],
    });
    const unknown = { labels: [{ code: "x" }, { code: unknownValue }] };
    expect(canonicalize({ inputs }, unknown)).toEqual(unknown);
  });

  test("and replace the object if they are declared so", () => {
    const fixed = z.object({ code: code.meta({ replaceOnChange: true }), note: z.string().optional() });
    const inputs = z.object({
      label: fixed.optional(),
      list: z.array(fixed).optional(),
      map: z.record(z.string(), fixed).meta({ entryKey: String }).optional(),
    });
    const replaces = (desired: Values, observed: Values) =>
      compare({ ...thing, inputs }, {}, desired, observed).map(({ path, replace }) => [path, replace]);
    const [x, noted, y] = [{ code: "x" }, { code: "X", note: "n" }, { code: "y" }];
    expect(
      replaces({ label: x, list: [x], map: { a: x } }, { label: noted, list: [noted], map: { a: noted } }),
    ).toEqual([
      ["label", false],
      ["list", false],
      ["map.a", false],
    ]);
    expect(replaces({ label: x, list: [x, x], map: { a: x } }, { label: y, list: [x, y], map: { a: y } })).toEqual([
      ["label", true],
      ["list", true],
      ["map.a", true],
    ]);
  });
});

function upper(value: unknown): unknown {
  return typeof value === "string" ? value.toUpperCase() : value;
}

function joined(value: unknown): unknown {
  return Array.isArray(value) ? value.join() : value;
}

describe("a declared property", () => {
  test("has no difference in another spelling", () => {
    expect(drift({ name: "Bob", note: "n", sizes: [1, 2] }, { name: "bob", note: "n", sizes: [2, 1] })).toEqual([]);
  });

  test("has no difference if it is another value with the same meaning", () => {
    const note = z.string().meta({ alsoEquals: "serial" });
    const aliased: AnyResource = { ...thing, inputs: thing.inputs.extend({ note }) };
    const differs = (note: string) => compare(aliased, {}, { note }, { note: "name", serial: "7" }).length;
    expect([differs("name"), differs("7"), differs("8")]).toEqual([0, 0, 1]);
  });

  test("has no difference at the entries of a map that are other values with the same meaning", () => {
    const entryKey = (key: string) => key.toUpperCase();
    const roles = z.record(z.string(), z.string()).meta({ alsoEquals: "held", entryKey });
    const aliased: AnyResource = { ...thing, inputs: thing.inputs.extend({ roles }) };
    const differs = (roles: Values, held?: Values) =>
      compare(aliased, {}, { roles }, { roles: { a: "old", b: "old" }, held }).map(({ path }) => path);
    expect(differs({ A: "new", b: "old" }, { a: "new" })).toEqual([]);
    expect(differs({ A: "old", b: "old" }, { a: "new" })).toEqual([]);
    expect(differs({ a: "other", b: "old" }, { a: "new" })).toEqual(["roles.a"]);
    expect(differs({ a: "new", b: "new" }, { a: "new" })).toEqual(["roles.b"]);
    // The whole map must not equal the other one, and an entry without an observed value is new.
    expect(differs({ a: "new" }, { a: "new" })).toEqual(["roles.b"]);
    expect(differs({ a: "old", b: "old", c: "new" }, { c: "new" })).toEqual(["roles.c"]);
  });

  test("that was changed outside Pulumi is drift", () => {
    expect(drift({ note: "mine" }, { note: "theirs" })).toEqual([{ ...drifted, ...note }]);
  });

  test("that was removed outside Pulumi is drift, and is added", () => {
    expect(drift({ note: "mine" }, {})).toEqual([{ ...drifted, ...note, kind: "add" }]);
  });

  test("that the program changed is an input difference", () => {
    expect(compare(thing, { note: "old" }, { note: "new" }, { note: "old" })).toEqual([
      { ...drifted, ...note, input: true },
    ]);
    expect(compare(thing, {}, { note: "new" }, {})).toEqual([{ ...drifted, ...note, kind: "add", input: true }]);
  });

  test("in another spelling than the prior one is no input difference", () => {
    expect(compare(thing, { name: "Bob" }, { name: "BOB" }, { name: "eve" })).toEqual([
      { ...drifted, property: "name", path: "name", replace: true },
    ]);
  });

  test("replaces the object only if it is declared so", () => {
    const differences = compare(thing, {}, { shelf: "two", kind: "new", note: "n" }, { shelf: "one", kind: "old" });
    expect(differences.map(({ property, replace }) => [property, replace])).toEqual([
      ["shelf", true],
      ["kind", false],
      ["note", false],
    ]);
  });

  test("that is unknown differs", () => {
    expect(drift({ sizes: [unknownValue, 2] }, { sizes: [1, 2] })).toMatchObject([{ path: "sizes", kind: "update" }]);
  });
});

describe("a removed property", () => {
  test("returns to its default", () => {
    expect(compare(thing, { color: "red" }, {}, { color: "red" })).toEqual([
      { ...drifted, property: "color", path: "color", kind: "delete", input: true },
    ]);
    expect(compare(thing, { color: "red" }, {}, { color: "grey" })).toEqual([]);
  });

  test("is deleted if it has no default", () => {
    expect(compare(thing, { note: "n" }, {}, { note: "n" })).toMatchObject([{ path: "note", kind: "delete" }]);
    expect(compare(thing, { note: "n" }, {}, {})).toEqual([]);
  });
});

test("a property that was never declared has no difference", () => {
  expect(drift({}, { note: "theirs", color: "red", parts: { a: 1 }, serial: "7" })).toEqual([]);
});

describe("a map", () => {
  const observed = { parts: { Ada: 1, bob: 2, carl: 3 } };

  test("differs entry by entry, under the program's names or else Acme's", () => {
    expect(drift({ parts: { ada: 1, BOB: 9, dora: 4 } }, observed)).toEqual([
      { ...parts, path: "parts.BOB" },
      { ...parts, path: "parts.dora", kind: "add" },
      { ...parts, path: "parts.carl", kind: "delete" },
    ]);
  });

  test("tells for each entry if the program changed it", () => {
    const differences = compare(
      thing,
      { parts: { ada: 1, bob: 2, carl: 3 } },
      { parts: { ada: 8, BOB: 2, dora: 4 } },
      { parts: { ada: 1, bob: 9, carl: 3, eve: 5 } },
    );
    expect(differences.map(({ path, kind, input }) => [path, kind, input])).toEqual([
      ["parts.ada", "update", true],
      ["parts.BOB", "update", false],
      ["parts.dora", "add", true],
      ["parts.carl", "delete", true],
      ["parts.eve", "delete", false],
    ]);
  });

  test("replaces the object with each entry if the whole map is declared so", () => {
    const parts = z.record(z.string(), z.int()).meta({ entryKey: String, replaceOnChange: true });
    const fixed: AnyResource = { ...thing, inputs: z.object({ parts }) };
    expect(compare(fixed, {}, { parts: { ada: 2, bob: 2 } }, { parts: { ada: 1, bob: 2 } })).toMatchObject([
      { path: "parts.ada", replace: true },
    ]);
  });

  test("quotes names that are not plain words", () => {
    const parts = { "bob@acme.example": 1 };
    expect(drift({ parts }, { parts: {} })).toMatchObject([{ path: 'parts["bob@acme.example"]' }]);
  });

  test("has only new entries if the prior value was unknown", () => {
    const differences = compare(thing, { parts: unknownValue }, { parts: { ada: 1 } }, { parts: {} });
    expect(differences).toMatchObject([{ path: "parts.ada", kind: "add", input: true }]);
  });

  test("has unknown entries that differ, and known ones that do not", () => {
    expect(drift({ parts: { ada: 1, bob: unknownValue } }, observed)).toMatchObject([
      { path: "parts.bob", kind: "update" },
      { path: "parts.carl", kind: "delete" },
    ]);
  });

  test("differs as a whole if it is unknown or absent", () => {
    expect(drift({ parts: unknownValue }, observed)).toMatchObject([{ path: "parts", kind: "update" }]);
    expect(drift({ parts: { ada: 1 } }, {})).toEqual([{ ...parts, path: "parts", kind: "add" }]);
  });
});

describe("a drifted output", () => {
  const drifting = (...paths: string[]): AnyResource => ({ ...thing, assess: () => ({ drifted: paths }) });

  test("differs at its path", () => {
    expect(compare(drifting("serial", "people.bob.status", "a["), {}, {}, {})).toEqual([
      { ...drifted, property: "serial", path: "serial" },
      { ...drifted, property: "people", path: "people.bob.status" },
      { ...drifted, property: "a[", path: "a[" },
    ]);
  });

  test("depends on the state and the prior inputs", () => {
    const seen: unknown[] = [];
    const curious: AnyResource = {
      ...thing,
      assess: (...given) => {
        seen.push(given);
        return {};
      },
    };
    expect(compare(curious, { note: "old" }, { note: "new" }, { note: "new", serial: "7" })).toEqual([]);
    const state = { note: "new", serial: "7" };
    expect(seen).toEqual([[state, { desired: { note: "new" }, prior: { state, inputs: { note: "old" } } }]]);
  });

  test("depends on the observed and the desired properties", () => {
    const picky: AnyResource = {
      ...thing,
      assess: ({ serial }, { desired }) => ({ drifted: [`of ${String(serial)} ${String(desired?.note)}`] }),
    };
    expect(compare(picky, {}, { note: "n" }, { note: "n", serial: "7" })).toMatchObject([{ path: "of 7 n" }]);
  });
});

test("an absent property has no canonical form", () => {
  const inputs = z.object({ note: z.string().optional().meta({ canonical: String }) });
  expect(canonicalize({ inputs }, {})).toStrictEqual({});
});

test("an update receives the new values, null for each property that returns to its default, and no outputs", () => {
  const resource: AnyResource = { ...thing, assess: () => ({ drifted: ["serial"] }) };
  const desired = { note: "new", parts: { ada: 1, bob: 2 } };
  const observed = { note: "old", color: "red", parts: {}, sizes: [1] };
  const differences = compare(resource, { color: "red" }, desired, observed);
  expect(toChanges(desired, differences, resource)).toEqual({ ...desired, color: null });
});

test("equal values keep the declared spelling, and others the observed one", () => {
  const declared = { name: "Bob", sizes: [2, 1], note: "mine" };
  const observed = { name: "bob", sizes: [1, 2], note: "theirs", color: "red", serial: "7" };
  expect(spellAs(declared, observed, thing)).toStrictEqual({ ...observed, name: "Bob", sizes: [2, 1] });
});

test("the expected state has desired values, then unknown outputs, then observed values", () => {
  const state = getExpectedState(
    thing,
    { name: "Bob", note: "n" },
    { name: "bob", color: "red", id: "x" },
    new Set(["serial"]),
  );
  expect(state).toStrictEqual({ name: "Bob", note: "n", color: "red", serial: unknownValue });
  expect(getExpectedState(thing, { color: "red" }, { color: "grey" }, new Set(["color"]))).toStrictEqual({
    color: "red",
  });
});

import { compare, expectedState, withIgnored, sameBy, spellAs, toChanges } from "./compare";
import type { AnyResource } from "./resource";
import { thingIn, Warehouse } from "./testing/thing";
import { unknownValue, type Values } from "./values";

const thing: AnyResource = thingIn(new Warehouse());

/** What differs when this is declared again as it was, beside what is there. */
const drift = (declared: Values, observed: Values) => compare(thing, declared, declared, observed);

const found = { replace: false, kind: "update", input: false } as const;
const note = { property: "note", path: "note" };
const parts = { ...found, property: "parts" };

describe("two values are the same", () => {
  const lower = (value: unknown) => (typeof value === "string" ? value.toLowerCase() : value);
  const entries = (key: string) => key.toLowerCase();

  test.each([
    ["by their canonical form", true, { canonical: lower }, "Bob", "bob"],
    ["only by that", false, {}, "Bob", "bob"],
    ["if a canonical form leaves both alone", true, { canonical: lower }, undefined, null],
    ["map by map, whatever the spelling of keys", true, { entries }, { A: 1, b: 2 }, { B: 2, a: 1 }],
    ["only if maps have the same values", false, { entries }, { A: 1 }, { a: 2 }],
    ["value by value, where a map is one value", true, {}, { A: 1, b: 2 }, { b: 2, A: 1 }],
    ["only if a map is a map", false, { entries }, { a: 1 }, "a"],
    ["only if both are known", false, { canonical: lower }, unknownValue, "bob"],
  ])("%s: %s", (_, expected, change, a, b) => {
    expect(sameBy({ on: "update", ...change }, a, b)).toBe(expected);
    expect(sameBy({ on: "update", ...change }, b, a)).toBe(expected);
  });

  test("a canonical form is not asked about what holds unknowns", () => {
    const canonical = () => {
      throw new Error("asked");
    };
    expect(sameBy({ on: "update", canonical }, [unknownValue], { a: unknownValue })).toBe(false);
  });
});

describe("a declared property", () => {
  test("that is as declared is no difference, however it is spelled", () => {
    expect(drift({ name: "Bob", note: "n", sizes: [1, 2] }, { name: "bob", note: "n", sizes: [2, 1] })).toEqual([]);
  });

  test("that is another word for what is there is no difference", () => {
    const also = ({ serial }: Values) => [`alias ${String(serial)}`];
    const aliased: AnyResource = { ...thing, changes: { ...thing.changes, note: { on: "update", also } } };
    const differs = (note: string) => compare(aliased, {}, { note }, { note: "name", serial: "7" }).length;
    expect([differs("name"), differs("alias 7"), differs("alias 8")]).toEqual([0, 0, 1]);
  });

  test("that was changed by hand is drift", () => {
    expect(drift({ note: "mine" }, { note: "theirs" })).toEqual([{ ...found, ...note }]);
  });

  test("that was removed by hand is drift, and is added", () => {
    expect(drift({ note: "mine" }, {})).toEqual([{ ...found, ...note, kind: "add" }]);
  });

  test("that the program changed is an input that differs", () => {
    expect(compare(thing, { note: "old" }, { note: "new" }, { note: "old" })).toEqual([
      { ...found, ...note, input: true },
    ]);
    expect(compare(thing, {}, { note: "new" }, {})).toEqual([{ ...found, ...note, kind: "add", input: true }]);
  });

  test("in another spelling than before is no input that differs", () => {
    expect(compare(thing, { name: "Bob" }, { name: "BOB" }, { name: "eve" })).toEqual([
      { ...found, property: "name", path: "name", replace: true },
    ]);
  });

  test("whose change replaces the object says so, one that is refused does not", () => {
    const differences = compare(thing, {}, { shelf: "two", kind: "new", note: "n" }, { shelf: "one", kind: "old" });
    expect(differences.map(({ property, replace }) => [property, replace])).toEqual([
      ["shelf", true],
      ["kind", false],
      ["note", false],
    ]);
  });

  test("that is not known yet differs", () => {
    expect(drift({ sizes: [unknownValue, 2] }, { sizes: [1, 2] })).toMatchObject([{ path: "sizes", kind: "update" }]);
  });
});

describe("a property that is declared no more", () => {
  test("goes back to its initial value", () => {
    expect(compare(thing, { color: "red" }, {}, { color: "red" })).toEqual([
      { ...found, property: "color", path: "color", kind: "delete", input: true },
    ]);
    expect(compare(thing, { color: "red" }, {}, { color: "grey" })).toEqual([]);
  });

  test("goes away where there is no initial value", () => {
    expect(compare(thing, { note: "n" }, {}, { note: "n" })).toMatchObject([{ path: "note", kind: "delete" }]);
    expect(compare(thing, { note: "n" }, {}, {})).toEqual([]);
  });
});

test("a property that was never declared is nobody's business", () => {
  expect(drift({}, { note: "theirs", color: "red", parts: { a: 1 }, serial: "7" })).toEqual([]);
});

describe("a map", () => {
  const observed = { parts: { Ada: 1, bob: 2, carl: 3 } };

  test("differs entry by entry, under the names that the program uses, else Acme's", () => {
    expect(drift({ parts: { ada: 1, BOB: 9, dora: 4 } }, observed)).toEqual([
      { ...parts, path: "parts.BOB" },
      { ...parts, path: "parts.dora", kind: "add" },
      { ...parts, path: "parts.carl", kind: "delete" },
    ]);
  });

  test("says of each entry whether the program changed it", () => {
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

  test("quotes names that are no words", () => {
    const parts = { "bob@acme.example": 1 };
    expect(drift({ parts }, { parts: {} })).toMatchObject([{ path: 'parts["bob@acme.example"]' }]);
  });

  test("that was no map before has only new entries", () => {
    const differences = compare(thing, { parts: unknownValue }, { parts: { ada: 1 } }, { parts: {} });
    expect(differences).toMatchObject([{ path: "parts.ada", kind: "add", input: true }]);
  });

  test("has unknown entries that differ, beside known ones that do not", () => {
    expect(drift({ parts: { ada: 1, bob: unknownValue } }, observed)).toMatchObject([
      { path: "parts.bob", kind: "update" },
      { path: "parts.carl", kind: "delete" },
    ]);
  });

  test("that is unknown or not there differs as a whole", () => {
    expect(drift({ parts: unknownValue }, observed)).toMatchObject([{ path: "parts", kind: "update" }]);
    expect(drift({ parts: { ada: 1 } }, {})).toEqual([{ ...parts, path: "parts", kind: "add" }]);
  });
});

describe("a drifted output", () => {
  const drifting = (...paths: string[]): AnyResource => ({ ...thing, assess: () => ({ drifted: paths }) });

  test("differs at its path", () => {
    expect(compare(drifting("serial", "people.bob.status", "a["), {}, {}, {})).toEqual([
      { ...found, property: "serial", path: "serial" },
      { ...found, property: "people", path: "people.bob.status" },
      { ...found, property: "a[", path: "a[" },
    ]);
  });

  test("is found in what was observed, as the declaration wants it", () => {
    const picky: AnyResource = {
      ...thing,
      assess: ({ serial }, { desired }) => ({ drifted: [`of ${String(serial)} ${String(desired?.note)}`] }),
    };
    expect(compare(picky, {}, { note: "n" }, { note: "n", serial: "7" })).toMatchObject([{ path: "of 7 n" }]);
  });
});

test("an update gets the new values, null for the initial one, and nothing about outputs", () => {
  const resource: AnyResource = { ...thing, assess: () => ({ drifted: ["serial"] }) };
  const desired = { note: "new", parts: { ada: 1, bob: 2 } };
  const observed = { note: "old", color: "red", parts: {}, sizes: [1] };
  const differences = compare(resource, { color: "red" }, desired, observed);
  expect(toChanges(desired, differences, resource)).toEqual({ ...desired, color: null });
});

test("what means the same is kept as it was declared, the rest as it was observed", () => {
  const declared = { name: "Bob", sizes: [2, 1], note: "mine" };
  const observed = { name: "bob", sizes: [1, 2], note: "theirs", color: "red", serial: "7" };
  expect(spellAs(declared, observed, thing)).toStrictEqual({ ...observed, name: "Bob", sizes: [2, 1] });
});

describe("what the program ignores", () => {
  const declared = { note: "mine", color: "red", sizes: [3, 1] };
  const observed = { note: "theirs", color: "blue", sizes: [1, 3, 2], serial: "7" };

  test("is taken from what was observed", () => {
    expect(withIgnored(thing, declared, observed, ["note"])).toStrictEqual({ ...declared, note: "theirs" });
    expect(withIgnored(thing, declared, observed, ["note", "color"])).toMatchObject({ note: "theirs", color: "blue" });
  });

  test("is found in a list of any order as the program has it", () => {
    expect(withIgnored(thing, { sizes: [3, 9, 1] }, observed, ["sizes[*]"])).toEqual({ sizes: [3, 9, 1] });
    expect(withIgnored(thing, declared, observed, ["sizes"])).toEqual({ ...declared, sizes: [3, 1] });
  });

  test("is not put in order where one of the two is no list", () => {
    expect(withIgnored(thing, { sizes: unknownValue }, observed, ["sizes"])).toEqual({ sizes: [1, 3, 2] });
    expect(withIgnored(thing, { sizes: [1] }, { sizes: null }, ["sizes"])).toEqual({});
  });

  test("is nothing where no path is given", () => {
    expect(withIgnored(thing, declared, observed, [])).toBe(declared);
  });
});

test("foreseen is what is declared, then what stays, and an unknown for what is open", () => {
  const state = expectedState(
    thing,
    { name: "Bob", note: "n" },
    { name: "bob", color: "red", id: "x" },
    new Set(["serial"]),
  );
  expect(state).toStrictEqual({ name: "Bob", note: "n", color: "red", serial: unknownValue });
  expect(expectedState(thing, { color: "red" }, { color: "grey" }, new Set(["color"]))).toStrictEqual({ color: "red" });
});

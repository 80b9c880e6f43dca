import * as z from "zod";
import { requireValid, validate } from "./validation";
import { UserError } from "./errors";
import { unknownValue, type Values } from "./values";

const entry = z.object({ cidr: z.string(), size: z.int().optional() });
const schema = z.object({
  name: z.string().min(3, "is too short"),
  size: z.int("is no whole number").optional(),
  color: z.string().default("grey"),
  entries: z.array(entry).max(2, "has too many").optional(),
  people: z.record(z.string(), z.enum(["admin", "viewer"], "is no role")).optional(),
});

const failures = (declared: Values) =>
  validate(schema, declared, "Thing").failures.map(({ path, reason }) => `${path} ${reason}`);

test("valid inputs are returned with their defaults and without absent properties", () => {
  const { values, failures } = validate(schema, { name: "a thing", size: 0 }, "Thing");
  expect(values).toStrictEqual({ name: "a thing", size: 0, color: "grey" });
  expect(failures).toEqual([]);
});

test("every mistake is reported at once, with its path", () => {
  expect(
    failures({ name: "x", size: 1.5, entries: [{ cidr: "a" }, { cidr: 1 }], people: { "bob@acme.example": "boss" } }),
  ).toEqual([
    "name is too short",
    "size is no whole number",
    "entries[1].cidr must be a string: put the value in quotes",
    'people["bob@acme.example"] is no role',
  ]);
});

test("an absent property is required, also in an object", () => {
  expect(failures({})).toEqual(["name is required"]);
  expect(failures({ name: "a thing", entries: [{}] })).toEqual(["entries[0].cidr is required"]);
});

describe("a value of several forms", () => {
  const size = z.union([z.literal("any"), z.int()], "must be a number or any");
  const forms = z.object({
    blocks: z.array(z.union([z.string().min(3, "is too short"), entry.strict()])),
    size: size.optional(),
  });
  const failuresOf = (declared: Values) =>
    validate(forms, declared, "Thing").failures.map(({ path, reason }) => `${path} ${reason}`);

  test("reports the mistakes in its closest form", () => {
    expect(failuresOf({ blocks: ["x", { cidr: 1 }, {}, { cidr: "a", seize: 1 }] })).toEqual([
      "blocks[0] is too short",
      "blocks[1].cidr must be a string: put the value in quotes",
      "blocks[2].cidr is required",
      "blocks[3] does not support the property seize: use one of cidr, size; did you mean size?",
    ]);
  });

  test("has no form of an inner union with only other kinds", () => {
    const inner = z.union([z.array(z.string()), z.union([z.boolean(), z.strictObject({ cidr: z.string() })])]);
    const nested = z.object({ block: z.union([inner, z.int()]) });
    const failuresOf = (block: unknown) =>
      validate(nested, { block }, "Thing").failures.map(({ path, reason }) => `${path} ${reason}`);
    expect(failuresOf(1.5)).toEqual(["block must be a whole number"]);
    expect(failuresOf({ cidr: 1 })).toEqual(["block.cidr must be a string: put the value in quotes"]);
    expect(failuresOf([1])).toEqual(["block[0] must be a string: put the value in quotes"]);
  });

  test("reports all forms if it has none of them", () => {
    expect(failuresOf({ blocks: [3, null], size: {} })).toEqual([
      "blocks[0] must be a string or an object",
      "blocks[1] must be a string or an object",
      "size must be a number or any",
    ]);
  });
});

test("an undefined property is reported with the defined ones", () => {
  expect(failures({ name: "a thing", colour: "red" })).toEqual([
    "colour is not a property of Thing. The properties are name, size, color, entries, people; did you mean color?",
  ]);
});

describe("a property under another name", () => {
  test("is one mistake if it is the only undefined one, and one is missing", () => {
    expect(failures({ title: "a thing" })).toEqual([
      "title is not a property of Thing. The properties are name, size, color, entries, people; did you mean name?",
    ]);
  });

  test("is meant as the missing one, although another one has a similar name", () => {
    expect(failures({ sice: 1 })).toEqual([
      "sice is not a property of Thing. The properties are name, size, color, entries, people; did you mean name?",
    ]);
  });

  test("leaves the missing one as a second mistake if it has no similar name", () => {
    const names = "The properties are name, size, color, entries, people";
    expect(failures({ title: "a thing", weight: 1 })).toEqual([
      "name is required",
      `title is not a property of Thing. ${names}`,
      `weight is not a property of Thing. ${names}`,
    ]);
    expect(failures({ nam: "a thing", weight: 1 })).toEqual([
      `nam is not a property of Thing. ${names}; did you mean name?`,
      `weight is not a property of Thing. ${names}`,
    ]);
  });

  test("is meant by its name if several are missing", () => {
    const pair = z.object({ first: z.string(), second: z.string() });
    const { failures } = validate(pair, { secnd: "b" }, "a pair");
    expect(failures).toEqual([
      { path: "first", reason: "is required" },
      { path: "secnd", reason: "is not a property of a pair. The properties are first, second; did you mean second?" },
    ]);
  });

  test("hides no other mistake of a declared property", () => {
    expect(failures({ name: "x", nane: "a thing" })).toEqual([
      "name is too short",
      "nane is not a property of Thing. The properties are name, size, color, entries, people; did you mean name?",
    ]);
  });

  test("has no alternative where nothing is defined", () => {
    const { failures } = validate(z.object({}), { name: "a" }, "a thing");
    expect(failures).toEqual([{ path: "name", reason: "is not a property of a thing" }]);
  });
});

describe("a property of an inner object under another name", () => {
  const box = z.strictObject({ cidr: z.string(), size: z.int().optional() });
  const port = z.strictObject({ from: z.int(), to: z.int() });
  const inputs = z.object({
    box: box.optional(),
    boxes: z.array(box).optional(),
    port: port.optional(),
    forms: z.array(z.union([z.string(), box])).optional(),
  });
  const reasons = (declared: Values) =>
    validate(inputs, declared, "Thing").failures.map(({ path, reason }) => `${path} ${reason}`);
  const only = (name: string, meant: string) =>
    `does not support the property ${name}: use one of cidr, size; did you mean ${meant}?`;

  test("is one mistake in its object", () => {
    expect(reasons({ box: { address: "a" } })).toEqual([`box ${only("address", "cidr")}`]);
    expect(reasons({ forms: ["a", { address: "a" }] })).toEqual([`forms[1] ${only("address", "cidr")}`]);
  });

  test("is meant as the missing one, although another one has a similar name", () => {
    expect(reasons({ box: { sice: 1 } })).toEqual([`box ${only("sice", "cidr")}`]);
  });

  test("concerns no other object", () => {
    expect(reasons({ box: { address: "a" }, boxes: [{ address: "b" }, {}, { cidr: "c", sice: 1 }] })).toEqual([
      `box ${only("address", "cidr")}`,
      `boxes[0] ${only("address", "cidr")}`,
      "boxes[1].cidr is required",
      `boxes[2] ${only("sice", "size")}`,
    ]);
  });

  test("hides no mistake of another property", () => {
    expect(reasons({ box: { address: "a", size: "1" } })).toEqual([
      "box.size must be a number",
      `box ${only("address", "cidr")}`,
    ]);
  });

  test("leaves the missing ones as mistakes if several are missing or undefined", () => {
    expect(reasons({ port: { form: 1 } })).toEqual([
      "port.from is required",
      "port.to is required",
      "port does not support the property form: use one of from, to; did you mean from?",
    ]);
    expect(reasons({ box: { address: "a", siez: 1 } })).toEqual([
      "box.cidr is required",
      "box does not support the properties address, siez: use one of cidr, size",
    ]);
  });

  test("does not replace a missing property that a rule asks for", () => {
    const ruled = z.strictObject({ a: z.string().optional() }).superRefine((_, context) => {
      context.addIssue({ code: "custom", message: "is missing", path: ["a"] });
    });
    const { failures } = validate(z.object({ box: ruled }), { box: {} }, "a thing");
    expect(failures).toEqual([{ path: "box.a", reason: "is missing" }]);
  });
});

test("Pulumi's own properties are neither mistakes nor values", () => {
  const { values, failures } = validate(schema, { name: "a thing", __defaults: [] }, "Thing");
  expect(failures).toEqual([]);
  expect(values).not.toHaveProperty("__defaults");
  expect(validate(schema, { name: "a thing", _defaults: [] }, "Thing").failures).toHaveLength(1);
});

describe("an unknown value", () => {
  test("is no mistake, and stays as it is", () => {
    const declared = { name: unknownValue, entries: [{ cidr: unknownValue }], people: unknownValue };
    const { values, failures } = validate(schema, declared, "Thing");
    expect(failures).toEqual([]);
    expect(values).toStrictEqual({ ...declared, color: "grey" });
  });

  test("does not hide other mistakes", () => {
    expect(failures({ name: "a thing", entries: [{ cidr: unknownValue, size: 1.5 }, { cidr: 1 }] })).toEqual([
      "entries[0].size must be a whole number",
      "entries[1].cidr must be a string: put the value in quotes",
    ]);
    expect(failures({ name: unknownValue, people: { a: unknownValue, b: "boss" } })).toEqual(["people.b is no role"]);
  });

  test("suppresses the mistakes of values that contain it", () => {
    expect(failures({ name: "a thing", entries: [{ cidr: "a" }, { cidr: "b" }, { cidr: unknownValue }] })).toEqual([]);
  });

  test("does not keep other values with mistakes", () => {
    expect(validate(schema, { name: "x" }, "Thing").values).toStrictEqual({ color: "grey" });
  });
});

test("a value that is not allowed is reported in words", () => {
  const schema = z.strictObject({ size: z.enum(["small", "large"]), more: z.strictObject({ on: z.boolean() }) });
  const { failures } = validate(schema, { size: "huge", more: { on: "yes", off: 1, out: 2 } }, "a thing");
  expect(failures.map(({ path, reason }) => `${path} ${reason}`)).toEqual([
    "size must be one of small, large",
    "more.on must be true or false",
    "more does not support the properties off, out: use one of on",
  ]);
});

test.each([
  ["a string: put the value in quotes", z.string(), 1],
  ["a number", z.number(), "1"],
  ["a whole number", z.int(), 1.5],
  ["true or false: write true, without quotes", z.boolean(), "true"],
  [`a list: write ["a"]`, z.array(z.string()), "a"],
  ["an object", z.object({}), "a"],
  ["a map", z.record(z.string(), z.string()), "a"],
  ["date", z.date(), "a"],
  ["true or false: write false, without quotes", z.boolean(), "false"],
  ["true or false", z.boolean(), "yes"],
  ["a string: put the value in quotes", z.string(), true],
  ["a string, not a list", z.string(), ["a"]],
  ["a string, not an object", z.string(), { a: 1 }],
  ["a string", z.string(), null],
  ["a number", z.number(), true],
  ["a list, not an object", z.array(z.string()), { a: 1 }],
  ["a list", z.array(z.string()), 1],
  [`a list: write ["${"a".repeat(100)}"]`, z.array(z.string()), "a".repeat(100)],
  ["a list", z.array(z.string()), "a".repeat(101)],
  ["an object with the properties cidr, size", entry, "a"],
  ["an object with the properties cidr, size", entry, ["a"]],
  ["a map, not a list", z.record(z.string(), z.string()), ["a"]],
  ["one of small, large; did you mean large?", z.enum(["small", "large"]), "lage"],
  ["one of 1, 2", z.literal([1, 2]), 3],
])("a value of another kind must be %s", (kind, property, value) => {
  const { failures } = validate(z.object({ property }), { property: value }, "a thing");
  expect(failures).toEqual([{ path: "property", reason: `must be ${kind}` }]);
});

test("an absent enumeration is required", () => {
  const { failures } = validate(z.object({ role: z.enum(["admin", "viewer"]) }), {}, "a thing");
  expect(failures).toEqual([{ path: "role", reason: "is required" }]);
});

test("other issues keep the schema's own message", () => {
  const { failures } = validate(z.object({ name: z.string().max(1) }), { name: "long" }, "a thing");
  expect(failures).toEqual([{ path: "name", reason: "Too big: expected string to have <=1 characters" }]);
});

test("valid values are returned with defaults, and others are refused with all reasons", () => {
  expect(requireValid(schema, { name: "a thing" }, "a question")).toEqual({ name: "a thing", color: "grey" });
  const attempt = () => requireValid(schema, { name: "x", colour: 1 }, "a question");
  expect(attempt).toThrow(UserError);
  expect(attempt).toThrow(
    "name: is too short; colour: is not a property of a question. The properties are name, size, color, entries, people; did you mean color?",
  );
});

test("an absent value can be a mistake", () => {
  const property = z.object({ a: z.string().optional() }).superRefine((_, context) => {
    context.addIssue({ code: "custom", message: "is missing", path: ["a", "b"] });
  });
  const { failures } = validate(z.object({ property }), { property: {} }, "a thing");
  expect(failures).toEqual([{ path: "property.a.b", reason: "is missing" }]);
});

describe("a part that equals the same part of the inputs in the state", () => {
  const schema = z.object({
    name: z.string().min(3),
    people: z.array(z.email()).superRefine((list, context) => {
      if (new Set(list).size < list.length) context.addIssue({ code: "custom", message: "twice", path: [1] });
    }),
  });
  const check = (declared: Values, prior: Values) => validate(schema, declared, "a Thing", prior);

  test("is not checked, because it may be an observed value", () => {
    const values = { name: "no", people: ["dev@localhost"] };
    expect(check(values, values)).toEqual({ values, failures: [] });
    const { failures } = check({ ...values, people: ["dev@localhost", "b"] }, values);
    expect(failures.map(({ path }) => path)).toEqual(["people[1]"]);
  });

  test("is checked by a rule about the whole list, if another item has changed", () => {
    const [a, b] = ["a@acme.example", "b@acme.example"];
    const prior = { name: "one", people: [a, b] };
    expect(check({ ...prior, people: [b, b] }, prior).failures).toEqual([{ path: "people[1]", reason: "twice" }]);
    expect(check({ ...prior, people: [b, b] }, { ...prior, people: [b, b] }).failures).toEqual([]);
  });

  test("is checked by a rule about the items of a list, if another item has changed", () => {
    const named = z.array(z.object({ name: z.string() })).superRefine((list, context) => {
      const names = list.map(({ name }) => name);
      if (new Set(names).size < names.length) context.addIssue({ code: "custom", message: "twice", path: [1, "name"] });
    });
    const inputs = z.object({ list: named });
    const prior = { list: [{ name: "a" }, { name: "b" }] };
    const twice = { list: [{ name: "b" }, { name: "b" }] };
    expect(validate(inputs, twice, "a Thing", prior).failures).toEqual([{ path: "list[1].name", reason: "twice" }]);
    expect(validate(inputs, twice, "a Thing", twice).failures).toEqual([]);
  });

  test("is checked by a rule about the entries of a map, if another entry has changed", () => {
    const limited = z.record(z.string(), z.int()).superRefine(({ a = 0, b = 0 }, context) => {
      if (a + b > 3) context.addIssue({ code: "custom", message: "is too much", path: ["b"] });
    });
    const inputs = z.object({ box: z.object({ sizes: limited, note: z.string().optional() }) });
    const check = (declared: Values, prior: Values) => validate(inputs, { box: declared }, "a Thing", { box: prior });
    expect(check({ sizes: { a: 2, b: 2 } }, { sizes: { a: 1, b: 2 } }).failures).toEqual([
      { path: "box.sizes.b", reason: "is too much" },
    ]);
    expect(check({ sizes: { a: 2, b: 2 }, note: "new" }, { sizes: { a: 2, b: 2 } }).failures).toEqual([]);
  });

  test("is not checked if it is null in both", () => {
    const { failures } = validate(z.object({ name: z.string() }), { name: null }, "a Thing", { name: null });
    expect(failures).toEqual([{ path: "name", reason: "must be a string" }]);
  });

  test("is still required", () => {
    expect(check({ people: [] }, { people: [] }).failures).toEqual([{ path: "name", reason: "is required" }]);
  });
});

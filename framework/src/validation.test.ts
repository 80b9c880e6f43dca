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

  test("is still required", () => {
    expect(check({ people: [] }, { people: [] }).failures).toEqual([{ path: "name", reason: "is required" }]);
  });
});

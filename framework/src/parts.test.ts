import * as z from "zod";
import { findOption, findPartSchema, getObjectShape, getParts, listPartSchemas, mapParts, unwrap } from "./parts";

const text = z.string();
const box = z.object({ name: text, size: z.int().optional() });
const union = z.union([text, z.array(text), box]);

test("a wrapper is removed, and of a transformation what programs see stays", () => {
  for (const wrapped of [text.optional(), text.default("a"), text.nullable(), text.transform(Number)])
    expect(unwrap(wrapped)).toBe(text);
  expect(unwrap(text)).toBe(text);
});

test.each<[string, z.ZodType, readonly z.ZodType[]]>([
  ["a list has the schema of its items", z.array(text).optional(), [text]],
  ["a map has the schema of its values", z.record(z.string(), box), [box]],
  ["an object has the schemas of its properties", z.object({ text, box }), [text, box]],
  ["a union has its options", union, union.options],
  ["a text has no parts", text, []],
])("%s", (_, schema, parts) => {
  expect(listPartSchemas(schema)).toEqual(parts);
});

test.each([
  ["a text", "a", 0],
  ["a number, of the options for plain values", 1, 0],
  ["a list", ["a"], 1],
  ["an object", { name: "a" }, 2],
])("the option of a union for %s has its kind", (_, value, index) => {
  expect(findOption(union.optional(), value)).toBe(union.options[index]);
  const nested = z.union([z.union([z.array(text), box]), text]);
  expect(findOption(nested, value)).toBe(nested.options[typeof value === "object" ? 0 : 1]);
});

test("the option of a discriminated union has its discriminator", () => {
  const option = (kind: string) => z.object({ kind: z.literal(kind), name: text });
  const tagged = z.discriminatedUnion("kind", [option("a"), option("b")]);
  expect(findOption(tagged, { kind: "b" })).toBe(tagged.options[1]);
  expect(findOption(tagged, { kind: "c" })).toBeUndefined();
});

test("a map is of the kind of an object, and a schema without options has none", () => {
  const map = z.record(z.string(), text);
  expect(findOption(z.union([text, map]), { a: "b" })).toBe(map);
  expect(findOption(z.union([text, z.array(text)]), { a: "b" })).toBeUndefined();
  expect(findOption(text, "a")).toBeUndefined();
});

test.each<[string, z.ZodType, unknown, readonly unknown[]]>([
  ["the items of a list", z.array(text), ["a", "b"], [0, "a", 1, "b"]],
  ["the entries of a map", z.record(z.string(), text), { a: "b" }, ["a", "b"]],
  ["the properties of an object that are present", box, { name: "a", size: null, more: 1 }, ["name", "a"]],
  ["the parts of the matching option", union, { name: "a" }, ["name", "a"]],
  ["nothing, if the value is of another kind", z.array(text), { 0: "a" }, []],
  ["nothing, if a text is no map", z.record(z.string(), text), "a", []],
  ["nothing, if an object is no text", text, { a: "b" }, []],
])("the parts of a value are %s", (_, schema, value, parts) => {
  expect(getParts(schema, value).flatMap(({ key, value }) => [key, value])).toEqual(parts);
});

test("a value with other parts keeps all else", () => {
  const upper = (schema: z.ZodType, value: unknown) =>
    mapParts(schema, value, (part) => (typeof part.value === "string" ? part.value.toUpperCase() : part.value));
  expect(upper(box, { name: "a", size: 1, more: "b" })).toEqual({ name: "A", size: 1, more: "b" });
  expect(upper(z.array(text), ["a", "b"])).toEqual(["A", "B"]);
  expect(upper(z.array(text), "a")).toBe("a");
});

describe("the schema at a path", () => {
  const people = z.record(z.string(), z.array(box.optional())).optional();
  const inputs = z.object({ people, label: union.optional() });
  const value = { people: { ada: [{ name: "a" }] }, label: { name: "a" } };

  test.each<[string, readonly (string | number)[], z.ZodType | undefined]>([
    ["is that of the whole for the empty path", [], inputs],
    ["is that of an item of a list in a map", ["people", "ada", 0], box],
    ["is that of a property there", ["people", "ada", 0, "name"], text],
    ["does not require a value", ["people", "bob", 7], box],
    ["is that of the matching option of a union", ["label"], box],
    ["is that of a part of this option", ["label", "name"], text],
    ["is undefined for an unknown property", ["people", "ada", 0, "nam"], undefined],
    ["is undefined for a part of a text", ["label", "name", "a"], undefined],
    ["is undefined below an unknown property", ["peple", "ada"], undefined],
  ])("%s", (_, path, schema) => {
    expect(findPartSchema(inputs, value, path)).toBe(schema);
  });

  test("is that of the option for a list", () => {
    expect(findPartSchema(inputs, { label: ["a"] }, ["label", 0])).toBe(text);
    expect(findPartSchema(union, ["a"], [0])).toBe(text);
  });
});

test("only an object has properties, also behind a wrapper", () => {
  expect(getObjectShape(box.optional())).toEqual(box.shape);
  expect(getObjectShape(union)).toEqual({});
});

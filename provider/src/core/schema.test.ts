import { z } from "zod";
import { resources } from "../resources";
import { configuration } from "./configuration";
import type { AnyResource } from "./resource";
import { packageSchema } from "./schema";

/** A resource that has this one property besides those of another. */
function withProperty(property: z.ZodType): AnyResource {
  const [resource] = resources;
  if (resource === undefined) throw new Error("there is no resource to start from");
  return { ...resource, inputs: z.object({ property }), changes: { property: { on: "update" } } };
}

function schemaWith(property: z.ZodType): unknown {
  return packageSchema([withProperty(property)], [], configuration);
}

const place = ["resources", "peridio:index:Organization", "inputProperties", "property"];

test.each([
  ["text", z.string(), { type: "string" }],
  ["an e-mail", z.email(), { type: "string" }],
  ["a switch", z.boolean().optional(), { type: "boolean" }],
  ["a whole number", z.int(), { type: "integer" }],
  ["a number", z.number(), { type: "number" }],
  ["a list", z.array(z.string()), { type: "array", items: { type: "string" } }],
  ["a map", z.record(z.string(), z.int()), { type: "object", additionalProperties: { type: "integer" } }],
  ["a default", z.int().default(3), { type: "integer", default: 3 }],
])("%s is described", (_, type, expected) => {
  const schema = schemaWith(type.meta({ description: "What it is." }));
  expect(schema).toHaveProperty(place, { ...expected, description: "What it is." });
});

test("what is optional or has a default is not required", () => {
  const described = { description: "What it is." };
  const inner = z.object({
    a: z.int().meta(described),
    b: z.int().default(0).meta(described),
    c: z.int().optional().meta(described),
  });
  const schema = schemaWith(inner.meta({ id: "Inner", ...described }));
  expect(schema).toHaveProperty(["types", "peridio:index:Inner", "required"], ["a"]);
});

test("a property of a type with a name can be described by itself", () => {
  const named = z.object({ a: z.int().meta({ description: "A." }) }).meta({ id: "Named", description: "A type." });
  const schema = schemaWith(named.meta({ description: "This one." }));
  expect(schema).toHaveProperty(place, { $ref: "#/types/peridio:index:Named", description: "This one." });
  expect(schema).toHaveProperty(["types", "peridio:index:Named", "description"], "A type.");
});

test("the values of an enumeration have names that read well in programs", () => {
  const schema = schemaWith(z.enum(["credit_card", "invoice"]).meta({ id: "Method", description: "How." }));
  expect(schema).toHaveProperty(
    ["types", "peridio:index:Method", "enum"],
    [
      { name: "CreditCard", value: "credit_card" },
      { name: "Invoice", value: "invoice" },
    ],
  );
});

test("a property without a description is refused", () => {
  expect(() => schemaWith(z.string())).toThrow("property property has no description");
});

test("an object without a name is refused", () => {
  const nameless = z.object({ a: z.string().meta({ description: "A." }) }).meta({ description: "Nameless." });
  expect(() => schemaWith(nameless)).toThrow("the type of property needs an id and a description");
});

test("a kind of type that the schema cannot say is refused", () => {
  expect(() => schemaWith(z.date().meta({ description: "When." }))).toThrow(/cannot say: date/);
});

test("the API key is secret, and nothing has a default that the engine would log", () => {
  const { config } = packageSchema(resources, [], configuration);
  expect(config).toHaveProperty("variables.apiKey.secret", true);
  expect(JSON.stringify(config)).not.toContain('"default');
});

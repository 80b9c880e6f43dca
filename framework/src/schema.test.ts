import * as z from "zod";
import type { AnyFunction } from "./function";
import type { AnyResource } from "./resource";
import type { PackageInfo } from "./provider";
import { packageSchema } from "./schema";
import { thingIn, Warehouse } from "../test/support/thing";

const info: PackageInfo = {
  name: "acme",
  displayName: "Acme",
  version: "1.2.3",
  description: "Acme as code.",
  providerDescription: "The provider of Acme.",
  keywords: ["pulumi", "acme"],
  repository: "github.com/acme/pulumi-acme",
  publisher: "Acme's users",
  license: "Apache-2.0",
  attribution: "This package is not published by Acme.",
  logoUrl: "https://acme.example/logo.svg",
};

/** Returns the schema of a provider with these parts. */
function schemaOf(parts: Partial<Parameters<typeof packageSchema>[0]> = {}): Readonly<Record<string, unknown>> {
  const schema = packageSchema({
    package: info,
    configuration: z.object({}),
    resources: [],
    functions: [],
    components: () => [],
    ...parts,
  });
  return z.record(z.string(), z.unknown()).parse(JSON.parse(JSON.stringify(schema)));
}

const described = { description: "What it is." };

/** A small resource, whose schema a test shows in full. */
const box: AnyResource = {
  ...thingIn(new Warehouse()),
  token: "acme:index:Box",
  description: "A box.",
  example: "\nresources:\n  mine: { type: acme:Box }\n\n",
  inputs: z.object({
    name: z.string().meta({ description: "Its name.", replaceOnChange: true }),
    key: z.string().optional().meta({ description: "Opens it.", secret: true }),
  }),
  outputs: z.object({ name: z.string().meta({ description: "Its name." }) }),
  query: z.object({ shelf: z.string().optional().meta({ description: "Only of this shelf." }) }),
};

const getBox: AnyFunction = {
  token: "acme:index:getBox",
  description: "Finds a box.",
  example: "variables: {}",
  inputs: z.object({ name: z.string().meta({ description: "Its name." }) }),
  outputs: z.object({ size: z.int().optional().meta({ description: "Its size." }) }),
  call: () => Promise.resolve({}),
};

/** Returns the schema of a box with this property as its only input. */
function schemaWith(property: z.ZodType): unknown {
  return schemaOf({ resources: [{ ...box, inputs: z.object({ property }) }] });
}

const place = ["resources", "acme:index:Box", "inputProperties", "property"];

test("a package has its description and the settings of its SDKs", () => {
  expect(schemaOf()).toStrictEqual({
    name: "acme",
    displayName: "Acme",
    version: "1.2.3",
    description: "Acme as code.",
    keywords: ["pulumi", "acme"],
    homepage: "https://github.com/acme/pulumi-acme",
    repository: "https://github.com/acme/pulumi-acme",
    publisher: "Acme's users",
    license: "Apache-2.0",
    attribution: "This package is not published by Acme.",
    logoUrl: "https://acme.example/logo.svg",
    pluginDownloadURL: "github://api.github.com/acme/pulumi-acme",
    meta: { moduleFormat: "(.*)" },
    language: {
      nodejs: { packageName: "pulumi-acme", respectSchemaVersion: true, typescriptVersion: "^5.9.3" },
      python: {
        packageName: "pulumi_acme",
        respectSchemaVersion: true,
        pyproject: { enabled: true },
        pythonRequires: ">=3.10",
      },
      csharp: { namespaces: { acme: "Acme" }, respectSchemaVersion: true },
      java: { buildFiles: "gradle", basePackage: "io.github.acme" },
      go: {
        importBasePath: "github.com/acme/pulumi-acme/sdk/go/acme",
        modulePath: "github.com/acme/pulumi-acme/sdk/go",
        respectSchemaVersion: true,
      },
    },
    config: { variables: {} },
    provider: {
      description: "The provider of Acme.",
      inputProperties: {},
    },
    types: {},
    resources: {},
    functions: {},
  });
});

test("a package without a repository and a publisher names none", () => {
  const { name, displayName, version, description, providerDescription, keywords } = info;
  const schema = schemaOf({ package: { name, displayName, version, description, providerDescription, keywords } });
  for (const key of ["homepage", "repository", "publisher", "license", "attribution", "logoUrl", "pluginDownloadURL"])
    expect(schema).not.toHaveProperty(key);
  expect(schema).toHaveProperty("language.java", { buildFiles: "gradle" });
  expect(schema).not.toHaveProperty("language.go");
});

test.each([
  ["github.com/acme-dev/pulumi-acme", "io.github.acme_dev"],
  ["git.acme.example/platform/pulumi-acme", "example.acme.git.platform"],
])("the Java package of %s is %s", (repository, basePackage) => {
  expect(schemaOf({ package: { ...info, repository } })).toHaveProperty("language.java.basePackage", basePackage);
});

test("a resource has its inputs, outputs, replacements, secrets and query, with an example", () => {
  expect(schemaOf({ resources: [box] })).toMatchObject({ functions: {}, types: {} });
  expect(schemaOf({ resources: [box] })).toHaveProperty("resources", {
    "acme:index:Box": {
      description: "A box.\n\n## Example Usage\n\n```yaml\nresources:\n  mine: { type: acme:Box }\n```\n",
      properties: { name: { type: "string", description: "Its name." } },
      required: ["name"],
      inputProperties: {
        name: { type: "string", description: "Its name.", willReplaceOnChanges: true },
        key: { type: "string", description: "Opens it.", secret: true },
      },
      requiredInputs: ["name"],
      listInputs: {
        type: "object",
        properties: { shelf: { type: "string", description: "Only of this shelf." } },
        required: [],
      },
    },
  });
});

test("a function has its inputs and outputs, with an example", () => {
  expect(schemaOf({ functions: [getBox] })).toHaveProperty("functions", {
    "acme:index:getBox": {
      description: "Finds a box.\n\n## Example Usage\n\n```yaml\nvariables: {}\n```\n",
      inputs: {
        type: "object",
        properties: { name: { type: "string", description: "Its name." } },
        required: ["name"],
      },
      outputs: { type: "object", properties: { size: { type: "integer", description: "Its size." } }, required: [] },
    },
  });
});

test.each([
  ["text", z.string(), { type: "string" }],
  ["an e-mail", z.email(), { type: "string" }],
  ["a switch", z.boolean().optional(), { type: "boolean" }],
  ["a whole number", z.int(), { type: "integer" }],
  ["a number", z.number(), { type: "number" }],
  ["a number of some precision", z.float32(), { type: "number" }],
  ["a list", z.array(z.string()), { type: "array", items: { type: "string" } }],
  ["a map", z.record(z.string(), z.int()), { type: "object", additionalProperties: { type: "integer" } }],
  ["a default", z.int().default(3), { type: "integer", default: 3 }],
])("%s is described", (_, type, expected) => {
  const schema = schemaWith(type.meta(described));
  expect(schema).toHaveProperty(place, { ...expected, ...described });
});

describe("a separate type", () => {
  const lid = z
    .object({
      a: z.int().meta(described),
      b: z.int().default(0).meta(described),
      c: z.int().optional().meta(described),
    })
    .meta({ id: "Lid", description: "What closes it." });
  const kind = z.enum(["plain", "credit_card"]).meta({ id: "Kind", description: "Which one." });

  test("is the same if the schema also accepts null, which no program can declare", () => {
    const text = z.string();
    expect(schemaWith(z.record(z.string(), text.nullable()).meta(described))).toEqual(
      schemaWith(z.record(z.string(), text).meta(described)),
    );
  });

  test("is named, and requires only properties that are not optional and have no default", () => {
    const schema = schemaWith(lid.optional().meta(described));
    expect(schema).toHaveProperty(place, { $ref: "#/types/acme:index:Lid", ...described });
    expect(schema).toHaveProperty("types", {
      "acme:index:Lid": {
        description: "What closes it.",
        type: "object",
        properties: {
          a: { type: "integer", ...described },
          b: { type: "integer", default: 0, ...described },
          c: { type: "integer", ...described },
        },
        required: ["a"],
      },
    });
  });

  test("of an enumeration has its values, with names for SDKs", () => {
    const schema = schemaWith(z.array(kind).meta(described));
    expect(schema).toHaveProperty([...place, "items"], { $ref: "#/types/acme:index:Kind" });
    expect(schema).toHaveProperty("types", {
      "acme:index:Kind": {
        description: "Which one.",
        type: "string",
        enum: [
          { name: "Plain", value: "plain" },
          { name: "CreditCard", value: "credit_card" },
        ],
      },
    });
  });

  test("of an enumeration is nested in a union with an object, which SDKs in Go would lose otherwise", () => {
    const [kindType, lidType] = [{ $ref: "#/types/acme:index:Kind" }, { $ref: "#/types/acme:index:Lid" }];
    const schema = schemaWith(z.union([kind, lid]).meta(described));
    expect(schema).toHaveProperty([...place, "oneOf"], [{ oneOf: [kindType, lidType] }, lidType]);
    const simple = schemaWith(z.union([z.string(), lid]).meta(described));
    expect(simple).toHaveProperty([...place, "oneOf"], [{ type: "string" }, lidType]);
  });

  test("is the same if a property overrides its description", () => {
    const schema = schemaWith(kind.meta({ description: "Which one this is." }));
    expect(schema).toHaveProperty(place, { $ref: "#/types/acme:index:Kind", description: "Which one this is." });
    expect(schema).toHaveProperty(["types", "acme:index:Kind", "description"], "Which one.");
  });

  test("exists once, in the order of names", () => {
    const more = z.object({
      lid: lid.optional().meta(described),
      zip: z.array(z.enum(["z"]).meta({ id: "Zip", ...described })).meta(described),
      kinds: z.array(kind).meta(described),
      other: lid.optional().meta(described),
    });
    const { types } = schemaOf({ configuration: more });
    expect(Object.keys(z.record(z.string(), z.unknown()).parse(types))).toEqual([
      "acme:index:Kind",
      "acme:index:Lid",
      "acme:index:Zip",
    ]);
  });

  test("has a unique name", () => {
    const other = z.enum(["plain", "round"]).meta({ id: "Kind", description: "Which one." });
    const both = z.object({ kind: kind.optional().meta(described), other: other.optional().meta(described) });
    expect(() => schemaOf({ configuration: both })).toThrow("two types are named Kind");
  });

  test.each([
    ["a name", z.object({ a: z.int().meta(described) }).meta(described)],
    ["a description", z.object({ a: z.int().meta(described) }).meta({ id: "Nobody" })],
  ])("without %s is refused", (_, type) => {
    expect(() => schemaWith(z.array(type).meta(described))).toThrow(
      "the type of an item of property must have an id and a description",
    );
  });
});

test("a deprecation has its own text, for properties, resources and functions", () => {
  const deprecation = "Use `size` instead.";
  const height = z
    .string()
    .optional()
    .meta({ ...described, deprecation });
  const schema = schemaOf({
    configuration: z.object({ height }),
    resources: [{ ...box, deprecation }],
    functions: [{ ...getBox, deprecation }],
  });
  const deprecated = { deprecationMessage: deprecation };
  expect(schema).toMatchObject({
    config: { variables: { height: { ...described, deprecationMessage: deprecation } } },
    resources: { "acme:index:Box": deprecated },
    functions: { "acme:index:getBox": deprecated },
  });
});

test("the former types of a resource are its aliases", () => {
  expect(schemaOf({ resources: [{ ...box, formerTokens: ["acme:index:Crate"] }] })).toMatchObject({
    resources: { "acme:index:Box": { aliases: [{ type: "acme:index:Crate" }] } },
  });
});

test("a function can return its only output itself", () => {
  const count: AnyFunction = { ...getBox, returnsOnlyOutput: true };
  expect(schemaOf({ functions: [count] })).toMatchObject({
    functions: { "acme:index:getBox": { returnType: { type: "integer" } } },
  });
  expect(() => schemaOf({ functions: [{ ...count, outputs: box.inputs }] })).toThrow("requires exactly one output");
});

test("the place of the plugin can differ from the repository", () => {
  const elsewhere = { ...info, pluginDownloadURL: "https://acme.example/plugins" };
  expect(schemaOf({ package: elsewhere })).toMatchObject({ pluginDownloadURL: "https://acme.example/plugins" });
});

test.each([
  ["a text", z.literal("red"), { type: "string", const: "red" }],
  ["a whole number", z.literal(3).optional(), { type: "integer", const: 3 }],
  ["a number", z.literal(1.5), { type: "number", const: 1.5 }],
  ["a boolean", z.literal(true), { type: "boolean", const: true }],
  ["any value", z.unknown(), { $ref: "pulumi.json#/Any" }],
])("%s can be the type of a property", (_, type, expected) => {
  const { config } = schemaOf({ configuration: z.object({ value: type.meta(described) }) });
  expect(config).toEqual({ variables: { value: { ...described, ...expected } } });
});

test.each([
  [z.enum({ One: 1, Two: 2 }), "integer", ["One", 1, "Two", 2]],
  [z.enum({ Tenth: 0.1, One: 1 }), "number", ["Tenth", 0.1, "One", 1]],
  [z.enum({ Small: "s", large: "large" }), "string", ["Small", "s", "Large", "large"]],
])("an enum has names and values: %#", (type, kind, all) => {
  const { types } = schemaOf({ configuration: z.object({ size: type.meta({ ...described, id: "Size" }) }) });
  const values = [0, 2].map((index) => ({ name: all[index], value: all[index + 1] }));
  expect(types).toEqual({ "acme:index:Size": { ...described, type: kind, enum: values } });
});

test("a discriminated union names the property that tells its options apart", () => {
  const option = (kind: string) =>
    z.object({ kind: z.literal(kind).meta(described) }).meta({ ...described, id: `Kind${kind}` });
  const union = z.discriminatedUnion("kind", [option("A"), option("B")]);
  const [a, b] = ["#/types/acme:index:KindA", "#/types/acme:index:KindB"];
  const { config } = schemaOf({ configuration: z.object({ value: union.meta(described) }) });
  const discriminator = { propertyName: "kind", mapping: { A: a, B: b } };
  expect(config).toEqual({ variables: { value: { ...described, oneOf: [{ $ref: a }, { $ref: b }], discriminator } } });
});

test("a property without a description is refused", () => {
  expect(() => schemaWith(z.string())).toThrow("property property has no description");
});

test.each([
  [z.date(), "property has a type that the schema cannot express: date. Use a text in ISO 8601"],
  [z.instanceof(Buffer), "custom. Use a type of zod, such as `z.object()`. For an asset, use a text with its contents"],
  [z.map(z.string(), z.string()), "map. Use `z.record()`."],
  [z.intersection(z.object({}), z.object({})), "intersection. Use one object, such as `a.extend(b.shape)`."],
  [z.array(z.date()), "an item of property has a type that the schema cannot express: date"],
  [z.union([z.string(), z.date()]), "a kind of property has a type that the schema cannot express: date"],
  [z.record(z.string(), z.date()), "a value of property has a type that the schema cannot express: date"],
])("a type that the schema cannot express is refused: %#", (type, reason) => {
  expect(() => schemaWith(type.meta(described))).toThrow(reason);
});

test("the provider's own settings are the configuration, and the key is secret", () => {
  const apiKey = z.string().optional().meta({ description: "The key.", secret: true });
  const endpoint = z.string().optional().meta({ description: "Where the API is." });
  const { config, provider } = schemaOf({ configuration: z.object({ apiKey, endpoint }) });
  expect(config).toHaveProperty("variables.apiKey.secret", true);
  expect(config).not.toHaveProperty("variables.endpoint.secret");
  expect(provider).toHaveProperty("inputProperties.apiKey.secret", true);
  // The engine would log it.
  expect(JSON.stringify(config)).not.toContain('"default');
});

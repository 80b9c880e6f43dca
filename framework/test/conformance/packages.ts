import * as z from "zod";
import {
  type AnyFunction,
  type AnyProvider,
  type AnyResource,
  defineProvider,
  PartialFailureError,
  type Secret,
  secret,
  type Shape,
} from "pulumi-provider-kit";
import { compute, defineFunction, echo, type NoApi, properties, type } from "./echo";

/** The parts of a test package. */
interface Package {
  readonly resources?: readonly AnyResource<NoApi>[];
  readonly functions?: readonly AnyFunction<NoApi>[];
  readonly configuration?: Shape;
  readonly pluginDownloadURL?: string;
}

const text = () => properties({ text: z.string() });
const input = () => properties({ value: z.string() });
const result = () => properties({ result: z.string() });

const value = () => properties({ value: z.boolean() });

const primitives = () => ({
  boolean: z.boolean(),
  float: z.number(),
  integer: z.int(),
  string: z.string(),
});

const lists = () => ({ numberArray: z.array(z.number()), booleanMap: z.record(z.string(), z.boolean()) });
const otherLists = () => ({ boolArray: z.array(z.boolean()), stringMap: z.record(z.string(), z.string()) });

/** The options of a discriminated union. */
function variants() {
  const variant = <Kind extends string>(id: string, kind: Kind, field: string) =>
    type(id, { discriminantKind: z.literal(kind), [field]: z.string().optional() });
  return [variant("VariantOne", "variant1", "field1"), variant("VariantTwo", "variant2", "field2")] as const;
}

/**
 * The packages of Pulumi's language tests, by name. Each entry makes what Pulumi's own test provider makes, with this framework. Types of
 * several packages have the same id, so a process makes only one package.
 */
const packages: Readonly<Record<string, (version: string) => Package>> = {
  simple: (version) => ({
    resources: [echo("simple:index:Resource", value(), { found: { value: true } })],
    // One test uses this version to test the place of a plugin.
    ...(version === "27.0.0" && {
      pluginDownloadURL: "https://github.com/pulumi/pulumi-simple/releases/v${VERSION}",
    }),
  }),

  alpha: () => ({ resources: [echo("alpha:index:Resource", value())] }),

  primitive: () => {
    const all = properties({ ...primitives(), ...lists() });
    return {
      resources: [echo("primitive:index:Resource", all, { toId: ({ string }) => string || "id" })],
      functions: [defineFunction("primitive:index:invoke", all, all, (inputs) => inputs)],
    };
  },

  optionalprimitive: () => {
    const { shape } = properties({ ...primitives(), ...lists() }).partial();
    return { resources: [echo("optionalprimitive:index:Resource", properties(shape))] };
  },

  "primitive-ref": () => {
    const data = type("Data", { ...primitives(), ...otherLists() });
    return { resources: [echo("primitive-ref:index:Resource", properties({ data }))] };
  },

  "optional-primitive-ref": () => {
    const data = type("Data", properties({ ...primitives(), ...lists() }).partial().shape);
    const inputs = properties({ data, optionalData: data.optional() });
    return { resources: [echo("optional-primitive-ref:index:Resource", inputs)] };
  },

  "ref-ref": () => {
    const inner = type("InnerData", { ...primitives(), ...otherLists() });
    const data = type("Data", {
      ...primitives(),
      ...otherLists(),
      innerData: inner,
      optionalInner: inner.optional(),
      innerDataList: z.array(inner).optional(),
    });
    return { resources: [echo("ref-ref:index:Resource", properties({ data }))] };
  },

  plain: () => {
    const inner = type("InnerData", { ...primitives(), ...otherLists() });
    const data = type("Data", { ...primitives(), ...otherLists(), innerData: inner });
    const inputs = properties({ data, nonPlainData: data.optional(), dataList: z.array(inner).optional() });
    return { resources: [echo("plain:index:Resource", inputs)] };
  },

  secret: () => {
    const hidden = <Schema extends z.ZodType>(schema: Schema) => schema.meta({ secret: true });
    const data = type("Data", { private: hidden(z.string()), public: z.string() });
    const inputs = properties({
      private: hidden(z.string()),
      public: z.string(),
      privateData: hidden(data),
      publicData: data,
      privateArray: hidden(z.array(z.string())),
      privateMap: hidden(z.record(z.string(), z.string())),
      privateDataArray: hidden(z.array(data)),
      privateDataMap: hidden(z.record(z.string(), data)),
    });
    return { resources: [echo("secret:index:Resource", inputs)] };
  },

  nestedobject: () => {
    const detail = type("Detail", { key: z.string(), value: z.string() });
    const inputs = properties({ inputs: z.array(z.string()) });
    const outputs = properties({ inputs: z.array(z.string()), details: z.array(detail) });
    return {
      resources: [
        compute("nestedobject:index:Container", inputs, outputs, ({ inputs }) => ({
          inputs,
          details: inputs.map((key) => ({ key, value: `computed-${key}` })),
        })),
        echo("nestedobject:index:Target", properties({ name: z.string() })),
        echo("nestedobject:index:MapContainer", properties({ tags: z.record(z.string(), z.string()) })),
        echo("nestedobject:index:Receiver", properties({ details: z.array(detail) })),
      ],
      functions: [
        defineFunction(
          "nestedobject:index:getValues",
          properties({ names: z.array(z.string()) }),
          properties({ results: z.array(z.string()) }),
          ({ names }) => ({ results: names }),
        ),
      ],
    };
  },

  fail_on_create: () => ({
    resources: [
      {
        ...echo("fail_on_create:index:Resource", value()),
        // Pulumi's own provider fails in the preview too.
        plan: () => Promise.reject(new Error("failed create")),
      },
    ],
    functions: [
      defineFunction(
        "fail_on_create:index:fail",
        value(),
        properties({ value: z.boolean(), message: z.string() }),
        () => {
          throw new Error("failed invoke");
        },
      ),
    ],
  }),

  names: () => {
    const types = ["index:ResMap", "index:ResArray", "index:ResList", "index:ResResource", "mod:Res", "mod/nested:Res"];
    return { resources: types.map((name) => echo(`names:${name}`, value())) };
  },

  keywords: () => {
    const types = ["index:SomeResource", "lambda:SomeResource", "module:Lambda"];
    const inputs = () => properties({ builtins: z.string(), lambda: z.string(), property: z.string() });
    return { resources: types.map((name) => echo(`keywords:${name}`, inputs())) };
  },

  reservednames: () => {
    const elementType = type("ElementType", { elementType: z.string() });
    return { resources: [echo("reservednames:index:ElementType", properties({ elementType }))] };
  },

  replaceonchanges: () => ({
    resources: [
      echo(
        "replaceonchanges:index:ResourceA",
        properties({ value: z.boolean(), replaceProp: z.boolean().meta({ replaceOnChange: true }).optional() }),
      ),
      echo("replaceonchanges:index:ResourceB", value()),
    ],
  }),

  camelNames: () => {
    const name = z.string().optional();
    return {
      resources: [
        compute(
          "camelNames:CoolModule:SomeResource",
          properties({ theInput: z.boolean().meta({ providerOnly: true }), resourceName: name }),
          properties({ theOutput: z.boolean(), resourceName: name }),
          ({ theInput, resourceName }) => ({ theOutput: theInput, resourceName }),
        ),
      ],
    };
  },

  "kebab-names": () => {
    const module = (name: string) => `kebab-names:kebab-module:${name}`;
    const nested = type("nested-input", { "nested-value": z.string() });
    const item = type("output-item", { "nested-output": z.string() });
    const defaults = type("defaults-input", { value: z.string(), "default-value": z.string().default("defaulted") });
    return {
      resources: [
        compute(
          module("some-resource"),
          properties({
            "the-input": z.boolean().meta({ providerOnly: true }),
            nested: nested.meta({ providerOnly: true }),
          }),
          properties({ "the-output": item }),
          ({ nested }) => ({ "the-output": { "nested-output": nested["nested-value"] } }),
        ),
        echo(module("another-resource"), properties({ "the-input": z.string() })),
      ],
      functions: [
        defineFunction(
          module("do-something"),
          properties({ "the-input": z.string(), nested: defaults.optional() }),
          properties({ "the-output": z.string() }),
          (inputs) => ({ "the-output": `${inputs["the-input"]} ${String(inputs.nested?.value)}` }),
        ),
      ],
    };
  },

  snake_names: () => {
    const module = (name: string) => `snake_names:cool_module:${name}`;
    const nested = type("nested_input", { nested_value: z.string() });
    const item = type("output_item", { nested_output: z.string() });
    const entry = type("entry", { value: z.string() });
    return {
      resources: [
        compute(
          module("some_resource"),
          properties({
            the_input: z.boolean().meta({ providerOnly: true }),
            nested: nested.meta({ providerOnly: true }),
          }),
          properties({ the_output: z.record(z.string(), z.array(item)) }),
          ({ nested }) => ({ the_output: { someKey: [{ nested_output: nested.nested_value }] } }),
        ),
        echo(module("another_resource"), properties({ the_input: z.string() })),
      ],
      functions: [
        defineFunction(
          module("some_data"),
          properties({ the_input: z.string(), nested: z.array(entry) }),
          properties({ nested_output: z.array(z.record(z.string(), entry)) }),
          ({ nested: [first = { value: "" }] }) => ({ nested_output: [{ key: first }] }),
        ),
      ],
    };
  },

  nestedcollections: () => {
    const bar = type("Bar", { prop: z.string() });
    const sets = z.array(z.array(z.array(bar)));
    const endpoint = z.record(z.string(), z.record(z.string(), z.record(z.string(), z.string())));
    return {
      resources: [
        compute(
          "nestedcollections:index:Foo",
          z.object({}),
          properties({ conditionSets: sets, privateEndpoint: endpoint }),
          () => ({
            conditionSets: [[[{ prop: "first" }, { prop: "second" }]]],
            privateEndpoint: { outer: { inner: { leaf: "deep" } } },
          }),
        ),
      ],
    };
  },

  output: () => {
    const data = type("Data", { output: z.string() });
    const number = () => properties({ value: z.number() });
    const repeat = (count: number) => "hello".repeat(count);
    return {
      configuration: properties({ elideUnknowns: z.boolean().optional() }),
      resources: [
        compute(
          "output:index:Resource",
          number(),
          properties({ value: z.number(), output: z.string(), secretOutput: z.string().meta({ secret: true }) }),
          ({ value }) => ({ value, output: repeat(value), secretOutput: repeat(value) }),
        ),
        compute(
          "output:index:ComplexResource",
          number(),
          properties({
            value: z.number(),
            outputArray: z.array(z.string()),
            outputMap: z.record(z.string(), z.string()),
            outputObject: data,
          }),
          ({ value }) => ({
            value,
            outputArray: [repeat(value)],
            outputMap: Object.fromEntries(["a", "d", "m", "t", "x", "z"].map((key) => [key, repeat(value)])),
            outputObject: { output: repeat(value) },
          }),
        ),
      ],
    };
  },

  "simple-invoke": () => {
    const created = new Set<string>();
    const token = (name: string) => `simple-invoke:index:${name}`;
    const map = () => properties({ stringMap: z.record(z.string(), z.string()) });
    return {
      resources: [
        compute(token("StringResource"), text(), text(), (object) => {
          created.add(object.text);
          return object;
        }),
      ],
      functions: [
        defineFunction(token("myInvoke"), input(), result(), ({ value }) => ({ result: `${value} world` })),
        defineFunction(
          token("invokeWithDefault"),
          properties({ value: z.string().default("default") }),
          result(),
          ({ value }) => ({ result: value }),
        ),
        defineFunction(token("unit"), z.object({}), result(), () => ({ result: "Hello world" })),
        defineFunction(
          token("secretInvoke"),
          properties({ value: z.string(), secretResponse: z.boolean() }),
          properties({ response: z.string().meta({ secretWith: "value" }), secret: z.boolean() }),
          ({ value, secretResponse }) => ({
            response: secretResponse ? secret(`${value} world`) : `${value} world`,
            secret: secretResponse,
          }),
        ),
        defineFunction(token("echoMap"), map(), map(), (inputs) => inputs),
        defineFunction(token("getText"), text(), result(), ({ text }) => {
          if (!created.has(text)) throw new Error(`no StringResource has the text ${text}`);
          return { result: `${text} world` };
        }),
      ],
    };
  },

  flaky: () => {
    let attempts = 0;
    return {
      resources: [
        compute("flaky:index:FlakyCreate", z.object({}), z.object({}), () => {
          attempts += 1;
          if (attempts === 1) throw new PartialFailureError({ id: "id" }, new Error("first create attempt fails"));
          return {};
        }),
      ],
    };
  },

  union: () => {
    const word = z.string();
    const rights = z.enum(["Listen", "Manage", "Send"]).meta({ id: "AccessRights", description: "Rights." });
    const blob = z.enum(["Block", "Append", "Page"]).meta({ id: "BlobType", description: "A type." });
    const inputs = properties({
      stringOrIntegerProperty: z.union([word, z.int()]).optional(),
      mapMapUnionProperty: z.record(z.string(), z.record(z.string(), z.union([word, z.array(word)]))).optional(),
      stringEnumUnionListProperty: z.array(z.union([word, rights])).optional(),
      typedEnumProperty: z.union([word, blob]).optional(),
    });
    return {
      resources: [
        echo("union:index:Example", inputs, { toId: () => "new-resource-id" }),
        compute(
          "union:index:EnumOutput",
          properties({ name: z.string() }),
          properties({ name: z.string(), type: z.string() }),
          ({ name }) => ({ name, type: "Block" }),
          { toId: () => "enum-output-id" },
        ),
      ],
    };
  },

  enum: () => {
    const integer = z.enum({ IntOne: 1, IntTwo: 2 }).meta({ id: "IntEnum", description: "Whole numbers." });
    const word = z.enum({ StringOne: "one", StringTwo: "two" }).meta({ id: "StringEnum", description: "Texts." });
    const number = z.enum({ ZeroPointOne: 0.1, One: 1 }).meta({ id: "NumberEnum", description: "Numbers." });
    const wordy = z
      .enum({
        AValueWithSpaces: "A Value With Spaces.",
        ItsGotApostrophes: "It's got apostrophes",
        UnderscorePrefix: "_UNDERSCORE_PREFIX",
        Named: "plain",
      })
      .meta({ id: "WordyEnum", description: "Texts with other characters." });
    const holder = type("Holder", { size: integer.optional(), color: word.optional() });
    const toId = () => "new-resource-id";
    const pair = () => properties({ intEnum: integer.optional(), stringEnum: word.optional() });
    const deluxe = properties({
      numberEnum: number.optional(),
      wordyEnum: wordy.optional(),
      arrayOfEnum: z.array(word).optional(),
      mapOfEnum: z.record(z.string(), integer).optional(),
      holder: holder.optional(),
      unionEnum: z.union([wordy, z.string()]).optional(),
    });
    return {
      resources: [
        ...["index", "mod", "mod/nested"].map((module) => echo(`enum:${module}:Res`, pair(), { toId })),
        echo("enum:index:Deluxe", deluxe, { toId }),
      ],
    };
  },

  "any-handled": () => ({ resources: [echo("any-handled:index:Resource", properties({ value: z.unknown() }))] }),

  constant: () => {
    const all = { kind: z.literal("Constant"), flag: z.literal(true), count: z.literal(3), ratio: z.literal(1.5) };
    return { resources: [echo("constant:index:Resource", properties(all))] };
  },

  "discriminated-union": () => {
    const union = () => z.discriminatedUnion("discriminantKind", variants());
    const inputs = properties({ unionOf: union().optional(), arrayOfUnionOf: z.array(union()).optional() });
    return { resources: [echo("discriminated-union:index:Example", inputs, { toId: () => "new-resource-id" })] };
  },

  "scalar-returns": () => {
    const invoke = <Result extends z.ZodType>(
      name: string,
      schema: Result,
      toResult: (value: string) => z.output<Result> | Secret<z.output<Result>>,
    ): AnyFunction<NoApi> => ({
      ...defineFunction(`scalar-returns:index:${name}`, input(), properties({ result: schema }), ({ value }) => ({
        result: toResult(value),
      })),
      returnsOnlyOutput: true,
    });
    return {
      functions: [
        invoke("invokeSecret", z.number().meta({ secret: true }), (value) => value.length),
        invoke("invokeArray", z.array(z.boolean()), (value) => value.split("").map((one) => "aeiou".includes(one))),
        invoke("invokeMap", z.record(z.string(), z.string()), (value) => {
          const result = { value: `${value} world` };
          return value === "secret" ? secret(result) : result;
        }),
      ],
    };
  },

  "simple-invoke-with-scalar-return": () => {
    const token = (name: string) => `simple-invoke-with-scalar-return:index:${name}`;
    const outputs = properties({ result: z.boolean() });
    const scalar = defineFunction(token("myInvokeScalar"), input(), outputs, () => ({ result: true }));
    return {
      resources: [echo(token("StringResource"), text())],
      functions: [{ ...scalar, returnsOnlyOutput: true }],
    };
  },

  "output-only-invoke": () => {
    const token = (name: string) => `output-only-invoke:index:${name}`;
    return {
      resources: [echo(token("StringResource"), text())],
      functions: [
        defineFunction(token("myInvoke"), input(), result(), ({ value }) => ({ result: `${value} world` })),
        defineFunction(token("unit"), z.object({}), result(), () => ({ result: "Hello world" })),
        defineFunction(
          token("secretInvoke"),
          properties({ value: z.string(), secretResponse: z.boolean() }),
          properties({ response: z.string(), secret: z.boolean() }),
          ({ value, secretResponse }) => ({ response: `${value} world`, secret: secretResponse }),
        ),
      ],
    };
  },

  "primitive-defaults": () => {
    const defaults = {
      boolean: z.boolean().default(false),
      float: z.number().default(0.5),
      integer: z.int().default(1),
      string: z.string().default("default"),
    };
    return { resources: [echo("primitive-defaults:index:Resource", properties(defaults))] };
  },

  sync: () => {
    let missing = 3;
    let goOn: () => void = () => undefined;
    const all = new Promise<void>((resolve) => (goOn = resolve));
    const beforeCreation = (): Promise<void> => {
      missing -= 1;
      if (missing === 0) goOn();
      return all;
    };
    return { resources: [echo("sync:index:Block", z.object({}), { beforeCreation })] };
  },

  exists: () => ({
    resources: [
      echo("exists:index:Resource", value(), { found: { value: true }, isGone: (inputs) => inputs.value === false }),
    ],
  }),

  "any-type-function": () => ({
    functions: [
      defineFunction(
        "any-type-function:index:dynListToDyn",
        properties({ inputs: z.array(z.unknown()).optional() }),
        properties({ result: z.unknown() }),
        () => ({ result: { resultProperty: "resultValue" } }),
      ),
    ],
  }),

  "discriminated-union-many": () => {
    const variant = (index: number, name: string, schema: z.ZodType) =>
      type(`Variant${index}`, {
        discriminantKind: z.literal(`variant${index}`),
        payload: z.string().optional(),
        [name]: schema.optional(),
      });
    const subset = [
      variant(1, "extra", z.string()),
      variant(2, "extra", z.string()),
      variant(3, "count", z.int()),
    ] as const;
    const all = [
      ...subset,
      variant(4, "enabled", z.boolean()),
      variant(5, "label", z.string()),
      variant(6, "code", z.int()),
      variant(7, "message", z.string()),
      variant(8, "size", z.int()),
      variant(9, "flag", z.boolean()),
      variant(10, "note", z.string()),
    ] as const;
    const toId = () => "new-resource-id";
    const inputs = properties({ unionOf: z.discriminatedUnion("discriminantKind", all).optional() });
    const fewer = properties({ unionOf: z.discriminatedUnion("discriminantKind", subset).optional() });
    return {
      resources: [
        echo("discriminated-union-many:index:Example", inputs, { toId }),
        echo("discriminated-union-many:index:SubsetExample", fewer, { toId }),
      ],
    };
  },
};

/** The names of the packages. */
export const packageNames: readonly string[] = Object.keys(packages);

/** Returns the provider of a package, in the version that a test wants. */
export function createProvider(name: string, version: string): AnyProvider {
  const create = packages[name];
  if (create === undefined) throw new Error(`there is no package ${name}: use one of ${packageNames.join(", ")}`);
  const { pluginDownloadURL, ...parts } = create(version);
  const description = "A provider of Pulumi's language tests.";
  return defineProvider({
    package: { name, version, description, ...(pluginDownloadURL !== undefined && { pluginDownloadURL }) },
    ...parts,
    connect: (settings) => ({ client: { name: "the test", settings } }),
  });
}

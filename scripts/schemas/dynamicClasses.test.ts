import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { dynamicClasses } from "./dynamicClasses";

/** Prettier itself is a module of a kind that jest cannot load. */
function formatted(source: string): string {
  const prettier = join(__dirname, "../../node_modules/prettier/bin/prettier.cjs");
  return execFileSync(process.execPath, [prettier, "--stdin-filepath", "classes.ts"], {
    cwd: join(__dirname, "../.."),
    encoding: "utf8",
    input: source,
  });
}

const text = (description: string) => ({ type: "string", description });

/** The class of one resource with these properties. */
function classOf(properties: object, inputProperties: object, types: object = {}): string {
  const resource = { description: "A thing.", properties, required: [], inputProperties, requiredInputs: ["name"] };
  return formatted(dynamicClasses({ types, resources: { "peridio:index:Thing": resource }, functions: {} }));
}

test("everything is an output, and what Peridio alone knows no argument", () => {
  const source = classOf({ name: text("Its name."), madeAt: text("When.") }, { name: text("Its name.") });
  expect(source).toContain('super("peridio:index:Thing", name, args, ["name", "madeAt"], opts);');
  expect(source).toContain("declare readonly madeAt: pulumi.Output<string | undefined>;");
  expect(source).toMatch(/interface ThingArgs \{\n {2}\/\*\* Its name\. \*\/\n {2}name: pulumi\.Input<string>;\n\}/);
});

test("anything in an argument may be an output, however deep", () => {
  const blocks = { type: "array", items: { $ref: "#/types/peridio:index:Block" }, description: "Blocks." };
  const block = { type: "object", description: "A block.", properties: { cidr: text("Addresses.") } };
  const source = classOf({ blocks }, { blocks }, { "peridio:index:Block": block });
  expect(source).toContain("blocks?: pulumi.Input<pulumi.Input<BlockArgs>[] | undefined>;");
  expect(source).toContain("cidr?: pulumi.Input<string | undefined>;");
  expect(source).toContain("declare readonly blocks: pulumi.Output<Block[] | undefined>;");
});

test("what has a default may be left out", () => {
  const days = {
    type: "object",
    description: "Days.",
    required: ["grace"],
    properties: { grace: { ...text("Days."), default: "0" } },
  };
  const property = { $ref: "#/types/peridio:index:Days", description: "Days." };
  const source = classOf({}, { name: property }, { "peridio:index:Days": days });
  expect(source).toContain("grace?: pulumi.Input<string | undefined>;");
});

test("what repeats an argument says so", () => {
  const resource = { description: "A thing.", properties: {}, required: [], inputProperties: {}, requiredInputs: [] };
  const schema = { types: {}, resources: { "peridio:index:Thing": resource }, functions: {} };
  const source = formatted(dynamicClasses(schema, new Map([["peridio:index:Thing", { people: "members" }]])));
  expect(source).toContain('super("peridio:index:Thing", name, args, [], opts, { repeats: { people: "members" } });');
});

test("an output that is always secret says so", () => {
  const properties = { link: { type: "string", description: "A link.", secret: true } };
  const resource = { description: "A thing.", properties, required: [], inputProperties: {}, requiredInputs: [] };
  const schema = { types: {}, resources: { "peridio:index:Thing": resource }, functions: {} };
  expect(formatted(dynamicClasses(schema))).toContain('name, args, ["link"], opts, { always: ["link"] });');
});

/** A function with these inputs. */
function functionOf(inputs: object): string {
  const getThing = {
    description: "Finds a thing.",
    inputs,
    outputs: { properties: { name: text("Its name.") }, required: ["name"] },
  };
  return formatted(dynamicClasses({ types: {}, resources: {}, functions: { "peridio:index:getThing": getThing } }));
}

test("a function takes what may be known later, and its answer is known later", () => {
  const source = functionOf({ properties: { id: text("Its id.") }, required: ["id"] });
  expect(source).toContain(
    'export function getThing(args: GetThingArgs): pulumi.Output<GetThingResult> {\n  return invoke("peridio:index:getThing", args);',
  );
  expect(source).toMatch(/interface GetThingArgs \{\n {2}\/\*\* Its id\. \*\/\n {2}id: pulumi\.Input<string>;\n\}/);
  expect(source).toMatch(/interface GetThingResult \{\n {2}\/\*\* Its name\. \*\/\n {2}name: string;\n\}/);
});

test("a function that needs nothing to be asked can be called without anything", () => {
  expect(functionOf({})).toContain("getThing(): pulumi.Output<GetThingResult>");
  expect(functionOf({ properties: { id: text("Its id.") } })).toContain("getThing(args: GetThingArgs = {})");
});

test("a kind of type that TypeScript is not told of is refused", () => {
  expect(() => classOf({ name: { type: "bytes", description: "Its name." } }, {})).toThrow("bytes");
});

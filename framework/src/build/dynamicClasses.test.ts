import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { renderDynamicClasses } from "./dynamicClasses";

/** Runs Prettier in a process, because jest cannot load its module. */
function formatted(source: string): string {
  const prettier = join(__dirname, "../../../node_modules/prettier/bin/prettier.cjs");
  return execFileSync(process.execPath, [prettier, "--stdin-filepath", "classes.ts"], {
    cwd: join(__dirname, "../../.."),
    encoding: "utf8",
    input: source,
  });
}

const text = (description: string) => ({ type: "string", description });

/** Generates the class of a resource with these properties. */
function classOf(properties: object, inputProperties: object, types: object = {}): string {
  const resource = { description: "A thing.", properties, required: [], inputProperties, requiredInputs: ["name"] };
  return formatted(renderDynamicClasses({ types, resources: { "acme:index:Thing": resource }, functions: {} }));
}

test("all properties are outputs, and only inputs are arguments", () => {
  const source = classOf({ name: text("Its name."), madeAt: text("When.") }, { name: text("Its name.") });
  expect(source).toContain('super(packageName, "acme:index:Thing", name, args, ["name", "madeAt"], opts);');
  expect(source).toContain("declare readonly madeAt: pulumi.Output<string | undefined>;");
  expect(source).toMatch(/interface ThingArgs \{\n {2}\/\*\* Its name\. \*\/\n {2}name: pulumi\.Input<string>;\n\}/);
});

test("every value within an argument may be an output, at any depth", () => {
  const blocks = { type: "array", items: { $ref: "#/types/acme:index:Block" }, description: "Blocks." };
  const within = { $ref: "#/types/acme:index:Block", description: "The wider block." };
  const block = { type: "object", description: "A block.", properties: { cidr: text("Addresses."), within } };
  const source = classOf({ blocks }, { blocks }, { "acme:index:Block": block });
  expect(source).toContain("blocks?: pulumi.Input<pulumi.Input<BlockArgs>[] | undefined>;");
  expect(source).toContain("cidr?: pulumi.Input<string | undefined>;");
  expect(source).toContain("declare readonly blocks: pulumi.Output<Block[] | undefined>;");
  expect(source).toMatch(/interface Block \{[^}]* within\?: Block;/);
  expect(source).toMatch(/interface BlockArgs \{[^}]* within\?: pulumi\.Input<BlockArgs | undefined>;/);
});

test("a property with a default is optional", () => {
  const days = {
    type: "object",
    description: "Days.",
    required: ["grace"],
    properties: { grace: { ...text("Days."), default: "0" } },
  };
  const property = { $ref: "#/types/acme:index:Days", description: "Days." };
  const source = classOf({}, { name: property }, { "acme:index:Days": days });
  expect(source).toContain("grace?: pulumi.Input<string | undefined>;");
});

test("passes the outputs that repeat an argument", () => {
  const resource = { description: "A thing.", properties: {}, required: [], inputProperties: {}, requiredInputs: [] };
  const schema = { types: {}, resources: { "acme:index:Thing": resource }, functions: {} };
  const source = formatted(renderDynamicClasses(schema, new Map([["acme:index:Thing", { people: "members" }]])));
  expect(source).toContain(
    'super(packageName, "acme:index:Thing", name, args, [], opts, { secretWith: { people: "members" } });',
  );
});

test("passes the outputs that are always secret", () => {
  const properties = { link: { type: "string", description: "A link.", secret: true } };
  const resource = { description: "A thing.", properties, required: [], inputProperties: {}, requiredInputs: [] };
  const schema = { types: {}, resources: { "acme:index:Thing": resource }, functions: {} };
  expect(formatted(renderDynamicClasses(schema))).toContain('name, args, ["link"], opts, { always: ["link"] });');
});

/** Generates a function with these inputs. */
function functionOf(inputs: object): string {
  const getThing = {
    description: "Finds a thing.",
    inputs,
    outputs: { properties: { name: text("Its name.") }, required: ["name"] },
  };
  return formatted(renderDynamicClasses({ types: {}, resources: {}, functions: { "acme:index:getThing": getThing } }));
}

test("a function accepts outputs and returns an output", () => {
  const source = functionOf({ properties: { id: text("Its id.") }, required: ["id"] });
  expect(source).toContain(
    'export function getThing(args: GetThingArgs): pulumi.Output<GetThingResult> {\n  return invoke(loadHost, "acme:index:getThing", args);',
  );
  expect(source).toMatch(/interface GetThingArgs \{\n {2}\/\*\* Its id\. \*\/\n {2}id: pulumi\.Input<string>;\n\}/);
  expect(source).toMatch(/interface GetThingResult \{\n {2}\/\*\* Its name\. \*\/\n {2}name: string;\n\}/);
});

test("a function without required inputs needs no arguments", () => {
  expect(functionOf({})).toContain("getThing(): pulumi.Output<GetThingResult>");
  expect(functionOf({ properties: { id: text("Its id.") } })).toContain("getThing(args: GetThingArgs = {})");
});

test("rejects a type without an equivalent in TypeScript", () => {
  expect(() => classOf({ name: { type: "bytes", description: "Its name." } }, {})).toThrow("bytes");
});

import { nameGoObjects, tidyGo, tidyPython, tidyTypeScript, translateToPcl } from "./examples";

test("translates resources, calls and outputs", () => {
  const yaml = `
resources:
  dev:
    type: peridio:Organization
    properties: { name: acme-dev }
    options: { protect: true }
variables:
  limits: { "fn::invoke": { function: "peridio:getLimits", arguments: { organizationId: "\${dev.id}" }, return: users } }
outputs:
  free: \${limits.free}
`;
  expect(translateToPcl(yaml)).toBe(`resource "dev" "peridio:index:Organization" {
name = "acme-dev"
options {
protect = true
}
}
limits = invoke("peridio:index:getLimits", { organizationId = dev.id }).users
output "free" {
value = limits.free
}
`);
});

test.each([
  ["a reference within a text stays in the text", "at ${dev.name}", '"at ${dev.name}"'],
  ["a percent sign before a brace is not a directive", "10%{x}", '"10%%{x}"'],
  ["keys that are not names are quoted", { "a@acme.example": "admin", b: 1 }, '{ "a@acme.example" = "admin", b = 1 }'],
  ["lists and booleans stay equal", [true, "x"], '[true, "x"]'],
])("%s", (_, value, expected) => {
  const yaml = JSON.stringify({ outputs: { it: value } });
  expect(translateToPcl(yaml)).toContain(`value = ${expected}\n`);
});

test("rejects features that examples do not need", () => {
  expect(() => translateToPcl("configuration: {}")).toThrow("configuration");
  expect(() => translateToPcl("variables: { a: { 'fn::toJSON': 1 } }")).toThrow("fn::invoke");
});

test("TypeScript has no unused import, and short options stay on one line", () => {
  const program = 'import * as pulumi from "@pulumi/pulumi";\nnew A("a", {}, {\n    protect: true,\n});\n';
  expect(tidyTypeScript(program)).toBe('new A("a", {}, { protect: true });\n');
  expect(tidyTypeScript(`${program}pulumi.log.info("x");\n`)).toContain("import * as pulumi");
});

test("Python has no unused import, and indents options", () => {
  expect(tidyPython('import pulumi\na = A("a", name="b",\nopts = pulumi.ResourceOptions(protect=True))\n')).toBe(
    'import pulumi\na = A("a", name="b",\n    opts=pulumi.ResourceOptions(protect=True))\n',
  );
  expect(tidyPython("import pulumi\nimport pulumi_peridio as peridio\n")).toBe("import pulumi_peridio as peridio\n");
});

test("Go gets a list of objects from the method of the output", () => {
  const program = `ctx.Export("all", found.ApplyT(func(found peridio.Result) ([]peridio.Person, error) {
	return found.Members.([]peridio.Person), nil
}).(pulumi.ArrayOutput))`;
  expect(tidyGo(program, ["Box"])).toBe('ctx.Export("all", found.Members())');
});

test("Go calls a function with the name of a resource by its name in the SDK", () => {
  const program = "peridio.GetBox(ctx, &peridio.GetBoxArgs{}); peridio.GetBoxesOutput(ctx); peridio.GetLidArgs{}";
  expect(tidyGo(program, ["Box", "Crate"])).toBe(
    "peridio.LookupBox(ctx, &peridio.LookupBoxArgs{}); peridio.GetBoxesOutput(ctx); peridio.GetLidArgs{}",
  );
});

describe("an object in Go", () => {
  const property = { type: "string", description: "A text." };
  const shape = (...names: readonly string[]) => ({
    description: "A type.",
    required: [],
    properties: Object.fromEntries(names.map((name) => [name, property])),
  });
  const types = { "peridio:index:Lid": shape("color", "lastDay"), "peridio:index:Box": shape("color") };

  test("gets the type that has all its fields", () => {
    const program = 'pulumi.Map{\n\t"a": pulumi.Any{\n\t\tColor:   red,\n\t\tLastDay: day,\n\t},\n}';
    expect(nameGoObjects(program, types)).toBe(program.replace("pulumi.Any{", "&peridio.LidArgs{"));
  });

  test.each([
    ["two types have all fields", "Color: red,", "2 types have the fields color"],
    ["no type has a field", "Size: 3,", "0 types have the fields size"],
  ])("is refused if %s", (_, body, message) => {
    expect(() => nameGoObjects(`pulumi.Any{\n${body}\n}`, types)).toThrow(message);
  });
});

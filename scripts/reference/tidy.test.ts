import { tidyGo, tidyPython, tidyTypeScript } from "./tidy";

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

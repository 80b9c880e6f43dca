import { readFileSync } from "node:fs";
import { graph } from "../src/graph/schema";
import { run } from "../src/program";
import { fakeTerminal } from "./support/terminal";

const example = "examples/layouts/environments/layout.yaml";

async function draw(...args: string[]) {
  const terminal = fakeTerminal();
  const code = await run(["graph", ...args], terminal);
  return { code, output: terminal.printed(), errors: terminal.said() };
}

test.each([
  ["examples/layouts/environments/README.md", example],
  ["docs/layouts.md", "examples/layouts/avocado-connect/layout.yaml"],
])("%s shows the graph of its example", async (page, layout) => {
  const [, shown] = /```mermaid\n(.*?)```/s.exec(readFileSync(page, "utf8")) ?? [];
  const { code, output } = await draw(layout);
  expect([code, output]).toEqual([0, shown]);
});

test("--json prints the same graph as nodes and edges", async () => {
  const { nodes, edges } = graph.parse(JSON.parse((await draw(example, "--json")).output));
  const ids = nodes.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(edges.every(({ from, to }) => ids.includes(from) && ids.includes(to))).toBe(true);
  const { output } = await draw(example);
  for (const { id } of nodes) expect(output).toContain(`  ${id}`);
  expect(output.match(/ (-->|-\.-)/g)).toHaveLength(edges.length);
});

test("--organization, --direction and --people choose the contents and the form", async () => {
  const { output } = await draw(example, "--organization", "*-dev", "--direction", "TB", "--people", "count");
  expect(output).toBe(
    [
      "flowchart TB",
      '  policies_1(["no second factor required<br>sessions end after 30d"]):::policies',
      '  organization_acme_dev["<b>Acme development</b><br>acme-dev<br>1 admin<br>1 manager<br>2 developers"]:::organization',
      "  policies_1 -.- organization_acme_dev",
      "  classDef organization stroke-width:2px",
      "  classDef policies stroke-dasharray:4 4",
      "",
    ].join("\n"),
  );
});

test("a pattern that matches no organization of the layout fails with their names", async () => {
  expect(await draw(example, "--organization", "*-prod")).toEqual({
    code: 1,
    output: "",
    errors:
      'peridio-gitops: No organization in the layout matches "*-prod". Correct --organization. The organizations are acme-dev, acme-production, acme-staging.\n',
  });
});

test("does not draw a layout with mistakes", async () => {
  const { code, output, errors } = await draw("examples/layouts/environments/Pulumi.yaml");
  expect([code, output]).toEqual([1, ""]);
  expect(errors).toContain("examples/layouts/environments/Pulumi.yaml:1:1: name is not a key here");
});

test("rejects an unknown direction", async () => {
  expect(await draw(example, "--direction", "XY")).toMatchObject({ code: 2, output: "" });
});

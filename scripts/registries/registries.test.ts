import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeRegistry, type Registry } from "./registries";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "registry-"));
  mkdirSync(join(root, "shapes"));
});
afterEach(() => {
  rmSync(root, { recursive: true });
});

const registry: Registry = {
  path: "shapes/index.ts",
  nonObjectFiles: ["shape.ts"],
  render: (names) => [`export const shapes = [${names.join(", ")}];`],
};

function writeShapes(files: Readonly<Record<string, string>>): string {
  const all = { "shape.ts": "export interface Shape {}", ...files };
  for (const [file, text] of Object.entries(all)) writeFileSync(join(root, "shapes", file), text);
  return writeRegistry(registry, root);
}

test("a registry lists every object, with any type and definition", () => {
  const text = writeShapes({
    "square.ts": "export const square: Shape = defineShape({});",
    "circle2.ts": "const radius = 2;\nexport const circle2 = defineShape(\n  { radius },\n);",
    "circle2.test.ts": "",
    "wire.d.ts": "",
    "index.ts": "",
  });
  expect(text).toContain('import { circle2 } from "./circle2";\nimport { square } from "./square";\n');
  expect(text).toContain("export const shapes = [circle2, square];");
});

test("a registry of constants lists the files that export them", () => {
  writeShapes({
    "circle.ts": "export const inPlane = {};\nexport const circle = defineShape({});",
    "point.ts": "export const point = defineShape({});",
  });
  const constants: Registry = {
    ...registry,
    constants: ["inPlane", "inSpace"],
    render: (names, { inPlane = [], inSpace = [] }) => [[...names, ...inPlane, ...inSpace].join(" ")],
  };
  const [, , ...lines] = writeRegistry(constants, root).split("\n");
  expect(lines).toEqual(['import { inPlane as circleInPlane } from "./circle";', "circle point circleInPlane", ""]);
});

test.each([
  ["whose constant has another name", "export const oval = defineShape({});"],
  ["without a constant", "export function ellipse() {}"],
])("an unlisted file %s is an error", (_, text) => {
  expect(() => writeShapes({ "ellipse.ts": text })).toThrow(
    "shapes/ellipse.ts does not export an object with the name of the file. Name both alike,",
  );
});

test("a listed file that does not exist is an error", () => {
  expect(() => writeRegistry(registry, root)).toThrow(
    "shapes/shape.ts does not exist. Remove it from `nonObjectFiles`",
  );
});

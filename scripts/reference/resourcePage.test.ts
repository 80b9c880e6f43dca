import * as z from "zod";
import { parsePackage } from "#framework/build";
import { joinDescription } from "./description";
import { renderResourcePage } from "./resourcePage";

const token = "peridio:index:Box";
const example = { typescript: "one();\n", python: "two()\n", go: "three()\n", yaml: "resources: {}\n" };
const text = { type: "string", description: "A text." };
const pkg = parsePackage({
  types: {
    "peridio:index:Lid": {
      description: "A lid.",
      properties: { kind: { $ref: "#/types/peridio:index:Kind", description: "Which." } },
    },
    "peridio:index:Kind": { description: "A kind.", enum: [{ value: "flat" }] },
    "peridio:index:Other": { description: "Unused.", enum: [{ value: "x" }] },
  },
  resources: {
    [token]: {
      description: joinDescription("A box.", example),
      properties: { name: text, size: { type: "integer", description: "How large | wide." } },
      inputProperties: {
        name: text,
        lids: { type: "array", items: { $ref: "#/types/peridio:index:Lid" }, description: "Lids." },
      },
      requiredInputs: ["name"],
    },
  },
  functions: {},
});
const definition = {
  inputs: z.object({ name: z.string().meta({ replaceOnChange: true }), lids: z.array(z.string()) }),
  rights: { read: "viewer", create: "admin", update: "manager", delete: "owner" },
} as const;
const source = {
  imports: ["a-box"],
  permissions: "Everyone can open a box.",
  errors: [{ message: "it is full", remedy: "Empty it." }],
  notes: "It is *brown*.",
};

const page = renderResourcePage(pkg, token, source, definition);

test("the page shows for each input if it is required, and the effect of a change", () => {
  expect(page).toContain("| `name` | string | required | replaces | A text. |");
  expect(page).toContain("| `lids` | list of [Lid](#lid) | optional | in place | Lids. |");
});

test("the page shows only the types that its properties use", () => {
  expect(page).toContain("### Lid\n\nA lid.");
  expect(page).toContain("### Kind\n\nA kind.\n\nOne of `flat`.");
  expect(page).not.toContain("Other");
});

test("the outputs exclude the inputs, and a bar in a description does not end a cell", () => {
  expect(page).toContain("| `size` | integer | may be absent | How large \\| wide. |");
  expect(page.split("## Outputs")[1]?.split("##")[0]).not.toContain("`name`");
});

test("the page shows notes, import ids, permissions and errors", () => {
  expect(page).toMatch(/A box\.\n\nIt is \*brown\*\.\n\n\[Sources and assumptions\]\(\S+\) names .+\n\n## Example/);
  expect(page).toContain("pulumi import peridio:index:Box NAME a-box");
  expect(page).toContain("| update | a manager or an admin |");
  expect(page).toContain("| delete | the owner |\n\nEveryone can open a box.\n");
  expect(page).toContain("| it is full | Empty it. |");
});

test("the page of an object without an update names no right to it", () => {
  const fixed = renderResourcePage(pkg, token, source, {
    ...definition,
    rights: { read: "viewer", create: "admin", delete: "owner" },
  });
  expect(fixed).toContain("| create |");
  expect(fixed).not.toContain("| update |");
});

test("the page shows the example in each language, and YAML as a complete program", () => {
  expect(page).toContain("```ts\none();\n```");
  expect(page).toContain("```python\ntwo()\n```");
  expect(page).toContain("```go\nthree()\n```");
  expect(page).toContain("```yaml\nname: acme\nruntime: yaml\nresources: {}\n```");
});

test("the page of a component has no import and no permissions", () => {
  const component = renderResourcePage(pkg, token, { errors: [], notes: "" });
  expect(component).toContain("| `name` | string | required | A text. |");
  expect(component).not.toMatch(/## (Import|Permissions)/);
});

test("rejects a description without an example", () => {
  const bare = { ...pkg, resources: { [token]: { ...pkg.resources[token], description: "A box." } } };
  expect(() => renderResourcePage(parsePackage(bare), token, source)).toThrow("there is no example in: A box.");
});

import { packageOf } from "./package";
import { resourcePage } from "./resourcePage";

const token = "peridio:index:Box";
const example = { typescript: "ts", python: "py", go: "go", yaml: "yaml" };
const text = { type: "string", description: "A text." };
const pkg = packageOf({
  types: {
    "peridio:index:Lid": {
      description: "What closes it.",
      properties: { kind: { $ref: "#/types/peridio:index:Kind", description: "Which." } },
    },
    "peridio:index:Kind": { description: "A kind.", enum: [{ value: "flat" }] },
    "peridio:index:Other": { description: "Nobody has it.", enum: [{ value: "x" }] },
  },
  resources: {
    [token]: {
      description: "A box.\n\n## Example Usage\n\n```yaml\nresources: {}\n```\n",
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
  changes: { name: { on: "replace" }, lids: { on: "update" } },
  reference: {
    imports: ["a-box"],
    rights: { read: "viewer", create: "admin", update: "manager", delete: "owner" },
    errors: [{ says: "it is full", remedy: "Empty it." }],
  },
} as const;

const page = resourcePage(pkg, token, example, definition);

test("a page tells of each input whether it is needed, and what a change does", () => {
  expect(page).toContain("| `name` | string | required | replaces | A text. |");
  expect(page).toContain("| `lids` | list of [Lid](#lid) | optional | in place | Lids. |");
});

test("a page has the types that its properties refer to, and those only", () => {
  expect(page).toContain("### Lid\n\nWhat closes it.");
  expect(page).toContain("### Kind\n\nA kind.\n\nOne of `flat`.");
  expect(page).not.toContain("Other");
});

test("outputs are what is no input, and a bar in a description ends no cell", () => {
  expect(page).toContain("| `size` | integer | may be absent | How large \\| wide. |");
  expect(page.split("## Outputs")[1]?.split("##")[0]).not.toContain("`name`");
});

test("a page tells how to import, who may, and what may go wrong", () => {
  expect(page).toContain("pulumi import peridio:index:Box NAME a-box");
  expect(page).toContain("| update | a manager or an admin |");
  expect(page).toContain("| it is full | Empty it. |");
});

test("a component has neither import nor permissions", () => {
  const component = resourcePage(pkg, token, example);
  expect(component).toContain("| `name` | string | required | A text. |");
  expect(component).not.toMatch(/## (Import|Permissions)/);
});

test("an input of which nothing says what a change means is an error", () => {
  expect(() => resourcePage(pkg, token, example, { ...definition, changes: {} })).toThrow("a change of name");
});

test("a description without an example is an error", () => {
  const bare = { ...pkg, resources: { [token]: { ...pkg.resources[token], description: "A box." } } };
  expect(() => resourcePage(packageOf(bare), token, example)).toThrow("there is no example in: A box.");
});

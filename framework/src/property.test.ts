import * as z from "zod";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { behaviourNames, findSecrets, getBehaviour, getBehaviours } from "./property";

const secretText = z.string().meta({ secret: true });

test("a property has the metadata of its type, and of the wrappers around the type", () => {
  const property = z
    .string()
    .meta({ replaceOnChange: true, description: "A name." })
    .optional()
    .meta({ description: "A name, if there is one.", providerOnly: true });
  expect(getBehaviour(property)).toEqual({
    replaceOnChange: true,
    description: "A name, if there is one.",
    providerOnly: true,
  });
});

test("the metadata of a transformed value is that of the value in programs", () => {
  expect(getBehaviour(secretText.transform(Number))).toEqual({ secret: true });
});

test("the behaviours of a schema are computed once", () => {
  const schema = z.object({ token: secretText });
  expect(getBehaviours(schema)).toEqual({ token: { secret: true } });
  expect(getBehaviours(schema)).toBe(getBehaviours(schema));
});

test("a property is secret if a part of it is", () => {
  const schema = z.object({
    login: z.object({ name: z.string(), password: secretText.optional() }).optional(),
    tokens: z.array(z.union([z.string(), z.object({ token: secretText })])),
    names: z.array(z.object({ name: z.string() })),
  });
  expect(findSecrets(schema)).toEqual(["login", "tokens"]);
});

test("a part of a property has no behaviour of a whole property", () => {
  const mode = z.string().meta({ providerOnly: true });
  for (const property of [z.object({ mode }), z.array(mode.optional()), z.record(z.string(), z.object({ mode }))])
    expect(() => getBehaviours(z.object({ property }))).toThrow(
      "a part of property has providerOnly, which applies only to a whole property of a resource",
    );
});

test("a property has a form only if it or one of its parts has one", () => {
  const upper = (value: unknown) => (typeof value === "string" ? value.toUpperCase() : value);
  const code = z.string().meta({ canonical: upper, comparable: upper });
  expect(Object.keys(getBehaviour(z.object({ name: z.string() })))).toEqual([]);
  const { canonical, comparable } = getBehaviour(z.object({ name: z.string(), code }));
  expect(canonical?.({ name: "a", code: "b" })).toEqual({ name: "a", code: "B" });
  expect(comparable?.({ name: "a", code: "b" })).toEqual({ name: "a", code: "B" });
});

test("only properties with this metadata are secret", () => {
  const schema = z.object({
    token: secretText,
    optional: secretText.optional(),
    defaulted: secretText.default("none"),
    name: z.string(),
  });
  expect(findSecrets(schema)).toEqual(["token", "optional", "defaulted"]);
});

describe("the page of resources", () => {
  const page = readFileSync(join(__dirname, "../docs/resources.md"), "utf8");
  const rows = [...page.matchAll(/^\| `(\w+)` .*\| (yes|no) +\|$/gm)].map(([, name = "", inParts = ""]) => ({
    name,
    inParts,
  }));

  test("explains every behaviour", () => {
    expect(rows.map(({ name }) => name).sort()).toEqual([...behaviourNames].sort());
  });

  test.each(rows)("says if $name applies to parts: $inParts", ({ name, inParts }) => {
    const part = z.string().meta({ [name]: true });
    const define = () => getBehaviours(z.object({ list: z.array(part) }));
    if (inParts === "yes") expect(define).not.toThrow();
    else expect(define).toThrow(`a part of list has ${name}`);
  });
});

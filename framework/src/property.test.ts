import * as z from "zod";
import { findSecrets, getBehaviour, getBehaviours } from "./property";

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

test("only properties with this metadata are secret", () => {
  const schema = z.object({
    token: secretText,
    optional: secretText.optional(),
    defaulted: secretText.default("none"),
    name: z.string(),
  });
  expect(findSecrets(schema)).toEqual(["token", "optional", "defaulted"]);
});

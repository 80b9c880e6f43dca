import * as z from "zod";
import type { AnyClient } from "./client";
import { defineResourceFor } from "./definition";
import { declarations } from "./modules";
import type { Shape } from "./resource";

const name = z.string().meta({ description: "The name." });
const inputs = z.object({ name, size: z.int().optional().meta({ description: "The size." }) });
const outputs = inputs.extend({ serial: z.string().meta({ description: "The serial number." }) });

const defineResource = defineResourceFor<AnyClient, { readonly shelf: string }>();

/** The members that the definitions below share, without an update. */
const fixedBox = {
  token: "acme:index:Box",
  description: "A box.",
  shelf: "one",
  inputs,
  outputs,
  identity: "id",
  delete: () => Promise.resolve(),
} as const;
const box = {
  ...fixedBox,
  update: (_: unknown, __: unknown, observed: { id: string; name: string; serial: string }) =>
    Promise.resolve(observed),
} as const;
const observed = { id: "b-1", name: "box", serial: "7" };

test("a definition is what it defines", () => {
  const definition = { ...box, read: () => Promise.resolve(observed) };
  expect(defineResource(definition)).toBe(definition);
});

test("the parent of a part has parts", () => {
  const parts = { deletionOptions: () => ({ retain: false, force: false }) };
  const shelf = { ...box, read: () => Promise.resolve(observed), token: "acme:index:Shelf", parts };
  const part = { ...box, read: () => Promise.resolve(observed), parent: { resource: shelf, id: "name" } } as const;
  expect(defineResource(part)).toBe(part);
});

// `tsc` reports each of these lines that has no error.
test("an error is at the member that is wrong", () => {
  const definitions: { readonly inputs: Shape }[] = [
    defineResource({
      ...box,
      // @ts-expect-error -- no input has this name
      identity: ["nam"],
      read: () => Promise.resolve(observed),
    }),
    defineResource({
      ...box,
      // @ts-expect-error -- the output `serial` is missing
      read: (_, id) => Promise.resolve({ id, name: "box" }),
    }),
    defineResource({
      ...box,
      read: () => Promise.resolve(observed),
      // @ts-expect-error -- no input has this name
      create: (_, { nam }) => Promise.resolve({ ...observed, name: String(nam) }),
    }),
    defineResource({
      ...box,
      read: () => Promise.resolve(observed),
      // @ts-expect-error -- only `uses` adds this function to the context
      findExisting: ({ getDesired }) => Promise.resolve(getDesired === undefined ? observed : undefined),
    }),
    defineResource({
      ...box,
      read: () => Promise.resolve(observed),
      // @ts-expect-error -- no member has this name
      relase: () => Promise.resolve(),
    }),
  ];
  expect(definitions.map(({ inputs }) => inputs)).toEqual([inputs, inputs, inputs, inputs, inputs]);
});

test("a module adds members to the context", () => {
  const { uses } = defineResource({
    ...box,
    uses: [declarations],
    read: ({ getDesired }, id) => {
      getDesired({ collection: "boxes", name: id, path: [] });
      return Promise.resolve(observed);
    },
  });
  expect(uses).toEqual([declarations]);
});

describe("a definition is refused for", () => {
  const read = () => Promise.resolve(observed);

  test("metadata that is no behaviour", () => {
    const misspelled = inputs.extend({ tags: z.array(z.string().meta({ canonicl: String })) });
    expect(() => defineResource({ ...box, read, inputs: misspelled })).toThrow(
      "a part of tags has `canonicl`, which is no behaviour of a property",
    );
  });

  test("an input that could change only with the missing `update`", () => {
    const fixed = { ...fixedBox, read };
    expect(() => defineResource(fixed)).toThrow(
      "acme:index:Box has no `update`, but a change of name does not replace the object. Add `update`, or add `replaceOnChange` to the input",
    );
    const permanent = inputs.extend({
      name: inputs.shape.name.meta({ replaceOnChange: true }),
      size: inputs.shape.size.meta({ providerOnly: true }),
    });
    expect(defineResource({ ...fixed, inputs: permanent })).not.toHaveProperty("update");
  });

  test("a right to a missing `update`, and an `update` that requires no right", () => {
    const empty = { read, inputs: z.object({}) };
    const rights = { read: "any", create: "any", delete: "any" };
    const message = "acme:index:Box has only one of `update` and the right to it. Add or remove both";
    expect(() => defineResource({ ...fixedBox, ...empty, rights: { ...rights, update: "any" } })).toThrow(message);
    expect(() => defineResource({ ...box, ...empty, rights })).toThrow(message);
  });

  test("ownership of an object that only its id identifies", () => {
    expect(() => defineResource({ ...box, read, ownership: { otherKeys: () => ({ items: [] }) } })).toThrow(
      "acme:index:Box has `ownership`, which requires an `identity` of inputs",
    );
  });

  test("a parent without parts, whose deletion would not end the object", () => {
    const shelf = { ...box, read, token: "acme:index:Shelf" };
    expect(() => defineResource({ ...box, read, parent: { resource: shelf, id: "name" } })).toThrow(
      "acme:index:Box has the parent acme:index:Shelf, whose deletion ends no parts. Name the resource that has `parts`, and derive its id with `toId`",
    );
  });
});

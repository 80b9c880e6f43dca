import * as z from "zod";
import { getKeys, findNewKeys } from "./keys";
import type { AnyResource } from "./resource";
import { declaredBob, thingIn, Warehouse } from "../test/support/thing";
import { isRecord, unknownValue } from "./values";

const thing = thingIn(new Warehouse());

/** A shelf on which each part has its own key. */
const shelf: AnyResource = {
  ...thing,
  ownership: {
    otherKeys: ({ shelf, parts }) => ({
      items: Object.keys(isRecord(parts) ? parts : {}).map((name) => ({
        collection: String(shelf),
        name,
        path: [name],
      })),
    }),
  },
};

test("a key consists of canonical values, and its path is the last key property", () => {
  const key = { collection: "test:index:Thing", name: '["one","bob"]', path: ["name"] };
  expect(getKeys(thing, { shelf: "one", name: "BOB", note: "new" })).toEqual({ items: [key] });
});

test("a resource names its keys by canonical values", () => {
  const shelves = shelf.inputs.extend({
    shelf: z.string().meta({ canonical: (value) => String(value).toLowerCase() }),
  });
  const { items } = getKeys({ ...shelf, inputs: shelves }, { shelf: "ONE", name: "bob", parts: { eve: 1 } });
  expect(items).toEqual([
    { collection: "test:index:Thing", name: '["one","bob"]', path: ["name"] },
    { collection: "one", name: "eve", path: ["eve"] },
  ]);
});

test("a shared key replaces the key of the identity, and other keys follow it", () => {
  const sharedKey = () => ({ collection: "people", name: "bob", path: ["name"] });
  const shared: AnyResource = { ...shelf, ownership: { ...shelf.ownership, sharedKey } };
  expect(getKeys(shared, { shelf: "one", name: "bob", parts: { eve: 1 } }).items).toEqual([
    sharedKey(),
    { collection: "one", name: "eve", path: ["eve"] },
  ]);
});

test.each([
  ["is missing", { shelf: "one" }],
  ["is not known yet", { shelf: "one", name: unknownValue }],
])("there is no key if a part of it %s", (_, declared) => {
  expect(getKeys(thing, declared)).toEqual({ items: [] });
  expect(getKeys(shelf, { ...declared, parts: { eve: 1 } })).toEqual({ items: [] });
});

test("a resource that only its id identifies has no key", () => {
  expect(getKeys({ ...thing, identity: "id" }, declaredBob)).toEqual({ items: [] });
});

test("the same names in different APIs have different keys, unless they contain the id of a parent", () => {
  const exclusive = { collection: "shelf", path: [], except: () => false, remedy: "name it there" };
  const items = [{ collection: "shelf", name: "eve", path: [] }];
  const whole: AnyResource = { ...thing, ownership: { otherKeys: () => ({ items, exclusive }) } };
  const collections = (resource: AnyResource, scope?: string) => {
    const keys = getKeys(resource, declaredBob, scope);
    return [...keys.items.map(({ collection }) => collection), keys.exclusive?.collection];
  };
  const [one, two, none] = [collections(whole, "one"), collections(whole, "two"), collections(whole)];
  expect(new Set([...one, ...two, ...none]).size).toBe(6);
  expect(collections(whole, "one")).toEqual(one);
  expect(getKeys(whole, declaredBob, "one").items.map(({ name }) => name)).toEqual(['["one","bob"]', "eve"]);
  expect(collections({ ...whole, parent: { resource: thing, id: "shelf" } }, "one")).toEqual(none);
});

test("an optional part of a key may be absent", () => {
  const keyed: AnyResource = { ...thing, identity: ["kind", "name"] };
  const nameOf = (declared: object) => getKeys(keyed, { ...declared }).items.map(({ name }) => name);
  expect(nameOf({ name: "bob" })).toEqual(['[null,"bob"]']);
  expect(nameOf({ kind: "cup", name: "bob" })).toEqual(['["cup","bob"]']);
  expect(nameOf({ kind: unknownValue, name: "bob" })).toEqual([]);
});

describe("an update adds the keys of", () => {
  const before = { ...declaredBob, parts: { dora: 1 } };
  const newly = (declared: object, priorInputs: object, state: object = {}) =>
    findNewKeys(shelf, { declared: { ...declared }, priorInputs: { ...priorInputs }, state: { ...state } }).map(
      ({ collection, name }) => `${collection}/${name}`,
    );

  test("objects without prior inputs", () => {
    expect(newly({ ...before, parts: { dora: 2, eve: 1 } }, before)).toEqual(["one/eve"]);
  });

  test("objects with prior inputs in another collection", () => {
    expect(newly({ ...before, shelf: "two" }, before)).toEqual(['test:index:Thing/["two","bob"]', "two/dora"]);
  });

  test("objects that only the state contains", () => {
    expect(newly({ ...before, parts: { eve: 1 } }, before, { parts: { eve: 1 } })).toEqual(["one/eve"]);
  });

  test("no object in the state if there are no prior inputs", () => {
    expect(newly(before, {}, before)).toEqual([]);
  });
});

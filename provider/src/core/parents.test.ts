import { ApiError, NotFound } from "../api";
import { localLedger } from "./declared";
import { Refusal } from "./errors";
import { parentInput, Parents } from "./parents";
import type { AnyResource, ResourceContext } from "./resource";
import { nobody } from "./testing/offline";
import { thingIn, Warehouse } from "./testing/thing";
import { unknownValue } from "./values";

const context: ResourceContext = {
  api: nobody(),
  aftermath: nobody,
  settings: {},
  warn: () => undefined,
  fate: () => undefined,
  terms: () => undefined,
  plan: () => new Set(),
};
const plain = { retain: false, force: false };
const asked: string[] = [];
beforeEach(() => (asked.length = 0));

/** A resource with parts; `guard` is what its deletion is asked. */
function shelfThat(guard: () => Promise<void> = () => Promise.resolve()): AnyResource {
  return {
    ...thingIn(new Warehouse()),
    token: "test:index:Shelf",
    deletionTerms: ({ mode, note }) => ({ retain: mode === "retain", force: note === "force" }),
    guardDeletion: (_, id) => {
      asked.push(id);
      return guard();
    },
  };
}

function partOf(shelf: AnyResource): AnyResource {
  return { ...thingIn(new Warehouse()), parent: { resource: shelf, id: "shelf" } };
}

const shelf = shelfThat();
const part = partOf(shelf);
const on = (id: unknown, deletion?: typeof plain) => ({
  shelf: id,
  [parentInput]: { id, ...(deletion && { deletion }) },
});
/** What a part remembers. */
const entry = (id: string, deletion?: typeof plain) => ({ [parentInput]: { id, ...(deletion && { deletion }) } });
const fresh = (isRuleOff = false) => new Parents(localLedger(), isRuleOff);

describe("a parent counts as declared", () => {
  const about = { urn: "urn-one", id: "one", declared: { mode: "retain", note: "force" } };
  const remembered = (parents: Parents) => parents.remember(part, { shelf: "one" }, {});

  test("once it was checked and compared, with the terms of its declaration", () => {
    const parents = fresh();
    parents.check("urn-one");
    parents.compare(shelf, about);
    expect(remembered(parents)).toEqual(entry("one", { retain: true, force: true }));
  });

  test("once it was made", () => {
    const parents = fresh();
    parents.declare(shelf, "one", {});
    expect(remembered(parents)).toEqual(entry("one", plain));
  });

  test("for all processes that share a ledger", () => {
    const ledger = localLedger();
    new Parents(ledger, false).declare(shelf, "one", { note: "force" });
    expect(remembered(new Parents(ledger, false))).toEqual(entry("one", { retain: false, force: true }));
  });

  test("not if it was only compared, as by a refresh", () => {
    const parents = fresh();
    parents.compare(shelf, about);
    expect(remembered(parents)).toEqual(entry("one"));
  });

  test("not if another of its kind is", () => {
    const parents = fresh();
    parents.declare(shelf, "two", {});
    parents.declare({ ...shelf, token: "test:index:Rack" }, "one", {});
    expect(remembered(parents)).toEqual(entry("one"));
  });

  test("not if it has no parts", () => {
    const parents = fresh();
    parents.declare(thingIn(new Warehouse()), "one", {});
    expect(remembered(parents)).toEqual(entry("one"));
  });
});

describe("a part remembers", () => {
  test("its parent under the canonical id", () => {
    const lower = (value: unknown) => (typeof value === "string" ? value.toLowerCase() : value);
    const spelled: AnyResource = { ...part, changes: { ...part.changes, shelf: { on: "replace", canonical: lower } } };
    const parents = fresh();
    parents.declare(shelf, "one", {});
    expect(parents.remember(spelled, { shelf: "ONE" }, {})).toEqual({ [parentInput]: { id: "one", deletion: plain } });
  });

  test("an earlier entry of the same parent while nothing is heard of it", () => {
    expect(fresh().remember(part, { shelf: "one" }, on("one", plain))).toEqual({
      [parentInput]: { id: "one", deletion: plain },
    });
  });

  test("no earlier entry of another parent", () => {
    expect(fresh().remember(part, { shelf: "two" }, on("one", plain))).toEqual({ [parentInput]: { id: "two" } });
  });

  test("no earlier entry while the rule is off", () => {
    expect(fresh(true).remember(part, { shelf: "one" }, on("one", plain))).toEqual({ [parentInput]: { id: "one" } });
  });

  test.each([unknownValue, undefined, 7])("nothing while the id is %p", (id) => {
    expect(fresh().remember(part, { shelf: id }, on("one", plain))).toEqual({});
  });

  test("nothing if it is no part", () => {
    expect(fresh().remember(thingIn(new Warehouse()), { shelf: "one" }, on("one", plain))).toEqual({});
  });
});

describe("when a part is deleted, its parent", () => {
  test("stays if it is declared, whatever the entry says", async () => {
    const parents = fresh();
    parents.declare(shelf, "one", {});
    for (const declared of [on("one", plain), on("one"), { shelf: "one" }]) {
      await expect(parents.outlook(part, context, declared)).resolves.toEqual({ kind: "stays" });
    }
    expect(asked).toEqual([]);
  });

  test("stays if the program never declared it, or retains it", async () => {
    for (const declared of [on("one"), on("one", { retain: true, force: false })]) {
      await expect(fresh().outlook(part, context, declared)).resolves.toEqual({ kind: "stays" });
    }
    expect(asked).toEqual([]);
  });

  test("ends if it is not declared and can be deleted, which is asked once", async () => {
    const parents = fresh();
    const outlook = () => parents.outlook(part, context, on("one", { retain: false, force: true }));
    await expect(Promise.all([outlook(), outlook()])).resolves.toEqual(
      [1, 2].map(() => ({ kind: "ends", retain: false, force: true })),
    );
    expect(asked).toEqual(["one"]);
  });

  test.each([
    ["an entry of an older version has none", { shelf: "one" }],
    ["the entry is about another one", { ...on("two", plain), shelf: "one" }],
    ["the entry is unreadable", { shelf: "one", [parentInput]: "one" }],
    ["the id is unknown", { shelf: unknownValue, [parentInput]: { id: "one", deletion: plain } }],
  ])("is unrecorded if %s", async (_, declared) => {
    await expect(fresh().outlook(part, context, declared)).resolves.toEqual({ kind: "unrecorded" });
    expect(asked).toEqual([]);
  });

  test("is unrecorded while the rule is off, or for a resource that is no part", async () => {
    await expect(fresh(true).outlook(part, context, on("one", plain))).resolves.toEqual({ kind: "unrecorded" });
    const alone = thingIn(new Warehouse());
    await expect(fresh().outlook(alone, context, on("one", plain))).resolves.toEqual({ kind: "unrecorded" });
  });

  test("refuses as it does itself, for each part, and is asked once", async () => {
    const refusing = shelfThat(() => Promise.reject(new Refusal("There is a device.")));
    const parents = fresh();
    for (const one of [partOf(refusing), partOf(refusing)]) {
      await expect(parents.outlook(one, context, on("one", plain))).rejects.toThrow(/^There is a device\.$/);
    }
    expect(asked).toEqual(["one"]);
  });

  test("that cannot be seen is told as such", async () => {
    const circumstances = { method: "GET", path: "/shelves/one", status: 404, requestId: null, ambiguous: false };
    const missing = partOf(shelfThat(() => Promise.reject(new NotFound("There is no such shelf.", circumstances))));
    await expect(fresh().outlook(missing, context, on("one", plain))).rejects.toBeInstanceOf(NotFound);
  });

  test("of which the question has no answer refuses", async () => {
    const circumstances = { method: "GET", path: "/shelves/one", status: 500, requestId: "r-1", ambiguous: false };
    const failing = partOf(shelfThat(() => Promise.reject(new ApiError("Peridio failed.", circumstances))));
    await expect(fresh().outlook(failing, context, on("one", plain))).rejects.toThrow(
      "its Shelf is not declared in this run, and the provider could not find out whether that can be deleted. " +
        "Nothing in it was changed. Run the command again. Peridio failed. (GET /shelves/one, HTTP 500, request r-1)",
    );
  });
});

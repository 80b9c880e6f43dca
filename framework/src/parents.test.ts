import * as z from "zod";
import { localLedger } from "./ownership";
import { UserError } from "./errors";
import { parentInput, Parents, partialDestroyHint } from "./parents";
import { ApiError, NotFoundError } from "./request";
import type { AnyResource, ResourceContext } from "./resource";
import { nobody } from "./testing/offline";
import { thingIn, Warehouse } from "./testing/thing";
import { unknownValue } from "./values";

const context: ResourceContext = {
  api: nobody(),
  getRecoveryClient: nobody,
  warn: () => undefined,
  getOwnership: () => undefined,
  getDesired: () => undefined,
  recordPlanned: () => new Set(),
};
const plain = { retain: false, force: false };
const asked: string[] = [];
beforeEach(() => (asked.length = 0));

/** A resource with parts, whose deletion calls `guard`. */
function shelfThat(guard: () => Promise<void> = () => Promise.resolve()): AnyResource {
  return {
    ...thingIn(new Warehouse()),
    token: "test:index:Shelf",
    parts: {
      deletionOptions: ({ mode, note }) => ({ retain: mode === "retain", force: note === "force" }),
      guardDeletion: (_, id) => {
        asked.push(id);
        return guard();
      },
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
/** The hidden input of a part. */
const entry = (id: string, deletion?: typeof plain) => ({ [parentInput]: { id, ...(deletion && { deletion }) } });
const fresh = (allowsPartialDestroy = false) => new Parents(localLedger(), "ACME", allowsPartialDestroy);

describe("a parent counts as declared", () => {
  const about = { urn: "urn-one", id: "one", declared: { mode: "retain", note: "force" } };
  const remembered = (parents: Parents) => parents.remember(part, { shelf: "one" }, {});

  test("after its Check and Diff, with its deletion options", () => {
    const parents = fresh();
    parents.recordCheck("urn-one", false);
    parents.recordKept(shelf, about);
    expect(remembered(parents)).toEqual(entry("one", { retain: true, force: true }));
  });

  test("after its Create", () => {
    const parents = fresh();
    parents.recordCreation(shelf, "one", {});
    expect(remembered(parents)).toEqual(entry("one", plain));
  });

  test("for all processes that share a ledger", () => {
    const ledger = localLedger();
    new Parents(ledger, "ACME", false).recordCreation(shelf, "one", { note: "force" });
    expect(remembered(new Parents(ledger, "ACME", false))).toEqual(entry("one", { retain: false, force: true }));
  });

  test("not after a Diff alone, as in a refresh", () => {
    const parents = fresh();
    parents.recordKept(shelf, about);
    expect(remembered(parents)).toEqual(entry("one"));
  });

  test("not if it is checked once more without its earlier inputs, as for replaceOnChanges", () => {
    const parents = fresh();
    parents.recordCheck("urn-one", false);
    parents.recordKept(shelf, about);
    expect(remembered(parents)).toEqual(entry("one", { retain: true, force: true }));
    parents.recordCheck("urn-one", true);
    expect(fresh().remember(part, { shelf: "one" }, {})).toEqual(entry("one"));
    expect(parents.remember(part, { shelf: "one" }, {})).toEqual(entry("one"));
    parents.recordCreation(shelf, "one", {});
    expect(remembered(parents)).toMatchObject({ [parentInput]: { deletion: { retain: true } } });
  });

  test("with one look into the ledger for all parts", () => {
    const questions: string[] = [];
    const ledger = localLedger();
    const parents = new Parents(
      { add: (...facts) => ledger.add(...facts), has: (one) => (questions.push(one), ledger.has(one)) },
      "ACME",
      false,
    );
    parents.recordCreation(shelf, "one", {});
    for (let count = 0; count < 100; count++) remembered(parents);
    expect(questions.length).toBeLessThan(5);
  });

  test("not if only another parent is", () => {
    const parents = fresh();
    parents.recordCreation(shelf, "two", {});
    parents.recordCreation({ ...shelf, token: "test:index:Rack" }, "one", {});
    expect(remembered(parents)).toEqual(entry("one"));
  });

  test("not if it has no parts", () => {
    const parents = fresh();
    parents.recordCreation(thingIn(new Warehouse()), "one", {});
    expect(remembered(parents)).toEqual(entry("one"));
  });
});

describe("a part remembers", () => {
  test("its parent under the canonical id", () => {
    const lower = (value: unknown) => (typeof value === "string" ? value.toLowerCase() : value);
    const spelled: AnyResource = {
      ...part,
      inputs: part.inputs.extend({ shelf: z.string().meta({ canonical: lower }) }),
    };
    const parents = fresh();
    parents.recordCreation(shelf, "one", {});
    expect(parents.remember(spelled, { shelf: "ONE" }, {})).toEqual({ [parentInput]: { id: "one", deletion: plain } });
  });

  test("an earlier entry of the same parent if that is not checked", () => {
    expect(fresh().remember(part, { shelf: "one" }, on("one", plain))).toEqual({
      [parentInput]: { id: "one", deletion: plain },
    });
  });

  test("no earlier entry of another parent", () => {
    expect(fresh().remember(part, { shelf: "two" }, on("one", plain))).toEqual({ [parentInput]: { id: "two" } });
  });

  test("no earlier entry if the check is off", () => {
    expect(fresh(true).remember(part, { shelf: "one" }, on("one", plain))).toEqual({ [parentInput]: { id: "one" } });
  });

  test.each([undefined, 7])("nothing if the id is %p", (id) => {
    expect(fresh().remember(part, { shelf: id }, on("one", plain))).toEqual({});
  });

  test("an unknown entry if the id is unknown, so that an update keeps to its plan", () => {
    expect(fresh().remember(part, { shelf: unknownValue }, {})).toEqual({ [parentInput]: unknownValue });
  });

  test("the entry of another Check of this operation, as in a replacement with --target", () => {
    const parents = fresh();
    parents.remember(part, { shelf: "one" }, on("one", plain));
    expect(parents.remember(part, { shelf: "one" }, {})).toEqual(entry("one", plain));
    expect(parents.remember(part, { shelf: "two" }, {})).toEqual(entry("two"));
  });

  test("a declared parent in an import, and no other", () => {
    const parents = fresh();
    expect(parents.rememberImported(part, { shelf: "one" })).toEqual({});
    parents.recordCreation(shelf, "one", {});
    expect(parents.rememberImported(part, { shelf: "one" })).toEqual(entry("one", plain));
    expect(parents.rememberImported(thingIn(new Warehouse()), { shelf: "one" })).toEqual({});
  });

  test("no entry of a parent of another type with the same id", () => {
    const parents = fresh();
    parents.remember(part, { shelf: "one" }, on("one", { retain: true, force: false }));
    const elsewhere = partOf({ ...shelf, token: "test:index:Box" });
    expect(parents.remember(elsewhere, { shelf: "one" }, {})).toEqual(entry("one"));
    expect(parents.remember(part, { shelf: "one" }, {})).toEqual(entry("one", { retain: true, force: false }));
  });

  test("nothing if it is no part", () => {
    expect(fresh().remember(thingIn(new Warehouse()), { shelf: "one" }, on("one", plain))).toEqual({});
  });
});

describe("when a part is deleted, its parent", () => {
  test("stays if it is declared, regardless of the entry", async () => {
    const parents = fresh();
    parents.recordCreation(shelf, "one", {});
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

  test("ends if it is not declared and can be deleted, after one check", async () => {
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
  ])("is unguarded if %s", async (_, declared) => {
    await expect(fresh().outlook(part, context, declared)).resolves.toEqual({ kind: "unguarded" });
    expect(asked).toEqual([]);
  });

  test("is unguarded if the check is off, even if it is declared, and for a resource that is no part", async () => {
    const off = fresh(true);
    off.recordCreation(shelf, "one", {});
    await expect(off.outlook(part, context, on("one", plain))).resolves.toEqual({ kind: "unguarded" });
    await expect(fresh(true).outlook(part, context, on("one", plain))).resolves.toEqual({ kind: "unguarded" });
    const alone = thingIn(new Warehouse());
    await expect(fresh().outlook(alone, context, on("one", plain))).resolves.toEqual({ kind: "unguarded" });
  });

  test("is checked for itself if a parent of another type has the same id", async () => {
    const refusing = {
      ...shelfThat(() => Promise.reject(new UserError("There is a device."))),
      token: "test:index:Box",
    };
    const parents = fresh();
    await parents.outlook(part, context, on("one", plain));
    await expect(parents.outlook(partOf(refusing), context, on("one", plain))).rejects.toThrow("There is a device.");
  });

  test("refuses each part for its own reason, after one check", async () => {
    const refusing = shelfThat(() => Promise.reject(new UserError("There is a device.")));
    const parents = fresh();
    for (const one of [partOf(refusing), partOf(refusing)]) {
      await expect(parents.outlook(one, context, on("one", plain))).rejects.toThrow(/^There is a device\.$/);
    }
    expect(asked).toEqual(["one"]);
  });

  test("passes on NotFoundError if it is not visible", async () => {
    const circumstances = { method: "GET", path: "/shelves/one", status: 404, requestId: null, isAmbiguous: false };
    const missing = partOf(
      shelfThat(() => Promise.reject(new NotFoundError("There is no such shelf.", circumstances))),
    );
    await expect(fresh().outlook(missing, context, on("one", plain))).rejects.toBeInstanceOf(NotFoundError);
  });

  test("refuses if the check fails", async () => {
    const circumstances = { method: "GET", path: "/shelves/one", status: 500, requestId: "r-1", isAmbiguous: false };
    const failing = partOf(shelfThat(() => Promise.reject(new ApiError("Acme failed.", circumstances))));
    await expect(fresh().outlook(failing, context, on("one", plain))).rejects.toThrow(
      "the provider could not check if the Shelf can be deleted, so the provider changed nothing in the Shelf. Acme failed. (GET /shelves/one, HTTP 500, request r-1) " +
        `Fix the cause (for example, the connection), and run the command again. ${partialDestroyHint("ACME", "shelf")}`,
    );
  });
});

import * as z from "zod";
import { type Ledger, createLocalLedger } from "./ownership";
import { UserError } from "./errors";
import { parentInput, Parents, explainPartialDestroy } from "./parents";
import { ApiError, NotFoundError } from "./request";
import type { AnyResource, Context } from "./resource";
import { silentClient } from "../test/support/offline";
import { thingIn, Warehouse } from "../test/support/thing";
import { unknownValue, type Values } from "./values";

const context = { api: silentClient() };
const plain = { retain: false, force: false };
const guarded: string[] = [];
beforeEach(() => (guarded.length = 0));

/** A resource with parts, whose deletion calls `guard`. */
function shelfThat(guard: () => Promise<void> = () => Promise.resolve()): AnyResource {
  return {
    ...thingIn(new Warehouse()),
    token: "test:index:Shelf",
    parts: {
      deletionOptions: ({ mode, note }) => ({ retain: mode === "retain", force: note === "force" }),
      guardDeletion: (_, id, force) => {
        guarded.push(`${id}, force: ${force}`);
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
type Deletion = typeof plain | "undeclared" | "unknown";
/** The inputs of a part with a marker. */
const on = (id: unknown, deletion: Deletion) => ({ shelf: id, [parentInput]: { id, deletion } });
/** The marker of a part. `urn` is that of a parent that this process manages. */
const marker = (id: string, deletion: Deletion, urn?: string) => ({
  [parentInput]: { id, deletion, ...(urn !== undefined && { urn }) },
});
const fresh = (allowsPartialDestroy = false) => new Parents(createLocalLedger(), "ACME", allowsPartialDestroy);
const created = (id: string, declared = {}) => ({ urn: `urn-${id}`, id, declared });
/** A ledger in a folder that this process cannot use. */
const broken: Ledger = { ...createLocalLedger(), explainFailure: () => "the folder is unusable" };

describe("a parent counts as declared", () => {
  const about = { urn: "urn-one", id: "one", declared: { mode: "retain", note: "force" } };
  const marked = (parents: Parents) => parents.createMarker(part, { shelf: "one" }, {});

  test("after its Check and Diff, with its deletion options", () => {
    const parents = fresh();
    parents.recordCheck("urn-one", false);
    parents.recordKept(shelf, about);
    expect(marked(parents)).toEqual(marker("one", { retain: true, force: true }, "urn-one"));
  });

  test("after its Create", () => {
    const parents = fresh();
    parents.recordCreation(shelf, created("one"));
    expect(marked(parents)).toEqual(marker("one", plain, "urn-one"));
  });

  test("for all processes that share a ledger", () => {
    const ledger = createLocalLedger();
    new Parents(ledger, "ACME", false).recordCreation(shelf, created("one", { note: "force" }));
    expect(marked(new Parents(ledger, "ACME", false))).toStrictEqual(marker("one", { retain: false, force: true }));
  });

  test("not after a Diff alone, as in a refresh", () => {
    const parents = fresh();
    parents.recordKept(shelf, about);
    expect(marked(parents)).toEqual(marker("one", "undeclared"));
  });

  test("not if it is checked once more without its earlier inputs, as for replaceOnChanges", () => {
    const parents = fresh();
    parents.recordCheck("urn-one", false);
    parents.recordKept(shelf, about);
    expect(marked(parents)).toEqual(marker("one", { retain: true, force: true }, "urn-one"));
    parents.recordCheck("urn-one", true);
    expect(fresh().createMarker(part, { shelf: "one" }, {})).toEqual(marker("one", "undeclared"));
    expect(parents.createMarker(part, { shelf: "one" }, {})).toEqual(marker("one", "undeclared"));
    parents.recordCreation(shelf, created("one"));
    expect(marked(parents)).toMatchObject({ [parentInput]: { deletion: { retain: true } } });
  });

  test("with one look into the ledger for all parts", () => {
    const questions: string[] = [];
    const ledger = createLocalLedger();
    const parents = new Parents({ ...ledger, has: (one) => (questions.push(one), ledger.has(one)) }, "ACME", false);
    parents.recordCreation(shelf, created("one"));
    for (let count = 0; count < 100; count++) marked(parents);
    expect(questions.length).toBeLessThan(5);
  });

  test("not if only another parent is", () => {
    const parents = fresh();
    parents.recordCreation(shelf, created("two"));
    parents.recordCreation({ ...shelf, token: "test:index:Rack" }, created("one"));
    expect(marked(parents)).toEqual(marker("one", "undeclared"));
  });

  test("not if it has no parts", () => {
    const parents = fresh();
    parents.recordCreation(thingIn(new Warehouse()), created("one"));
    expect(marked(parents)).toEqual(marker("one", "undeclared"));
  });
});

describe("the marker of a part names", () => {
  test("its parent under the canonical id", () => {
    const lower = (value: unknown) => (typeof value === "string" ? value.toLowerCase() : value);
    const spelled: AnyResource = {
      ...part,
      inputs: part.inputs.extend({ shelf: z.string().meta({ canonical: lower }) }),
    };
    const parents = fresh();
    parents.recordCreation(shelf, created("one"));
    expect(parents.createMarker(spelled, { shelf: "ONE" }, {})).toEqual(marker("one", plain, "urn-one"));
  });

  test("the prior deletion options of the same parent if that is not checked", () => {
    const prior = marker("one", plain, "urn-one");
    expect(fresh().createMarker(part, { shelf: "one" }, { shelf: "one", ...prior })).toEqual(prior);
  });

  test("no options of another parent", () => {
    expect(fresh().createMarker(part, { shelf: "two" }, on("one", plain))).toEqual(marker("two", "undeclared"));
  });

  test("no prior options if a partial destroy is allowed", () => {
    expect(fresh(true).createMarker(part, { shelf: "one" }, on("one", plain))).toEqual(marker("one", "undeclared"));
  });

  test("its parent under the id that `toId` derives", () => {
    const named: AnyResource = {
      ...part,
      parent: { resource: shelf, id: "shelf", toId: (name) => `shelf-${name}` },
    };
    expect(fresh().createMarker(named, { shelf: "one" }, {})).toEqual(marker("shelf-one", "undeclared"));
  });

  test.each([undefined, 7])("nothing if the id is %p", (id) => {
    expect(fresh().createMarker(part, { shelf: id }, on("one", plain))).toEqual({});
  });

  test("an unknown value if the id is unknown, so that an update keeps to its plan", () => {
    expect(fresh().createMarker(part, { shelf: unknownValue }, {})).toEqual({ [parentInput]: unknownValue });
  });

  test("the options of another Check of this operation, as in a replacement with --target", () => {
    const parents = fresh();
    parents.createMarker(part, { shelf: "one" }, on("one", plain));
    expect(parents.createMarker(part, { shelf: "one" }, {})).toEqual(marker("one", plain));
    expect(parents.createMarker(part, { shelf: "two" }, {})).toEqual(marker("two", "undeclared"));
  });

  test("a declared parent in an import, and no other", () => {
    const parents = fresh();
    expect(parents.createMarkerOfImport(part, { shelf: "one" })).toEqual({});
    parents.recordCreation(shelf, created("one"));
    expect(parents.createMarkerOfImport(part, { shelf: "one" })).toEqual(marker("one", plain, "urn-one"));
    expect(parents.createMarkerOfImport(thingIn(new Warehouse()), { shelf: "one" })).toEqual({});
  });

  test("no options of a parent of another type with the same id", () => {
    const parents = fresh();
    parents.createMarker(part, { shelf: "one" }, on("one", { retain: true, force: false }));
    const elsewhere = partOf({ ...shelf, token: "test:index:Box" });
    expect(parents.createMarker(elsewhere, { shelf: "one" }, {})).toEqual(marker("one", "undeclared"));
    expect(parents.createMarker(part, { shelf: "one" }, {})).toEqual(marker("one", { retain: true, force: false }));
  });

  test("nothing if it is no part", () => {
    expect(fresh().createMarker(thingIn(new Warehouse()), { shelf: "one" }, on("one", plain))).toEqual({});
  });
});

test("the ledger gets one fact for all parts of an undeclared parent", () => {
  const facts: string[] = [];
  const ledger = createLocalLedger();
  const recording: Ledger = {
    ...ledger,
    add: (...added) => {
      facts.push(...added);
      ledger.add(...added);
    },
  };
  const parents = new Parents(recording, "ACME", false);
  for (let count = 0; count < 3; count++) parents.createMarker(part, { shelf: "one" }, {});
  expect(facts).toHaveLength(1);
});

test("a Create reports a part that the engine checked before its parent", () => {
  const parents = fresh();
  parents.createMarker(part, { shelf: "one" }, {});
  expect(parents.recordCreation(shelf, created("two"))).toBe(false);
  expect(parents.recordCreation(shelf, created("one"))).toBe(true);
  expect(parents.recordCreation(part, created("one"))).toBe(false);
});

test("the id of a parent may be a property that the schema of the part does not describe", () => {
  const inputs = z.object({ name: z.string() });
  const untyped: AnyResource = { ...part, inputs };
  expect(fresh().createMarker(untyped, { shelf: "one" }, {})).toEqual(marker("one", "undeclared"));
});

test("only a declared resource with parts is declared as a parent", () => {
  const parents = fresh();
  parents.recordCreation(shelf, created("one"));
  parents.recordCreation(part, created("one"));
  expect([parents.isDeclared(shelf, "one"), parents.isDeclared(shelf, "two")]).toEqual([true, false]);
  expect(parents.isDeclared(part, "one")).toBe(false);
});

test("a Diff reports a part that the engine checked before its parent", () => {
  const parents = fresh();
  const about = { urn: "urn-one", id: "one", declared: {} };
  parents.recordCheck("urn-one", false);
  expect(parents.recordKept(shelf, about)).toBe(false);
  const refreshed = { ...about, urn: "urn-two", id: "two" };
  parents.createMarker(part, { shelf: "two" }, {});
  expect(parents.recordKept(shelf, refreshed)).toBe(false);
  expect(parents.recordKept(shelf, about)).toBe(false);
  const early = fresh();
  early.createMarker(part, { shelf: "one" }, {});
  early.recordCheck("urn-one", false);
  expect(early.recordKept(shelf, about)).toBe(true);
});

describe("with a ledger in an unusable folder, the marker", () => {
  const unusable = () => new Parents(broken, "ACME", false);

  test.each([
    ["of a new part", {}],
    ["of a part whose parent was undeclared", on("one", "undeclared")],
  ])("%s is `unknown`", (_, prior) => {
    expect(unusable().createMarker(part, { shelf: "one" }, prior)).toEqual(marker("one", "unknown"));
  });

  test("keeps prior deletion options, and names a parent that this process declares", () => {
    const parents = unusable();
    expect(parents.createMarker(part, { shelf: "one" }, on("one", plain))).toEqual(marker("one", plain));
    parents.recordCreation(shelf, created("one"));
    expect(parents.createMarker(part, { shelf: "one" }, {})).toEqual(marker("one", plain, "urn-one"));
  });
});

describe("when a part is deleted, its parent", () => {
  test("stays if it is declared, regardless of the marker", async () => {
    const parents = fresh();
    parents.recordCreation(shelf, created("one"));
    for (const declared of [on("one", plain), on("one", "unknown"), { shelf: "one" }]) {
      await expect(parents.assessOutlook(part, context, declared)).resolves.toBe("stays");
    }
    expect(guarded).toEqual([]);
  });

  test("stays if the program never declared it, or retains it", async () => {
    for (const declared of [on("one", "undeclared"), on("one", { retain: true, force: false })]) {
      await expect(fresh().assessOutlook(part, context, declared)).resolves.toBe("stays");
    }
    expect(guarded).toEqual([]);
  });

  test("ends if it is not declared and can be deleted, after one check", async () => {
    const parents = fresh();
    const outlook = () => parents.assessOutlook(part, context, on("one", { retain: false, force: true }));
    await expect(Promise.all([outlook(), outlook()])).resolves.toEqual(["ends", "ends"]);
    expect(guarded).toEqual(["one, force: true"]);
  });

  test("is checked once for each way to delete it", async () => {
    const parents = fresh();
    for (const force of [true, false, true, false])
      await parents.assessOutlook(part, context, on("one", { retain: false, force }));
    expect(guarded).toEqual(["one, force: true", "one, force: false"]);
  });

  test("is checked with the client of the deletion", async () => {
    const clients: unknown[] = [];
    const watching = {
      ...shelf,
      parts: {
        deletionOptions: () => plain,
        guardDeletion: ({ api }: Pick<Context, "api">) => {
          clients.push(api);
          return Promise.resolve();
        },
      },
    };
    await fresh().assessOutlook(partOf(watching), context, on("one", plain));
    expect(clients).toEqual([context.api]);
  });

  test("ends without a check if it has none", async () => {
    const plainShelf = { ...shelf, parts: { deletionOptions: () => plain } };
    await expect(fresh().assessOutlook(partOf(plainShelf), context, on("one", plain))).resolves.toBe("ends");
  });

  test.each([
    ["the part has no marker", { shelf: "one" }],
    ["the marker names another parent", { ...on("two", plain), shelf: "one" }],
    ["the marker is unreadable", { shelf: "one", [parentInput]: "one" }],
    ["the marker has no deletion options, as in an older version", { shelf: "one", [parentInput]: { id: "one" } }],
    ["the marker has additional properties", { shelf: "one", [parentInput]: { id: "one", deletion: plain, more: 1 } }],
    ["the provider could not find out if the program declares it", on("one", "unknown")],
    ["the id is unknown", { shelf: unknownValue, [parentInput]: { id: "one", deletion: plain } }],
  ])("is unknown if %s", async (_, declared) => {
    const parents = fresh();
    await expect(parents.assessOutlook(part, context, declared)).resolves.toBe("unknown");
    expect(guarded).toEqual([]);
    expect(parents.explainUnknown(part).message).toBe(
      "the state does not show if this program declares the Shelf, so the provider did not delete this resource. " +
        "This happens after an import, with the state of an older version, and if the state was edited. Declare this " +
        "resource, run `pulumi up` once without `--target`, and run the command again. " +
        explainPartialDestroy("ACME", "shelf"),
    );
  });

  test("stays if a partial destroy is allowed, and for a resource that is no part", async () => {
    for (const declared of [on("one", plain), { shelf: "one" }])
      await expect(fresh(true).assessOutlook(part, context, declared)).resolves.toBe("stays");
    const alone = thingIn(new Warehouse());
    await expect(fresh().assessOutlook(alone, context, on("one", plain))).resolves.toBe("stays");
  });

  test("is checked for itself if a parent of another type has the same id", async () => {
    const refusing = {
      ...shelfThat(() => Promise.reject(new UserError("There is a device."))),
      token: "test:index:Box",
    };
    const parents = fresh();
    await parents.assessOutlook(part, context, on("one", plain));
    await expect(parents.assessOutlook(partOf(refusing), context, on("one", plain))).rejects.toThrow(
      "There is a device.",
    );
  });

  test("refuses each part for its own reason, after one check", async () => {
    const refusing = shelfThat(() => Promise.reject(new UserError("There is a device.")));
    const parents = fresh();
    for (const one of [partOf(refusing), partOf(refusing)]) {
      await expect(parents.assessOutlook(one, context, on("one", plain))).rejects.toThrow(/^There is a device\.$/);
    }
    expect(guarded).toEqual(["one, force: false"]);
  });

  test("passes on NotFoundError if it is not visible", async () => {
    const circumstances = { method: "GET", path: "/shelves/one", status: 404, requestId: null, isAmbiguous: false };
    const missing = partOf(
      shelfThat(() => Promise.reject(new NotFoundError("There is no such shelf.", circumstances))),
    );
    await expect(fresh().assessOutlook(missing, context, on("one", plain))).rejects.toBeInstanceOf(NotFoundError);
  });

  test("refuses if the check fails", async () => {
    const circumstances = { method: "GET", path: "/shelves/one", status: 500, requestId: "r-1", isAmbiguous: false };
    const failing = partOf(shelfThat(() => Promise.reject(new ApiError("Acme failed.", circumstances))));
    await expect(fresh().assessOutlook(failing, context, on("one", plain))).rejects.toThrow(
      "the provider could not check if the Shelf can be deleted, so the provider changed nothing in the Shelf. Acme failed. (GET /shelves/one, HTTP 500, request r-1) " +
        `Fix the cause (for example, the connection), and run the command again. ${explainPartialDestroy("ACME", "shelf")}`,
    );
  });
});

test("the last resort names the environment variable and its consequence", () => {
  expect(explainPartialDestroy("ACME", "shelf")).toBe(
    "As a last resort, set the environment variable ACME_ALLOW_PARTIAL_DESTROY=1. For the whole run, the " +
      "provider then assumes that each shelf stays, and deletes the parts that the run removes.",
  );
});

describe("a parent is trusted to stay", () => {
  test("only under a known id", async () => {
    const facts: string[] = [];
    const ledger = createLocalLedger();
    const parents = new Parents({ ...ledger, add: (...added) => facts.push(...added) }, "ACME", true);
    await expect(parents.assessOutlook(part, context, { shelf: unknownValue })).resolves.toBe("stays");
    expect(facts).toEqual([]);
  });

  const trusted = async (parents: Parents, declared: Values, shelfOfPart = shelf) => {
    await parents.assessOutlook(partOf(shelfOfPart), context, declared);
    return parents.wasTrustedToStay(shelf, "one");
  };

  test("if a part of it was deleted because of its marker or of the user", async () => {
    expect(await trusted(fresh(), on("one", "undeclared"))).toBe(true);
    expect(await trusted(fresh(), on("one", { retain: true, force: false }))).toBe(true);
    expect(await trusted(fresh(true), on("one", plain))).toBe(true);
  });

  test("not if it is declared, ends, is unknown, or is another one", async () => {
    const parents = fresh();
    expect(parents.wasTrustedToStay(shelf, "one")).toBe(false);
    parents.recordCreation(shelf, created("one"));
    expect(await trusted(parents, on("one", "undeclared"))).toBe(false);
    expect(await trusted(fresh(), on("one", plain))).toBe(false);
    expect(await trusted(fresh(), on("one", "unknown"))).toBe(false);
    expect(await trusted(fresh(), on("two", "undeclared"))).toBe(false);
    expect(await trusted(fresh(), on("one", "undeclared"), { ...shelf, token: "test:index:Box" })).toBe(false);
  });
});

describe("a change moves a part out of a parent that the operation replaces", () => {
  /** A change of a part to another parent. */
  const change = (prior: object, shelf: unknown = unknownValue) => ({
    priorInputs: { shelf: "one", ...prior },
    state: {},
    declared: { shelf },
  });
  const replacing = (allowsPartialDestroy = false) => {
    const parents = fresh(allowsPartialDestroy);
    parents.recordCheck("urn-one", true);
    return parents;
  };

  test.each([unknownValue, "two"])("if the engine checks that parent without prior inputs", async (other) => {
    await replacing().guardReplaced(part, context, change(marker("one", plain, "urn-one"), other));
    expect(guarded).toEqual(["one, force: false"]);
  });

  test("and fails if the parent cannot be deleted", async () => {
    const refusing = partOf(shelfThat(() => Promise.reject(new UserError("There is a device."))));
    const guarded = replacing().guardReplaced(refusing, context, change(marker("one", plain, "urn-one")));
    await expect(guarded).rejects.toThrow("There is a device.");
  });

  test.each<[string, Parents, Parameters<Parents["guardReplaced"]>[2]]>([
    ["the engine did not check that parent", fresh(), change(marker("one", plain, "urn-one"))],
    ["the part stays with its parent", replacing(), change(marker("one", plain, "urn-one"), "one")],
    ["the parent is retained", replacing(), change(marker("one", { retain: true, force: false }, "urn-one"))],
    ["the marker has no URN", replacing(), change(marker("one", plain))],
    ["the part has no marker", replacing(), change({})],
    ["the user allows a partial destroy", replacing(true), change(marker("one", plain, "urn-one"))],
    ["nobody knows if the program declares the parent", replacing(), change(marker("one", "unknown", "urn-one"))],
  ])("not if %s", async (_, parents, moved) => {
    await parents.guardReplaced(part, context, moved);
    expect(guarded).toEqual([]);
  });

  test("not if the resource is no part", async () => {
    const alone = thingIn(new Warehouse());
    await replacing().guardReplaced(alone, context, change(marker("one", plain, "urn-one")));
    expect(guarded).toEqual([]);
  });
});

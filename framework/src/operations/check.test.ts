import { AlreadyExistsError } from "../errors";
import type { AnyResource, ExclusiveKey } from "../resource";
import { offline } from "../testing/offline";
import { bob, declaredBob, thingIn, urnOf, Warehouse } from "../testing/thing";
import { unknownValue, type Values } from "../values";

const thing: AnyResource = thingIn(new Warehouse());
const urn = urnOf("bob");

/** Returns the failures of a Check, with their paths. */
function wrong(declared: Values, prior?: Values, resource = thing): string[] {
  const { failures } = offline().lifecycle.check(resource, { urn, declared }, prior);
  return failures.map(({ path, reason }) => `${path} ${reason}`);
}

test("valid inputs are returned unchanged", () => {
  const { lifecycle } = offline();
  expect(lifecycle.check(thing, { urn, declared: declaredBob }, undefined)).toEqual({
    values: declaredBob,
    failures: [],
  });
});

test("a mistake names the resource by its short name", () => {
  expect(wrong({ ...declaredBob, colour: "red" })).toEqual([
    "colour is not a property of Thing. The properties are shelf, name, kind, note, color, sizes, parts, mode",
  ]);
});

describe("an immutable property", () => {
  test("rejects a change, and names the remedy", () => {
    expect(wrong({ ...declaredBob, kind: "new" }, { ...declaredBob, kind: "old" })).toEqual([
      'kind cannot be changed. Declare "old" again. To manage another Thing, declare it as a second resource in the program',
    ]);
  });

  test.each<[string, Values, Values | undefined]>([
    ["declared by a new resource", { kind: "new" }, undefined],
    ["declared without a prior value", { kind: "new" }, {}],
    ["declared in another spelling", { kind: "OLD" }, { kind: "old" }],
    ["unknown", { kind: unknownValue }, { kind: "old" }],
    ["unchanged while others change", { note: "new", shelf: "two" }, { note: "old", shelf: "one" }],
  ])("may be %s", (_, desired, prior) => {
    expect(wrong({ ...declaredBob, ...desired }, prior && { ...declaredBob, ...prior })).toEqual([]);
  });

  test("cannot be removed", () => {
    expect(wrong(declaredBob, { ...declaredBob, kind: "old" })).toHaveLength(1);
  });

  test("is one mistake if it is also invalid", () => {
    expect(wrong({ ...declaredBob, kind: 7 }, { ...declaredBob, kind: "old" })).toEqual(["kind must be a string"]);
  });
});

describe("a conflict", () => {
  describe("about an existing object", () => {
    const again = { urn: urnOf("bob2"), declared: declaredBob };

    /** Returns a thing that exists, but is found only after the Check of the other declaration. */
    function existing() {
      const { lifecycle, warnings } = offline();
      const late: AnyResource = {
        ...thing,
        findExisting: () => {
          expect(lifecycle.check(thing, again, undefined).failures).toHaveLength(1);
          return Promise.reject(new AlreadyExistsError("one/bob", "with a note"));
        },
      };
      lifecycle.check(late, { urn, declared: declaredBob }, undefined);
      return { lifecycle, late, warnings };
    }

    test("is refused once at preview, without advice to import the object", async () => {
      const { lifecycle, late, warnings } = existing();
      await expect(lifecycle.previewCreate(late, { urn, declared: declaredBob })).resolves.toMatchObject({
        outputs: declaredBob,
      });
      expect(warnings).toEqual([]);
    });

    test("is the reason of a failed create", async () => {
      const { lifecycle, late } = existing();
      await expect(lifecycle.create(late, { urn, declared: declaredBob })).rejects.toThrow(
        `Thing one/bob could not be created: it is declared twice, here and by ${again.urn}: keep one of the two.`,
      );
    });

    test("is absent with one declaration, which asks for an import", async () => {
      const { lifecycle } = offline();
      const there: AnyResource = {
        ...thing,
        findExisting: () => Promise.reject(new AlreadyExistsError("one/bob", "with a note")),
      };
      await expect(lifecycle.previewCreate(there, { urn, declared: declaredBob })).rejects.toThrow(
        "import one/bob as bob",
      );
    });
  });

  test("is refused at the path of the later declaration", () => {
    const { lifecycle } = offline();
    lifecycle.check(thing, { urn, declared: declaredBob }, undefined);
    const again = { urn: urnOf("bob2"), declared: { shelf: "one", name: "BOB" } };
    expect(lifecycle.check(thing, again, undefined).failures).toEqual([
      { path: "name", reason: `is declared twice, here and by ${urn}: keep one of the two` },
    ]);
  });

  test.each<[string, Values]>([
    ["another name", { shelf: "one", name: "eve" }],
    ["another shelf", { shelf: "two", name: "bob" }],
    ["an unknown name", { shelf: "one", name: unknownValue }],
  ])("does not exist with %s", (_, declared) => {
    const { lifecycle } = offline();
    lifecycle.check(thing, { urn, declared: declaredBob }, undefined);
    expect(lifecycle.check(thing, { urn: urnOf("other"), declared }, undefined).failures).toEqual([]);
    expect(lifecycle.check(thing, { urn: urnOf("third"), declared: { shelf: "new", name: "new" } }, undefined)).toEqual(
      { values: { shelf: "new", name: "new" }, failures: [] },
    );
  });

  test("is refused if one property is the whole key", () => {
    const { lifecycle } = offline();
    const single: AnyResource = { ...thing, key: ["name"] };
    lifecycle.check(single, { urn, declared: declaredBob }, undefined);
    const again = { urn: urnOf("bob2"), declared: { shelf: "two", name: "bob" } };
    expect(lifecycle.check(single, again, undefined).failures).toMatchObject([{ path: "name" }]);
  });

  test("does not exist between resources of different types", () => {
    const { lifecycle } = offline();
    lifecycle.check(thing, { urn, declared: declaredBob }, undefined);
    const other = { ...thing, token: "test:index:Other" };
    expect(lifecycle.check(other, { urn: urnOf("other"), declared: declaredBob }, undefined).failures).toEqual([]);
  });

  test("does not exist between unknown names", () => {
    const { lifecycle } = offline();
    const declared = { shelf: "one", name: unknownValue };
    lifecycle.check(thing, { urn, declared }, undefined);
    expect(lifecycle.check(thing, { urn: urnOf("other"), declared }, undefined).failures).toEqual([]);
  });

  test("does not exist with invalid inputs, which declare no keys", () => {
    const { lifecycle } = offline();
    lifecycle.check(thing, { urn, declared: { ...declaredBob, color: 1 } }, undefined);
    const right = { urn: urnOf("bob2"), declared: declaredBob };
    expect(lifecycle.check(thing, right, undefined).failures).toEqual([]);
    const wrong = { urn: urnOf("bob3"), declared: { ...declaredBob, color: 1 } };
    expect(lifecycle.check(thing, wrong, undefined).failures).toHaveLength(1);
  });
});

describe("an exclusive key", () => {
  const exclusive: ExclusiveKey = {
    collection: "shelf",
    path: ["shelf"],
    except: () => false,
    remedy: "name it there",
  };
  const shelf: AnyResource = { ...thing, token: "test:index:Shelf", keys: () => ({ items: [], exclusive }) };
  const part: AnyResource = {
    ...thing,
    keys: ({ name }) => ({ items: [{ collection: "shelf", name: String(name), path: ["people", "bob@x.io"] }] }),
  };
  const failuresOf = (first: AnyResource, second: AnyResource) => {
    const { lifecycle } = offline();
    lifecycle.check(first, { urn: urnOf("first"), declared: declaredBob }, undefined);
    return lifecycle.check(second, { urn: urnOf("second"), declared: declaredBob }, undefined).failures;
  };

  test("conflicts with a later key of its collection", () => {
    expect(failuresOf(shelf, part)).toEqual([
      {
        path: 'people["bob@x.io"]',
        reason: `conflicts with ${urnOf("first")}: name it there`,
      },
    ]);
  });

  test("conflicts with an earlier key of its collection", () => {
    expect(failuresOf(part, shelf)).toEqual([
      {
        path: "shelf",
        reason: `conflicts with ${urnOf("first")}: name it there`,
      },
    ]);
  });
});

test("a diff leaves out ignored properties", async () => {
  const update = {
    urn,
    id: bob.id,
    declared: { ...declaredBob, note: "mine", color: "red" },
    priorInputs: { ...declaredBob, note: "mine" },
    state: { ...bob, note: "theirs" },
    ignore: ["note"],
  };
  const { lifecycle } = offline();
  expect(await lifecycle.diff(thing, update)).toEqual([
    { property: "color", path: "color", kind: "update", replace: false, input: true },
  ]);
  expect(await lifecycle.diff(thing, { ...update, ignore: [] })).toHaveLength(2);
});

import { AlreadyExists } from "./errors";
import type { AnyResource, ExclusiveKey } from "./resource";
import { offline } from "./testing/offline";
import { bob, declaredBob, thingIn, urnOf, Warehouse } from "./testing/thing";
import { unknownValue, type Values } from "./values";

const thing: AnyResource = thingIn(new Warehouse());
const urn = urnOf("bob");

/** What a Check finds wrong, with the path of each. */
function wrong(declared: Values, before?: Values, resource = thing): string[] {
  const { failures } = offline().lifecycle.check(resource, { urn, declared }, before);
  return failures.map(({ path, reason }) => `${path} ${reason}`);
}

test("a declaration that is right comes back as it is", () => {
  const { lifecycle } = offline();
  expect(lifecycle.check(thing, { urn, declared: declaredBob }, undefined)).toEqual({
    values: declaredBob,
    failures: [],
  });
});

test("a mistake names the resource by its short name", () => {
  expect(wrong({ ...declaredBob, colour: "red" })).toEqual([
    "colour is no property of Thing; it has shelf, name, kind, note, color, sizes, parts, mode",
  ]);
});

describe("what is fixed for good", () => {
  test("may not change, and the way to another object is named", () => {
    expect(wrong({ ...declaredBob, kind: "new" }, { ...declaredBob, kind: "old" })).toEqual([
      'kind cannot be changed. Declare "old" again. To manage another Thing, declare it as a second resource in the program',
    ]);
  });

  test.each<[string, Values, Values | undefined]>([
    ["declared for the first time", { kind: "new" }, undefined],
    ["not declared before", { kind: "new" }, {}],
    ["spelled in another way", { kind: "OLD" }, { kind: "old" }],
    ["not known yet", { kind: unknownValue }, { kind: "old" }],
    ["something else, which may change", { note: "new", shelf: "two" }, { note: "old", shelf: "one" }],
  ])("is %s", (_, now, before) => {
    expect(wrong({ ...declaredBob, ...now }, before && { ...declaredBob, ...before })).toEqual([]);
  });

  test("may not be left out", () => {
    expect(wrong(declaredBob, { ...declaredBob, kind: "old" })).toHaveLength(1);
  });

  test("and invalid is one mistake", () => {
    expect(wrong({ ...declaredBob, kind: 7 }, { ...declaredBob, kind: "old" })).toEqual(["kind must be a text"]);
  });
});

describe("the same object declared twice", () => {
  describe("while it exists already", () => {
    const again = { urn: urnOf("bob2"), declared: declaredBob };

    /** A thing that exists, of which Acme tells only after the other declaration has been checked. */
    function existing() {
      const { lifecycle, told } = offline();
      const late: AnyResource = {
        ...thing,
        findExisting: () => {
          expect(lifecycle.check(thing, again, undefined).failures).toHaveLength(1);
          return Promise.reject(new AlreadyExists("one/bob", "with a note"));
        },
      };
      lifecycle.check(late, { urn, declared: declaredBob }, undefined);
      return { lifecycle, late, told };
    }

    test("is one refusal at preview, without advice to import what the other one declares", async () => {
      const { lifecycle, late, told } = existing();
      await expect(lifecycle.previewCreate(late, { urn, declared: declaredBob })).resolves.toMatchObject({
        outputs: declaredBob,
      });
      expect(told).toEqual([]);
    });

    test("is the reason why a create fails", async () => {
      const { lifecycle, late } = existing();
      await expect(lifecycle.create(late, { urn, declared: declaredBob })).rejects.toThrow(
        `Thing one/bob could not be created: it is declared twice, here and by ${again.urn}: keep one of the two.`,
      );
    });

    test("by one declaration only, it asks for an import", async () => {
      const { lifecycle } = offline();
      const there: AnyResource = {
        ...thing,
        findExisting: () => Promise.reject(new AlreadyExists("one/bob", "with a note")),
      };
      await expect(lifecycle.previewCreate(there, { urn, declared: declaredBob })).rejects.toThrow(
        "import one/bob as bob",
      );
    });
  });

  test("is refused where the later declaration names it", () => {
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
    ["a name that is not known yet", { shelf: "one", name: unknownValue }],
  ])("is none with %s", (_, declared) => {
    const { lifecycle } = offline();
    lifecycle.check(thing, { urn, declared: declaredBob }, undefined);
    expect(lifecycle.check(thing, { urn: urnOf("other"), declared }, undefined).failures).toEqual([]);
    expect(lifecycle.check(thing, { urn: urnOf("third"), declared: { shelf: "new", name: "new" } }, undefined)).toEqual(
      { values: { shelf: "new", name: "new" }, failures: [] },
    );
  });

  test("is refused where one property alone tells it", () => {
    const { lifecycle } = offline();
    const single: AnyResource = { ...thing, key: ["name"] };
    lifecycle.check(single, { urn, declared: declaredBob }, undefined);
    const again = { urn: urnOf("bob2"), declared: { shelf: "two", name: "bob" } };
    expect(lifecycle.check(single, again, undefined).failures).toMatchObject([{ path: "name" }]);
  });

  test("is none under the type of another resource", () => {
    const { lifecycle } = offline();
    lifecycle.check(thing, { urn, declared: declaredBob }, undefined);
    const other = { ...thing, token: "test:index:Other" };
    expect(lifecycle.check(other, { urn: urnOf("other"), declared: declaredBob }, undefined).failures).toEqual([]);
  });

  test("two names that are not known yet are none", () => {
    const { lifecycle } = offline();
    const declared = { shelf: "one", name: unknownValue };
    lifecycle.check(thing, { urn, declared }, undefined);
    expect(lifecycle.check(thing, { urn: urnOf("other"), declared }, undefined).failures).toEqual([]);
  });

  test("is not looked for in a declaration that is wrong, which claims nothing", () => {
    const { lifecycle } = offline();
    lifecycle.check(thing, { urn, declared: { ...declaredBob, color: 1 } }, undefined);
    const right = { urn: urnOf("bob2"), declared: declaredBob };
    expect(lifecycle.check(thing, right, undefined).failures).toEqual([]);
    const wrong = { urn: urnOf("bob3"), declared: { ...declaredBob, color: 1 } };
    expect(lifecycle.check(thing, wrong, undefined).failures).toHaveLength(1);
  });
});

describe("a collection that one declaration claims as a whole", () => {
  const whole: ExclusiveKey = { collection: "shelf", path: ["shelf"], except: () => false, remedy: "name it there" };
  const shelf: AnyResource = { ...thing, token: "test:index:Shelf", keys: () => ({ items: [], exclusive: whole }) };
  const part: AnyResource = {
    ...thing,
    keys: ({ name }) => ({ items: [{ collection: "shelf", name: String(name), path: ["people", "bob@x.io"] }] }),
  };
  const whatIsWrong = (first: AnyResource, second: AnyResource) => {
    const { lifecycle } = offline();
    lifecycle.check(first, { urn: urnOf("first"), declared: declaredBob }, undefined);
    return lifecycle.check(second, { urn: urnOf("second"), declared: declaredBob }, undefined).failures;
  };

  test("refuses a part beside it", () => {
    expect(whatIsWrong(shelf, part)).toEqual([
      { path: 'people["bob@x.io"]', reason: `is declared as a whole by ${urnOf("first")}: name it there` },
    ]);
  });

  test("is refused beside a part", () => {
    expect(whatIsWrong(part, shelf)).toEqual([
      { path: "shelf", reason: `is declared here as a whole, and in part by ${urnOf("first")}: name it there` },
    ]);
  });
});

test("diff leaves out what the program ignores", () => {
  const update = {
    urn,
    id: bob.id,
    declared: { ...declaredBob, note: "mine", color: "red" },
    declaredBefore: { ...declaredBob, note: "mine" },
    state: { ...bob, note: "theirs" },
    ignore: ["note"],
  };
  const { lifecycle } = offline();
  expect(lifecycle.diff(thing, update)).toEqual([
    { property: "color", path: "color", kind: "update", replace: false, input: true },
  ]);
  expect(lifecycle.diff(thing, { ...update, ignore: [] })).toHaveLength(2);
});

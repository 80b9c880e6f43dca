import * as z from "zod";
import * as operations from ".";
import { AlreadyExistsError } from "../errors";
import type { AnyResource, ExclusiveKey } from "../resource";
import { offline } from "../../test/support/offline";
import { bob, declaredBob, thingIn, urnOf, Warehouse } from "../../test/support/thing";
import { unknownValue, type Values } from "../values";

const thing: AnyResource = thingIn(new Warehouse());
const urn = urnOf("bob");

/** Returns the failures of a Check, with their paths. */
function wrong(declared: Values, prior?: Values, resource = thing): string[] {
  const { failures } = operations.check(offline().run, resource, { urn, declared }, prior);
  return failures.map(({ path, reason }) => `${path} ${reason}`);
}

test("valid inputs are returned unchanged", () => {
  const { run } = offline();
  expect(operations.check(run, thing, { urn, declared: declaredBob }, undefined)).toEqual({
    values: declaredBob,
    failures: [],
  });
});

test("a mistake names the resource by its short name", () => {
  expect(wrong({ ...declaredBob, colour: "red" })).toEqual([
    "colour is not a property of Thing. The properties are shelf, name, kind, note, color, sizes, parts, mode; did you mean color?",
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

  test("can be a part of a value, which rejects only its change", () => {
    const code = z.string().meta({ immutable: true });
    const label = z.object({ code: code.optional(), note: z.string().optional() }).optional();
    const labelled = { ...thing, inputs: z.object({ label }) };
    const failures = (desired: Values, prior: Values) => wrong({ label: desired }, { label: prior }, labelled);
    expect(failures({ code: "x", note: "new" }, { code: "x" })).toEqual([]);
    expect(failures({ code: "x" }, { note: "old" })).toEqual([]);
    expect(failures({ code: "y" }, { code: "x" })).toEqual([
      'label cannot be changed. Declare {"code":"x"} again. To manage another Thing, declare it as a second resource in the program',
    ]);
  });

  test("is a mistake beside those of other properties", () => {
    expect(wrong({ ...declaredBob, kind: "new", note: 7 }, { ...declaredBob, kind: "old" })).toEqual([
      "note must be a string: put the value in quotes",
      expect.stringMatching(/^kind cannot be changed\./),
    ]);
  });

  test("is one mistake if it is also invalid", () => {
    expect(wrong({ ...declaredBob, kind: 7 }, { ...declaredBob, kind: "old" })).toEqual([
      "kind must be a string: put the value in quotes",
    ]);
  });
});

describe("a conflict", () => {
  describe("about an existing object", () => {
    const again = { urn: urnOf("bob2"), declared: declaredBob };

    /** Returns a thing that exists, but is found only after the Check of the other declaration. */
    function existing() {
      const { run, warnings } = offline();
      const late: AnyResource = {
        ...thing,
        findExisting: () => {
          expect(operations.check(run, thing, again, undefined).failures).toHaveLength(1);
          return Promise.reject(new AlreadyExistsError("one/bob", "with a note"));
        },
      };
      operations.check(run, late, { urn, declared: declaredBob }, undefined);
      return { run, late, warnings };
    }

    test("is refused once at preview, without advice to import the object", async () => {
      const { run, late, warnings } = existing();
      const plan = () => Promise.reject(new Error("planned"));
      const preview = await operations.previewCreate(run, { ...late, plan }, { urn, declared: declaredBob });
      expect(preview).toMatchObject({ outputs: { ...declaredBob, color: unknownValue } });
      expect(preview).not.toHaveProperty("id");
      expect(warnings).toEqual([]);
    });

    test("is the reason of a failed create", async () => {
      const { run, late } = existing();
      await expect(operations.create(run, late, { urn, declared: declaredBob })).rejects.toThrow(
        `Thing one/bob could not be created: it is declared twice, here and by ${again.urn}: keep one of the two.`,
      );
    });

    test("does not replace the reason of another failure", async () => {
      const { run, late } = existing();
      operations.check(run, thing, again, undefined);
      const failing: AnyResource = { ...late, findExisting: () => Promise.reject(new Error("no line")) };
      await expect(operations.create(run, failing, { urn, declared: declaredBob })).rejects.toThrow(
        "Thing one/bob could not be created: no line",
      );
    });

    test("is absent with one declaration, which asks for an import", async () => {
      const { run } = offline();
      const there: AnyResource = {
        ...thing,
        findExisting: () => Promise.reject(new AlreadyExistsError("one/bob", "with a note")),
      };
      await expect(operations.previewCreate(run, there, { urn, declared: declaredBob })).rejects.toThrow(
        "import one/bob as bob",
      );
    });
  });

  test("is refused at the path of the later declaration", () => {
    const { run } = offline();
    operations.check(run, thing, { urn, declared: declaredBob }, undefined);
    const again = { urn: urnOf("bob2"), declared: { shelf: "one", name: "BOB" } };
    expect(operations.check(run, thing, again, undefined).failures).toEqual([
      { path: "name", reason: `is declared twice, here and by ${urn}: keep one of the two` },
    ]);
  });

  test.each<[string, Values]>([
    ["another name", { shelf: "one", name: "eve" }],
    ["another shelf", { shelf: "two", name: "bob" }],
    ["an unknown name", { shelf: "one", name: unknownValue }],
  ])("does not exist with %s", (_, declared) => {
    const { run } = offline();
    operations.check(run, thing, { urn, declared: declaredBob }, undefined);
    expect(operations.check(run, thing, { urn: urnOf("other"), declared }, undefined).failures).toEqual([]);
    expect(
      operations.check(run, thing, { urn: urnOf("third"), declared: { shelf: "new", name: "new" } }, undefined),
    ).toEqual({ values: { shelf: "new", name: "new" }, failures: [] });
  });

  test("is refused if one property is the whole key", () => {
    const { run } = offline();
    const single: AnyResource = { ...thing, identity: ["name"] };
    operations.check(run, single, { urn, declared: declaredBob }, undefined);
    const again = { urn: urnOf("bob2"), declared: { shelf: "two", name: "bob" } };
    expect(operations.check(run, single, again, undefined).failures).toMatchObject([{ path: "name" }]);
  });

  test("does not exist between resources of different types", () => {
    const { run } = offline();
    operations.check(run, thing, { urn, declared: declaredBob }, undefined);
    const other = { ...thing, token: "test:index:Other" };
    expect(operations.check(run, other, { urn: urnOf("other"), declared: declaredBob }, undefined).failures).toEqual(
      [],
    );
  });

  test("does not exist between unknown names", () => {
    const { run } = offline();
    const declared = { shelf: "one", name: unknownValue };
    operations.check(run, thing, { urn, declared }, undefined);
    expect(operations.check(run, thing, { urn: urnOf("other"), declared }, undefined).failures).toEqual([]);
  });

  test("does not exist with invalid inputs, which declare no keys", () => {
    const { run } = offline();
    operations.check(run, thing, { urn, declared: { ...declaredBob, color: 1 } }, undefined);
    const right = { urn: urnOf("bob2"), declared: declaredBob };
    expect(operations.check(run, thing, right, undefined).failures).toEqual([]);
    const wrong = { urn: urnOf("bob3"), declared: { ...declaredBob, color: 1 } };
    expect(operations.check(run, thing, wrong, undefined).failures).toHaveLength(1);
  });
});

describe("an exclusive key", () => {
  const exclusive: ExclusiveKey = {
    collection: "shelf",
    path: ["shelf"],
    except: () => false,
    remedy: "name it there",
  };
  const shelf: AnyResource = {
    ...thing,
    token: "test:index:Shelf",
    ownership: { otherKeys: () => ({ items: [], exclusive }) },
  };
  const part: AnyResource = {
    ...thing,
    ownership: {
      sharedKey: ({ name }) => ({ collection: "shelf", name: String(name), path: ["people", "bob@x.io"] }),
    },
  };
  const failuresOf = (first: AnyResource, second: AnyResource) => {
    const { run } = offline();
    operations.check(run, first, { urn: urnOf("first"), declared: declaredBob }, undefined);
    return operations.check(run, second, { urn: urnOf("second"), declared: declaredBob }, undefined).failures;
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
  const { run } = offline();
  expect(await operations.diff(run, thing, update)).toEqual([
    { property: "color", path: "color", kind: "update", replace: false, input: true },
  ]);
  expect(await operations.diff(run, thing, { ...update, ignore: [] })).toHaveLength(2);
});

import { AlreadyExistsError } from "./errors";
import { explain, listBriefly, getObjectName, type Subject } from "./explain";
import type { AnyResource } from "./resource";
import type { Values } from "./values";
import { thingIn, urnOf, Warehouse } from "../test/support/thing";

const one = "prn:1:eec5cabf-c4a8-46ab-ae5a-70ca847d558d";
const two = "prn:1:0b0d6fc4-5b0a-4a0c-8f0e-5a4b7e7c9f11";
const names = new Map([
  [one, "acme-dev"],
  [two, "acme-prod"],
]);
const resource: AnyResource = thingIn(new Warehouse());
const subject: Subject = { resource, urn: urnOf("bob"), named: { shelf: one, name: "Bob", note: "n" } };

test("an object is named by its key, with the names of organizations", () => {
  expect(getObjectName(subject, names)).toBe("Thing acme-dev/Bob");
  expect(getObjectName({ ...subject, named: `${two}/${one}/bob` }, names)).toBe("Thing acme-prod/acme-dev/bob");
});

test("an invalid part of a key is shown as JSON", () => {
  const named = { shelf: one, name: { first: "Bob" } };
  expect(getObjectName({ ...subject, named }, names)).toBe('Thing acme-dev/{"first":"Bob"}');
});

test("a name replaces only a whole part of an id", () => {
  expect(getObjectName({ ...subject, named: "12/bob" }, new Map([["1", "prod"]]))).toBe("Thing 12/bob");
});

test("an object is named without the parts of its key that are absent", () => {
  const keyed: AnyResource = { ...resource, identity: ["kind", "name"] };
  expect(getObjectName({ ...subject, resource: keyed, named: { name: "Bob" } }, names)).toBe("Thing Bob");
});

describe("an object that only its id identifies", () => {
  const anonymous: AnyResource = { ...resource, identity: "id" };

  test("is named by its id, or by the program's name before it exists", () => {
    expect(getObjectName({ ...subject, resource: anonymous, named: "t-1" }, names)).toBe("Thing t-1");
    expect(getObjectName({ ...subject, resource: anonymous }, names)).toBe("Thing bob");
  });

  test("is not named in an error of its creation, because Pulumi prints its name in the program", () => {
    const explained = (named: string | Values) =>
      explain(new Error("no line"), "create", { ...subject, resource: anonymous, named }, names, () => "");
    expect(explained({})).toBe("no line");
    expect(explained("t-1")).toBe("Thing t-1 could not be created: no line");
  });

  test("is named by the inputs that the resource selects", () => {
    const named: AnyResource = { ...anonymous, namedBy: ["kind", "name"] };
    expect(getObjectName({ ...subject, resource: named, named: { kind: "cup", name: "Bob" } }, names)).toBe(
      "Thing cup/Bob",
    );
  });
});

test("an organization without a known name is named by its id", () => {
  expect(getObjectName(subject, new Map())).toBe(`Thing ${one}/Bob`);
});

test("the name of an organization is inserted literally", () => {
  expect(getObjectName(subject, new Map([[one, "$& $' R&D"]]))).toBe("Thing $& $' R&D/Bob");
});

test("an existing object is reported with the host's way to import it", () => {
  const error = new AlreadyExistsError(`${one}/bob`, "with another color");
  expect(error.message).toBe("already exists with another color");
  const toImport = ({ token }: AnyResource, name: string, id: string) => `import ${id} as ${name} (${token})`;
  expect(explain(error, "create", subject, names, toImport)).toBe(
    "Thing acme-dev/Bob already exists with another color. Another program or person may manage this object, so the provider did not adopt it. " +
      "To manage the object in this program, import acme-dev/bob as bob (test:index:Thing). " +
      "If you only renamed or moved the resource in your program, set the resource option `aliases` to the old name or parent instead.",
  );
});

test("an import needs the id itself if the resource resolves no names", () => {
  const unresolved: AnyResource = { ...resource };
  delete unresolved.resolveImportId;
  const error = new AlreadyExistsError(`${one}/bob`, "with another color");
  const toImport = (_resource: AnyResource, _name: string, id: string) => `import ${id}`;
  expect(explain(error, "create", { ...subject, resource: unresolved }, names, toImport)).toContain(
    `import ${one}/bob.`,
  );
});

test.each([
  ["create", "created"],
  ["read", "read"],
  ["update", "updated"],
  ["delete", "deleted"],
])("a failed %s says that it could not be %s, with the literal reason", (verb, done) => {
  // Acme's support needs paths with ids, not with names.
  const message = explain(new Error(`Acme refused ${one}.`), verb, subject, names, () => "");
  expect(message).toBe(`Thing acme-dev/Bob could not be ${done}: Acme refused ${one}.`);
});

test("a thrown value that is not an error is reported too", () => {
  expect(explain("no line", "read", subject, names, () => "")).toBe("Thing acme-dev/Bob could not be read: no line");
});

test("a long list shows ten names", () => {
  const names = Array.from({ length: 12 }, (_, index) => `p${index}`);
  expect(listBriefly([])).toBe("");
  expect(listBriefly(names.slice(0, 10))).toBe("p0, p1, p2, p3, p4, p5, p6, p7, p8, p9");
  expect(listBriefly(names)).toBe("p0, p1, p2, p3, p4, p5, p6, p7, p8, p9 and 2 more");
});

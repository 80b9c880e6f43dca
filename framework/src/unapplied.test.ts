import type { Difference } from "./compare";
import { thingIn, Warehouse } from "../test/support/thing";
import {
  describeMissing,
  explainNotApplied,
  NotAppliedError,
  beginNotAppliedMessage,
  explainUnapplied,
  type Write,
} from "./unapplied";

const resource = thingIn(new Warehouse());
const at = (path: string, property = path): Difference => ({
  property,
  path,
  kind: "update",
  replace: false,
  input: true,
});

/** Returns the message about one difference, without its beginning and its end. */
function describeOne(path: string, write: Partial<Write>, property?: string): string {
  const { message } = explainUnapplied({
    service: "Acme",
    resource,
    desired: {},
    observed: {},
    left: [at(path, property)],
    secret: new Set(),
    accepted: undefined,
    ...write,
  });
  const start = `${beginNotAppliedMessage("Acme")}: `;
  expect(message.startsWith(start)).toBe(true);
  return message.slice(start.length, message.indexOf(". Run `pulumi up` again."));
}

test("a difference has both values", () => {
  const words = describeOne("note", { desired: { note: "mine" }, observed: { note: "theirs" } });
  expect(words).toMatch(/^`note` .*"theirs"/);
  expect(words).toContain('"mine"');
  expect(describeOne("note", { desired: { note: "mine" } })).toContain("no value");
  expect(describeOne("note", { desired: { note: "mine" }, observed: { note: null } })).toContain("no value");
});

test("a difference in an entry has the values of the entry", () => {
  const words = describeOne("parts.b", { desired: { parts: { b: 1 } }, observed: { parts: { b: 22 } } }, "parts");
  expect(words).toMatch(/^`parts\.b` .*22/);
  expect(words).not.toContain("{");
});

test("a reset that the API did not apply names the default", () => {
  const words = describeOne("color", { observed: { color: "red" } });
  expect(words).toContain('"grey"');
  expect(words).toContain('"red"');
});

test("a secret appears in no message", () => {
  const write = { desired: { note: "s3cret" }, observed: { note: "S3CRET" }, secret: new Set(["note"]) };
  expect(describeOne("note", write)).toBe("`note` differs from the requested secret value");
  expect(
    explainUnapplied({ service: "Acme", resource, left: [at("note")], accepted: undefined, ...write }).message,
  ).not.toMatch(/s3cret/i);
});

test("an output that stayed is not repaired", () => {
  expect(describeOne("serial", { observed: { serial: "7" } })).toBe("`serial` was not repaired");
  expect(describeOne("note", { desired: { note: "n" }, observed: { note: "n" } })).toBe("`note` was not repaired");
});

test("a long value is not printed, because a cut could show a part of a secret", () => {
  const long = "x".repeat(199);
  const words = describeOne("note", { desired: { note: long }, observed: { note: "x".repeat(198) } });
  expect(words).toContain("a long value");
  expect(words).toContain(JSON.stringify("x".repeat(198)));
  const sizes = Array.from({ length: 101 }, (_, index) => index);
  expect(describeOne("sizes", { desired: { sizes }, observed: { sizes: [1] } })).toContain("a list of 101 entries");
});

test.each([
  ["case", "Prod", "prod"],
  ["spaces", "a  b", "a b"],
  ["a space", "ab", "a b"],
  ["the composition of characters", "é", "e\u0301"],
])("if the values differ only in %s, the message offers to declare the returned one", (_, mine, theirs) => {
  const { message } = explainUnapplied({
    service: "Acme",
    resource,
    desired: { note: mine, kind: "cup" },
    observed: { note: theirs, kind: "mug" },
    left: [at("note"), at("kind")],
    secret: new Set(),
    accepted: { method: "PUT", path: "/things/1", status: 200, requestId: "r-1", isAmbiguous: false },
  });
  expect(message).toMatch(
    / value of `note`, or send this message to Acme's support\. \(PUT \/things\/1, HTTP 200, request r-1\)$/,
  );
  expect(message.slice(0, message.indexOf(". Run"))).toContain("; `kind` ");
});

test("if several values differ only in spelling, the message offers to declare each of them", () => {
  const { message } = explainUnapplied({
    service: "Acme",
    resource,
    desired: { note: "Prod", kind: "Mug" },
    observed: { note: "prod", kind: "mug" },
    left: [at("note"), at("kind")],
    secret: new Set(),
    accepted: undefined,
  });
  expect(message).toContain("If it fails again, declare the returned value of `note`, `kind`, or send this message");
});

test("if the values differ in more, the message offers only the support", () => {
  const { message } = explainUnapplied({
    service: "Acme",
    resource,
    desired: { note: "a", sizes: [1] },
    observed: { note: "b", sizes: [2] },
    left: [at("note"), at("sizes")],
    secret: new Set(),
    accepted: undefined,
  });
  expect(message).toMatch(/\. Run `pulumi up` again\. If it fails again, send this message to Acme's support\.$/);
});

test("lists of texts name only the differences", () => {
  const write = { desired: { note: ["a", "b"] }, observed: { note: ["b", "c", "d"] } };
  expect(describeOne("note", write)).toBe(
    '`note` lacks "a"; `note` contains "c", "d" although the program does not declare them',
  );
});

test("a list of texts names an additional text alone", () => {
  expect(describeOne("note", { desired: { note: ["a"] }, observed: { note: ["a", "c"] } })).toBe(
    '`note` contains "c" although the program does not declare it',
  );
});

test("lists of the same texts in another order have both values", () => {
  expect(describeOne("note", { desired: { note: ["a", "b"] }, observed: { note: ["b", "a"] } })).toBe(
    '`note` is ["b","a"] instead of ["a","b"]',
  );
});

test("an entry of a map that the service did not add has no value", () => {
  expect(describeOne("parts.b", { desired: { parts: { b: 1 } }, observed: { parts: {} } }, "parts")).toBe(
    "`parts.b` has no value instead of 1",
  );
});

test("objects with other values than texts have both values", () => {
  const write = { desired: { note: { users: ["a"], size: 1 } }, observed: { note: { users: [], size: 2 } } };
  expect(describeOne("note", write)).toBe('`note` is {"users":[],"size":2} instead of {"users":["a"],"size":1}');
});

test("an object with a list that the program does not declare has both values", () => {
  const write = { desired: { note: { users: ["a"] } }, observed: { note: { users: ["a"], groups: ["g"] } } };
  expect(describeOne("note", write)).toBe('`note` is {"users":["a"],"groups":["g"]} instead of {"users":["a"]}');
});

test("lists of texts at any depth of an object name only the differences", () => {
  const write = { desired: { note: { users: { a: ["x"] } } }, observed: { note: { users: { a: [] } } } };
  expect(describeOne("note", write)).toBe('`note.users.a` lacks "x"');
});

test("lists of texts in an object name only the differences", () => {
  const write = {
    desired: { note: { users: ["a"], groups: ["g"] } },
    observed: { note: { users: [], groups: ["g"] } },
  };
  expect(describeOne("note", write)).toBe('`note.users` lacks "a"');
});

describe("a write that a resource verified", () => {
  const error = new NotAppliedError(
    [{ path: "access.users", reason: describeMissing(["bob"]) }],
    "Nothing was revoked.",
  );

  test("names the missing texts and the consequence", () => {
    expect(explainNotApplied(error, { service: "Acme", secret: new Set(), accepted: undefined }).message).toBe(
      `${beginNotAppliedMessage("Acme")}: \`access.users\` lacks "bob". Nothing was revoked. Run \`pulumi up\` again. If it fails again, send this message to Acme's support.`,
    );
  });

  test("contains no secret", () => {
    const { message } = explainNotApplied(error, {
      service: "Acme",
      secret: new Set(["access"]),
      accepted: undefined,
    });
    expect(message).toContain("`access` differs from the requested secret value. Nothing was revoked.");
    expect(message).not.toContain("bob");
  });
});

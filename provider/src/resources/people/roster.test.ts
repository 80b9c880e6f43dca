import { ignore, matching, members } from "./roster";

const reasons = (map: unknown) =>
  (members.safeParse(map).error?.issues ?? []).map(({ path, message }) => [...path, message].join(" "));

test("a roster names roles by address", () => {
  expect(members.parse({ "ada@acme.example": "admin", "Bob@acme.example": "viewer" })).toEqual({
    "ada@acme.example": "admin",
    "Bob@acme.example": "viewer",
  });
});

test("an empty roster is refused", () => {
  expect(reasons({})).toEqual([
    "must name somebody: an empty roster would remove everybody. To manage nobody and let everybody stay, give the resource the option `retainOnDelete`, run `pulumi up`, and take it out of the program",
  ]);
});

test("what is no address is refused where it stands", () => {
  expect(reasons({ "ada@acme.example": "admin", bob: "viewer" })).toEqual([
    "bob is not an e-mail address, such as ada@acme.example",
  ]);
});

test("one address in two letter cases is refused", () => {
  expect(reasons({ "bob@acme.example": "admin", "Bob@acme.example": "viewer" })).toEqual([
    "Bob@acme.example is the same address as bob@acme.example: keep one of the two",
  ]);
});

test("a role that is none is refused", () => {
  expect(reasons({ "bob@acme.example": "boss" })).toHaveLength(1);
});

test("up to a hundred patterns may be given, none empty", () => {
  const patterns = (length: number) => Array.from({ length }, (_, index) => `*@p${index}.example`);
  const messages = (list: unknown) => ignore.safeParse(list).error?.issues.map(({ message }) => message);
  expect(messages(patterns(100))).toBeUndefined();
  expect(messages(patterns(101))).toEqual(["must have at most 100 patterns"]);
  expect(messages(["a", ""])).toEqual(["must not be empty"]);
});

test("every character but * stands for itself", () => {
  const odd = "a.b+c?d^e$f{g}h(i)j|k[l]m\\n@x.io";
  expect(matching([odd])(odd)).toBe(true);
  expect(matching(["a.b@x.io"])("aab@x.io")).toBe(false);
});

test.each([undefined, null, "*", [""], []])("%j are no patterns, and match nobody", (patterns) => {
  expect(matching(patterns)("bob@x.io")).toBe(false);
});

test("one of several patterns is enough", () => {
  const matches = matching(["ada@x.io", "*@partner.io"]);
  expect([matches("bob@partner.io"), matches("ada@x.io"), matches("bob@x.io")]).toEqual([true, true, false]);
});

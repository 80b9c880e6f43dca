import type { Declarations, ObjectKey } from "#framework";
import {
  createMatcher,
  explainLeftBehind,
  findDeclaredRole,
  getPersonKey,
  ignore,
  isStillDeclared,
  members,
  parseDeclaredRoster,
} from "./declaration";
import { createMember } from "./testing/sample";

describe("members", () => {
  const explain = (map: unknown) =>
    (members.safeParse(map).error?.issues ?? []).map(({ path, message }) => [...path, message].join(" "));

  test("are roles by e-mail address", () => {
    const map = { "ada@acme.example": "admin", "Bob@acme.example": "viewer" };
    expect(members.parse(map)).toEqual(map);
  });

  test("must not be empty", () => {
    expect(explain({})).toEqual([
      "must contain at least one person, because an empty roster would remove everyone. To stop managing people and keep them, set the option `retainOnDelete` on the resource, run `pulumi up`, and remove the resource from the program",
    ]);
  });

  test("must have addresses as keys", () => {
    expect(explain({ "ada@acme.example": "admin", bob: "viewer" })).toEqual([
      "bob must be an e-mail address, such as ada@acme.example",
    ]);
  });

  test("must not contain an address twice in different case", () => {
    expect(explain({ "bob@acme.example": "admin", "Bob@acme.example": "viewer" })).toEqual([
      "Bob@acme.example is the same address as bob@acme.example: keep one of the two",
    ]);
  });

  test("must have known roles", () => {
    expect(explain({ "bob@acme.example": "boss" })).toHaveLength(1);
  });
});

describe("ignore", () => {
  test("permits up to 100 patterns that are not empty", () => {
    const patterns = (length: number) => Array.from({ length }, (_, index) => `*@p${index}.example`);
    const messages = (list: unknown) => ignore.safeParse(list).error?.issues.map(({ message }) => message);
    expect(messages(patterns(100))).toBeUndefined();
    expect(messages(patterns(101))).toEqual(["must have at most 100 patterns"]);
    expect(messages(["a", ""])).toEqual(["must not be empty"]);
  });

  test.each([
    ["*@partner.io", "a@partner.io", true],
    ["*@partner.io", "a@partner.io.evil.io", false],
    ["*@partner.io", "a@partnerxio", false],
    ["a+*@x.io", "a+b@x.io", true],
    ["a+*@x.io", "aab@x.io", false],
    ["a.b@x.io", "aab@x.io", false],
    ["a@x.io", "A@X.IO", true],
    ["a@x.io", "ba@x.io", false],
  ])("the pattern %s matches %s: %p", (pattern, email, matches) => {
    expect(createMatcher([pattern])(email)).toBe(matches);
  });

  test("only * has a special meaning in a pattern", () => {
    const odd = "a.b+c?d^e$f{g}h(i)j|k[l]m\\n@x.io";
    expect(createMatcher([odd])(odd)).toBe(true);
  });

  test.each([undefined, null, "*", [""], []])("%j matches no address", (patterns) => {
    expect(createMatcher(patterns)("bob@x.io")).toBe(false);
  });

  test("one of several patterns must match", () => {
    const isMatch = createMatcher(["ada@x.io", "*@partner.io"]);
    expect(["bob@partner.io", "ada@x.io", "bob@x.io"].map(isMatch)).toEqual([true, true, false]);
  });
});

describe("the key of a person", () => {
  const organization = "prn:1:eec5cabf-c4a8-46ab-ae5a-70ca847d558d";

  test("ignores the case of the address and contains the desired role", () => {
    expect(getPersonKey(organization, "Bob@Acme.Example", "admin", ["members", "Bob@Acme.Example"])).toEqual({
      collection: `people of ${organization}`,
      kind: "people",
      name: "bob@acme.example",
      path: ["members", "Bob@Acme.Example"],
      desired: "admin",
    });
  });

  test.each([
    ["admin", "admin"],
    ["viewer", "viewer"],
    ["boss", undefined],
    [undefined, undefined],
  ])("finds the declared role: %p is %p", (desired, role) => {
    const keys: ObjectKey[] = [];
    const declared = findDeclaredRole(
      (key) => {
        keys.push(key);
        return desired;
      },
      organization,
      "Bob@acme.example",
    );
    expect(declared).toBe(role);
    expect(keys).toMatchObject([{ collection: `people of ${organization}`, name: "bob@acme.example", path: [] }]);
  });

  describe("with two addresses", () => {
    type Ownership = ReturnType<Declarations["getOwnership"]>;
    const [bob, robert] = ["bob@acme.example", "robert@acme.example"];
    const check = (former: Ownership, present: Ownership) => (): boolean =>
      isStillDeclared(({ name }) => (name === bob ? former : present), organization, [bob, robert]);

    test.each<[Ownership, Ownership, boolean]>([
      [undefined, undefined, false],
      ["owned", undefined, true],
      [undefined, "owned", true],
      ["owned", "failed", true],
      ["unreadable", "owned", true],
    ])("of which one is %p and the other %p is still declared: %p", (former, present, expected) => {
      expect(check(former, present)()).toBe(expected);
    });

    test("has the present address in a message", () => {
      expect(check("failed", "unreadable")).toThrow(`a resource that declares ${robert} failed`);
      expect(check("unreadable", undefined)).toThrow(`another resource may declare ${robert} but could not be read`);
    });
  });
});

test("the inputs of a state are the ones about people, of which all may be absent", () => {
  const people = { members: { "bob@acme.example": "auditor" }, ignore: [], minAdmins: 2, maxRemovals: "3" };
  expect(parseDeclaredRoster({ ...people, organizationId: "prn:1:x" })).toEqual(people);
  expect(parseDeclaredRoster({})).toEqual({});
  expect(() => parseDeclaredRoster({ minAdmins: "2" })).toThrow();
});

describe("a user with a new address", () => {
  const robert = createMember("robert@acme.example", "viewer");
  const explain = (ownership: ReturnType<Declarations["getOwnership"]>, declared = "bob@acme.example") =>
    explainLeftBehind(({ name }) => (name === robert.email ? ownership : undefined), declared, robert);

  test("stays without a declaration, if the program declares only the former address", () => {
    for (const ownership of [undefined, "failed", "unreadable"] as const) {
      expect(explain(ownership)).toBe(
        "robert@acme.example stays in the organization, although the program declares only the user's former address, bob@acme.example. Declare robert@acme.example, or remove this user in Peridio.",
      );
    }
  });

  test("is not left behind if the program declares the new address", () => {
    expect(explain("owned")).toBeUndefined();
    expect(explain(undefined, "Robert@acme.example")).toBeUndefined();
  });
});

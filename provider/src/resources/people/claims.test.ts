import type { ObjectKey } from "#framework";
import type { ResourceContext } from "../../resource";
import { declaredRole, isStillDeclared, peopleOf, personClaim } from "./claims";

const uuid = "eec5cabf-c4a8-46ab-ae5a-70ca847d558d";

test("the people of an organization are the same, however it is written", () => {
  expect(peopleOf(uuid.toUpperCase())).toBe(`people of prn:1:${uuid}`);
  expect(peopleOf(`prn:1:${uuid}`)).toBe(peopleOf(uuid));
});

test("a person is the same in any letter case, with the role as terms", () => {
  expect(personClaim(uuid, "Bob@Acme.Example", "admin", ["members", "Bob@Acme.Example"])).toEqual({
    of: `people of prn:1:${uuid}`,
    kind: "people",
    which: "bob@acme.example",
    path: ["members", "Bob@Acme.Example"],
    desired: "admin",
  });
});

test.each([
  ["admin", "admin"],
  ["viewer", "viewer"],
  ["boss", undefined],
  [undefined, undefined],
])("with the terms %p the declared role is %p", (terms, role) => {
  const asked: ObjectKey[] = [];
  const declared = declaredRole(
    (claim) => {
      asked.push(claim);
      return terms;
    },
    uuid,
    "Bob@acme.example",
  );
  expect(declared).toBe(role);
  expect(asked).toMatchObject([{ of: `people of prn:1:${uuid}`, which: "bob@acme.example", path: [] }]);
});

describe("somebody with two addresses", () => {
  type Fate = ReturnType<ResourceContext["ownership"]>;
  const [bob, robert] = ["bob@acme.example", "robert@acme.example"];
  const stillDeclared = (former: Fate, now: Fate) => (): boolean =>
    isStillDeclared(({ which }) => (which === bob ? former : now), uuid, [bob, robert]);

  test.each<[Fate, Fate, boolean]>([
    [undefined, undefined, false],
    ["owned", undefined, true],
    [undefined, "owned", true],
    ["owned", "failed", true],
    ["unreadable", "owned", true],
  ])("of which one is %p and the other %p is still declared: %p", (former, now, still) => {
    expect(stillDeclared(former, now)()).toBe(still);
  });

  test("is named by the one that Peridio knows where it is open whether anybody declares the person", () => {
    expect(stillDeclared("failed", "unreadable")).toThrow(`the new declaration of ${robert} failed`);
    expect(stillDeclared("unreadable", undefined)).toThrow(`which may declare ${robert} by now, could not be read`);
  });
});

import type { Claim } from "../../core/resource";
import { declaredRole, peopleOf, personClaim } from "./claims";

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
    terms: "admin",
  });
});

test.each([
  ["admin", "admin"],
  ["viewer", "viewer"],
  ["boss", undefined],
  [undefined, undefined],
])("with the terms %p the declared role is %p", (terms, role) => {
  const asked: Claim[] = [];
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

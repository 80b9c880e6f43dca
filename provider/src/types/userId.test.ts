import { explainIdentityMismatch } from "./userId";

test("a different user behind an address is an identity mismatch", () => {
  expect(explainIdentityMismatch("bob@acme.example", { userId: "u-1" }, { userId: "u-2" })).toBe(
    "The address bob@acme.example belongs to a different user (u-2) than the one in state (u-1).",
  );
});

test.each([
  ["the same user", { userId: "u-1" }, { userId: "u-1" }],
  ["no user in state", {}, { userId: "u-1" }],
  ["no observed user", { userId: "u-1" }, {}],
])("%s is no identity mismatch", (_, prior, observed) => {
  expect(explainIdentityMismatch("bob@acme.example", prior, observed)).toBeUndefined();
});

import { explainNewAddress, explainRemoval, getDeclaredEmail } from "./address";
import { createMember } from "./testing/sample";

describe("the declared address", () => {
  const declared = (inputs: object, state: object) =>
    getDeclaredEmail("first@acme.example", { inputs: { ...inputs }, state: { ...state } });
  const state = { email: "bob@acme.example", currentEmail: "robert@acme.example" };

  test.each([
    ["the one in the program, as it spells it", { email: "BOB@acme.example" }, state, "BOB@acme.example"],
    ["the user's new one, if the program declares it", { email: "robert@acme.example" }, state, "robert@acme.example"],
    ["the one in state, if the program declares another person", { email: "eve@acme.example" }, state, state.email],
    ["the one in state, if the program declares none", {}, state, state.email],
    ["the first one, if the state has none", {}, {}, "first@acme.example"],
    ["the one in the program that is the first one", { email: "First@acme.example" }, {}, "First@acme.example"],
  ])("is %s", (_, inputs, state, expected) => {
    expect(declared(inputs, state)).toBe(expected);
  });
});

test("a new address is named with the declared one", () => {
  const moved = createMember("robert@acme.example", "viewer");
  expect(explainNewAddress("bob@acme.example", moved, false)).toBe(
    "The user of bob@acme.example has a new address: declare robert@acme.example.",
  );
  expect(explainNewAddress("bob@acme.example", moved, true)).toBe(
    "The user of bob@acme.example has a new address: declare robert@acme.example. The pending invitation to bob@acme.example belongs to another person.",
  );
  expect(explainRemoval("bob@acme.example", moved)).toBe(
    "The user of bob@acme.example has the new address robert@acme.example, so the deletion applies to robert@acme.example.",
  );
});

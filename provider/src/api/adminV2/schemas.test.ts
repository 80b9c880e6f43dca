import { getPropertyName, quote } from "./schemas";

test.each([
  ["contact_email", "contactEmail"],
  ["ip_allowlist", "ipAllowlist"],
  ["name", "name"],
  ["two_factor_required", "requireTwoFactor"],
])("the property %s of the API is %s in the model", (wire, name) => {
  expect(getPropertyName(wire)).toBe(name);
});

test("a quote in a search string is escaped", () => {
  expect(quote("Ada's 'lab'")).toBe("'Ada\\'s \\'lab\\''");
});

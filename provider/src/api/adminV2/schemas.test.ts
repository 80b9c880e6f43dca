import { getPortName, quote } from "./schemas";

test.each([
  ["contact_email", "contactEmail"],
  ["ip_allowlist", "ipAllowlist"],
  ["name", "name"],
  ["two_factor_required", "requireTwoFactor"],
])("the property %s on the wire is %s in the port", (wire, port) => {
  expect(getPortName(wire)).toBe(port);
});

test("a quote in a search string is escaped", () => {
  expect(quote("Ada's 'lab'")).toBe("'Ada\\'s \\'lab\\''");
});

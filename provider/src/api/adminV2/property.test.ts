import { property } from "./property";

test.each([
  ["contact_email", "contactEmail"],
  ["ip_allowlist", "ipAllowlist"],
  ["name", "name"],
  ["two_factor_required", "requireTwoFactor"],
])("%s is %s in the port", (wire, port) => {
  expect(property(wire)).toBe(port);
});

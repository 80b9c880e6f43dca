import { matchesPattern } from "./selection";

test.each([
  ["/v2/organizations", "/v2/organizations", true],
  ["/v2/organizations/x", "/v2/organizations", false],
  ["/v2/organizations/x/members", "/v2/organizations/*/members", true],
  ["/v2/organizations/x/y/members", "/v2/organizations/*/members", false],
  ["/v2/organizations/x/y/members", "/v2/**/members", true],
  ["/v2/organizations/x", "**", true],
  ["/v2+organizations", "/v2.organizations", false],
])("%s fits %s: %s", (path, pattern, expected) => {
  expect(matchesPattern(path, pattern)).toBe(expected);
});

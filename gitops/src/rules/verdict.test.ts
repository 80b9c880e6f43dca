import { violations, organization } from "./testing/acme";
import { verdictOf } from "./checkRules";

const state = organization({ people: { "ada@acme.example": "admin" } });
const found = (...severities: readonly string[]) =>
  violations(severities.map((severity) => `${severity}: { role: none, severity: ${severity} }`).join("\n"), state);

test.each([
  [[], "pass"],
  [["note"], "pass"],
  [["note", "approve"], "needs approval"],
  [["note", "approve", "refuse"], "refused"],
] as const)("the verdict on %j is %s", (severities, expected) => {
  expect(verdictOf(severities.length === 0 ? [] : found(...severities))).toBe(expected);
});

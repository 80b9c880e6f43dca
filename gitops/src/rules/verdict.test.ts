import { checkYaml, createOrganization } from "./testing/acme";
import { judgeViolations } from "../review/verdict";

const state = createOrganization({ people: { "ada@acme.example": "admin" } });
const found = (...severities: readonly string[]) =>
  checkYaml(severities.map((severity) => `${severity}: { role: none, severity: ${severity} }`).join("\n"), state);

test.each([
  [[], "pass"],
  [["note"], "pass"],
  [["note", "approve"], "needs approval"],
  [["note", "approve", "refuse"], "refused"],
] as const)("the verdict on %j is %s", (severities, expected) => {
  expect(judgeViolations(severities.length === 0 ? [] : found(...severities))).toBe(expected);
});

import { type Access, nameOf } from "../access/access";
import type { Violation } from "../review/review";
import { exemptsOrganization } from "./exemption";
import type { Rule } from "./rule";
import { selectsOrganization } from "./selector";

/** The rules that a deletion breaks: those that ask for protection. The state after it has nothing left to hold them against. */
export function deletions(rules: readonly Rule[], before: Access, after: Access, today: string): readonly Violation[] {
  const deleted = [...before.organizations.values()].filter(({ key }) => !after.organizations.has(key));
  return rules
    .filter(({ requirements }) => requirements.some(([kind]) => kind === "protect"))
    .flatMap(({ name, severity, because, organizations, exempt }) =>
      deleted
        .filter((one) => selectsOrganization(organizations, one) !== "no")
        .filter((one) => !exempt.some((other) => other.until >= today && exemptsOrganization(other, one)))
        .map((one) => ({
          rule: name,
          severity,
          message: `${nameOf(one)} is deleted, and the rule asks that it is protected from that: keep it, or exempt it from the rule.`,
          ...(because !== undefined && { explanation: because }),
          organizations: [nameOf(one)],
          people: [],
          before: false,
        })),
    );
}

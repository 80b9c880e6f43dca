import type { FindingKind } from "../../src/audit/kinds";
import type { AuditReport } from "../../src/audit/report";

/** The kinds of findings that only Avocado Connect has. */
export type AccessKind =
  | "tokenWithoutMember"
  | "unusedToken"
  | "oldToken"
  | "tokenWithoutExpiry"
  | "grantToNonMember"
  | "emptyGroup"
  | "groupWithoutAccess";

/** The kinds of findings that compare live organizations with layouts and previews. */
export type DeclarationKind =
  | "changedOwner"
  | "unselectedOrganization"
  | "undeclaredToken"
  | "undeclaredWebhook"
  | "openedProject"
  | "undeclaredProject"
  | "undeclaredGroup"
  | "undeclaredGrant"
  | "undeclaredMember";

/** The JSON of an audit, and its exit code. */
export type Reported = AuditReport & { readonly code: number };

/** A finding of one kind. */
export interface Case {
  /** Creates the finding. */
  readonly make: () => Promise<void> | void;
  readonly args?: readonly string[];
  /** The severity, the person and the sentence. */
  readonly found: readonly (readonly [severity: string, person: string | undefined, sentence: string])[];
  /** Creates a similar case without a finding. */
  readonly near: () => Promise<void> | void;
}

/** Tests that an audit finds each case, and does not find similar ones. */
export function testCases(
  cases: Readonly<Partial<Record<FindingKind, Case>>>,
  report: (...args: string[]) => Promise<Reported>,
): void {
  describe.each(Object.entries(cases))("%s", (kind, { make, found, near, args = [] }) => {
    test("is found", async () => {
      await make();
      const { findings, code } = await report("--kind", kind, ...args);
      expect(findings.map(({ severity, person, sentence }) => [severity, person, sentence])).toEqual(found);
      expect(findings.every((finding) => finding.kind === kind && finding.remedy !== "")).toBe(true);
      expect(code).toBe(3);
    });

    test("is not found in a similar case", async () => {
      await near();
      expect(await report("--kind", kind, ...args)).toMatchObject({ findings: [], gaps: [], code: 0 });
    });
  });
}

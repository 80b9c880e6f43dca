import type { Mistake } from "#framework/documents";
import type { OrganizationAccess } from "../../who/source";
import type { Rule } from "../rule";
import type { TestDeclaration } from "./schema";

/** A test of access, ready for checks. It has a severity and an effect on failures before the change, as a rule has on violations. */
export interface AccessTest extends Pick<Rule, "name" | "severity" | "existing" | "because" | "names" | "declaration"> {
  readonly declared: TestDeclaration;
  /** The place in the file. */
  readonly place: Pick<Mistake, "path" | "location">;
}

/** The access that tests judge. */
export interface TestedAccess {
  /** Says which organizations these are, such as `in the layouts`. */
  readonly scope: string;
  /** Returns the access in all organizations today or on a later day. Returns the reason, in a sentence, if it is not known. */
  readonly read: (day?: string) => readonly OrganizationAccess[] | string;
}

/** The result of one test. */
export interface TestResult {
  readonly test: AccessTest;
  /** Empty if the test passes. */
  readonly failures: readonly TestFailure[];
}

/** A reason for which a test fails. */
export interface TestFailure {
  /** The name of the organization, as far as it is known. */
  readonly organization: string;
  /** The e-mail addresses of the people concerned. */
  readonly people: readonly string[];
  /** The expected and the actual access, the reasons and the remedy, in whole sentences. */
  readonly words: string;
  /**
   * The beginnings of `words` that name access which certainly exists and which the test forbids: one for each status of the person, because
   * an invited person can accept. The reasons follow, which depend on other stacks. Empty if access is missing or not known.
   */
  readonly forbidden: readonly string[];
}

/** Creates a failure about people in an organization, or about the organization. */
export function createFailure(
  organization: string,
  words: string,
  people: readonly string[] = [],
  forbidden: readonly string[] = [],
): TestFailure {
  return { organization, people, words, forbidden };
}

/** The organizations that a test judges. */
export interface TestedOrganizations {
  readonly organizations: readonly OrganizationAccess[];
  readonly scope: string;
}

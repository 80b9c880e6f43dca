import type { Organization } from "../access/access";

/** Something that does not keep one requirement of a rule. */
export interface Finding {
  /** What is, what the rule asks for and what to do, in a sentence. */
  readonly words: string;
  readonly organizations: readonly Organization[];
  /** As they are written, sorted. */
  readonly people: readonly string[];
  /** Those of the organizations that the rule is perhaps not about, since nothing tells their names. */
  readonly unsure: readonly Organization[];
  /** What it is about: a finding about the same thing before the change is the same one. */
  readonly about: string;
  /** How bad it is. One that was less bad before the change is new. */
  readonly extent: number;
}

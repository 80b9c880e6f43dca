import type { Kind } from "../../../provider/src/documents/kind";
import { InvalidDocument, inOrder, type Mistake } from "../../../provider/src/documents/mistakes";
import { misshapen } from "../../../provider/src/documents/shape";
import type { Text } from "../../../provider/src/documents/text";
import { yamlPart } from "../../../provider/src/documents/yamlPart";
import { readDocument } from "../terminal/files";
import { type Rule, ruleOf } from "./rule";
import { rulesFile } from "./schema";
import { senseless } from "./sense";
import { type UnknownOrganizations, unknownOrganizations } from "./unknownOrganizations";

/** The wording of messages about a file of access rules. */
export const rulesKind: Kind = {
  one: "the rules file",
  many: "access rules",
  ifEmpty: "write a rule under `rules`, or do not name the file",
};

/** All that is wrong with a file of access rules. */
export class InvalidRules extends InvalidDocument {
  override readonly name = "InvalidRules";
  constructor(
    /** By place. */
    mistakes: readonly Mistake[],
  ) {
    super(rulesKind, mistakes);
  }
}

/**
 * Reads a file of access rules, in YAML or JSON. `folder` is the one that a relative path starts from.
 * @throws InvalidRules with every mistake, each with its place and what to do about it.
 * @throws Failure if it cannot be read.
 */
export function readRules(path: string, folder: string): readonly Rule[] {
  return rulesOf(readDocument({ folder }, path));
}

/**
 * Reads the places of an access rules file that name organizations other than `known`.
 * @throws Failure if it cannot be read.
 */
export function readUnknownOrganizations(path: string, folder: string, known: readonly string[]): UnknownOrganizations {
  return unknownOrganizations(yamlPart(readDocument({ folder }, path), rulesKind), known);
}

/**
 * The rules that a text says, in its order.
 * @throws InvalidRules with every mistake, each with its place and what to do about it.
 */
export function rulesOf(text: Text): readonly Rule[] {
  const part = yamlPart(text, rulesKind);
  const mistakes = [...part.mistakes, ...misshapen(part, rulesFile), ...senseless(part)];
  if (mistakes.length > 0) throw new InvalidRules(inOrder(mistakes));
  return Object.entries(rulesFile.parse(part.value).rules).map(([name, said]) => ruleOf(name, said));
}

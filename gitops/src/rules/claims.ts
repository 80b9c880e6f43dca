import { type DocumentKind, formatMistake, parseYaml, validateShape } from "#framework/documents";
import { rule, type Rule, createRule } from "./rule";
import { limits } from "./kinds/change";

const claimKind: DocumentKind = {
  one: "the claim",
  many: "claims",
  ifEmpty: "write one, such as `grants: none`",
};

/**
 * Parses a claim about one change, such as `grants: none`, into a rule that refuses any other change.
 * @throws RangeError that names the mistakes.
 */
export function parseClaim(text: string): Rule {
  const document = parseYaml({ file: "--claim", text }, claimKind);
  const mistakes = [...document.mistakes, ...validateShape(document, limits)];
  if (mistakes.length > 0)
    throw new RangeError(mistakes.map(({ path, reason }) => formatMistake({ path, reason }, claimKind)).join("; "));
  return createRule(`Claim: ${text}`, rule.parse({ change: document.value }), { change: document.value });
}

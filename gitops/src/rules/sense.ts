import { isRecord } from "../../../provider/src/core/values";
import type { Mistake } from "../../../provider/src/documents/mistakes";
import { mistaken, type Part } from "../../../provider/src/documents/part";
import { kindNames, kindsOfPeople } from "./kinds";
import { rule } from "./schema";

/** What is wrong with rules that ask for nothing, or speak of people in vain. */
export function senseless(part: Part): readonly Mistake[] {
  const rules = isRecord(part.value) ? part.value.rules : undefined;
  if (!isRecord(rules)) return [];
  return Object.entries(rules).flatMap(([name, said]) => (isRecord(said) ? senselessRule(part, name, said) : []));
}

function senselessRule(part: Part, name: string, said: Readonly<Record<string, unknown>>): readonly Mistake[] {
  const path = ["rules", name];
  // A map of JavaScript has no room for it, so that the rule would be lost without a word.
  if (name === "__proto__") return [mistaken(part, path, "cannot be a name: give the rule another one", "key")];
  // A key that is misspelt may be the one that is missing, and has been told already.
  if (Object.keys(said).some((key) => !(key in rule.shape))) return [];
  const asked = kindNames.filter((kind) => kind in said);
  if (asked.length === 0) {
    return [mistaken(part, path, `asks for nothing: give it one of ${kindNames.join(", ")}`, "key")];
  }
  if (asked.some((kind) => kindsOfPeople.includes(kind))) return [];
  const inVain = `means nothing here, since ${asked.join(", ")} looks at organizations and not at people: remove it, or ask for one of ${kindsOfPeople.join(", ")}`;
  const exempt: readonly unknown[] = Array.isArray(said.exempt) ? said.exempt : [];
  return [
    ...("people" in said ? [mistaken(part, [...path, "people"], inVain, "key")] : []),
    ...exempt.flatMap((one, index) =>
      isRecord(one) && "person" in one ? [mistaken(part, [...path, "exempt", index, "person"], inVain, "key")] : [],
    ),
  ];
}

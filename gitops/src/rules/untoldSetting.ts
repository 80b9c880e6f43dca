import { isHidden, type Hidden } from "../access/hidden";
import type { Finding } from "./finding";
import { type Concerned, findingIn } from "./scope";
import { hiddenWords } from "./wording";

/** Whether a setting can be held against a rule. */
export function isTold<Value>(value: Value | Hidden | undefined): value is Value {
  return value !== undefined && !isHidden(value);
}

/** What is wrong with a security setting that nobody can tell: a rule does not guess that it is good. */
export function untoldSetting(
  concerned: Concerned,
  { setting, value, asked }: { readonly setting: string; readonly value: Hidden | undefined; readonly asked: string },
): readonly Finding[] {
  const { name, organization } = concerned;
  const asks = `and the rule asks for ${asked}`;
  const findings = (words: string) => [findingIn(concerned, words, { extent: Infinity })];
  if (value !== undefined) {
    return findings(`${setting} of ${name} ${hiddenWords(value)}, ${asks}: declare it so that it can be read.`);
  }
  // Avocado Connect has no such settings: what it does not tell cannot be declared either.
  if (organization.hasUntoldOwners) {
    return findings(
      `Nothing tells ${setting} of ${name}, ${asks}: Avocado Connect has no such setting, so leave ${name} out of the rule's \`organizations\`.`,
    );
  }
  return findings(
    `Nothing tells ${setting} of ${name}, ${asks}: declare it in a SecurityPolicy, or as \`security\` in the layout.`,
  );
}

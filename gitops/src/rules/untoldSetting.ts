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
  const { name } = concerned;
  const words =
    value === undefined
      ? `Nothing tells ${setting} of ${name}, and the rule asks for ${asked}: declare it in a SecurityPolicy, or as \`security\` in the layout.`
      : `${setting} of ${name} ${hiddenWords(value)}, and the rule asks for ${asked}: declare it so that it can be read.`;
  return [findingIn(concerned, words, { extent: Infinity })];
}

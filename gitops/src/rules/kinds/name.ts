import * as z from "zod";
import type { Finding } from "../finding";
import { inEach } from "../requirement";
import { type Concerned, findingIn } from "../scope";
import { matches, organizationPatterns } from "../selector";
import { either } from "../../wording/joined";

const regex = z
  .string()
  .min(1, "must not be empty")
  .superRefine((text, context) => {
    if (expression(text) !== undefined) return;
    context.addIssue({ code: "custom", message: "is no regular expression, such as acme-[a-z]+" });
  })
  .meta({ description: "A regular expression, as of JavaScript, that the whole name has to match." });

interface Convention {
  readonly keeps: (name: string) => boolean;
  readonly words: string;
}

/** How organizations are named. */
export const name = z
  .union([organizationPatterns, z.strictObject({ regex })])
  .transform((said): Convention => {
    if (Array.isArray(said)) return { keeps: (name) => matches(said, name), words: either(said) };
    const whole = expression(said.regex);
    return { keeps: (name) => whole?.test(name) ?? false, words: `/${said.regex}/` };
  })
  .transform((convention) => inEach((concerned) => found(convention, concerned)))
  .optional()
  .meta({
    description:
      'How organizations are named: a pattern such as `acme-*`, several of which one has to match, or `{ regex: "acme-[a-z]+" }`.',
  });

function expression(text: string): RegExp | undefined {
  try {
    return new RegExp(`^(?:${text})$`, "u");
  } catch {
    return undefined;
  }
}

function found({ keeps, words: asked }: Convention, concerned: Concerned): readonly Finding[] {
  const { name: known, id } = concerned.organization;
  if (known === undefined) {
    const words = `No stack that was read tells the name of ${concerned.name}, and the rule asks for ${asked}: review the stack that declares it too.`;
    return [findingIn(concerned, words)];
  }
  if (keeps(known)) return [];
  const remedy =
    id === undefined
      ? "choose another one now, since a name never changes"
      : "a name never changes, so take the organization out of the rule with `except`";
  const words = `${known} is the name of an organization, and the rule asks for ${asked}: ${remedy}.`;
  return [findingIn(concerned, words)];
}

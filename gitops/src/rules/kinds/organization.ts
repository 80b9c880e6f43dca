import * as z from "zod";
import { key } from "#provider";
import { isComplete } from "../../access/access";
import { isHidden } from "../../preview/resource";
import { either } from "../../wording";
import { type Finding, inEach, type Concerned, findingIn, hiddenWords } from "../scope";
import { people, type Selector, selectorWords, selectsPerson, matches, organizationPatterns } from "../selector";

/** The allowed owners. */
export const owner = people
  .transform((allowed) => inEach((concerned) => findingsOfOwner(allowed, concerned)))
  .optional()
  .meta({
    description:
      "Who may own the organization: e-mail addresses, in which `*` stands for any characters, or `{ like: …, except: … }`.",
  });

function findingsOfOwner(allowed: Selector, concerned: Concerned): readonly Finding[] {
  const { organization, name } = concerned;
  const { owner } = organization;
  const limit = selectorWords(allowed);
  if (owner === undefined) {
    const words = `Nothing tells who owns ${name}, and the rule allows ${limit}: declare the owner, as \`owner\` in the layout or with an OrganizationOwner.`;
    return [findingIn(concerned, words)];
  }
  if (isHidden(owner)) {
    const words = `The owner of ${name} ${hiddenWords(owner)}, and the rule allows ${limit}: declare the owner so that it can be read.`;
    return [findingIn(concerned, words)];
  }
  if (selectsPerson(allowed, owner)) return [];
  const words = `${owner} owns ${name}, and the rule allows ${limit}: declare another owner, or transfer the ownership.`;
  return [findingIn(concerned, words, { people: [owner], about: key(owner) })];
}

/** A complete declaration of all people. */
export const roster = z
  .enum(["required", "exceptOwners"])
  .transform((asked) => inEach((concerned) => findingsOfRoster(asked, concerned)))
  .optional()
  .meta({
    description:
      "That a roster, as of a layout or an OrganizationMembers, declares everybody in the organization: `required`, or `exceptOwners` for everybody but owners, whom Avocado Connect does not tell.",
  });

function findingsOfRoster(asked: "required" | "exceptOwners", concerned: Concerned): readonly Finding[] {
  const { organization, name } = concerned;
  if (!organization.hasRoster) {
    const whom = asked === "required" ? "everybody" : "everybody but owners";
    const words = `${name} may have people whom no stack declares, and the rule asks for a roster of ${whom}: declare it in a layout, or with an OrganizationMembers.`;
    return [findingIn(concerned, words, { extent: 1 })];
  }
  if (asked === "exceptOwners" || isComplete(organization)) return [];
  const words = `${name} may have an owner whom no stack declares, since Avocado Connect does not tell owners, and the rule asks for a roster of everybody: let it ask for \`roster: exceptOwners\`, or leave ${name} out of its \`organizations\`.`;
  return [findingIn(concerned, words)];
}

/** Protection from accidental deletion. */
export const protect = z
  .literal(true, { error: "must be true, or be left out" })
  .transform(() =>
    inEach((concerned) => {
      const { name, organization } = concerned;
      if (organization.protected === true) return [];
      const words =
        organization.protected === undefined
          ? `No stack that was read declares ${name} itself, so nothing tells whether it is protected, and the rule asks for it: review the stack that declares it too.`
          : `${name} is not protected from being deleted, and the rule asks for it: give its Organization the option \`protect: true\`.`;
      return [findingIn(concerned, words)];
    }),
  )
  .optional()
  .meta({ description: "That Pulumi's `protect` keeps organizations from being deleted: `true`." });

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

/** A naming convention of organizations. */
export const name = z
  .union([organizationPatterns, z.strictObject({ regex })])
  .transform((said): Convention => {
    if (Array.isArray(said)) return { keeps: (name) => matches(said, name), words: either(said) };
    const whole = expression(said.regex);
    return { keeps: (name) => whole?.test(name) ?? false, words: `/${said.regex}/` };
  })
  .transform((convention) => inEach((concerned) => findingsOfName(convention, concerned)))
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

function findingsOfName({ keeps, words: asked }: Convention, concerned: Concerned): readonly Finding[] {
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

/** A display name that differs from the name. */
export const displayName = z
  .literal("required", { error: "must be `required`, or be left out" })
  .transform(() =>
    inEach((concerned) => {
      const { name, organization } = concerned;
      const value = organization.general.displayName;
      const remedy = "declare `displayName`";
      if (isHidden(value)) {
        const words = `The display name of ${name} ${hiddenWords(value)}, and the rule asks for one: declare it so that it can be read.`;
        return [findingIn(concerned, words)];
      }
      // Without a display name, Peridio uses the name.
      if (value !== undefined && value !== organization.name) return [];
      return [findingIn(concerned, `${name} has no display name of its own, and the rule asks for one: ${remedy}.`)];
    }),
  )
  .optional()
  .meta({ description: "That organizations have a display name other than their name: `required`." });

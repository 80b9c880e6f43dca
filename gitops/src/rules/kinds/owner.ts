import { key } from "../../../../provider/src/resources/people/roster";
import { isHidden } from "../../access/hidden";
import type { Finding } from "../finding";
import { inEach } from "../requirement";
import { type Concerned, findingIn } from "../scope";
import { people, type Selector, selectorWords, selectsPerson } from "../selector";
import { hiddenWords } from "../wording";

/** Who may own an organization. */
export const owner = people
  .transform((allowed) => inEach((concerned) => found(allowed, concerned)))
  .optional()
  .meta({
    description:
      "Who may own the organization: e-mail addresses, in which `*` stands for any characters, or `{ like: …, except: … }`.",
  });

function found(allowed: Selector, concerned: Concerned): readonly Finding[] {
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

import * as z from "zod";
import { isComplete } from "../../access/access";
import type { Finding } from "../finding";
import { inEach } from "../requirement";
import { type Concerned, findingIn } from "../scope";

/** That everybody in an organization is declared. */
export const roster = z
  .enum(["required", "exceptOwners"])
  .transform((asked) => inEach((concerned) => found(asked, concerned)))
  .optional()
  .meta({
    description:
      "That a roster, as of a layout or an OrganizationMembers, declares everybody in the organization: `required`, or `exceptOwners` for everybody but owners, whom Avocado Connect does not tell.",
  });

function found(asked: "required" | "exceptOwners", concerned: Concerned): readonly Finding[] {
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

import * as z from "zod";
import { isHidden } from "../../access/hidden";
import { inEach } from "../requirement";
import { findingIn } from "../scope";
import { hiddenWords } from "../wording";

/** That organizations have a label of their own. */
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
      // Peridio puts the name where nobody gives another one.
      if (value !== undefined && value !== organization.name) return [];
      return [findingIn(concerned, `${name} has no display name of its own, and the rule asks for one: ${remedy}.`)];
    }),
  )
  .optional()
  .meta({ description: "That organizations have a display name other than their name: `required`." });

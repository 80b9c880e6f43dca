import * as z from "zod";
import { inEach } from "../requirement";
import { findingIn } from "../scope";

/** That organizations are not deleted by accident. */
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

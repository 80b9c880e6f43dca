import * as z from "zod";
import { inEach } from "../requirement";
import { findingIn } from "../scope";
import { isTold, untoldSetting } from "../untoldSetting";

/** That every user needs a second factor. */
export const requireTwoFactor = z
  .literal(true, { error: "must be true, or be left out" })
  .transform(() =>
    inEach((concerned) => {
      const value = concerned.organization.security?.requireTwoFactor;
      const asked = "a second factor for everybody";
      if (!isTold(value)) return untoldSetting(concerned, { setting: "requireTwoFactor", value, asked });
      if (value) return [];
      const words = `${concerned.name} needs no second factor, and the rule asks for ${asked}: declare \`requireTwoFactor: true\`.`;
      return [findingIn(concerned, words)];
    }),
  )
  .optional()
  .meta({ description: "That every user needs a second factor to sign in: `true`." });

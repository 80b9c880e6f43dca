import * as z from "zod";
import { inEach } from "../requirement";
import { findingIn } from "../scope";

/** That everybody in an organization is declared. */
export const roster = z
  .literal("required", { error: "must be `required`, or be left out" })
  .transform(() =>
    inEach((concerned) => {
      if (concerned.organization.complete) return [];
      const words = `${concerned.name} may have people whom no stack declares, and the rule asks for a roster of everybody: declare it in a layout, or with an OrganizationMembers.`;
      return [findingIn(concerned, words)];
    }),
  )
  .optional()
  .meta({
    description:
      "That a roster, as of a layout or an OrganizationMembers, declares everybody in the organization: `required`.",
  });

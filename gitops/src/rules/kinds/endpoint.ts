import * as z from "zod";
import { type Hidden, isHidden } from "../../hidden";
import { joinOr } from "../../wording";
import type { ScopedOrganization } from "../scope";
import { createFinding, type Finding } from "../finding";
import { reportHidden } from "../hiddenFindings";
import { defineKind } from "./kind";

const url = z.url({ protocol: /^https?$/, error: "must be an HTTP or HTTPS URL, such as https://api.peridio.com" });

/** The endpoints that may get the API key. */
export const endpoint = defineKind({
  subject: "endpoints",
  audit: { impossibleBecause: "Peridio does not know declarations" },
  brokenAloneBy: "any",
  description:
    "The endpoints that programs may set, because an endpoint gets the API key: a URL such as `https://api.peridio.com`, or a list. An endpoint of the environment is not in a preview. A violation is always new.",
  schema: z.union([url.transform((one) => [one]), z.array(url).min(1, "must not be empty: add an endpoint")]),
  check: (allowed, scoped) =>
    scoped.organization.endpoints.flatMap((declared) => checkEndpoint(allowed, declared, scoped)),
});

function checkEndpoint(
  allowed: readonly string[],
  declared: string | Hidden,
  scoped: ScopedOrganization,
): readonly Finding[] {
  const { name } = scoped;
  if (isHidden(declared))
    return reportHidden(scoped, declared, { subject: `The endpoint for ${name}`, declare: "the endpoint" });
  if (allowed.some((one) => normalize(one) === normalize(declared))) return [];
  const words = `The provider for ${name} sends the API key to ${declared}, but the rule allows only ${joinOr(allowed)}. Change the endpoint, or remove the setting.`;
  return [createFinding(scoped, words, { distinguishedBy: declared })];
}

/** Returns a URL in the spelling of browsers, without a slash at the end. */
function normalize(text: string): string {
  return URL.canParse(text) ? new URL(text).href.replace(/\/+$/, "") : text;
}

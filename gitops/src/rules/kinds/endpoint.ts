import * as z from "zod";
import { describeWithheld, type Withheld, isWithheld } from "../../withheld";
import { joinOr } from "../../wording";
import { asPlainValue, checkEach, createFinding, type Finding, type ScopedOrganization } from "../scope";

const address = z.url({ protocol: /^https?$/, error: "must be an HTTP or HTTPS URL, such as https://api.peridio.com" });

/** The endpoints that may get the API key. */
export const endpoint = z
  .union([address.transform((one) => [one]), z.array(address).min(1, "must not be empty: add an endpoint")])
  .transform((allowed) =>
    checkEach((concerned) =>
      concerned.organization.endpoints.flatMap((declared) => checkEndpoint(allowed, declared, concerned)),
    ),
  )
  .optional()
  .meta({
    description:
      "The endpoints that programs may set, because an endpoint gets the API key: a URL such as `https://api.peridio.com`, or a list. An endpoint of the environment is not in a preview.",
  });

function checkEndpoint(
  allowed: readonly string[],
  declared: string | Withheld,
  concerned: ScopedOrganization,
): readonly Finding[] {
  const { name } = concerned;
  if (isWithheld(declared)) {
    const words = `The endpoint for ${name} is ${describeWithheld(declared)}, so the rule cannot check it. Declare the endpoint ${asPlainValue}.`;
    return [createFinding(concerned, words, { about: "hidden" })];
  }
  if (allowed.some((one) => normalize(one) === normalize(declared))) return [];
  const words = `The provider for ${name} sends the API key to ${declared}, but the rule allows only ${joinOr(allowed)}. Change the endpoint, or remove the setting.`;
  return [createFinding(concerned, words, { about: declared })];
}

/** Returns an address in the spelling of browsers, without a slash at the end. */
function normalize(text: string): string {
  return URL.canParse(text) ? new URL(text).href.replace(/\/+$/, "") : text;
}

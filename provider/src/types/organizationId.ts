import * as z from "zod";
import type { Peridio } from "../api";
import { UserError } from "#framework";

const uuid = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}";
const pattern = new RegExp(`^(?:prn:1:)?${uuid}$`, "i");

/** The id of the organization that contains an object: its Peridio Resource Name (PRN), `prn:1:<UUID>`, or only the UUID. */
export const organizationId = z
  .string()
  .regex(pattern, {
    error:
      "must be an organization's id, such as prn:1:eec5cabf-c4a8-46ab-ae5a-70ca847d558d. Pass the `id` of an Organization",
  })
  .meta({ replaceOnChange: true, canonical: asPrn });

/** Returns the PRN, in lower case, of a PRN or UUID. */
export function asPrn(value: unknown): unknown {
  if (typeof value !== "string" || !pattern.test(value)) return value;
  const lower = value.toLowerCase();
  return lower.startsWith("prn:") ? lower : `prn:1:${lower}`;
}

/** Returns the PRN of the organization with this PRN, UUID or name. Rejects the name of an organization that the API key cannot see. */
export async function locateOrganization(api: Peridio, idOrName: string): Promise<string> {
  if (pattern.test(idOrName)) return String(asPrn(idOrName));
  // The client reads the caller again only once for a missing name. Later, only a search finds an organization of another process.
  const visible = (await api.caller(idOrName)).organizations.find(({ name }) => name === idOrName);
  const found = visible ?? (await api.organizations.find(idOrName));
  if (found === undefined) throw explainInvisible(idOrName);
  return found.id;
}

/** The input of a function that names an organization. */
export const idOrName = z.string().min(1, "must not be empty").meta({
  description: "The organization: its id or its name. The id is a PRN or UUID, such as the `id` of an Organization.",
});

/** The query of a list with one object for each organization. */
export const ofOrganization = z.object({
  organizationId: z
    .string()
    .optional()
    .meta({
      description:
        "Returns only objects of this organization, given by PRN, UUID or name. Default: objects of all " +
        "organizations that the API key can see.",
    }),
});

/** Returns all organizations that the API key can see, or only the named one. Rejects an organization that the API key cannot see. */
export async function listOrganizations(
  api: Peridio,
  only: string | undefined,
): Promise<readonly { readonly id: string; readonly name: string }[]> {
  if (only === undefined) return (await api.caller()).organizations;
  const id = await locateOrganization(api, only);
  const found = (await api.caller(id)).organizations.find((one) => one.id === id);
  if (found === undefined) throw explainInvisible(only);
  return [found];
}

function explainInvisible(idOrName: string): UserError {
  return new UserError(
    `this API key cannot see organization ${JSON.stringify(idOrName)}. Correct the name or id, or use a member's API key that is not bound to another organization.`,
  );
}

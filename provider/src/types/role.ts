import * as z from "zod";
import { type Feature, roles } from "../api";

/** The role of a person in an organization. */
export const role = z.enum(roles).meta({
  id: "Role",
  description:
    "The person's role: `admin`, `manager`, `developer` or `viewer`. Avocado Connect has `owner`, `admin` and `member` " +
    "instead.",
  // No API has all roles.
  valueRequires: Object.fromEntries(roles.map((role) => [role, `role ${role}` satisfies Feature])),
});

/** A role in a response. */
export const observedRole = z.string().meta({
  description:
    "The person's role: `admin`, `manager`, `developer` or `viewer`. Avocado Connect has `owner`, `admin` and `member` " +
    "instead. A role that this provider does not know is returned unchanged.",
});

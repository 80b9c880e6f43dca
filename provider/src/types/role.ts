import * as z from "zod";
import { type Feature, roles } from "../api";
import type { Path, Need } from "#framework";

/** The role of a person in an organization. */
export const role = z.enum(roles).meta({
  id: "Role",
  description:
    "The person's role: `admin`, `manager`, `developer` or `viewer`. Avocado Connect has `admin` and `member` " +
    "instead.",
});

/** A role in an answer. */
export const observedRole = z.string().meta({
  description:
    "The person's role: `admin`, `manager`, `developer` or `viewer`. Avocado Connect has `admin` and `member` " +
    "instead. An unknown role appears in Peridio's own word.",
});

/** Returns the requirement of a role, since no API has all roles. An unknown value requires nothing. */
export function needsRole(declared: unknown, path: Path): readonly Need<Feature>[] {
  const known = roles.find((one) => one === declared);
  return known === undefined ? [] : [{ feature: `role ${known}`, path }];
}

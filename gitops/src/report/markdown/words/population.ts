import type { OrganizationReview } from "../../../review/review";
import { counted, numbered } from "../../../wording/counted";

/** The people in an organization, as the parts of an enumeration. `known` is how many of them the review names. */
export function population(known: number, { hiddenPeople, hiddenRoster }: OrganizationReview): readonly string[] {
  const hidden = hiddenPeople === 0 ? [] : [`${numbered(hiddenPeople)} whose addresses are hidden`];
  if (hiddenRoster !== true) return [counted(known, "person", "people"), ...hidden];
  const told = [...(known === 0 ? [] : [counted(known, "person", "people")]), ...hidden];
  return [...told, `${told.length === 0 ? "people" : "others"} who cannot be told`];
}

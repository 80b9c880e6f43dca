import type { PersonReview } from "../../../review/review";
import { roleName } from "../../../wording/role";

type Place = NonNullable<PersonReview["after"]>;

const standings = {
  active: "",
  pending: "invited",
  expired: "invitation expired",
  planned: "to be invited",
} as const satisfies Record<Place["standing"], string>;

/** A place in few words, as `admin (owner)`, `viewer (invited)` or `none`. */
export function placed(place: Place | null): string {
  return place === null ? "none" : `${roleName(place.role)}${besides(place)}`;
}

/** What is to be said of a place besides its role, such as ` (owner)`; mostly nothing. */
export function besides({ owner, standing }: Place): string {
  const said = [owner ? "owner" : "", standings[standing]].filter((word) => word !== "");
  return said.length === 0 ? "" : ` (${said.join(", ")})`;
}

import { adminV2 } from "./adminV2/surface";
import { connect } from "./connect/surface";
import type { Surface } from "./surface";

/** The API that a path belongs to: below `/api/` Avocado Connect, everywhere else the Admin API. */
export function surfaceOf(path: string): Surface {
  return path.startsWith("/api/") ? connect : adminV2;
}

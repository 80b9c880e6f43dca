import { adminV2 } from "./adminV2/surface";
import { connect } from "./connect/surface";
import type { Surface } from "./surface";

const surfaces = [adminV2, connect];

/** Whether one of the APIs has an operation of that `operationId`. */
export function isOperation(operationId: string): boolean {
  return surfaces.some(({ operations }) => Object.hasOwn(operations, operationId));
}

/** The documents of the APIs, by their places in the repository. */
export const documents = surfaces.map(({ document }) => document);

/** The API that a path belongs to: below `/api/` Avocado Connect, everywhere else the Admin API. */
export function surfaceOf(path: string): Surface {
  return path.startsWith("/api/") ? connect : adminV2;
}

import type { Api } from "../contract/api";
import { adminV2 } from "./adminV2/api";
import { connect } from "./connect/api";

const apis = [adminV2, connect];

/** Reports whether an API has an operation of this `operationId`. */
export function hasOperation(operationId: string): boolean {
  return apis.some(({ operations }) => Object.hasOwn(operations, operationId));
}

/** The paths of the OpenAPI documents in the repository. */
export const documentPaths = apis.map(({ documentPath }) => documentPath);

/** Returns Avocado Connect for paths below `/api/`, and the Admin API for all others. */
export function findApi(path: string): Api {
  return path.startsWith("/api/") ? connect : adminV2;
}

import type { Api } from "../contract/api";
import { Contract } from "../contract/contract";
import { adminV2 } from "./adminV2/api";
import { connect } from "./connect/api";
import type { StoredOrganization } from "./connect/stateSchema";

const apis = [adminV2, connect];

const contracts = new Map<Api, Promise<Contract<StoredOrganization>>>();

/** Reports whether an API has an operation of this `operationId`. */
export function hasOperation(operationId: string): boolean {
  return apis.some(({ operations }) => Object.hasOwn(operations, operationId));
}

/** The paths of the OpenAPI documents in the repository. */
export const documentPaths = apis.map(({ documentPath }) => documentPath);

/** Returns Avocado Connect for paths below `/api/`, and the Admin API for all others. */
export function findApi(path: string): Api<StoredOrganization> {
  return path.startsWith("/api/") ? connect : adminV2;
}

/** Returns the contract of the API of a path. Reads each document once per process. */
export function loadContract(path: string): Promise<Contract<StoredOrganization>> {
  const api = findApi(path);
  const contract = contracts.get(api) ?? Contract.read(api);
  contracts.set(api, contract);
  return contract;
}

import {
  defineOperation as defineContractOperation,
  type ApiResponse,
  type Operation,
  type OperationInput,
} from "../../contract/api";
import type { Call } from "../../contract/call";
import type { ListQuery } from "./lists";

export interface PathParameters {
  readonly organization_prn: string;
  readonly user_prn: string;
  readonly invitation_prn: string;
}

/** Defines an operation of this API. The OpenAPI document must require a `Body`. */
export function defineOperation<Body = undefined>(
  scope: string,
  run: (call: Call, input: OperationInput<PathParameters, ListQuery, Body>) => ApiResponse,
): Operation {
  return defineContractOperation(scope, run);
}

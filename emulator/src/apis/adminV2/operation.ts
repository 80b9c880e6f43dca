import { isDeepStrictEqual } from "node:util";
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

/**
 * Sets the `properties` that `changes` contains.
 * @returns true if a value changed, so that `updated_at` moves only then
 */
export function applyChanges(target: object, changes: object, properties: readonly string[]): boolean {
  let hasChanged = false;
  for (const property of properties) {
    if (!Object.hasOwn(changes, property)) continue;
    const value: unknown = Reflect.get(changes, property);
    if (isDeepStrictEqual(value, Reflect.get(target, property))) continue;
    Reflect.set(target, property, value);
    hasChanged = true;
  }
  return hasChanged;
}

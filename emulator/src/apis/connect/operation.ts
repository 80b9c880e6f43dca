import {
  type ApiResponse,
  defineOperation as defineContractOperation,
  type Operation,
  type OperationInput,
} from "../../contract/api";
import type { Call } from "../../contract/call";
import type { User } from "../../model/state";
import type { ListQuery } from "./lists";

interface PathParameters {
  readonly org_id: string;
  readonly user_id: string;
  readonly id: string;
}

/** Defines an operation of this API. The OpenAPI document must require a `Body`. */
export function defineOperation<Body = undefined>(
  run: (call: Call, input: OperationInput<PathParameters, ListQuery, Body>) => ApiResponse,
): Operation {
  // Errors of this API do not name the forbidden action.
  return defineContractOperation("", run);
}

/** Returns the address for a person without a name, because this API requires one. */
export function getDisplayName({ name, email }: User): string {
  return name ?? email;
}

/** Shows the person who created an object. */
export function showUser(user: User) {
  return { id: user.id, name: getDisplayName(user), email: user.email };
}

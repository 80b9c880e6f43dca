import type { Call } from "../call";
import { operation as shared, type Answer, type Input, type Operation } from "../operation";
import type { ListQuery } from "./pages";

export interface PathParameters {
  readonly organization_prn: string;
  readonly user_prn: string;
  readonly invitation_prn: string;
}

/** An operation of this API whose body the contract has found to be a `Body`. */
export function operation<Body = undefined>(
  scope: string,
  run: (call: Call, input: Input<PathParameters, ListQuery, Body>) => Answer,
): Operation {
  return shared(scope, run);
}

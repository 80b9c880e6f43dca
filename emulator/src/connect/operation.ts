import type { Call } from "../call";
import { operation as shared, type Answer, type Input, type Operation } from "../operation";
import type { ListQuery } from "./pages";

export interface PathParameters {
  readonly org_id: string;
  readonly user_id: string;
  readonly id: string;
}

/** An operation of this API whose body the contract has found to be a `Body`. */
export function operation<Body = undefined>(
  run: (call: Call, input: Input<PathParameters, ListQuery, Body>) => Answer,
): Operation {
  // A refusal of this API does not say what the caller may not do.
  return shared("", run);
}

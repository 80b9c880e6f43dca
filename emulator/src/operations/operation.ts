import type { Context } from "openapi-backend";
import type { Call } from "../call";
import type { ListQuery } from "../pages";

/** What a call says besides who makes it, as the contract has validated it. */
export interface Input<Body> {
  readonly path: PathParameters;
  readonly query: ListQuery;
  readonly body: Body;
}

export interface PathParameters {
  readonly organization_prn: string;
  readonly user_prn: string;
  readonly invitation_prn: string;
}

export interface Answer {
  readonly status: number;
  /** Absent on 204. */
  readonly body?: object | undefined;
}

/** What an operation of the contract does once the caller has been let through. */
export interface Operation {
  /** How a 403 names what the caller may not do: verb and plural resource. */
  readonly scope: string;
  readonly run: (call: Call, context: Context) => Answer;
}

/** An operation whose body the contract has found to be a `Body`. */
export function operation<Body = undefined>(scope: string, run: (call: Call, input: Input<Body>) => Answer): Operation {
  return {
    scope,
    run: (call, { request }: Context<Body, PathParameters, ListQuery>) =>
      run(call, { path: request.params, query: request.query, body: request.requestBody }),
  };
}

/** From `operationId` to what it does. */
export type Operations = Readonly<Record<string, Operation>>;

export const ok = (data: object): Answer => ({ status: 200, body: { data } });
export const created = (data: object): Answer => ({ status: 201, body: { data } });
export const noContent = (): Answer => ({ status: 204 });

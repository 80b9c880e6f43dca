import type { Context } from "openapi-backend";
import type { Call } from "./call";

export interface Answer {
  readonly status: number;
  /** Absent on 204. */
  readonly body?: object | undefined;
}

/** What an operation of a contract does once the caller has been let through. */
export interface Operation {
  /** What a refusal says that the caller may not do: verb and plural resource. */
  readonly scope: string;
  readonly run: (call: Call, context: Context) => Answer;
}

/** From `operationId` to what it does. */
export type Operations = Readonly<Record<string, Operation>>;

/** What a call says besides who makes it, as the contract has validated it. */
export interface Input<Path, Query, Body> {
  readonly path: Path;
  readonly query: Query;
  readonly body: Body;
}

/** An operation whose parameters and body the contract has found to be a `Path`, a `Query` and a `Body`. */
export function operation<Path, Query, Body>(
  scope: string,
  run: (call: Call, input: Input<Path, Query, Body>) => Answer,
): Operation {
  return {
    scope,
    run: (call, { request }: Context<Body, Path, Query>) =>
      run(call, { path: request.params, query: request.query, body: request.requestBody }),
  };
}

export const ok = (data: object): Answer => ({ status: 200, body: { data } });
export const created = (data: object): Answer => ({ status: 201, body: { data } });
export const noContent = (): Answer => ({ status: 204 });

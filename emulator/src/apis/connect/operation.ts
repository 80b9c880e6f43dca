import {
  defineOperation as defineContractOperation,
  type ApiResponse,
  type Operation,
  type OperationInput,
} from "../../contract/api";
import type { Call } from "../../contract/call";
import { notFound } from "../../contract/errors";
import type { Organization } from "../../model/state";
import type { ListQuery } from "./lists";

export interface PathParameters {
  readonly org_id: string;
  readonly user_id: string;
  readonly group_id: string;
  readonly project_id: string;
  readonly cohort_id: string;
  readonly id: string;
}

/** Defines an operation of this API. The OpenAPI document must require a `Body`, in a wrapper if there is one. */
export function defineOperation<Body = undefined, O extends Organization = Organization>(
  run: (call: Call<O>, input: OperationInput<PathParameters, ListQuery, Body>) => ApiResponse,
  wrapper?: string,
): Operation<O> {
  // Errors of this API do not name the forbidden action.
  return defineContractOperation("", run, wrapper);
}

export const acknowledge = (): ApiResponse => ({ status: 200, body: { ok: true } });

/** Returns the row with this id. @throws ApiError (404) */
export function findById<Row extends { readonly id: string }>(rows: readonly Row[], id: string): Row {
  return findBy(rows, (row) => row.id === id);
}

/** Returns the first row that matches. @throws ApiError (404) */
export function findBy<Row>(rows: readonly Row[], matches: (row: Row) => boolean): Row {
  const row = rows.find(matches);
  if (row === undefined) throw notFound();
  return row;
}

import { Metadata, status } from "@grpc/grpc-js";
import {
  CheckFailure,
  CheckResponse,
  DiffResponse,
  ErrorResourceInitFailed,
  InvokeResponse,
  ListResponse,
  PropertyDiff,
} from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { Any } from "google-protobuf/google/protobuf/any_pb";
import type { Difference } from "../compare";
import type { Failure } from "../errors";
import type { State } from "../state";
import type { Listed } from "../resource";
import type { Values } from "../values";
import { type Secrets, send } from "./struct";

export function checkResponse(inputs: Values, secrets: Secrets, failures: readonly Failure[]): CheckResponse {
  const response = new CheckResponse();
  response.setInputs(send(inputs, secrets));
  response.setFailuresList(failures.map(checkFailure));
  return response;
}

export function invokeResponse(result: Values, secrets: Secrets): InvokeResponse {
  return new InvokeResponse().setReturn(send(result, secrets));
}

function checkFailure({ path, reason }: Failure): CheckFailure {
  return new CheckFailure().setProperty(path).setReason(reason);
}

const kinds = {
  add: [PropertyDiff.Kind.ADD, PropertyDiff.Kind.ADD_REPLACE],
  update: [PropertyDiff.Kind.UPDATE, PropertyDiff.Kind.UPDATE_REPLACE],
  delete: [PropertyDiff.Kind.DELETE, PropertyDiff.Kind.DELETE_REPLACE],
} as const;

/** `stable` names the outputs that no update changes. */
export function diffResponse(differences: readonly Difference[], stable: readonly string[]): DiffResponse {
  const response = new DiffResponse();
  const { DIFF_NONE, DIFF_SOME } = DiffResponse.DiffChanges;
  response.setChanges(differences.length === 0 ? DIFF_NONE : DIFF_SOME);
  response.setStablesList([...stable]);
  response.setHasdetaileddiff(true);
  for (const { path, kind, replace, input } of differences) {
    const difference = new PropertyDiff();
    difference.setKind(kinds[kind][replace ? 1 : 0]);
    difference.setInputdiff(input);
    response.getDetaileddiffMap().set(path, difference);
  }
  // The CLI's summary takes only whole properties from this list.
  response.setDiffsList(properties(differences));
  response.setReplacesList(properties(differences.filter(({ replace }) => replace)));
  return response;
}

function properties(differences: readonly Difference[]): string[] {
  return [...new Set(differences.map(({ property }) => property))];
}

export function listItem({ id, name }: Listed): ListResponse {
  const result = new ListResponse.Result();
  result.setId(id);
  result.setName(name);
  return new ListResponse().setResult(result);
}

/** Returns the response to a query with unknown values. */
export function unknownList(): ListResponse {
  return new ListResponse().setComputed(new ListResponse.Computed());
}

/** Returns the position at which the next page begins. */
export function continuation(next: number): ListResponse {
  const token = new ListResponse.Continuation();
  token.setContinuationToken(String(next));
  return new ListResponse().setContinuation(token);
}

/** A failure as gRPC sends it. */
export interface GrpcFailure {
  readonly code: status;
  readonly details: string;
  readonly metadata?: Metadata;
}

/**
 * Returns a failure without a pending operation in the state. After INTERNAL and UNKNOWN, the engine records one, which the
 * user must clear. The provider needs none, because the next run reads the API.
 */
export function failure(details: string): GrpcFailure {
  return { code: status.FAILED_PRECONDITION, details };
}

/** Returns a failure with an object: the engine keeps the object in the state, and updates it in the next run. */
export function partialFailure(
  details: string,
  { id, outputs, refreshBeforeUpdate }: State,
  secrets: Secrets,
): GrpcFailure {
  const failed = new ErrorResourceInitFailed();
  failed.setId(id);
  failed.setProperties(send(outputs, secrets));
  failed.setReasonsList([details]);
  failed.setRefreshBeforeUpdate(refreshBeforeUpdate);
  const detail = new Any();
  detail.pack(failed.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
  const answer = new Status();
  answer.setCode(status.UNKNOWN);
  answer.setMessage(details);
  answer.addDetails(detail);
  const metadata = new Metadata();
  metadata.set("grpc-status-details-bin", Buffer.from(answer.serializeBinary()));
  return { code: status.UNKNOWN, details, metadata };
}

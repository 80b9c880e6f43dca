import { Metadata, status } from "@grpc/grpc-js";
import { Any } from "google-protobuf/google/protobuf/any_pb";
import { ErrorResourceInitFailed } from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import type { State } from "../lifecycle";
import { type Secrets, send } from "./struct";

/** A failure as gRPC sends it. */
export interface Failure {
  readonly code: status;
  readonly details: string;
  readonly metadata?: Metadata;
}

/**
 * A failure after which the state needs no mark. The engine takes INTERNAL and UNKNOWN as "perhaps it was done" and
 * leaves a pending operation, which a user has to clear; here the next run finds out by itself what exists.
 */
export function failure(details: string): Failure {
  return { code: status.FAILED_PRECONDITION, details };
}

/** A failure after which something exists: the engine keeps it, and tries an update the next time. */
export function partialFailure(
  details: string,
  { id, outputs, refreshBeforeUpdate: awaits }: State,
  secrets: Secrets,
): Failure {
  const failed = new ErrorResourceInitFailed();
  failed.setId(id);
  failed.setProperties(send(outputs, secrets));
  failed.setReasonsList([details]);
  failed.setRefreshBeforeUpdate(awaits);
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

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
import { type Difference, listChanged } from "../compare";
import type { PropertyFailure } from "../errors";
import type { State } from "../state";
import type { Listed } from "../resource";
import type { Values } from "../values";
import { type Secrets, send } from "./struct";

export function checkResponse(inputs: Values, secrets: Secrets, failures: readonly PropertyFailure[]): CheckResponse {
  const response = new CheckResponse();
  response.setInputs(send(inputs, secrets));
  response.setFailuresList(failures.map(checkFailure));
  return response;
}

export function invokeResponse(result: Values, secrets: Secrets): InvokeResponse {
  return new InvokeResponse().setReturn(send(result, secrets));
}

function checkFailure({ path, reason }: PropertyFailure): CheckFailure {
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
  response.setDiffsList(listChanged(differences));
  response.setReplacesList(listChanged(differences.filter(({ replace }) => replace)));
  return response;
}

export function listItem({ id, name }: Listed): ListResponse {
  const result = new ListResponse.Result();
  result.setId(id);
  result.setName(name);
  return new ListResponse().setResult(result);
}

/** Returns the response to a query with unknown values. */
export function createUnknownList(): ListResponse {
  return new ListResponse().setComputed(new ListResponse.Computed());
}

/** Returns the position at which the next page begins. */
export function createContinuation(next: number): ListResponse {
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
  return { code: status.FAILED_PRECONDITION, details: shorten(details, maxTrailer) };
}

/**
 * The bytes of one trailer. Bun cannot send a header of 64 KiB: it closes the connection, and the engine shows neither the message nor
 * the state.
 */
const maxTrailer = 60_000;

/** The bytes of a message beside a state. */
const maxMessage = 20_000;

/**
 * Returns a failure with an object: the engine keeps the object in the state, and updates it in the next run. The trailer limits
 * the size of the object:
 *
 * - After Create, the state gets the id and the small outputs, and the next run reads the others before it compares them.
 * - After Update, the state stays as it was before. With a part of the new outputs, it could connect old names with the
 *   ids of other objects.
 */
export function partialFailure(verb: "create" | "update", text: string, state: State, secrets: Secrets): GrpcFailure {
  const details = shorten(text, maxMessage);
  const whole = createInitFailure(details, state, secrets);
  if (whole !== undefined) return whole;
  if (verb === "update") {
    return failure(
      `${details}\nThe changed object is too large for a failed operation in Pulumi's protocol, so the state does not contain the changes. Run \`pulumi up --refresh\`. Before this refresh, a program that returns to its former declaration shows no change.`,
    );
  }
  const bySize = Object.keys(state.outputs)
    .map((name) => ({ name, size: send({ [name]: state.outputs[name] }, secrets).serializeBinary().length }))
    .sort((a, b) => a.size - b.size)
    .map(({ name }) => name);
  for (let count = bySize.length - 1; count >= 0; count -= 1) {
    const outputs = Object.fromEntries(bySize.slice(0, count).map((name) => [name, state.outputs[name]]));
    const reduced = createInitFailure(details, { ...state, outputs, refreshBeforeUpdate: true }, secrets);
    if (reduced !== undefined) return reduced;
  }
  return failure(
    `${details}\nThe state does not contain the new object, whose id is ${state.id}. Import the object with \`pulumi import\`.`,
  );
}

/** Returns undefined if the object is too large for a trailer. */
function createInitFailure(
  details: string,
  { id, outputs, refreshBeforeUpdate }: State,
  secrets: Secrets,
): GrpcFailure | undefined {
  const failed = new ErrorResourceInitFailed();
  failed.setId(id);
  failed.setProperties(send(outputs, secrets));
  failed.setReasonsList([details]);
  failed.setRefreshBeforeUpdate(refreshBeforeUpdate);
  const detail = new Any();
  detail.pack(failed.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
  const answer = new Status();
  answer.setCode(status.UNKNOWN);
  answer.addDetails(detail);
  const bytes = Buffer.from(answer.serializeBinary());
  if (bytes.toString("base64").length + encodeURI(details).length > maxTrailer) return undefined;
  const metadata = new Metadata();
  metadata.set("grpc-status-details-bin", bytes);
  return { code: status.UNKNOWN, details, metadata };
}

/** Returns the beginning of a text, such that gRPC's encoding of it has at most so many bytes. */
function shorten(text: string, limit: number): string {
  const whole = text.toWellFormed();
  if (encodeURI(whole).length <= limit) return whole;
  let kept = "";
  let length = 0;
  for (const character of whole) {
    length += encodeURI(character).length;
    if (length > limit - 100) break;
    kept += character;
  }
  return `${kept}… (${whole.length - kept.length} more characters)`;
}

import { Metadata, status } from "@grpc/grpc-js";
import {
  CheckFailure,
  CheckResponse,
  DiffResponse,
  ErrorResourceInitFailed,
  PropertyDiff,
} from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { Any } from "google-protobuf/google/protobuf/any_pb";
import { type Difference, listChanged } from "../compare";
import type { PropertyFailure } from "../errors";
import type { State } from "../state";
import type { Values } from "../values";
import { type Secrets, send } from "./struct";

export function checkResponse(inputs: Values, secrets: Secrets, failures: readonly PropertyFailure[]): CheckResponse {
  const list = failures.map(({ path, reason }) => new CheckFailure().setProperty(path).setReason(reason));
  return new CheckResponse().setInputs(send(inputs, secrets)).setFailuresList(list);
}

const kinds = {
  add: [PropertyDiff.Kind.ADD, PropertyDiff.Kind.ADD_REPLACE],
  update: [PropertyDiff.Kind.UPDATE, PropertyDiff.Kind.UPDATE_REPLACE],
  delete: [PropertyDiff.Kind.DELETE, PropertyDiff.Kind.DELETE_REPLACE],
} as const;

/** `stable` names the outputs that no update changes. */
export function diffResponse(differences: readonly Difference[], stable: readonly string[]): DiffResponse {
  const { DIFF_NONE, DIFF_SOME } = DiffResponse.DiffChanges;
  const response = new DiffResponse()
    .setChanges(differences.length === 0 ? DIFF_NONE : DIFF_SOME)
    .setStablesList([...stable])
    .setHasdetaileddiff(true)
    // The CLI's summary takes only whole properties from this list.
    .setDiffsList(listChanged(differences))
    .setReplacesList(listChanged(differences.filter(({ replace }) => replace)));
  for (const { path, kind, replace, input } of differences)
    response
      .getDetaileddiffMap()
      .set(path, new PropertyDiff().setKind(kinds[kind][replace ? 1 : 0]).setInputdiff(input));
  return response;
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
  const failed = new ErrorResourceInitFailed()
    .setId(id)
    .setProperties(send(outputs, secrets))
    .setReasonsList([details])
    .setRefreshBeforeUpdate(refreshBeforeUpdate);
  const detail = new Any();
  detail.pack(failed.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
  const bytes = Buffer.from(new Status().setCode(status.UNKNOWN).setDetailsList([detail]).serializeBinary());
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

import {
  CheckFailure,
  CheckResponse,
  DiffResponse,
  InvokeResponse,
  ListResponse,
  PropertyDiff,
} from "@pulumi/pulumi/proto/provider_pb";
import type { Difference } from "../compare";
import type { Failure } from "../errors";
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

/** `stable` names the outputs that keep their values whatever the update does. */
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

export function listed({ id, name }: Listed): ListResponse {
  const result = new ListResponse.Result();
  result.setId(id);
  result.setName(name);
  return new ListResponse().setResult(result);
}

/** What a list holds depends on something that is not known yet. */
export function notKnownYet(): ListResponse {
  return new ListResponse().setComputed(new ListResponse.Computed());
}

/** Tells where the next page begins. */
export function continuation(next: number): ListResponse {
  const token = new ListResponse.Continuation();
  token.setContinuationToken(String(next));
  return new ListResponse().setContinuation(token);
}

import type { Document } from "openapi-backend";
import type { Context } from "openapi-backend";
import type { Member, Organization } from "../model/state";
import type { Call } from "./call";
import type { ErrorReason } from "./errors";
import type { ContractRequest } from "./request";

/**
 * One of the APIs that the emulator serves: its OpenAPI document, operations and error format. `O` is the organization that its operations
 * require: by default, any.
 */
export interface Api<O extends Organization = never> {
  readonly document: Document;
  /** The path of the OpenAPI document in the repository. */
  readonly documentPath: string;
  readonly operations: Operations<O>;
  /** True if absent parameters and properties get the document's defaults. */
  readonly hasDefaultsApplied: boolean;
  /** The path parameter that names the organization. */
  readonly organizationParameter: string;
  /** Returns a member's roles in the words of the document's `x-required-role`. */
  getRoles(organization: Organization, member: Member): readonly string[];
  /** Adjusts a request before it is validated. */
  normalizeRequest(request: ContractRequest): ContractRequest;
  toErrorResponse(reason: ErrorReason): ApiResponse;
  /** Creates a body for an error status that a fault makes up. */
  createErrorBody(status: number): object;
}

export interface ApiResponse {
  readonly status: number;
  /** Absent on 204. */
  readonly body?: object | undefined;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Carries out a request that the contract has validated and authorized. */
export interface Operation<O extends Organization = Organization> {
  /** The action's name in an error: verb and plural resource. */
  readonly scope: string;
  /** The property of the body that contains all other properties, if any. Errors do not name it. */
  readonly wrapper: string | undefined;
  readonly run: (call: Call<O>, context: Context) => ApiResponse;
}

/** Operations by `operationId`. */
export type Operations<O extends Organization = Organization> = Readonly<Record<string, Operation<O>>>;

/** The parameters and body of a request, as validated by the contract. */
export interface OperationInput<Path, Query, Body> {
  readonly path: Path;
  readonly query: Query;
  readonly body: Body;
}

/** Defines an operation. The OpenAPI document must require a `Path`, a `Query` and a `Body`, in a wrapper if there is one. */
export function defineOperation<Path, Query, Body, O extends Organization = Organization>(
  scope: string,
  run: (call: Call<O>, input: OperationInput<Path, Query, Body>) => ApiResponse,
  wrapper?: string,
): Operation<O> {
  return {
    scope,
    wrapper,
    run: (call, { request }: Context<Body & Readonly<Record<string, Body>>, Path, Query>) => {
      const { params: path, query, requestBody } = request;
      return run(call, {
        path,
        query,
        body: (wrapper === undefined ? undefined : requestBody[wrapper]) ?? requestBody,
      });
    },
  };
}

export const ok = (data: object): ApiResponse => ({ status: 200, body: { data } });
export const created = (data: object): ApiResponse => ({ status: 201, body: { data } });
export const noContent = (): ApiResponse => ({ status: 204 });

/** Creates the header that a 405 must have. */
export function createAllowHeader(methods: readonly string[]): Readonly<Record<string, string>> {
  return { allow: methods.join(", ") };
}

export function createRetryHeader(seconds: number | undefined): Readonly<Record<string, string>> {
  return seconds === undefined ? {} : { "retry-after": String(seconds) };
}

export function createJsonResponse(
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): Response {
  return new Response(JSON.stringify(body), { status, headers: { "content-type": "application/json", ...headers } });
}

export function toResponse({ status, body, headers = {} }: ApiResponse): Response {
  return body === undefined ? new Response(null, { status, headers }) : createJsonResponse(status, body, headers);
}

/** Rejects a method at a path of the emulator itself, such as the console. */
export function rejectMethod(allowedMethods: readonly string[]): Response {
  return createJsonResponse(
    405,
    { error: `The method is not allowed. This path accepts ${allowedMethods.join(", ")}.` },
    createAllowHeader(allowedMethods),
  );
}

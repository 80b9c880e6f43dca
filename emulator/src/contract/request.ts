import type { ErrorObject } from "ajv";
import { badParameter, invalid, type ApiError } from "./errors";

/** A request to one of the APIs, with its whole body. */
export interface ContractRequest {
  readonly method: string;
  /** Still percent-encoded, without the query. */
  readonly path: string;
  readonly query: Record<string, string | string[]>;
  readonly headers: Record<string, string>;
  /** The parsed JSON of an object or array, any other text unchanged; absent if empty. */
  readonly body?: unknown;
}

export async function readRequest(request: Request): Promise<ContractRequest> {
  const { pathname, searchParams } = new URL(request.url);
  const query: Record<string, string | string[]> = {};
  for (const [name, value] of searchParams) {
    const previous = query[name];
    query[name] = previous === undefined ? value : [previous, value].flat();
  }
  const text = await request.text();
  return {
    method: request.method,
    path: pathname,
    query,
    headers: Object.fromEntries(request.headers),
    ...(text !== "" && { body: parseBody(text) }),
  };
}

/** Returns the request with `changes` merged into its body. A body that is no object stays as it is. */
export function alterBody(request: ContractRequest, changes: Readonly<Record<string, unknown>>): ContractRequest {
  const { body } = request;
  const isObject = typeof body === "object" && body !== null && !Array.isArray(body);
  return isObject ? { ...request, body: { ...body, ...changes } } : request;
}

function parseBody(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? value : text;
  } catch {
    return text;
  }
}

/** Reports whether the path can be percent-decoded. */
export function isWellEncoded(path: string): boolean {
  try {
    decodeURIComponent(path);
    return true;
  } catch {
    return false;
  }
}

/**
 * Turns violations of the OpenAPI document into an error about a parameter, the whole body, or properties of the body.
 * `wrapper` is the property of the body that contains all others, if any.
 */
export function toValidationError(violations: readonly ErrorObject[], wrapper: string | undefined): ApiError {
  const errors: Record<string, string[]> = {};
  for (const violation of violations) {
    const { location, steps } = locateViolation(violation);
    const isWrapped = steps.length > 1 && steps[0] === wrapper;
    const [name, ...nested] = isWrapped ? steps.slice(1) : steps;
    if (location !== "requestBody") {
      return badParameter(location === "path" ? "path" : "query", name ?? location);
    }
    if (name === undefined) {
      return badParameter("body", "body", violation.keyword === "required" ? "required" : "invalid");
    }
    const message = describeViolation(violation);
    if (message === undefined) continue;
    const messages = (errors[name] ??= []);
    messages.push(nested.length === 0 ? message : `${nested.join(".")} ${message}`);
  }
  return invalid(errors);
}

interface ViolationPlace {
  /** The part of the request, such as `path`, `query` or `requestBody`. */
  readonly location: string;
  /** The steps from there to the value, including the name of a missing or unknown property. */
  readonly steps: readonly string[];
}

function locateViolation({ keyword, instancePath, params }: ErrorObject): ViolationPlace {
  // openapi-backend reports a body that is not JSON with this keyword, and without a path.
  if (keyword === "parse") return { location: "requestBody", steps: [] };
  const property: unknown = params.missingProperty ?? params.additionalProperty;
  const [, location = "", ...steps] = instancePath.split("/").concat(typeof property === "string" ? property : []);
  return { location, steps };
}

/**
 * Returns undefined for a violation that repeats others: `oneOf` reports those of each alternative as well, and `null` is an
 * alternative of a nullable value.
 */
function describeViolation({ keyword, params }: ErrorObject): string | undefined {
  const limit = String(params.limit);
  switch (keyword) {
    case "required":
      return "can't be blank";
    case "minLength":
      return `should be at least ${limit} character(s)`;
    case "maxLength":
      return `should be at most ${limit} character(s)`;
    case "minimum":
      return `must be greater than or equal to ${limit}`;
    case "maximum":
      return `must be less than or equal to ${limit}`;
    case "maxItems":
      return `should have at most ${limit} item(s)`;
    case "oneOf":
      return undefined;
    case "type":
      return params.type === "null" ? undefined : "is invalid";
    default:
      return "is invalid";
  }
}

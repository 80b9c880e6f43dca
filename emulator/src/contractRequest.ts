/** A request to the contract, read whole. */
export interface ContractRequest {
  readonly method: string;
  /** Still percent-encoded, without the query. */
  readonly path: string;
  readonly query: Record<string, string | string[]>;
  readonly headers: Record<string, string>;
  /** What the JSON text means if that is an object or array, any other text as it is; absent if empty. */
  readonly body?: unknown;
}

export async function readRequest(request: Request): Promise<ContractRequest> {
  const { pathname, searchParams } = new URL(request.url);
  const query: Record<string, string | string[]> = {};
  for (const [name, value] of searchParams) {
    const before = query[name];
    query[name] = before === undefined ? value : [before, value].flat();
  }
  const text = await request.text();
  return {
    method: request.method,
    path: pathname,
    query,
    headers: Object.fromEntries(request.headers),
    ...(text !== "" && { body: parsed(text) }),
  };
}

/** The request with other properties in its body, if that is an object. */
export function altered(request: ContractRequest, changes: Readonly<Record<string, unknown>>): ContractRequest {
  const { body } = request;
  const isObject = typeof body === "object" && body !== null && !Array.isArray(body);
  return isObject ? { ...request, body: { ...body, ...changes } } : request;
}

function parsed(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? value : text;
  } catch {
    return text;
  }
}

/** Whether every `%` of the path is followed by what it must be. */
export function isWellEncoded(path: string): boolean {
  try {
    decodeURIComponent(path);
    return true;
  } catch {
    return false;
  }
}

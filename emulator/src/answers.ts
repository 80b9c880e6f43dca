import type { Answer } from "./operation";
import { allowHeader, type Refused } from "./surface";

export function json(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): Response {
  return new Response(JSON.stringify(body), { status, headers: { "content-type": "application/json", ...headers } });
}

export function answer({ status, body }: Answer): Response {
  return body === undefined ? new Response(null, { status }) : json(status, body);
}

export function refusal({ status, body, headers }: Refused): Response {
  return json(status, body, headers);
}

/** Refuses a method at one of the emulator's own paths. */
export function badMethod(allowed: readonly string[]): Response {
  return json(
    405,
    { error: `The method is not allowed: this path takes ${allowed.join(", ")}.` },
    allowHeader(allowed),
  );
}

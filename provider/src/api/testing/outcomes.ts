import { Budget } from "../transport/budget";
import type { Answer, Failure, Method, Request } from "../transport/exchange";

/** A request that has five minutes. */
export function request(method: Method, details: Partial<Request> = {}): Request {
  return { method, path: "/v2/things", headers: {}, budget: new Budget(300_000), ...details };
}

export function answer(status: number, details: Partial<Answer> = {}): Answer {
  return { kind: "answer", status, requestId: null, retryAt: null, body: "{}", ...details };
}

/** The connection broke after the request had left. */
export const lost: Failure = { kind: "failure", summary: "The connection was closed.", sent: true, lasting: false };

/** There was no connection. */
export const unsent: Failure = { kind: "failure", summary: "The connection was refused.", sent: false, lasting: false };

/** There never will be a connection. */
export const untrusted: Failure = { ...unsent, summary: "The certificate is not trusted.", lasting: true };

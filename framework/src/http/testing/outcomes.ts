import { RetryBudget, type Answer, type Failure, type Method, type Request } from "../request";

/** A request with a deadline of five minutes. */
export function request(method: Method, details: Partial<Request> = {}): Request {
  return { method, path: "/v2/things", headers: {}, budget: new RetryBudget(300_000), ...details };
}

export function answer(status: number, details: Partial<Answer> = {}): Answer {
  return { kind: "answer", status, requestId: null, retryAt: null, body: "{}", ...details };
}

/** A connection that broke after the request was sent. */
export const lost: Failure = {
  kind: "failure",
  summary: "The connection was closed.",
  isSent: true,
  isPermanent: false,
};

/** A refused connection. */
export const notSent: Failure = {
  kind: "failure",
  summary: "The connection was refused.",
  isSent: false,
  isPermanent: false,
};

/** A certificate that is not trusted. */
export const untrusted: Failure = { ...notSent, summary: "The certificate is not trusted.", isPermanent: true };

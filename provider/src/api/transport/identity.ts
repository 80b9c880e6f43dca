import type { Interceptor } from "./exchange";

/** Sends the API key, and takes it out of answers: some Peridio servers echo it when they refuse it. */
export function authorization(apiKey: string): Interceptor {
  return (next) => async (request) => {
    const headers = { ...request.headers, authorization: `Bearer ${apiKey}` };
    const outcome = await next({ ...request, headers });
    return outcome.kind === "answer" ? { ...outcome, body: outcome.body.replaceAll(apiKey, "[API key]") } : outcome;
  };
}

export function userAgent(name: string): Interceptor {
  return (next) => async (request) => next({ ...request, headers: { ...request.headers, "user-agent": name } });
}

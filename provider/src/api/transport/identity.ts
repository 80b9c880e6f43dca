import type { Interceptor } from "./exchange";

/**
 * Sends the API key, and takes it out of refusals: some Peridio servers echo it when they refuse it. Other answers stay as they are,
 * since a short key, such as an emulator's, may be a part of any word in them.
 */
export function authorization(apiKey: string): Interceptor {
  return (next) => async (request) => {
    const headers = { ...request.headers, authorization: `Bearer ${apiKey}` };
    const outcome = await next({ ...request, headers });
    if (outcome.kind !== "answer" || outcome.status < 400 || outcome.body === null) return outcome;
    return { ...outcome, body: outcome.body.replaceAll(apiKey, "[API key]") };
  };
}

export function userAgent(name: string): Interceptor {
  return (next) => async (request) => next({ ...request, headers: { ...request.headers, "user-agent": name } });
}

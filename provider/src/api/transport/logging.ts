import type { Clock } from "./clock";
import type { Interceptor } from "./exchange";
import type { Log } from "./log";

/** Logs every attempt: method, path, status, duration and request id. */
export function logging(log: Log, clock: Clock): Interceptor {
  return (next) => async (request) => {
    const start = clock.now();
    const outcome = await next(request);
    const duration = `${Math.round(clock.now() - start)} ms`;
    const result =
      outcome.kind === "answer"
        ? `${outcome.status} in ${duration}, request ${outcome.requestId ?? "without id"}`
        : `no answer in ${duration}: ${outcome.summary}`;
    log("debug", `${request.method} ${request.path}: ${result}`);
    return outcome;
  };
}

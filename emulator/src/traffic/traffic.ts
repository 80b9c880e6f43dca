import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { toResponse, type Api } from "../contract/api";
import { ApiError, tooManyRequests } from "../contract/errors";
import { applyFault, Faults, type PerformRequest } from "./faults";
import { Holds } from "./holds";
import { RequestLog, type LoggedRequest } from "./requestLog";
import type { Target } from "./selection";

/** Logs, delays, holds, limits and breaks requests on their way to an API. */
export class Traffic {
  readonly faults = new Faults();
  readonly holds = new Holds();
  readonly log = new RequestLog();
  readonly rateLimiter = new RateLimiter();
  /** Milliseconds that delay every response. */
  latency = 0;

  /** Removes faults, holds, latency and rate limit, and empties the log. */
  clear(): void {
    this.faults.clear();
    this.holds.releaseAll();
    this.log.clear();
    this.rateLimiter.set(null);
    this.latency = 0;
  }

  /** Handles one request to an API. @throws ConnectionDroppedError if a fault drops the connection */
  async handle(
    request: Target & Pick<LoggedRequest, "query" | "body" | "user_agent">,
    api: Api,
    now: Date,
    perform: PerformRequest,
  ): Promise<Response> {
    const entry: LoggedRequest = {
      at: now.toISOString(),
      method: request.method,
      path: request.path,
      query: request.query,
      operation: request.operation,
      body: request.body,
      user_agent: request.user_agent,
      request_id: randomBytes(15).toString("base64url"),
      status: null,
    };
    this.log.add(entry);
    if (this.latency > 0) await sleep(this.latency);
    await this.holds.pass(request);
    const fault = this.faults.take(request);
    const performWithinLimit: PerformRequest = async (deviation) => {
      try {
        this.rateLimiter.countRequest(now);
        return await perform(deviation);
      } catch (error) {
        if (error instanceof ApiError) return toResponse(api.toErrorResponse(error.reason));
        throw error;
      }
    };
    const response =
      fault === undefined ? await performWithinLimit() : await applyFault(fault, api, performWithinLimit);
    response.headers.set("peridio-request-id", entry.request_id);
    entry.status = response.status;
    return response;
  }
}

export interface RateLimit {
  readonly perSecond: number;
  /** The value of `Retry-After`, in seconds. If undefined, a 429 does not have the header. */
  readonly retryAfter?: number | undefined;
}

/** Limits the number of requests in each second of the emulator's clock. */
class RateLimiter {
  #limit: RateLimit | null = null;
  #second = 0;
  #count = 0;

  set(limit: RateLimit | null): void {
    this.#limit = limit;
    this.#count = 0;
  }

  /** @throws ApiError if the request exceeds the limit */
  countRequest(now: Date): void {
    if (this.#limit === null) return;
    const second = Math.floor(now.getTime() / 1000);
    this.#count = second === this.#second ? this.#count + 1 : 1;
    this.#second = second;
    if (this.#count > this.#limit.perSecond) throw tooManyRequests(this.#limit.retryAfter);
  }
}

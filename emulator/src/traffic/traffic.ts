import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { refusal } from "../answers";
import { Refusal } from "../errors";
import type { Surface } from "../surface";
import { type Answer, damage } from "./damage";
import { Faults } from "./faults";
import { Holds } from "./holds";
import { RequestLog, type LoggedRequest } from "./requestLog";
import type { Target } from "./selection";
import { Throttle } from "./throttle";

/** The road between a client and a contract: it logs, delays, limits and breaks. */
export class Traffic {
  readonly faults = new Faults();
  readonly holds = new Holds();
  readonly log = new RequestLog();
  readonly throttle = new Throttle();
  /** Milliseconds by which every answer is late. */
  latency = 0;

  /** Back to the start: no faults, held requests, delay or rate limit, and an empty log. */
  clear(): void {
    this.faults.clear();
    this.holds.releaseAll();
    this.log.clear();
    this.throttle.set(null);
    this.latency = 0;
  }

  /**
   * Takes one request to a contract and its answer back, with all that may happen on the way.
   * @param surface whose words what happens on the way is told in
   * @param answer does what is asked, or throws a Refusal
   * @throws ConnectionDropped
   */
  async carry(
    request: Target & Pick<LoggedRequest, "query" | "body" | "user_agent">,
    surface: Surface,
    now: Date,
    answer: Answer,
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
    const intact: Answer = async (altered) => {
      try {
        this.throttle.admit(now);
        return await answer(altered);
      } catch (error) {
        if (error instanceof Refusal) return refusal(surface.refuse(error.reason));
        throw error;
      }
    };
    const response = fault === undefined ? await intact() : await damage(fault, surface, intact);
    response.headers.set("peridio-request-id", entry.request_id);
    entry.status = response.status;
    return response;
  }
}

import { z } from "zod";
import { matchesPattern } from "./selection";

export const loggedRequestSchema = z.object({
  /** ISO 8601, UTC, by the emulator's clock. */
  at: z.string(),
  method: z.string(),
  /** As sent, without the query. */
  path: z.string(),
  query: z.record(z.string(), z.union([z.string(), z.array(z.string())])),
  /** Null if no operation matches. */
  operation: z.string().nullable(),
  /** The parsed JSON, any other text unchanged, or null. */
  body: z.unknown(),
  user_agent: z.string().nullable(),
  request_id: z.string(),
  /** The response's status; null without a response. */
  status: z.number().nullable(),
});

/** A request to one of the APIs. Never contains the Authorization header. */
export type LoggedRequest = z.infer<typeof loggedRequestSchema>;

/** Selects requests. An absent property matches all. */
export interface RequestFilter {
  readonly method?: string | undefined;
  readonly operation?: string | undefined;
  /** `*` matches within a segment of the path, `**` across segments. */
  readonly path?: string | undefined;
  readonly status?: number | undefined;
  /** The maximum number of requests; the newest are kept. */
  readonly last?: number | undefined;
}

/** Numbers of the requests that the log keeps, which are at most the newest `capacity`. */
export interface Counters {
  readonly requests: number;
  readonly operations: Readonly<Record<string, number>>;
  readonly statuses: Readonly<Record<string, number>>;
}

/** The largest number of requests in the log. It bounds the memory of an emulator that runs for weeks. */
const capacity = 20_000;

/** The requests to both APIs, oldest first. */
export class RequestLog {
  #entries: LoggedRequest[] = [];

  add(entry: LoggedRequest): void {
    this.#entries.push(entry);
    if (this.#entries.length > capacity) this.#entries.splice(0, capacity / 2);
  }

  list(filter: RequestFilter = {}): LoggedRequest[] {
    const matching = this.#entries.filter(
      (entry) =>
        (filter.method ?? entry.method).toUpperCase() === entry.method &&
        (filter.operation ?? entry.operation) === entry.operation &&
        (filter.status ?? entry.status) === entry.status &&
        (filter.path === undefined || matchesPattern(entry.path, filter.path)),
    );
    return filter.last === undefined ? matching : matching.slice(-filter.last);
  }

  clear(): void {
    this.#entries = [];
  }

  countRequests(): Counters {
    const operations: Record<string, number> = {};
    const statuses: Record<string, number> = {};
    for (const { operation, status } of this.#entries) {
      increment(operations, operation ?? "none");
      increment(statuses, String(status ?? "none"));
    }
    return { requests: this.#entries.length, operations, statuses };
  }
}

function increment(counts: Record<string, number>, name: string): void {
  counts[name] = (counts[name] ?? 0) + 1;
}

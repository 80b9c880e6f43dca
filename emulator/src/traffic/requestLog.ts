import { z } from "zod";
import { fits } from "./pattern";

export const loggedRequestSchema = z.object({
  /** ISO 8601, UTC, by the emulator's clock. */
  at: z.string(),
  method: z.string(),
  /** As sent, without the query. */
  path: z.string(),
  query: z.record(z.string(), z.union([z.string(), z.array(z.string())])),
  operation: z.string().nullable(),
  /** The parsed JSON, the text if it is none, or null. */
  body: z.unknown(),
  user_agent: z.string().nullable(),
  request_id: z.string(),
  /** What was answered; null if nothing was, or not yet. */
  status: z.number().nullable(),
});

/** A request of the contract as it came in. Never holds the Authorization header. */
export type LoggedRequest = z.infer<typeof loggedRequestSchema>;

/** Which requests to look at; what is left out does not matter. */
export interface RequestFilter {
  readonly method?: string | undefined;
  readonly operation?: string | undefined;
  /** `*` stands for anything within a segment of the path, `**` for anything at all. */
  readonly path?: string | undefined;
  readonly status?: number | undefined;
  /** Only so many of the newest. */
  readonly last?: number | undefined;
}

export interface Counters {
  readonly requests: number;
  readonly operations: Readonly<Record<string, number>>;
  readonly statuses: Readonly<Record<string, number>>;
}

/** Enough for any test, and no leak in an emulator that runs for weeks. */
const capacity = 20_000;

/** The requests of the contract, oldest first. */
export class RequestLog {
  #entries: LoggedRequest[] = [];

  add(entry: LoggedRequest): void {
    this.#entries.push(entry);
    if (this.#entries.length > capacity) this.#entries.splice(0, capacity / 2);
  }

  list(filter: RequestFilter = {}): LoggedRequest[] {
    const found = this.#entries.filter(
      (entry) =>
        (filter.method ?? entry.method).toUpperCase() === entry.method &&
        (filter.operation ?? entry.operation) === entry.operation &&
        (filter.status ?? entry.status) === entry.status &&
        (filter.path === undefined || fits(entry.path, filter.path)),
    );
    return filter.last === undefined ? found : found.slice(-filter.last);
  }

  clear(): void {
    this.#entries = [];
  }

  counters(): Counters {
    const operations: Record<string, number> = {};
    const statuses: Record<string, number> = {};
    for (const { operation, status } of this.#entries) {
      count(operations, operation ?? "none");
      count(statuses, String(status ?? "none"));
    }
    return { requests: this.#entries.length, operations, statuses };
  }
}

function count(counts: Record<string, number>, name: string): void {
  counts[name] = (counts[name] ?? 0) + 1;
}

import { z } from "zod";
import { matches, selectionSchema, type Target } from "./selection";

const path = z.string().min(1);

const effect = z.union([
  /** Close the connection; never answer; answer a proxy's error page. */
  z.enum(["drop", "hang", "html"]),
  /** Answer this; a body left out is in the contract's shape. */
  z.strictObject({
    status: z.int().min(200).max(599),
    body: z.unknown().optional(),
    headers: z.record(z.string(), z.string()).optional(),
  }),
  /** Leave properties out of the answer, each named by its path: `data.prn`, or `data.*.role` for all items of a list. */
  z.strictObject({ omit: z.union([path, z.array(path)]) }),
  /** Answer other values, each by its path. A property that the answer does not have stays away. */
  z.strictObject({ set: z.record(path, z.unknown()) }),
  /** Carry out the request with these properties of its body instead of those sent: a success that does something else. */
  z.strictObject({ alter: z.record(z.string(), z.unknown()) }),
]);

/** One rule about what goes wrong, when, and how often. */
export const faultSchema = selectionSchema.extend({
  /** How many matching requests it hits. */
  times: z.union([z.int().positive(), z.literal("always")]).default(1),
  /** How many matching requests it lets pass first. */
  skip: z.int().nonnegative().default(0),
  /** Before the request has any effect, or after it has taken effect. */
  when: z.enum(["before", "after"]).default("before"),
  effect,
});

export type Fault = z.infer<typeof faultSchema>;
/** A fault as a test writes it: whatever has a default may be left out. */
export type FaultRule = z.input<typeof faultSchema>;

/** The faults that wait for their requests. */
export class Faults {
  #waiting: Fault[] = [];

  add(rule: FaultRule): void {
    this.#waiting.push(faultSchema.parse(rule));
  }

  /** Those that still have requests to hit. */
  list(): readonly Fault[] {
    return this.#waiting;
  }

  clear(): void {
    this.#waiting = [];
  }

  /** The fault that hits this request, counted down: the first that matches and has nothing left to skip. */
  take(target: Target): Fault | undefined {
    for (const fault of this.#waiting.filter((candidate) => matches(candidate, target))) {
      if (fault.skip > 0) {
        fault.skip -= 1;
        continue;
      }
      if (fault.times !== "always") fault.times -= 1;
      if (fault.times === 0) this.#waiting.splice(this.#waiting.indexOf(fault), 1);
      return fault;
    }
    return undefined;
  }
}

import { z } from "zod";
import { type Api, createJsonResponse } from "../contract/api";
import { isSelected, selectionSchema, type Target } from "./selection";

const path = z.string().min(1);

const effect = z.union([
  /** Close the connection, never respond, or respond with a proxy's error page. */
  z.enum(["drop", "hang", "html"]),
  /** Respond as if the request took effect, but change no data. */
  z.literal("acknowledge"),
  /** Respond with this. If absent, the body has the API's error format. */
  z.strictObject({
    status: z.int().min(200).max(599),
    body: z.unknown().optional(),
    headers: z.record(z.string(), z.string()).optional(),
  }),
  /** Omit properties of the response, each named by its path: `data.prn`, or `data.*.role` for all items of a list. */
  z.strictObject({ omit: z.union([path, z.array(path)]) }),
  /** Replace values of the response by path. Does not add properties. */
  z.strictObject({ set: z.record(path, z.unknown()) }),
  /** Replace properties of the request's body before carrying it out: the response reports success for another change. */
  z.strictObject({ alter: z.record(z.string(), z.unknown()) }),
]);

/** Breaks matching requests. */
export const faultSchema = selectionSchema.extend({
  /** The number of matching requests that the fault breaks. */
  times: z.union([z.int().positive(), z.literal("always")]).default(1),
  /** The number of matching requests that pass first. */
  skip: z.int().nonnegative().default(0),
  /** `before`: the request has no effect. `after`: it takes effect, but the response is lost. */
  when: z.enum(["before", "after"]).default("before"),
  effect,
});

export type Fault = z.infer<typeof faultSchema>;
/** A fault whose properties with defaults are optional. */
export type FaultRule = z.input<typeof faultSchema>;

/** The faults that have requests left to break. */
export class Faults {
  #active: Fault[] = [];

  add(rule: FaultRule): void {
    this.#active.push(faultSchema.parse(rule));
  }

  list(): readonly Fault[] {
    return this.#active;
  }

  clear(): void {
    this.#active = [];
  }

  /** Returns the first matching fault that has nothing left to skip, and counts the request. */
  take(target: Target): Fault | undefined {
    for (const fault of this.#active.filter((candidate) => isSelected(target, candidate))) {
      if (fault.skip > 0) {
        fault.skip -= 1;
        continue;
      }
      if (fault.times !== "always") fault.times -= 1;
      if (fault.times === 0) this.#active.splice(this.#active.indexOf(fault), 1);
      return fault;
    }
    return undefined;
  }
}

/** Tells the server to close the connection instead of responding. */
export class ConnectionDroppedError extends Error {
  constructor() {
    super("A fault closes this connection.");
    this.name = "ConnectionDroppedError";
  }
}

/** The differences between a request as sent and as carried out. */
export interface Deviation {
  /** Properties of the body with other values. */
  readonly changes?: Readonly<Record<string, unknown>>;
  /** True if the data stays as it is. */
  readonly changesNothing?: boolean;
}

/** Carries out a request, as sent or with a deviation. */
export type PerformRequest = (deviation?: Deviation) => Promise<Response>;

const badGatewayPage = "<!doctype html><title>502 Bad Gateway</title><h1>502 Bad Gateway</h1>";

/**
 * Responds to a request that a fault breaks. The request takes effect if `when` is `after`, or if the fault only changes the
 * request or the response.
 * @throws ConnectionDroppedError
 */
export async function applyFault({ effect, when }: Fault, api: Api, perform: PerformRequest): Promise<Response> {
  if (typeof effect === "object" && "alter" in effect) return perform({ changes: effect.alter });
  if (typeof effect === "object" && "omit" in effect) return omitProperties([effect.omit].flat(), await perform());
  if (typeof effect === "object" && "set" in effect) return setProperties(effect.set, await perform());
  if (effect === "acknowledge") return perform({ changesNothing: true });
  if (when === "after") await perform();
  switch (effect) {
    case "drop":
      throw new ConnectionDroppedError();
    case "hang":
      return new Promise<never>(() => undefined);
    case "html":
      return new Response(badGatewayPage, { status: 502, headers: { "content-type": "text/html" } });
  }
  const { status, headers = {}, body = api.createErrorBody(status) } = effect;
  if ([204, 205, 304].includes(status)) return new Response(null, { status, headers });
  return typeof body === "string" ? new Response(body, { status, headers }) : createJsonResponse(status, body, headers);
}

async function omitProperties(paths: readonly string[], response: Response): Promise<Response> {
  return alterResponse(response, (body) => {
    for (const path of paths)
      for (const { holder, name } of findProperties(path, body)) Reflect.deleteProperty(holder, name);
  });
}

async function setProperties(values: Readonly<Record<string, unknown>>, response: Response): Promise<Response> {
  return alterResponse(response, (body) => {
    for (const [path, value] of Object.entries(values)) {
      for (const { holder, name } of findProperties(path, body)) Reflect.set(holder, name, value);
    }
  });
}

async function alterResponse(response: Response, alter: (body: unknown) => void): Promise<Response> {
  const text = await response.text();
  if (text === "") return new Response(null, response);
  const body: unknown = JSON.parse(text);
  alter(body);
  return new Response(JSON.stringify(body), response);
}

interface Property {
  readonly holder: object;
  readonly name: string;
}

/** Finds the properties of a path such as `data.prn`. `*` matches every item of a list. */
function findProperties(path: string, body: unknown): readonly Property[] {
  const steps = path.split(".");
  const last = steps.pop() ?? "";
  let values: readonly unknown[] = [body];
  for (const step of steps) {
    values = values.flatMap((value) =>
      listProperties(value, step).map(({ holder, name }): unknown => Reflect.get(holder, name)),
    );
  }
  return values.flatMap((value) => listProperties(value, last));
}

function listProperties(holder: unknown, step: string): readonly Property[] {
  if (!isObject(holder)) return [];
  const names = step === "*" ? Object.keys(holder) : [step];
  return names.filter((name) => Object.hasOwn(holder, name)).map((name) => ({ holder, name }));
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

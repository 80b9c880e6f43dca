import { json } from "../answers";
import type { Surface } from "../surface";
import type { Fault } from "./faults";

/** The connection is closed instead of an answer. */
export class ConnectionDropped extends Error {
  constructor() {
    super("The emulator drops this connection, as a fault demands.");
    this.name = "ConnectionDropped";
  }
}

const badGateway = "<!doctype html><title>502 Bad Gateway</title><h1>502 Bad Gateway</h1>";

/**
 * What the client gets of an answer that a fault hits. The request takes effect only if the fault strikes after it, or
 * only leaves something out.
 * @throws ConnectionDropped
 */
export async function damage(
  { effect, when }: Fault,
  surface: Surface,
  intact: () => Promise<Response>,
): Promise<Response> {
  if (typeof effect === "object" && "omit" in effect) return without(effect.omit, await intact());
  if (when === "after") await intact();
  switch (effect) {
    case "drop":
      throw new ConnectionDropped();
    case "hang":
      return new Promise<never>(() => undefined);
    case "html":
      return new Response(badGateway, { status: 502, headers: { "content-type": "text/html" } });
  }
  const { status, headers = {}, body = surface.errorBody(status) } = effect;
  if ([204, 205, 304].includes(status)) return new Response(null, { status, headers });
  return typeof body === "string" ? new Response(body, { status, headers }) : json(status, body, headers);
}

/** The answer lacking one property, named by its path (`data.prn`). */
async function without(path: string, answer: Response): Promise<Response> {
  const text = await answer.text();
  if (text === "") return new Response(null, answer);
  const body: unknown = JSON.parse(text);
  const steps = path.split(".");
  const last = steps.pop() ?? "";
  const holder = steps.reduce<unknown>((value, step) => (isObject(value) ? Reflect.get(value, step) : undefined), body);
  if (isObject(holder)) Reflect.deleteProperty(holder, last);
  return new Response(JSON.stringify(body), answer);
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

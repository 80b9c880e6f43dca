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

/** Does what is asked, with these properties of the body changed, and answers. */
export type Answer = (altered?: Readonly<Record<string, unknown>>) => Promise<Response>;

const badGateway = "<!doctype html><title>502 Bad Gateway</title><h1>502 Bad Gateway</h1>";

/**
 * What the client gets of an answer that a fault hits. The request takes effect only if the fault strikes after it, or
 * only leaves something out, replaces it, or alters the request.
 * @throws ConnectionDropped
 */
export async function damage({ effect, when }: Fault, surface: Surface, intact: Answer): Promise<Response> {
  if (typeof effect === "object" && "alter" in effect) return intact(effect.alter);
  if (typeof effect === "object" && "omit" in effect) return without([effect.omit].flat(), await intact());
  if (typeof effect === "object" && "set" in effect) return having(effect.set, await intact());
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

async function without(paths: readonly string[], answer: Response): Promise<Response> {
  return altered(answer, (body) => {
    for (const path of paths) for (const { holder, name } of placesOf(path, body)) Reflect.deleteProperty(holder, name);
  });
}

async function having(values: Readonly<Record<string, unknown>>, answer: Response): Promise<Response> {
  return altered(answer, (body) => {
    for (const [path, value] of Object.entries(values)) {
      for (const { holder, name } of placesOf(path, body)) Reflect.set(holder, name, value);
    }
  });
}

async function altered(answer: Response, alter: (body: unknown) => void): Promise<Response> {
  const text = await answer.text();
  if (text === "") return new Response(null, answer);
  const body: unknown = JSON.parse(text);
  alter(body);
  return new Response(JSON.stringify(body), answer);
}

interface Property {
  readonly holder: object;
  readonly name: string;
}

/** The properties of that path (`data.prn`), in which `*` stands for every item of a list. */
function placesOf(path: string, body: unknown): readonly Property[] {
  const steps = path.split(".");
  const last = steps.pop() ?? "";
  let values: readonly unknown[] = [body];
  for (const step of steps) {
    values = values.flatMap((value) =>
      propertiesOf(value, step).map(({ holder, name }): unknown => Reflect.get(holder, name)),
    );
  }
  return values.flatMap((value) => propertiesOf(value, last));
}

function propertiesOf(holder: unknown, step: string): readonly Property[] {
  if (!isObject(holder)) return [];
  const names = step === "*" ? Object.keys(holder) : [step];
  return names.filter((name) => Object.hasOwn(holder, name)).map((name) => ({ holder, name }));
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

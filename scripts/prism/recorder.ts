import { createServer } from "node:http";
import { buffer } from "node:stream/consumers";
import { z } from "zod";
import { getPort } from "./port";

const problem = z.object({
  type: z.string().startsWith("https://stoplight.io/prism/errors#"),
  detail: z.string().default(""),
  validation: z
    .array(z.object({ location: z.array(z.string()), code: z.string().default(""), message: z.string() }))
    .default([]),
});

/** A request or response that Prism rejected. */
export interface Rejection {
  /** The method and path. */
  readonly request: string;
  /** The reasons, such as `response.body.data: must be array`. */
  readonly reasons: readonly string[];
}

/** Forwards requests to Prism, and records what Prism rejects. */
export interface Recorder {
  readonly url: string;
  readonly rejections: readonly Rejection[];
  readonly count: () => number;
  readonly stop: () => void;
}

export async function startRecorder(prism: string): Promise<Recorder> {
  const rejections: Rejection[] = [];
  let requests = 0;
  const server = createServer((incoming, outgoing) => {
    const { method = "GET", url = "/", headers } = incoming;
    requests += 1;
    void (async () => {
      const body = await buffer(incoming);
      const response = await fetch(`${prism}${url}`, {
        method,
        headers: pick(headers, ["authorization", "content-type", "accept", "user-agent"]),
        ...(body.length > 0 && { body: new Uint8Array(body) }),
      });
      const text = await response.text();
      const reasons = readReasons(response, text);
      if (reasons !== undefined) rejections.push({ request: `${method} ${url}`, reasons });
      outgoing.writeHead(response.status, { "content-type": response.headers.get("content-type") ?? "text/plain" });
      outgoing.end([204, 304].includes(response.status) ? undefined : text);
    })().catch((error: unknown) => outgoing.destroy(error instanceof Error ? error : undefined));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const stop = () => {
    server.closeAllConnections();
    server.close();
  };
  return { url: `http://127.0.0.1:${getPort(server)}`, rejections, count: () => requests, stop };
}

/** Returns Prism's reasons; undefined for a response of the server. */
function readReasons({ headers }: Response, text: string): readonly string[] | undefined {
  if (headers.get("content-type")?.startsWith("application/problem+json") !== true) return undefined;
  const { data } = problem.safeParse(JSON.parse(text));
  if (data === undefined) return undefined;
  const { type, detail, validation } = data;
  if (validation.length === 0) return [`${type.split("#").at(-1) ?? ""}: ${detail}`];
  return validation.map(({ location, code, message }) => `${location.join(".")}: ${message} (${code})`);
}

function pick(
  headers: Readonly<Record<string, string | string[] | undefined>>,
  names: readonly string[],
): Record<string, string> {
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = headers[name];
      return typeof value === "string" ? [[name, value]] : [];
    }),
  );
}

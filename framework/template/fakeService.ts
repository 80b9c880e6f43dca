import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import { json } from "node:stream/consumers";
import * as z from "zod";

const properties = z.object({ name: z.string().min(1), description: z.string().default("") });

/**
 * Starts a service with the projects of Acme in memory: `/projects` and `/projects/ID`. It accepts every API key.
 * Listens on a port of this machine; 0 is any free port.
 */
export async function startService(port: number): Promise<{ readonly url: string; readonly end: () => Promise<void> }> {
  const projects = new Map<string, z.output<typeof properties>>();

  function save(id: string, values: unknown) {
    const saved = properties.parse(values);
    projects.set(id, saved);
    return { id, ...saved };
  }

  /** Returns the status of a response and its body. */
  function reply(method: string, id: string | undefined, body: unknown): readonly [number, object?] {
    if (id === undefined) {
      if (method === "POST") return [201, save(randomUUID(), body)];
      return [200, [...projects].map(([id, project]) => ({ id, ...project }))];
    }
    const known = projects.get(id);
    if (known === undefined) return [404, { message: "No project has this id." }];
    if (method === "PATCH") return [200, save(id, { ...known, ...Object(body) })];
    if (method === "GET") return [200, { id, ...known }];
    projects.delete(id);
    return [204];
  }

  const server = createServer((request, response) => {
    const { method = "GET", headers, url = "/" } = request;
    const [, collection, id] = url.split("/");
    const answer = async () => {
      if (headers.authorization === undefined) return [401, { message: "The request has no API key." }] as const;
      if (collection !== "projects") return [404, { message: "The path does not exist." }] as const;
      return reply(method, id, ["POST", "PATCH"].includes(method) ? await json(request) : undefined);
    };
    void answer()
      .catch(() => [400, { message: "The body is invalid." }] as const)
      .then(([status, body]) => {
        response.writeHead(status, { "content-type": "application/json" }).end(body && JSON.stringify(body));
      });
  });
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const chosen = typeof address === "object" && address !== null ? address.port : port;
  const end = async () => {
    server.close();
    await once(server, "close");
  };
  return { url: `http://127.0.0.1:${chosen}`, end };
}

if (require.main === module)
  void startService(4010).then(({ url }) => {
    console.log(`The service runs at ${url}. To end it, press Ctrl-C.`);
  });

import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { createInterface } from "node:readline";
import { getPort } from "./port";

const host = "127.0.0.1";

/** The last version for the oldest Node.js that this project supports. It is no dependency, because few people need it. */
const prism = "@stoplight/prism-cli@5.14.2";

/** A proxy that compares requests and responses with an OpenAPI document. */
export interface Prism {
  readonly url: string;
  readonly stop: () => void;
}

/** Starts Prism in front of a server. With `--errors`, Prism rejects each request and response that the document does not describe. */
export async function startPrism(document: string, server: string): Promise<Prism> {
  const port = await findFreePort();
  const args = ["--yes", prism, "proxy", document, server, "--errors", "--host", host, "--port", String(port)];
  // npx starts further processes, which only the end of the whole group ends.
  const child = spawn("npx", args, { stdio: ["ignore", "pipe", "pipe"], detached: true });
  const stop = () => {
    if (child.pid !== undefined) process.kill(-child.pid, "SIGTERM");
  };
  const lines: string[] = [];
  child.stderr.on("data", (text: Buffer) => lines.push(String(text)));
  for await (const line of createInterface(child.stdout)) {
    lines.push(line);
    if (!line.includes("Prism is listening")) continue;
    // Nobody reads the rest, and a full pipe would stop Prism.
    child.stdout.resume();
    return { url: `http://${host}:${port}`, stop };
  }
  throw new Error(`Prism did not start:\n${lines.join("\n")}`);
}

async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, host);
  await once(server, "listening");
  const port = getPort(server);
  await once(server.close(), "close");
  return port;
}

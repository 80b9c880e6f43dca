import { type ChildProcess, execFileSync } from "node:child_process";
import { once } from "node:events";
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createServer as createHttpServer, request, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import { connect, type Server } from "node:net";
import { networkInterfaces, tmpdir } from "node:os";
import { join } from "node:path";
import { Emulator, serve } from "#emulator";
import { testsWith } from "#testing";
import { Engine, executable } from "./support/engine";
import { dev, member, organization, roster } from "./support/programs";

const root = join(__dirname, "../..");
const [certificate, key] = ["cert", "key"].map((kind) =>
  join(__dirname, `../../framework/src/http/testing/localhost.${kind}.pem`),
);
const apiKey = "key-of-the-executable";
const program = { ...dev, bob: member("bob@acme.example", "viewer") };

const plugin = join(root, "bin/pulumi-resource-peridio");

let emulator: Emulator;
let url: string;
const closing: (() => unknown)[] = [];
beforeEach(async () => {
  emulator = new Emulator({ apiKey });
  url = await open(await serve(emulator, { port: 0 }));
});
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function open(server: { readonly url: string; readonly close: () => Promise<void> }): Promise<string> {
  closing.push(() => server.close());
  return Promise.resolve(server.url);
}

/** Listens on a free port until the end of the test. */
async function listen(server: Server, host = "127.0.0.1"): Promise<number> {
  await once(server.listen(0, host), "listening");
  closing.push(() => server.close());
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the server has no port");
  return address.port;
}

/** Passes requests on to the emulator. */
function forward(incoming: IncomingMessage, response: ServerResponse): void {
  const { method, headers } = incoming;
  const outgoing = request(`${url}${incoming.url ?? ""}`, { method, headers }, (answer) => {
    response.writeHead(answer.statusCode ?? 500, answer.headers);
    answer.pipe(response);
  });
  // The emulator simulates a lost response by breaking the connection.
  outgoing.on("error", () => response.destroy());
  incoming.pipe(outgoing);
}

/** Starts a TLS server whose certificate is for localhost and 127.0.0.1. */
const listenSecurely = (host = "127.0.0.1") =>
  listen(createHttpsServer({ cert: readFileSync(certificate ?? ""), key: readFileSync(key ?? "") }, forward), host);

function engineAt(
  endpoint: string,
  environment: Readonly<Record<string, string>> = {},
  start = executable(plugin),
): Engine {
  return new Engine(
    { PERIDIO_API_KEY: apiKey, PERIDIO_BASE_URL: endpoint, ...environment },
    { maxRetries: "1" },
    start,
  );
}

/** Creates, compares, refreshes and deletes with the engine. */
async function live(engine: Engine): Promise<void> {
  await engine.up(program);
  expect(await engine.preview(program)).toMatchObject([{ op: "same" }, { op: "same" }]);
  expect(await engine.refresh()).toEqual([]);
  await engine.destroy();
  expect(emulator.requests({ operation: "delete-an-organization" })).toHaveLength(1);
}

describe("the executable runs", () => {
  test("without HOME, PATH and any other variable", async () => {
    await live(engineAt(url, {}, executable(plugin, { hasHome: false })));
  });

  test("by hand, to print its version and its purpose", () => {
    const print = (argument: string) => execFileSync(plugin, [argument], { encoding: "utf8" });
    expect(print("--version")).toMatch(/^\d+\.\d+\.\d+\n$/);
    expect(print("--help")).toMatch(
      /^The Peridio provider .* for Pulumi\. Pulumi starts this program\. More: https:\S+\n$/,
    );
  });

  test("with the case rules and the time of another country", async () => {
    const engine = engineAt(url, { LANG: "tr_TR.UTF-8", LC_ALL: "tr_TR.UTF-8", TZ: "Asia/Kolkata" });
    await engine.up({ ...dev, i: member("INGRID@ACME.EXAMPLE", "viewer") });
    const { id, outputs } = engine.state.get("i") ?? {};
    expect(id).toMatch(/\/ingrid@acme\.example$/);
    expect(outputs?.invitationExpiresAt).toMatch(/Z$/);
  });

  test("from a folder in which it may not write, and leaves nothing there", async () => {
    const folder = mkdtempSync(join(tmpdir(), "peridio-read-only-"));
    closing.push(() => {
      chmodSync(join(folder, "bin"), 0o700);
      rmSync(folder, { recursive: true });
    });
    mkdirSync(join(folder, "bin"));
    copyFileSync(plugin, join(folder, "bin/pulumi-resource-peridio"));
    chmodSync(join(folder, "bin"), 0o555);
    await live(engineAt(url, {}, executable(join(folder, "bin/pulumi-resource-peridio"))));
    chmodSync(join(folder, "bin"), 0o700);
    expect(readdirSync(folder, { recursive: true })).toEqual(["bin", "bin/pulumi-resource-peridio"]);
  });

  test("with messages of more than 4 MiB", async () => {
    const host = Array.from({ length: 3 }, () => "x".repeat(60)).join(".");
    const people = Array.from({ length: 22_000 }, (_, index) => [`${index}@${host}.example`, "viewer"] as const);
    expect(JSON.stringify(people).length).toBeGreaterThan(4 * 1024 * 1024);
    const engine = engineAt(url);
    await engine.up(dev);
    const all = roster(Object.fromEntries(people));
    await expect(engine.preview({ ...dev, all })).rejects.toThrow(/limit/);
  });
});

describe("the executable connects", () => {
  const hasIpv6 = Object.values(networkInterfaces()).some((all) => all?.some(({ address }) => address === "::1"));

  testsWith("Enable IPv6.", hasIpv6).test("to an IPv6 address", async () => {
    const port = await listen(createHttpServer(forward), "::1");
    await live(engineAt(`http://[::1]:${port}`));
  });

  test("to a server with a certificate of a private authority, if its path is set", async () => {
    const port = await listenSecurely();
    await live(engineAt(`https://localhost:${port}`, { PERIDIO_CA_PATH: certificate ?? "" }));
    await expect(engineAt(`https://localhost:${port}`).up(dev)).rejects.toThrow(
      /certificate is not trusted .*`peridio:caPath`/,
    );
  });

  // Only Linux has this address without configuration.
  testsWith("Use Linux.", process.platform === "linux").test(
    "to no server whose certificate is for another host",
    async () => {
      const port = await listenSecurely("127.0.0.2");
      const engine = engineAt(`https://127.0.0.2:${port}`, { PERIDIO_CA_PATH: certificate ?? "" });
      await expect(engine.up(dev)).rejects.toThrow(/127\.0\.0\.2:\d+: the certificate is for another host\./);
      expect(emulator.requests()).toEqual([]);
    },
  );

  test("through a proxy with a password, and past it to the hosts in NO_PROXY", async () => {
    const port = await listenSecurely();
    const authorizations: (string | undefined)[] = [];
    const proxy = createHttpServer().on("connect", ({ headers, url: target = "" }: IncomingMessage, socket, head) => {
      authorizations.push(headers["proxy-authorization"]);
      const [host = "", port = ""] = target.split(":");
      const tunnel = connect(Number(port), host, () => {
        socket.write("HTTP/1.1 200 OK\r\n\r\n");
        tunnel.write(head);
        tunnel.pipe(socket).pipe(tunnel);
      });
      tunnel.on("error", () => socket.destroy());
      socket.on("error", () => tunnel.destroy());
    });
    const proxyPort = await listen(proxy);
    const settings = { HTTPS_PROXY: `http://ada:s%20t@127.0.0.1:${proxyPort}`, PERIDIO_CA_PATH: certificate ?? "" };
    await live(engineAt(`https://localhost:${port}`, settings));
    const basic = `Basic ${Buffer.from("ada:s t").toString("base64")}`;
    expect(new Set(authorizations)).toEqual(new Set([basic]));
    authorizations.length = 0;
    await engineAt(`https://localhost:${port}`, { ...settings, NO_PROXY: "localhost" }).up({
      lab: organization("acme-lab"),
    });
    expect(authorizations).toEqual([]);
  });

  test("to the engine without the proxy for other hosts", async () => {
    const proxied: string[] = [];
    const proxy = createHttpServer().on("connect", ({ url: target = "" }: IncomingMessage, socket) => {
      proxied.push(target);
      socket.destroy();
    });
    const address = `http://127.0.0.1:${await listen(proxy)}`;
    await emulator.control.createOrganization("acme-dev");
    // After a failure, the plugin sends the lines of its log before it responds.
    await expect(engineAt(url, { https_proxy: address }).up(dev)).rejects.toThrow("already exists");
    expect(proxied).toEqual([]);
  });

  test("again after the server has closed a kept-alive connection, without a second write", async () => {
    let connections = 0;
    const server = createHttpServer((incoming, response) => {
      // The client keeps the connection, and finds it closed at its next request.
      response.once("finish", () => setImmediate(() => incoming.socket.destroy()));
      forward(incoming, response);
    }).on("connection", () => (connections += 1));
    const engine = engineAt(`http://127.0.0.1:${await listen(server)}`);
    await engine.up(program);
    emulator.control.fault({ operation: "create-an-invitation", effect: "drop", when: "after" });
    await engine.up({ ...program, eve: member("eve@acme.example", "viewer") });
    expect(emulator.requests({ operation: "create-an-invitation" })).toHaveLength(2);
    expect(connections).toBeGreaterThan(4);
  });
});

test("the executable ends after SIGTERM, although a request is running", async () => {
  let child: ChildProcess | undefined;
  const recorded = executable(plugin, { started: (process) => (child = process) });
  const hold = emulator.control.hold({ operation: "create-an-organization" });
  const ended = hold.waitForArrivals(1).then(async () => {
    child?.kill("SIGTERM");
    if (child?.exitCode === null && child.signalCode === null) await once(child, "exit");
    hold.release();
  });
  await expect(engineAt(url, {}, recorded).up(program)).rejects.toThrow();
  await ended;
});

import { once } from "node:events";
import { createServer, type Http2Server, type ServerHttp2Session } from "node:http2";
import { createServer as createTcpServer, type Server } from "node:net";
import { watchEngine } from "./watch";

const closing: (() => unknown)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

async function listen(server: Http2Server | Server, at = 0): Promise<number> {
  await once(server.listen(at, "127.0.0.1"), "listening");
  closing.push(() => server.close());
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the server has no port");
  return address.port;
}

/** Returns the next connection of a server, after the client has received the settings. */
async function accept(server: Http2Server): Promise<ServerHttp2Session> {
  const session = await new Promise<ServerHttp2Session>((resolve) => server.once("session", resolve));
  closing.push(() => {
    session.destroy();
  });
  if (session.pendingSettingsAck) await once(session, "localSettings");
  return session;
}

/** Starts an engine, and watches it. */
async function watched() {
  const engine = createServer();
  const port = await listen(engine);
  let hasEnded = false;
  const first = accept(engine);
  const ended = new Promise<void>((resolve) => {
    watchEngine(`127.0.0.1:${port}`, () => {
      hasEnded = true;
      resolve();
    });
  });
  return { engine, port, first: await first, ended, hasEnded: () => hasEnded };
}

test("an engine that ends is reported", async () => {
  const { engine, first, ended } = await watched();
  engine.close();
  first.destroy();
  await ended;
});

test("an engine that closes only the connection is watched again", async () => {
  const { engine, first, ended, hasEnded } = await watched();
  const again = accept(engine);
  first.destroy();
  const second = await again;
  expect(hasEnded()).toBe(false);
  engine.close();
  second.destroy();
  await ended;
});

test("an engine whose port belongs to another server is reported", async () => {
  const { engine, port, first, ended } = await watched();
  engine.close();
  await listen(
    createTcpServer((socket) => socket.destroy()),
    port,
  );
  first.destroy();
  await ended;
});

test.each(["", "no address at all"])("%j is the address of no engine", (address) => {
  expect(() => {
    watchEngine(address, () => undefined);
  }).not.toThrow();
});

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { hang, hangHalfway, HangingProxy, json, type Place, type Reply, StubServer } from "#framework/testing";
import { run } from "./support/cli";
import { bin, dev, Site } from "./support/program";

const [certificate, key] = ["cert", "key"].map((kind) =>
  join(__dirname, `../../framework/src/http/testing/localhost.${kind}.pem`),
);

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** Starts a TLS server behind a proxy. Returns both with the variables that lead a client to them. */
async function startServer(place: Place, mayHang?: () => boolean) {
  const server = await StubServer.start({ key: readFileSync(key ?? ""), cert: readFileSync(certificate ?? "") });
  closing.push(() => server.stop());
  const proxy = await HangingProxy.start(place, mayHang);
  closing.push(() => proxy.stop());
  const address = `http://127.0.0.1:${proxy.port}`;
  return {
    server,
    proxy,
    variables: {
      PERIDIO_BASE_URL: `https://localhost:${server.port}`,
      PERIDIO_CA_PATH: certificate ?? "",
      HTTPS_PROXY: address,
      https_proxy: address,
      NO_PROXY: "",
      no_proxy: "",
    },
  };
}

type Hanging = Awaited<ReturnType<typeof startServer>>;

/** Begins with a program whose provider tries each request twice, for a second. */
async function beginSite({ variables }: Hanging): Promise<{ readonly site: Site; readonly emulatorUrl: string }> {
  const { emulator, stack } = await Site.begin(dev);
  closing.push(() => stack.end());
  const site = new Site(emulator, stack.with(variables));
  await site.stack.succeed("config", "set", "peridio:requestTimeout", "1");
  await site.stack.succeed("config", "set", "peridio:maxRetries", "1");
  return { site, emulatorUrl: stack.variable("PERIDIO_BASE_URL") ?? "" };
}

/** Returns the seconds that something takes, with its result. */
async function measure<T>(action: () => Promise<T>): Promise<readonly [seconds: number, result: T]> {
  const start = Date.now();
  const result = await action();
  return [(Date.now() - start) / 1_000, result];
}

/** Passes requests on to another server, and closes each connection after the response. */
function forwardTo(target: string): Reply {
  return ({ method, url, headers: { authorization = "" }, body }, response) => {
    const headers = { authorization, "content-type": "application/json" };
    void fetch(`${target}${url}`, { method, headers, body: body === "" ? null : body }).then(async (answer) => {
      response.writeHead(answer.status, { "content-type": "application/json", connection: "close" });
      response.end(await answer.text());
    });
  };
}

describe("behind a proxy that hangs,", () => {
  const places: readonly (readonly [what: string, Place, Reply])[] = [
    ["at CONNECT", "CONNECT", json(200, {})],
    ["in TLS", "TLS", json(200, {})],
    ["before the headers", "nowhere", hang],
    ["in the body", "nowhere", hangHalfway],
  ];

  test.each(places)("%s: an update fails in time, and sends no write", async (_, place, reply) => {
    const hanging = await startServer(place);
    hanging.server.script(reply);
    const { site } = await beginSite(hanging);
    const [seconds, said] = await measure(() => site.failUp());
    expect(said).toContain("no complete response arrived within 1 s");
    // Two attempts and the time of the CLI. Without a limit, one attempt takes 300 seconds.
    expect(seconds).toBeLessThan(60);
    hanging.proxy.release();
    await hanging.proxy.closed();
    expect(hanging.server.received.filter(({ method }) => method !== "GET")).toEqual([]);
    expect(JSON.stringify(await site.state())).not.toContain("acme-dev");
  });

  // The commands wait at the same time, because their time limit of 30 seconds cannot be changed.
  test("each command that reads Peridio ends in time, and names the reason", async () => {
    const ask = async (place: Place, reply: Reply) => {
      const hanging = await startServer(place);
      hanging.server.script(reply);
      const environment = { ...process.env, PERIDIO_API_KEY: "sesame", ...hanging.variables };
      const [seconds, { code, stdout, stderr }] = await measure(() =>
        run(join(bin, "peridio-gitops"), ["audit"], __dirname, environment),
      );
      await hanging.proxy.closed();
      return { seconds, code, stdout, stderr };
    };
    const ended = await Promise.all(places.map(([, place, reply]) => ask(place, reply)));
    for (const { code, stdout, stderr } of ended) {
      expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
      expect(stderr).toMatch(
        /: (no complete response arrived within 30 s|the connection took too long)\. .* gave up after 5 attempts\./,
      );
    }
    // Five attempts and the waits between them. Without a limit, the first attempt alone takes 300 seconds.
    expect(Math.max(...ended.map(({ seconds }) => seconds))).toBeLessThan(240);
  });
});

test.each<Place>(["CONNECT", "TLS"])(
  "a creation whose connection hangs at %s is looked up and sent once, although the proxy continues later",
  async (place) => {
    let reads = Infinity;
    const hanging = await startServer(place, () => site.emulator.requests().length >= reads);
    const { site, emulatorUrl } = await beginSite(hanging);
    hanging.server.script(forwardTo(emulatorUrl));
    await site.up();
    const sent = site.requests();
    expect(sent.filter((line) => !line.startsWith("GET "))).toEqual([expect.stringMatching(/^POST /)]);
    await site.stack.succeed("destroy", "--yes", "--skip-preview");
    site.requests();
    reads = sent.findIndex((line) => line.startsWith("POST "));

    const update = site.up();
    await hanging.proxy.abandoned;
    hanging.proxy.release();
    await update;
    await hanging.proxy.closed();
    const repeated = site.requests();
    expect(repeated.filter((line) => !line.startsWith("GET "))).toEqual([expect.stringMatching(/^POST /)]);
    expect(repeated.length).toBeGreaterThan(sent.length);
    expect(site.people()).toEqual(["ada@acme.example admin"]);
  },
);

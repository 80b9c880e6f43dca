import * as z from "zod";
import { drop, Engine, json, type Program, type Reply, StubServer } from "pulumi-provider-kit/testing";
import { provider } from "../examples/tokens/provider";

const body = z.object({ name: z.string() });

/** A service with tokens, which shows the secret of a token once. */
class Tokens {
  readonly names = new Map<string, string>();
  /** True to break the connection after the next POST has taken effect. */
  losesResponse = false;

  readonly reply: Reply = (request, response) => {
    this.#process(request)(request, response);
  };

  #process({ method, url, body: text }: Parameters<Reply>[0]): Reply {
    const id = url.replace("/tokens/", "");
    if (method === "GET" && url.includes("?")) return this.#list(new URL(url, "http://localhost").searchParams);
    if (method === "GET")
      return this.names.has(id) ? json(200, this.#show(id)) : json(404, { message: "No such token" });
    if (method === "DELETE") return this.names.delete(id) ? json(200, {}) : json(404, {});
    const created = `t${this.names.size + 1}`;
    this.names.set(created, body.parse(JSON.parse(text)).name);
    if (!this.losesResponse) return json(201, { ...this.#show(created), secret: "shown once" });
    this.losesResponse = false;
    return drop;
  }

  #show(id: string) {
    return { id, name: this.names.get(id) };
  }

  /** Lists one token on each page. */
  #list(parameters: URLSearchParams): Reply {
    const ids = [...this.names.keys()];
    const index = Number(parameters.get("cursor") ?? 0);
    const data = ids.slice(index, index + 1).map((one) => this.#show(one));
    return json(200, { data, next: index + 1 < ids.length ? String(index + 1) : null });
  }
}

let server: StubServer;
let tokens: Tokens;
let engine: Engine;
beforeEach(async () => {
  server = await StubServer.start();
  tokens = new Tokens();
  server.script(tokens.reply);
  engine = new Engine({ provider }, { ACME_API_KEY: "sesame" }, { endpoint: server.endpoint });
});
afterEach(() => server.stop());

const declare = (...names: readonly string[]): Program =>
  Object.fromEntries(names.map((name) => [name, { type: "Token", inputs: () => ({ name }) }]));

const getPosts = () => server.received.filter(({ method }) => method === "POST");

test("a token keeps its secret, which only the response to its creation contains", async () => {
  await engine.up(declare("ci", "cd"));
  expect(await engine.up(declare("ci", "cd"))).toMatchObject([{ op: "same" }, { op: "same" }]);
  expect(await engine.refresh()).toEqual([]);
  expect(JSON.stringify(engine.state.get("ci")?.outputs)).toContain("shown once");
  expect(getPosts()).toMatchObject([{ body: '{"name":"ci"}' }, { body: '{"name":"cd"}' }]);
  expect(server.received[0]?.headers).toMatchObject({
    authorization: "Bearer sesame",
    "user-agent": "pulumi-acme/1.0.0",
  });
  tokens.names.delete("t1");
  expect(await engine.refresh()).toMatchObject([{ op: "gone", name: "ci" }]);
  await engine.destroy();
  expect([...tokens.names]).toEqual([]);
});

test("a token whose response was lost is not created again, and the next run names it", async () => {
  tokens.losesResponse = true;
  await expect(engine.up(declare("ci"))).rejects.toThrow(
    /Acme cannot be reached at .*: the connection closed before the response was complete\..* The request may have taken effect\. \(POST \/tokens\)/,
  );
  await expect(engine.up(declare("ci"))).rejects.toThrow("If no program uses the token, delete it (id t1).");
  expect(getPosts()).toHaveLength(1);
});

import { createServer } from "node:http";
import { once } from "node:events";
import * as z from "zod";
import { ForgeApi } from "./requests";

let answer: { readonly status: number; readonly text: string };
const server = createServer(({ url, headers }, response) => {
  const text = answer.text.replace("HEADERS", JSON.stringify(headers));
  if (url === "/repos/acme/access/moved")
    response.writeHead(302, { location: `http://${headers.host ?? ""}/elsewhere` }).end();
  else response.writeHead(answer.status).end(text);
});
let api: ForgeApi;

beforeAll(async () => {
  await once(server.listen(0, "127.0.0.1"), "listening");
  const address = server.address();
  const port = typeof address === "object" ? (address?.port ?? 0) : 0;
  api = new ForgeApi("GitHub", `http://127.0.0.1:${port}/repos/acme/access`, { authorization: "Bearer ghp_x1y2z3" });
});
afterAll(async () => {
  server.closeAllConnections();
  await once(server.close(), "close");
});

test("an error hides a token that the forge repeats", async () => {
  answer = { status: 403, text: "refused HEADERS" };
  const error = await api.send("pulls", { method: "POST", body: {} }).catch(String);
  expect(error).toMatch(/GitHub answered POST pulls with 403: refused .*"authorization":"Bearer \[secret\]"/);
  expect(error).not.toContain("ghp_x1y2z3");
});

test("an error names the method and the path, also of the repository itself", async () => {
  answer = { status: 404, text: "gone" };
  await expect(api.json("", z.unknown())).rejects.toThrow("GitHub answered GET /repos/acme/access with 404: gone.");
  answer = { status: 200, text: "{}" };
  await expect(api.json("pulls/7", z.string(), { method: "PATCH" })).rejects.toThrow(
    "GitHub answered PATCH pulls/7 with something that this version does not understand.",
  );
});

test("a redirect gets no token, and is no answer to a request that writes", async () => {
  answer = { status: 200, text: "HEADERS" };
  expect(await api.json("moved", z.record(z.string(), z.string()))).not.toHaveProperty("authorization");
  await expect(api.send("moved", { method: "POST", body: {} })).rejects.toThrow(
    "GitHub answered POST moved with 302, a redirect. Correct the address of the API. If the repository was renamed, correct the address of the remote.",
  );
});

test("a list that does not end is an error", async () => {
  answer = { status: 200, text: "[1]" };
  const read = async () => {
    for await (const one of api.list("pulls", z.number())) expect(one).toBe(1);
  };
  await expect(read()).rejects.toThrow("GitHub answered GET pulls with more than 1000 pages.");
});

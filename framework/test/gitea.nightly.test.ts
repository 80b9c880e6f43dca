import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as z from "zod";
import { Engine, listChecks, type Program, secret, type Subject } from "pulumi-provider-kit/testing";
import { giteaPassword, GiteaServer, hasGitea, testsWithTool } from "../../scripts/tests";
import { provider } from "../examples/gitea/provider";

/** The provider of examples/gitea with a real Gitea. */

const { test, describe } = testsWithTool("Run `make gitea`, for the tests with a real Gitea.", hasGitea);

const settings = (url: string) => ({ url, user: "root", password: secret(giteaPassword) });

const token = (rotation: string) => ({
  type: "AccessToken",
  inputs: () => ({ name: "pipeline", rotation, scopes: ["read:organization"] }),
});

const program: Program = {
  acme: { type: "Organization", inputs: () => ({ name: "acme", fullName: "Acme", description: "Ours" }) },
  field: {
    type: "Team",
    inputs: (id) => ({
      organization: id("acme"),
      name: "field",
      units: { "repo.code": "write", "repo.issues": "read" },
      members: ["Ada", "bob"],
    }),
  },
  key: {
    type: "ActionsSecret",
    inputs: (id) => ({ organization: id("acme"), name: "deploy_key", value: secret("a key of the machines") }),
  },
  token: token("2027.01"),
};

const changed: Program = {
  acme: { type: "Organization", inputs: () => ({ name: "acme", visibility: "limited" }) },
  field: {
    type: "Team",
    inputs: (id) => ({
      organization: id("acme"),
      name: "site",
      description: "On site",
      units: { "repo.code": "read" },
      members: ["bob", "eve"],
    }),
  },
  key: {
    type: "ActionsSecret",
    inputs: (id) => ({
      organization: id("acme"),
      name: "DEPLOY_KEY",
      value: secret("another key"),
      description: "New",
    }),
  },
  token: token("2027.02"),
};

describe("Gitea", () => {
  let folder: string;
  let server: GiteaServer;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "gitea-"));
    server = await GiteaServer.begin(folder);
    for (const login of ["ada", "bob", "eve"]) await server.addPerson(login);
  });
  afterAll(async () => {
    await server.end();
    rmSync(folder, { recursive: true, force: true });
  });

  const begin = (): Subject => ({
    provider,
    parent: { type: "Organization", input: "organization" },
    url: server.url,
    configure: settings,
    program,
    changed,
    importId: (name, id) => (name === "field" ? "acme/field" : id),
    exceptions: {
      "shows no change after an import": { key: "Gitea never returns the value.", token: "Gitea returns it once." },
      "repeats no write whose answer was lost": { token: "Its value is lost, so a person deletes it." },
    },
  });

  test.each(listChecks(begin))("the provider $name", ({ run }) => run());

  test("repairs changes outside Pulumi, and only these", async () => {
    const engine = new Engine(begin(), {}, settings(server.url));
    await engine.up(program);
    const teams = await server.request(
      "root",
      ["GET", "orgs/acme/teams"],
      z.array(z.object({ id: z.int(), name: z.string() })),
    );
    const team = teams.find(({ name }) => name === "field")?.id ?? 0;
    await server.send("root", "PUT", `teams/${team}/members/eve`);
    await server.send("root", "DELETE", `teams/${team}/members/bob`);
    await server.send("root", "PATCH", "orgs/acme", { description: "Theirs", full_name: "Acme" });
    await server.send("root", "DELETE", "orgs/acme/actions/secrets/DEPLOY_KEY");
    expect(await engine.refresh()).toEqual([
      { op: "refresh", name: "acme", diff: { description: "update" } },
      { op: "refresh", name: "field", diff: { members: "update" } },
      { op: "gone", name: "key" },
    ]);
    const steps = await engine.up(program);
    expect(steps.map(({ op, name }) => `${op} ${name}`)).toEqual([
      "update acme",
      "update field",
      "create key",
      "same token",
    ]);
    const members = await server.request(
      "root",
      ["GET", `teams/${team}/members`],
      z.array(z.object({ login: z.string() })),
    );
    expect(members.map(({ login }) => login).sort()).toEqual(["ada", "bob"]);
    await engine.destroy();
    expect((await server.send("root", "GET", "orgs/acme")).status).toBe(404);
  });

  test("rotates a token without a gap, and revokes the old one", async () => {
    const engine = new Engine(begin(), {}, settings(server.url));
    const use = async (output: unknown) => {
      const { value } = z.object({ value: z.string() }).parse(output);
      return (await fetch(`${server.url}/api/v1/orgs`, { headers: { authorization: `token ${value}` } })).status;
    };
    await engine.up({ token: token("2027.01") });
    const first = engine.state.get("token")?.outputs.token;
    const verbs: string[] = [];
    const calling = (verb: string) => {
      verbs.push(verb);
      return () => undefined;
    };
    await engine.up({ token: token("2027.02") }, { calling });
    expect(verbs).toEqual(["create", "delete"]);
    expect(await use(engine.state.get("token")?.outputs.token)).toBe(200);
    expect(await use(first)).toBe(401);
    await engine.destroy();
  });
});

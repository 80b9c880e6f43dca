import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { Emulator } from "#emulator";
import { type Declaration, type Declarations, dev, Site } from "./support/program";

let site: Site;
afterEach(() => site.end());

/** Returns the text of all files of the state, also of its history and backups. */
async function readState(): Promise<string> {
  const entries = await readdir(join(site.stack.backend, ".pulumi"), { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return (await Promise.all(files.map(({ parentPath, name }) => readFile(join(parentPath, name), "utf8")))).join("\n");
}

test("a token is the API key of a second provider, is rotated with overlap, and is in clear text nowhere", async () => {
  const emulator = new Emulator();
  await emulator.control.createOrganization("acme-dev");
  const environment = { PERIDIO_BACKEND: "connect", PERIDIO_API_KEY: emulator.control.addApiKey("ada@acme.example") };
  const program = (rotate: string, description: string): Declarations => ({
    ...dev,
    ci: { type: "peridio:OrganizationApiToken", properties: { organizationId: "${dev.id}", name: "ci", rotate } },
    second: { type: "pulumi:providers:peridio", properties: { apiKey: "${ci.token}" } },
    field: group("${second}", description),
  });
  const group = (provider: string, description: string): Declaration => ({
    type: "peridio:Group",
    properties: { organizationId: "${dev.id}", name: "field", description },
    options: { provider },
  });
  const tokens: string[] = [];
  const said: string[] = [];
  const remember = () => {
    for (const { token } of emulator.state.organizations[0]?.api_tokens ?? [])
      if (!tokens.includes(token)) tokens.push(token);
  };

  site = await Site.begin(program("1", "First"), { emulator, environment });
  said.push(await site.stack.succeed("preview", "--diff"));
  said.push(await site.up("--logtostderr", "-v=1"));
  remember();
  expect(emulator.state.organizations[0]).toMatchObject({ groups: [{ description: "First" }] });
  said.push(await site.stack.succeed("preview", "--refresh", "--expect-no-changes"));

  await site.declare(program("2", "Second"));
  said.push(await site.stack.succeed("preview", "--diff"));
  site.requests();
  said.push(await site.up("--diff"));
  expect(site.writes()).toEqual([
    'POST OrgApiToken_create {"name":"ci"}',
    'PUT Group_update {"description":"Second"}',
    "DELETE OrgApiToken_delete",
  ]);
  remember();
  said.push(await site.stack.succeed("refresh", "--yes", "--diff"));
  expect(emulator.state.organizations[0]?.api_tokens).toHaveLength(1);

  const exported = await site.stack.succeed("stack", "export");
  const state = await readState();
  expect(tokens).toHaveLength(2);
  expect(state).toContain("OrganizationApiToken");
  for (const token of tokens) {
    expect([...said, exported].join("\n")).not.toContain(token);
    expect(state).not.toContain(token);
  }
  expect(await site.stack.succeed("stack", "export", "--show-secrets")).toContain(tokens[1]);

  await site.declare(dev);
  await site.up();
  expect(emulator.state.organizations[0]).toMatchObject({ groups: [], api_tokens: [] });
});

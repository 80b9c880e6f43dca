import { readFileSync } from "node:fs";
import { hostname, userInfo } from "node:os";
import { delimiter, join } from "node:path";
import { Emulator } from "#emulator";
import { testsWithTool } from "#testing";
import { read } from "./guides/markdown";
import { RecordedPlugin } from "./support/recordedPlugin";
import { bin, type Declarations, dev, roster, Site } from "./support/program";
import { findPostgres, startPostgres, startS3, type StateServer } from "./support/stateServer";

const guide = read("docs/operations.md", readFileSync("docs/operations.md", "utf8"));
const withPostgres = testsWithTool(
  "Install PostgreSQL, for the state in a database. On Debian: apt install postgresql",
  findPostgres() !== undefined,
);

const invite = "OrgInvitation_create";
/** The check of the API key, the first request of each plugin. */
const firstRequest = "Me_show";
const emails = Array.from({ length: 30 }, (_, index) => `person-${index}@acme.example`);
const owned = { organizationId: "${dev.id}" };
const declared: Declarations = {
  ...dev,
  ci: { type: "peridio:OrganizationApiToken", properties: { ...owned, name: "ci" } },
  factory: { type: "peridio:ClaimToken", properties: { ...owned, name: "factory", maxUses: 5 } },
  alerts: {
    type: "peridio:Webhook",
    properties: { ...owned, name: "alerts", url: "https://alerts.acme.example", events: ["device.offline"] },
  },
  firmware: { type: "peridio:Project", properties: { ...owned, name: "firmware", everyoneEnabled: true } },
  all: {
    ...roster({ "ada@acme.example": "admin", ...Object.fromEntries(emails.map((email) => [email, "member"])) }),
    options: { dependsOn: ["${ci}", "${factory}", "${alerts}", "${firmware}"] },
  },
};
/** The guide's commands: after a killed run, and for objects whose secret is lost. */
const [cancelAndUpdate, removePending, findLostSecrets] = [
  findBlock("pulumi cancel --yes\npulumi up"),
  findBlock("--clear-pending-creates"),
  findBlock("peridio-gitops audit"),
];
const isLocked = new RegExp(
  "the stack is currently locked by 1 lock\\(s\\).* `pulumi cancel`\\.\\n" +
    ` +\\S+/\\.pulumi/locks/organization/people/test/\\S+\\.json\\S*: created by ${userInfo().username}@${hostname()} \\(pid`,
);

const backends = [
  { scheme: "s3://BUCKET?endpoint=", start: startS3, suite: describe },
  { scheme: "postgres://", start: startPostgres, suite: withPostgres.describe },
];

for (const { scheme, start, suite } of backends) {
  suite(`with the state in ${scheme}…`, () => {
    let server: StateServer;
    let site: Site;
    let apiKey: string;
    const ends: (() => Promise<unknown>)[] = [];

    beforeEach(async () => {
      server = await start();
      ends.push(server.stop);
      const emulator = new Emulator();
      await emulator.control.createOrganization("acme-dev");
      apiKey = emulator.control.addApiKey("ada@acme.example");
      const environment = {
        ...server.environment,
        PULUMI_BACKEND_URL: fill(
          demand(
            guide.words.find((word) => word.startsWith(scheme)),
            scheme,
          ),
          server.placeholders,
        ),
        PERIDIO_BACKEND: "connect",
        PERIDIO_API_KEY: "",
        PATH: [bin, join(bin, "../.pulumi/bin"), process.env.PATH].join(delimiter),
      };
      site = await Site.begin(declared, { emulator, environment });
      ends.unshift(() => site.end());
      await site.stack.succeed("config", "set", "--secret", "peridio:apiKey", apiKey);
    });

    afterEach(async () => {
      for (const end of ends.splice(0)) await end();
    });

    test("a second update is refused, and the guide repairs a killed one", async () => {
      await killUp(site, {}, async () => {
        const requests = site.emulator.requests({ operation: firstRequest }).length;
        expect(await site.failUp()).toMatch(isLocked);
        expect(site.emulator.requests({ operation: firstRequest })).toHaveLength(requests);
        await site.stack.succeed("preview");
      });
      expect(await site.failUp()).toMatch(isLocked);
      const updated = await site.stack.bash(cancelAndUpdate);
      expect(updated.code).toBe(0);
      expect(updated.stdout).toContain("1 pending operations");
      expect(updated.stdout).toContain("OrganizationMembers::all, interrupted while creating");
      expectEveryoneOnce(site);
      expect(await site.stack.succeed("stack", "export")).toContain("pending_operations");
      expect(await site.stack.bash(removePending)).toMatchObject({ code: 0 });

      const secrets = listSecrets(site);
      expect(secrets).toHaveLength(3);
      const shown = await site.stack.succeed("stack", "export", "--show-secrets");
      expect(shown).not.toContain("pending_operations");
      for (const { secret } of secrets) expect(shown).toContain(secret);
      const stored = await server.readAll();
      expect(stored).toContain(emails[0]);
      expect([apiKey, ...secrets.map(({ secret }) => secret)].filter((secret) => stored.includes(secret))).toEqual([]);
    });

    test("a killed update without checkpoints loses its state, as the guide says", async () => {
      await killUp(site, { PULUMI_SKIP_CHECKPOINTS: "true" });
      const lost = listSecrets(site);
      expect(await site.state()).toEqual([]);
      expect(await site.failUp()).toMatch(isLocked);
      await site.stack.succeed("cancel", "--yes");
      const [, command = ""] = /`pulumi (import peridio:index:Project [^`]+)`/.exec(await site.failUp()) ?? [];
      await site.stack.succeed(...command.split(" "), "--yes");
      await site.up();
      expectEveryoneOnce(site);
      await site.stack.succeed("preview", "--expect-no-changes");

      expect(lost).toHaveLength(3);
      expect(listSecrets(site)).toHaveLength(6);
      const { stdout } = await site.stack.with({ PERIDIO_API_KEY: apiKey }).bash(findLostSecrets);
      for (const { id, secret } of listSecrets(site)) {
        const [start = ""] = id.split("-");
        const isLost = lost.some((one) => one.secret === secret);
        expect({ id, isFound: stdout.includes(start) }).toEqual({ id, isFound: isLost });
      }
    });
  });
}

/** Kills an update between two invitations. Calls `meanwhile` before the end of Pulumi. */
async function killUp(
  site: Site,
  environment: Readonly<Record<string, string>>,
  meanwhile: () => Promise<void> = () => Promise.resolve(),
): Promise<void> {
  const { control } = site.emulator;
  const plugin = await RecordedPlugin.in(site.stack.folder, { staysParent: true });
  await site.declare(declared, plugin.folder);
  const first = control.hold({ operation: invite });
  const up = site.stack.with(environment).start("up", "--yes", "--skip-preview");
  await first.waitForArrivals();
  first.release();
  const next = control.hold({ operation: invite });
  await next.waitForArrivals();
  await meanwhile();
  up.kill();
  await up.ended;
  await plugin.waitForEnd();
  expect(countInvitations(site)).toBeGreaterThan(0);
  expect(countInvitations(site)).toBeLessThan(emails.length);
  next.release();
  await site.declare(declared);
}

/** Returns the number of invitations that Peridio has sent. */
function countInvitations({ emulator }: Site): number {
  return emulator.requests({ operation: invite, status: 201 }).length;
}

function expectEveryoneOnce(site: Site): void {
  expect(countInvitations(site)).toBe(emails.length);
  const invited = emails.map((email) => `${email} viewer invited`);
  expect(site.people()).toEqual(["ada@acme.example admin", ...invited].sort());
}

/** Lists the objects with a secret. */
function listSecrets({ emulator }: Site): readonly { readonly id: string; readonly secret: string }[] {
  const { api_tokens: tokens, claim_tokens: claims, webhooks } = emulator.control.getOrganization("acme-dev");
  return [
    ...[...tokens, ...claims].map(({ id, token }) => ({ id, secret: token })),
    ...webhooks.map(({ id, secret }) => ({ id, secret })),
  ];
}

/** Returns the block of the guide with these words. */
function findBlock(words: string): string {
  return demand(guide.blocks.find(({ code }) => code.includes(words))?.code, words);
}

function demand(found: string | undefined, words: string): string {
  if (found === undefined) throw new Error(`docs/operations.md does not contain ${words}`);
  return found;
}

/** Replaces the placeholders of a URL in the guide. */
function fill(url: string, placeholders: Readonly<Record<string, string>>): string {
  return Object.entries(placeholders).reduce((text, [placeholder, value]) => text.replace(placeholder, value), url);
}

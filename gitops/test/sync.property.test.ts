import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { countCases } from "#testing";
import { Emulator, serve } from "#emulator";
import { parseLayout } from "#layout";
import { type BackendName, version } from "#provider";
import { run } from "../src/program";
import { syncReport } from "../src/sync/report";
import { type LayoutText, layoutTexts } from "./support/layoutTexts";
import { fakeTerminal } from "./support/terminal";

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "peridio-sync-"))));
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const apiKey = "peridio-key-of-zoe";
const now = new Date("2027-01-31T08:00:00Z");
const zoe = "zoe@acme.example";

/** Returns the role in the Admin API, in which the emulator stores roles. */
function toStored(role: string) {
  return role === "admin" ? "admin" : role === "viewer" ? "viewer" : "developer";
}

/** Creates the organizations that a layout declares. */
async function found({ text, backend }: LayoutText): Promise<Emulator> {
  const emulator = new Emulator({ now: () => now });
  const { control } = emulator;
  control.addUser(zoe);
  control.addApiKey(zoe, { key: apiKey });
  const { organizations } = parseLayout([{ file: "layout.yaml", text }], { now, version });
  for (const { name, members, displayName, description, groups = [], projects = [] } of organizations) {
    const settings = backend === "connect" ? {} : { display_name: displayName, description };
    await control.createOrganization(name, settings, { as: zoe });
    for (const [email, role] of Object.entries(members))
      if (email !== zoe) control.addMember(email, name, toStored(role));
    for (const group of groups) {
      control.addGroup(group.name, name);
      for (const email of group.members ?? []) await control.access.addGroupMember(email, group.name, name);
    }
    for (const { name: project, cohorts, access } of projects) {
      control.access.addProject(project, name, { everyone_enabled: false });
      for (const email of access?.users ?? []) await control.access.grantAccess({ project, email }, name);
      for (const group of access?.groups ?? []) await control.access.grantAccess({ project, group }, name);
      for (const { name: cohort, access: own } of cohorts) {
        control.access.addCohort(cohort, project, name, { everyone_enabled: false });
        for (const email of own?.users ?? []) await control.access.grantAccess({ project, cohort, email }, name);
        for (const group of own?.groups ?? []) await control.access.grantAccess({ project, cohort, group }, name);
      }
    }
  }
  return emulator;
}

const changes = {
  join: ({ control }, email, name) => {
    control.addMember(email, name, "viewer");
  },
  leave: ({ control }, email, name) => {
    control.leave(email, name);
  },
  promote: async ({ control }, email, name) => control.setRole(email, name, "admin", { as: zoe }),
  invite: async ({ control }, email, name) => control.invite(email, name, "developer", { as: zoe }),
  rename: async ({ control }, email, name) => control.updateOrganization(name, { display_name: email }, { as: zoe }),
  addToGroup: async ({ control }, email, name) => control.access.addGroupMember(email, "field", name),
  removeFromGroup: async ({ control }, email, name) => control.access.removeGroupMember(email, "field", name),
  grant: async ({ control }, email, name) => control.access.grantAccess({ project: "gateway", email }, name),
  revoke: async ({ control }, email, name) => control.access.revokeAccess({ project: "gateway", email }, name),
  open: async ({ control }, _email, name) => control.access.updateProject("gateway", name, { everyone_enabled: true }),
} satisfies Record<string, (emulator: Emulator, email: string, organization: string) => Promise<void> | void>;

const anyChange = fc.record({
  kind: fc.constantFrom(...Object.values(changes)),
  person: fc.nat(99),
  organization: fc.nat(99),
});

async function sync(url: string, backend: BackendName, ...args: readonly string[]) {
  const environment = { PERIDIO_API_KEY: apiKey, PERIDIO_BASE_URL: url };
  const terminal = fakeTerminal({ folder, environment, now });
  const code = await run(["sync", "--backend", backend, ...args], terminal);
  return { code, printed: terminal.printed(), said: terminal.said() };
}

async function list(url: string, backend: BackendName) {
  const { printed, said } = await sync(url, backend, "--json");
  expect(said).toBe("");
  return syncReport.parse(JSON.parse(printed)).differences;
}

const listComments = (text: string) => [...text.matchAll(/# comment \d+/g)].map(([comment]) => comment);

test("the adoption of random drift leaves only what it names, and keeps every other comment", async () => {
  let adopted = 0;
  await fc.assert(
    fc.asyncProperty(layoutTexts, fc.array(anyChange, { minLength: 1, maxLength: 6 }), async (layout, drift) => {
      const file = join(folder, "layout.yaml");
      writeFileSync(file, layout.text);
      const emulator = await found(layout);
      const server = await serve(emulator, { port: 0 });
      try {
        expect(await list(server.url, layout.backend)).toEqual([]);
        for (const { kind, person, organization } of drift) {
          const email = layout.people[person % layout.people.length] ?? "";
          const name = layout.organizations[organization % layout.organizations.length] ?? "";
          try {
            await kind(emulator, email, name);
          } catch (error) {
            // Such as a second membership of a person, or a group in the Admin API.
            if (!(error instanceof Error) || error.name !== "ControlError") throw error;
          }
        }
        const before = await list(server.url, layout.backend);
        expect(readFileSync(file, "utf8")).toBe(layout.text);
        const { code, printed, said } = await sync(server.url, layout.backend, "--adopt-all");
        const edited = readFileSync(file, "utf8");
        const after = await list(server.url, layout.backend);
        expect(code).toBe(after.length > 0 ? 3 : 0);
        // Each difference is either adopted, or named with the reason.
        const [, rest = ""] = printed.split("Not adopted:");
        const keep = ({ organization, subject, live }: (typeof before)[number]) => [organization, subject, live];
        expect(before.map(keep)).toEqual(expect.arrayContaining(after.map(keep)));
        expect(printed.includes("Not adopted:")).toBe(after.length > 0);
        if (after.length > 0) expect(rest).toContain(`${after.length} difference`);
        for (const { subject, live } of after) expect(rest).toContain(`- ${subject}: live ${live}`);
        expect([...listComments(edited), ...listComments(said)].sort()).toEqual(listComments(layout.text).sort());
        adopted += before.length - after.length;
      } finally {
        await server.close();
      }
    }),
    { numRuns: countCases(8) },
  );
  // Eight cases can have no difference that can be adopted.
  expect(adopted).toBeGreaterThanOrEqual(Math.floor(countCases(8) / 10));
});

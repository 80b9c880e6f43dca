import { join } from "node:path";
import { Emulator, serve } from "#emulator";
import { Engine, executable } from "./support/engine";
import * as programs from "./support/programs";
import { dev, roster, Site } from "./support/program";

/** Partial results of rosters whose state is larger than a trailer of gRPC. The plugin is the executable, whose runtime has its own limits. */
const ada = "ada@acme.example";
const person = (index: number) => `person-${index}@acme.example`;

/** The roster of so many people and the API key's user. Each of the first `promoted` people is an admin. */
function team(size: number, promoted = 0): Record<string, string> {
  const people = Array.from({ length: size }, (_, index): [string, string] => [
    person(index),
    index < promoted ? "admin" : "member",
  ]);
  return { ...Object.fromEntries(people), [ada]: "admin" };
}

/** A refusal of the first request of an operation. */
const refusal = (operation: string) =>
  ({ operation, times: 1, effect: { status: 422, body: { errors: { email: ["is refused"] } } } }) as const;

/** Peridio with an organization in Avocado Connect that has room for all people. */
async function openPeridio(): Promise<{ readonly emulator: Emulator; readonly environment: Record<string, string> }> {
  const emulator = new Emulator();
  await emulator.control.createOrganization("acme-dev");
  emulator.control.getOrganization("acme-dev").limits.users = 20_000;
  const environment = { PERIDIO_BACKEND: "connect", PERIDIO_API_KEY: emulator.control.addApiKey(ada) };
  return { emulator, environment };
}

const count = (lines: readonly string[], start: string) => lines.filter((line) => line.startsWith(start)).length;

describe("with the real engine, a roster of 2,000 people", () => {
  const size = 2_000;
  let site: Site;
  afterEach(() => site.end());

  async function begin(members: Readonly<Record<string, string>>): Promise<void> {
    const { emulator, environment } = await openPeridio();
    site = await Site.begin({ ...dev, all: roster(members) }, { emulator, environment });
  }

  test("with a refused invitation shows the message, stays in the state, and is completed by the next update", async () => {
    await begin(team(size));
    site.emulator.control.fault(refusal("OrgInvitation_create"));
    const said = await site.failUp();
    expect(said).toMatch(/OrganizationMembers acme-dev could not be created: person-\d+@acme\.example: .*is refused/s);
    expect(site.people()).toHaveLength(size);
    expect(await site.stack.succeed("stack", "--show-urns")).toContain("peridio:index:OrganizationMembers::all");

    site.requests();
    await site.up();
    expect(site.writes()).toEqual([expect.stringMatching(/^POST OrgInvitation_create /)]);
    expect(site.people()).toHaveLength(size + 1);
    await site.up("--refresh", "--expect-no-changes");
  });

  test("with a refused change shows the message and the remedy, and is completed by the next update", async () => {
    await begin(team(size));
    await site.up();
    for (let index = 0; index < size; index += 1) site.emulator.control.accept(person(index), "acme-dev");
    await site.up("--refresh");
    const before = await site.state();

    await site.declare({ ...dev, all: roster(team(size, 3)) });
    site.emulator.control.fault(refusal("Organization_update_member_role"));
    const said = await site.failUp();
    expect(said).toMatch(/OrganizationMembers acme-dev could not be updated: .*is refused/s);
    expect(said).toContain("Run `pulumi up --refresh`.");
    // The state still identifies the users behind the addresses.
    expect(await site.state()).toEqual(before);

    site.requests();
    await site.up("--refresh");
    expect(count(site.writes(), "PUT Organization_update_member_role")).toBe(1);
    expect(count(site.people(), "person-")).toBe(size);
    await site.up("--refresh", "--expect-no-changes");
  });
});

test("the creation of a roster of 10,000 people with a refused invitation returns the message and the object", async () => {
  const { emulator, environment } = await openPeridio();
  const server = await serve(emulator, { port: 0 });
  const launch = executable(join(__dirname, "../../bin/pulumi-resource-peridio"));
  const engine = new Engine({ ...environment, PERIDIO_BASE_URL: server.url }, { maxConcurrency: "100" }, launch);
  const program = { ...programs.dev, all: programs.roster(team(10_000)) };
  try {
    emulator.control.fault(refusal("OrgInvitation_create"));
    await expect(engine.up(program)).rejects.toThrow(/could not be created: person-\d+@acme\.example: .*is refused/s);
    const kept = engine.state.get("all");
    expect(kept).toMatchObject({ id: engine.state.get("dev")?.id, look: true, failed: true });
    emulator.traffic.log.clear();
    await engine.up(program);
    expect(emulator.requests({ operation: "OrgInvitation_create" })).toHaveLength(1);
    expect(engine.state.get("all")?.outputs).toMatchObject({ members: team(10_000) });
    expect(await engine.preview(program)).toMatchObject([{ op: "same" }, { op: "same" }]);
  } finally {
    await server.close();
  }
});

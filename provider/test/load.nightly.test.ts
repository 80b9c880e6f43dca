import { z } from "zod";
import { disturb } from "./support/cli";
import { organization, Site, type Declarations } from "./support/program";

let site: Site;
afterEach(() => site.end());

const names = ["acme-dev", "acme-test", "acme-staging", "acme-production"];
const organizations: Declarations = Object.fromEntries(names.map((name) => [name, organization(name)]));

/** So many people in each organization. */
function people(count: number): Declarations {
  return Object.fromEntries(
    names.flatMap((name) =>
      Array.from({ length: count }, (_, index) => {
        const email = `person-${index}@acme.example`;
        const properties = { organizationId: `\${${name}.id}`, email, role: "viewer" };
        return [`${name}-${index}`, { type: "peridio:Membership", properties }];
      }),
    ),
  );
}

/** The e-mail addresses that got an invitation, with the organization's path; once for each invitation. */
function invited(): string[] {
  return site.emulator
    .requests({ operation: "create-an-invitation", status: 201 })
    .map(({ path, body }) => `${path} ${z.object({ email: z.string() }).parse(body).email}`);
}

const exported = z.object({ deployment: z.object({ pending_operations: z.array(z.unknown()).default([]) }) });

async function pendingOperations(): Promise<unknown[]> {
  return exported.parse(JSON.parse(await site.stack.succeed("stack", "export"))).deployment.pending_operations;
}

test("a program of 164 resources completes where 10 requests a second are allowed, and says why it takes its time", async () => {
  site = await Site.begin({ ...organizations, ...people(40) });
  site.emulator.control.setRateLimit({ perSecond: 10, retryAfter: 1 });
  const said = await site.up();
  expect(said).toContain("165 created");
  expect(said).toMatch(/Peridio allows about \d+ requests a second, so the provider slows down/);
  expect(invited()).toHaveLength(160);
  // The number of refused requests depends on the machine. limiter.test.ts tests it with a fake clock.
  expect(new Set(invited())).toHaveProperty("size", 160);
});

describe("Ctrl-C", () => {
  test("in the middle of much work ends it, and the next up invites only those who are not invited yet", async () => {
    site = await Site.begin(organizations);
    await site.up();
    await site.declare({ ...organizations, ...people(25) });
    site.emulator.control.setRateLimit({ perSecond: 10, retryAfter: 1 });
    const up = site.stack.start("up", "--yes", "--skip-preview");
    const { code, stdout } = await disturb(
      up,
      () => invited().length >= 20,
      () => {
        // Slow enough for Ctrl-C to come long before the end.
        site.emulator.control.setRateLimit({ perSecond: 1, retryAfter: 1 });
        up.interrupt();
      },
    );
    expect(code).not.toBe(0);
    expect(stdout).toContain("The operation was cancelled.");
    // Sent requests finish. Unsent requests are reported as unsent.
    expect(stdout).not.toContain("It is not known");
    const before = invited().length;
    expect(before).toBeLessThan(100);
    expect(await pendingOperations()).toEqual([]);

    site.emulator.control.setRateLimit(null);
    expect(await site.up()).toContain(`${100 - before} created`);
    expect(invited()).toHaveLength(100);
    expect(new Set(invited())).toHaveProperty("size", 100);
  });

  test("ends a long wait at once, and sends no further request", async () => {
    site = await Site.begin(organizations);
    await site.up();
    await site.declare({ ...organizations, ...people(2) });
    const wait = { status: 429, body: "", headers: { "retry-after": "240" } };
    site.emulator.control.fault({ operation: "create-an-invitation", effect: wait, times: "always" });
    const up = site.stack.start("up", "--yes", "--skip-preview");
    const refused = () => site.emulator.requests({ status: 429 });
    const isTold = () => /Peridio accepts no request for 240 s, so \d+ requests? waits?/.test(up.printed());
    const { code } = await disturb(up, isTold, up.interrupt);
    expect(code).not.toBe(0);
    expect(isTold()).toBe(true);
    // Those that left together with the first; none of them a second time.
    expect(refused().length).toBeLessThanOrEqual(8);
    expect(await pendingOperations()).toEqual([]);

    site.emulator.traffic.faults.clear();
    expect(await site.up()).toContain("8 created");
    expect(invited()).toHaveLength(8);
  });
});

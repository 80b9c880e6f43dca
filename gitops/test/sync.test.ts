import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Emulator, applySeed, serve, type Server } from "#emulator";
import { run } from "../src/program";
import { syncReport } from "../src/sync/report";
import { Acme, apiKey, day } from "./support/acme";
import type { Terminal } from "../src/terminal/terminal";
import { fakeTerminal } from "./support/terminal";

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "peridio-sync-"))));
afterEach(() => {
  rmSync(folder, { recursive: true });
});

function write(text: string): void {
  writeFileSync(join(folder, "layout.yaml"), text);
}

function read(): string {
  return readFileSync(join(folder, "layout.yaml"), "utf8");
}

/** Returns the lines that an edit removes and adds, and fails if any other line differs. */
function compareLines(before: string, after: string): readonly string[] {
  const [old, now] = [before.split("\n"), after.split("\n")];
  const [removed, added] = [old.filter((line) => !now.includes(line)), now.filter((line) => !old.includes(line))];
  expect(now.filter((line) => !added.includes(line))).toEqual(old.filter((line) => !removed.includes(line)));
  return [...removed.map((line) => `-${line}`), ...added.map((line) => `+${line}`)];
}

const fiveOrganizations = `# Acme's organizations
defaults:
  security: { requireTwoFactor: true }

organizations:
  acme-dev: # for developers
    roster: { ignore: ["*@partner.example"] }
  acme-eu: { owner: grace@acme.example }
  acme-lab:
    displayName: "Lab" # as in the console
    billing:
      usageAlerts: [{ resourceType: users, thresholdPercent: 80 }]
  acme-production:
    security:
      sessionTimeout: 480m # 8 hours
  acme-test:
    # The team for tests
    description: Tests
    deletionPolicy: retain

teams:
  cloud: [kim@acme.example, lea@acme.example]

people:
  # Admins
  ada@acme.example: { acme-dev: admin, acme-eu: admin, acme-lab: admin, acme-production: admin, acme-test: admin }
  grace@acme.example:
    acme-eu: admin # the owner

  bob@acme.example:
    acme-dev: { role: developer, until: 2099-12-31T08:00+01:00, afterwards: viewer } # contractor
  carl@acme.example: { acme-test: viewer } # on leave
  dora@acme.example:
    acme-production: viewer
    acme-lab: viewer # also here
  cloud: { acme-eu: developer }
`;

describe("five organizations", () => {
  let emulator: Emulator;
  let server: Server;
  beforeEach(async () => {
    emulator = new Emulator({ apiKey, now: () => new Date("2027-01-31T08:00:00Z") });
    const { control } = emulator;
    const secure = { two_factor_required: true };
    await applySeed(
      {
        users: { "grace@acme.example": { two_factor_enabled: true } },
        organizations: {
          "acme-dev": { members: { "bob@acme.example": "developer" }, security_settings: secure },
          "acme-eu": {
            members: {
              "grace@acme.example": "admin",
              "kim@acme.example": "developer",
              "lea@acme.example": "developer",
            },
            security_settings: secure,
          },
          "acme-lab": {
            display_name: "Lab",
            members: { "dora@acme.example": "viewer" },
            security_settings: secure,
            billing_settings: { usage_alerts: [{ resource_type: "users", threshold_percent: 80 }] },
          },
          "acme-production": {
            invitations: { "dora@acme.example": "viewer" },
            security_settings: { ...secure, session_timeout: 28_800 },
          },
          "acme-test": {
            description: "Tests",
            members: { "carl@acme.example": "viewer" },
            security_settings: secure,
          },
        },
      },
      emulator,
    );
    await control.transferOwnership("grace@acme.example", "acme-eu");
    server = await serve(emulator, { port: 0 });
    write(fiveOrganizations);
  });
  afterEach(() => server.close());

  /** Answers the questions of `--interactive`; absent without a keyboard. */
  let ask: Terminal["ask"];
  beforeEach(() => (ask = undefined));

  async function sync(...args: readonly string[]) {
    const environment = { PERIDIO_API_KEY: apiKey, PERIDIO_BASE_URL: server.url };
    const terminal = fakeTerminal({ folder, environment, now: emulator.now, ...(ask && { ask }) });
    emulator.traffic.log.clear();
    const code = await run(["sync", ...args], terminal);
    expect(new Set(emulator.requests().map(({ method }) => method))).toEqual(new Set(["GET"]));
    return { code, printed: terminal.printed(), said: terminal.said(), requests: emulator.requests().length };
  }

  async function list(...args: readonly string[]) {
    const { code, printed } = await sync("--json", ...args);
    const { differences, failures } = syncReport.parse(JSON.parse(printed));
    return { code, failures, differences };
  }

  /** Changes the organizations in ten ways. */
  async function drift(): Promise<void> {
    const { control } = emulator;
    control.advance(30 * day);
    control.addMember("Hugo@acme.example", "acme-dev", "viewer");
    control.addMember("pia@partner.example", "acme-dev", "viewer");
    await control.setRole("bob@acme.example", "acme-dev", "admin");
    await control.transferOwnership("ada@acme.example", "acme-eu", { as: "grace@acme.example" });
    await control.setRole("kim@acme.example", "acme-eu", "viewer");
    await control.updateOrganization("acme-lab", { display_name: "Laboratory" });
    await control.updateBillingSettings("acme-lab", { usage_alerts: [] });
    await control.updateSecuritySettings("acme-production", { session_timeout: 43_200 });
    await control.updateOrganization("acme-test", { description: null });
    control.leave("carl@acme.example", "acme-test");
    await control.invite("emil@acme.example", "acme-test", "developer");
  }

  test("without drift, nothing is listed", async () => {
    emulator.control.accept("dora@acme.example", "acme-production");

    expect(await list()).toEqual({ code: 0, failures: [], differences: [] });
    expect((await sync()).printed).toBe("No differences.\n");
    expect(await sync("--adopt-all")).toMatchObject({ code: 0, printed: "No differences.\n" });
  });

  test("drift is listed with its undo and its adoption, and stays in the layout without an adoption", async () => {
    await drift();
    const { code, differences, failures } = await list();

    expect({ code, failures }).toEqual({ code: 3, failures: [] });
    expect(
      differences.map(
        ({ organization, subject, declared, live, undo, adopt }) =>
          `${organization} ${subject}: ${declared} → ${live} | ${undo} | ${adopt ?? ""}`,
      ),
    ).toEqual([
      "acme-dev bob@acme.example: developer → admin | sets the role developer | declares the role admin, and keeps its end",
      "acme-dev Hugo@acme.example: no role → viewer | removes the person | declares the role viewer",
      "acme-eu kim@acme.example: developer → viewer | sets the role developer | declares the role viewer",
      "acme-eu owner: grace@acme.example → ada@acme.example | sets grace@acme.example | sets ada@acme.example",
      "acme-lab displayName: Lab → Laboratory | sets Lab | sets Laboratory",
      'acme-lab billing.usageAlerts: [{"resourceType":"users","thresholdPercent":80}] → [] | sets [{"resourceType":"users","thresholdPercent":80}] | sets []',
      "acme-production dora@acme.example: viewer → an expired invitation | invites the person again as viewer | removes the person from acme-production",
      "acme-production security.sessionTimeout: 480m → 12h | sets 480m | sets 12h",
      "acme-test description: Tests → the default | sets Tests | removes the setting",
      "acme-test carl@acme.example: viewer → neither a member nor invited | invites the person again as viewer | removes the person from acme-test",
      "acme-test emil@acme.example: no role → developer (invited) | revokes the invitation | declares the role developer",
    ]);
    expect((await sync()).printed).toContain(
      "- security.sessionTimeout: live 12h, declared 480m\n  undo: sets 480m\n  adopt: sets 12h (`--adopt 'acme-production/security.sessionTimeout'`)\n",
    );
    expect(read()).toBe(fiveOrganizations);
  });

  test("after the adoption of everything, nothing is listed, and all other bytes are the same", async () => {
    await drift();
    const listing = await sync();
    const { code, printed, said, requests } = await sync("--adopt-all");

    expect({ code, said }).toEqual({
      code: 0,
      said:
        "peridio-gitops: A difference can also be an edit that is not applied yet. To tell them apart, name the applied layout with `--base`, such as `--base git:REVISION`.\n" +
        "peridio-gitops: The edit removes a comment from layout.yaml: # on leave\n",
    });
    // The proof compares with the facts of the list.
    expect(requests).toBe(listing.requests);
    expect(printed).toContain("- kim@acme.example: acme-eu: developer → viewer · low: lowers a role\n");
    expect(compareLines(fiveOrganizations, read())).toEqual([
      "-  acme-eu: { owner: grace@acme.example }",
      '-    displayName: "Lab" # as in the console',
      "-      usageAlerts: [{ resourceType: users, thresholdPercent: 80 }]",
      "-      sessionTimeout: 480m # 8 hours",
      "-    description: Tests",
      "-    acme-dev: { role: developer, until: 2099-12-31T08:00+01:00, afterwards: viewer } # contractor",
      "-  carl@acme.example: { acme-test: viewer } # on leave",
      "-    acme-production: viewer",
      "+  acme-eu: { owner: ada@acme.example }",
      '+    displayName: "Laboratory" # as in the console',
      "+      usageAlerts: []",
      "+      sessionTimeout: 12h # 8 hours",
      "+    acme-dev: { role: admin, until: 2099-12-31T08:00+01:00, afterwards: viewer } # contractor",
      "+  Hugo@acme.example: { acme-dev: viewer }",
      "+  kim@acme.example: { acme-eu: viewer }",
      "+  emil@acme.example: { acme-test: developer }",
    ]);
    expect(await list()).toEqual({ code: 0, failures: [], differences: [] });
  });

  test("the adoption of a person and a setting leaves all other differences", async () => {
    await drift();
    const before = (await list()).differences;
    const chosen = ["--adopt", "HUGO@acme.example", "--adopt", "acme-production/security.sessionTimeout"];
    const dry = await sync(...chosen, "--dry-run");
    expect({ code: dry.code, text: read() }).toEqual({ code: 3, text: fiveOrganizations });
    const { code, printed } = await sync(...chosen);

    expect(code).toBe(3);
    expect(printed).toContain("Not adopted:\n\nacme-dev:\n- bob@acme.example: live admin, declared developer\n");
    expect(compareLines(fiveOrganizations, read())).toEqual([
      "-      sessionTimeout: 480m # 8 hours",
      "+      sessionTimeout: 12h # 8 hours",
      "+  Hugo@acme.example: { acme-dev: viewer }",
    ]);
    const left = (await list()).differences;
    expect(left).toEqual(
      before.filter(({ subject }) => !["Hugo@acme.example", "security.sessionTimeout"].includes(subject)),
    );
  });

  test("a person at the keyboard chooses by name, and everything else stays", async () => {
    await drift();
    const questions: string[] = [];
    const answers = new Map([
      ["hugo", ["maybe", " Y "]],
      ["acme-production/security", ["yes"]],
      ["kim", ["n"]],
    ]);
    ask = (question) => {
      questions.push(question);
      const own = [...answers].find(([name]) => question.toLowerCase().startsWith(`adopt ${name}`))?.[1];
      return Promise.resolve(own?.shift() ?? "");
    };
    const { code, printed, said } = await sync("--interactive");

    expect(code).toBe(3);
    expect(questions).toHaveLength(12);
    expect(questions.slice(0, 3)).toEqual([
      "Adopt bob@acme.example? [y/N] ",
      "Adopt Hugo@acme.example? [y/N] ",
      "Adopt Hugo@acme.example? [y/N] ",
    ]);
    expect(said).toContain("- kim@acme.example: live viewer, declared developer\n  undo: sets the role developer\n");
    expect(printed).toContain("Not adopted:\n\nacme-dev:\n- bob@acme.example: live admin, declared developer\n");
    expect(compareLines(fiveOrganizations, read())).toEqual([
      "-      sessionTimeout: 480m # 8 hours",
      "+      sessionTimeout: 12h # 8 hours",
      "+  Hugo@acme.example: { acme-dev: viewer }",
    ]);
  });

  test("one answer counts for all spellings of a person", async () => {
    const { control } = emulator;
    control.accept("dora@acme.example", "acme-production");
    write(fiveOrganizations.replace("dora@acme.example:", "Dora@acme.example:"));
    control.addMember("dora@acme.example", "acme-dev", "admin");
    await control.setRole("dora@acme.example", "acme-lab", "developer");
    const questions: string[] = [];
    ask = (question) => {
      questions.push(question);
      return Promise.resolve("n");
    };
    const { code } = await sync("--interactive");
    expect({ code, questions }).toEqual({
      code: 3,
      questions: [expect.stringMatching(/^Adopt dora@acme\.example\? /i)],
    });
  });

  test("without all answers, or without a keyboard, nothing is edited", async () => {
    await drift();
    const answers = ["y", undefined];
    ask = () => Promise.resolve(answers.shift());
    const { code, said } = await sync("--interactive");
    expect({ code, text: read() }).toEqual({ code: 1, text: fiveOrganizations });
    expect(said).toContain("Not all questions are answered, so the layout is not edited.");
    ask = () => Promise.resolve("");
    expect(await sync("--interactive")).toMatchObject({ code: 3 });
    expect(read()).toBe(fiveOrganizations);
    const terminal = fakeTerminal({ folder, environment: {} });
    expect(await run(["sync", "--interactive"], terminal)).toBe(2);
    expect(terminal.said()).toContain("Standard input is no terminal");
  });

  test("a difference without a safe edit is listed with the reason, and its adoption is refused", async () => {
    const { control } = emulator;
    control.accept("dora@acme.example", "acme-production");
    control.leave("kim@acme.example", "acme-eu");
    await control.updateSecuritySettings("acme-dev", { two_factor_required: false });
    await control.createOrganization("acme-us");
    const text = fiveOrganizations
      .replace(/role: developer, until: [^,]+/, "role: admin, until: 2027-01-30")
      .replace("acme-test: viewer", "acme-test: { role: viewer, until: 2027-01-30 }");
    write(text);
    const { differences } = await list();

    expect(differences.map(({ subject, reason }) => [subject, reason])).toEqual([
      ["bob@acme.example", expect.stringContaining("An end of this access has passed.")],
      ["security.requireTwoFactor", undefined],
      ["kim@acme.example", undefined],
      ["carl@acme.example", expect.stringContaining("An end of this access has passed.")],
      ["organization acme-us", expect.stringContaining("`peridio-gitops export`")],
    ]);
    const { code, said } = await sync("--adopt", "bob@acme.example");
    expect({ code, text: read() }).toEqual({ code: 1, text });
    expect(said).toContain("The layout is not edited.");
    expect((await sync("--adopt", "")).said).toContain('No difference has the name "".');
    // An own entry overrides a default, and the role of a team.
    expect(await sync("--adopt-all")).toMatchObject({ code: 3 });
    expect(compareLines(text, read())).toEqual([
      "+    security: { requireTwoFactor: false }",
      "+  kim@acme.example: { acme-eu: none }",
    ]);
  });

  test.each(["admin, until: 2098-01-30, afterwards: viewer", "admin, until: 2098-01-30, afterwards: developer"])(
    "a role that ends in the console before its end in the layout cannot keep this end: %s",
    async (role) => {
      await emulator.control.setRole("bob@acme.example", "acme-dev", "viewer");
      const text = fiveOrganizations.replace(/role: developer, until: [^}]+/, `role: ${role} `);
      expect(text).toContain(role);
      write(text);
      expect((await list()).differences).toEqual([
        expect.objectContaining({
          subject: "bob@acme.example",
          reason:
            "The live role viewer cannot have the declared end. To keep the role without an end, use `peridio-gitops grant bob@acme.example --organization acme-dev --role viewer --no-end`.",
        }),
      ]);
    },
  );

  test("with the applied layout as the base, an edit since then is no drift, and is not adopted", async () => {
    const { control } = emulator;
    control.accept("dora@acme.example", "acme-production");
    await control.setRole("kim@acme.example", "acme-eu", "viewer");
    writeFileSync(join(folder, "applied.yaml"), fiveOrganizations);
    const edited = fiveOrganizations
      .replace("carl@acme.example: { acme-test: viewer }", "carl@acme.example: { acme-test: manager }")
      .replace("  dora@acme.example:\n    acme-production: viewer\n", "  dora@acme.example:\n");
    write(edited);
    const base = ["--base", "applied.yaml"];
    const { differences } = await list(...base);
    const isUnapplied: unknown = expect.stringContaining("The layout declares this since the applied layout");
    expect(differences.map(({ subject, reason }) => [subject, reason])).toEqual([
      ["kim@acme.example", undefined],
      ["dora@acme.example", isUnapplied],
      ["carl@acme.example", isUnapplied],
    ]);
    expect(await sync("--adopt", "carl@acme.example", ...base)).toMatchObject({ code: 1 });
    expect((await sync("--adopt-all", ...base)).said).toBe("");
    expect(compareLines(edited, read())).toEqual(["+  kim@acme.example: { acme-eu: viewer }"]);
  });

  test("an expired invitation is listed, also if the roster ignores it", async () => {
    emulator.control.advance(30 * day);
    write(
      fiveOrganizations.replace(
        "    security:\n      session",
        "    roster: { onExpired: ignore }\n    security:\n      session",
      ),
    );
    const { code, differences } = await list();

    expect({ code, undo: differences.map(({ subject, undo }) => [subject, undo]) }).toEqual({
      code: 3,
      undo: [["dora@acme.example", "changes nothing, because `roster.onExpired` is `ignore`"]],
    });
  });

  test("an alias that another entry shares is left to a person, and a rule can refuse the edit", async () => {
    const { control } = emulator;
    const shared = fiveOrganizations
      .replace("carl@acme.example: { acme-test: viewer }", "carl@acme.example: &test { acme-test: viewer }")
      .concat("  emil@acme.example: *test\n");
    write(shared);
    control.addMember("emil@acme.example", "acme-test", "developer");
    control.addMember("hugo@acme.example", "acme-dev", "admin");
    const { code, said } = await sync("--adopt", "emil@acme.example");
    expect({ code, text: read() }).toEqual({ code: 1, text: shared });
    expect(said).toContain("an alias (`*`)");
    const rule = { people: "hugo@acme.example", role: { atMost: "viewer" } };
    writeFileSync(join(folder, "rules.yaml"), JSON.stringify({ rules: { "no admin": rule } }));
    expect((await sync("--adopt", "hugo@acme.example", "--rules", "rules.yaml")).code).toBe(4);
    expect(read()).toBe(shared);
  });

  test.each([
    [["--adopt", "huga@acme.example"], "No difference has the name huga@acme.example. Use one of"],
    [["--adopt", "acme-lab/owner"], "No difference has the name acme-lab/owner."],
    [["--organization", "globex"], 'matches "globex"'],
  ])("%j is refused", async (args, message) => {
    await drift();
    const { code, said } = await sync(...args);

    expect({ code, text: read() }).toEqual({ code: 1, text: fiveOrganizations });
    expect(said).toContain(message);
  });

  test("an organization that cannot be read is a failure, and the layout is not edited", async () => {
    await drift();
    emulator.control.fault({
      operation: "list-members",
      path: `**${emulator.control.getOrganization("acme-dev").id}/**`,
      effect: { status: 403 },
      times: "always",
    });
    write(
      fiveOrganizations
        .replace("  acme-test:", "  acme-us: {}\n  acme-test:")
        .replace("admin, acme-eu", "admin, acme-us: admin, acme-eu"),
    );
    const { code, failures, differences } = await list();

    expect(code).toBe(1);
    expect(failures).toEqual([
      expect.stringContaining("The command cannot read acme-dev"),
      expect.stringContaining("The layout declares acme-us, but the API key cannot see it."),
    ]);
    expect(new Set(differences.map(({ organization }) => organization))).toEqual(
      new Set(["acme-eu", "acme-lab", "acme-production", "acme-test"]),
    );
    const text = read();
    const { code: refused, said } = await sync("--adopt-all");
    expect({ refused, text: read() }).toEqual({ refused: 1, text });
    expect(said).toContain("The layout is not edited, because an organization cannot be compared.");
    expect(await sync("--organization", "acme-dev")).toMatchObject({ code: 1, printed: "" });
  });
});

describe("with Avocado Connect", () => {
  let acme: Acme;
  beforeEach(async () => {
    acme = await Acme.begin();
    for (const email of ["bob@acme.example", "carl@acme.example"]) acme.join(email, "developer");
    acme.addGroup("field", ["bob@acme.example"]);
    acme.addGroup("office", []);
    acme.addProject("gateway", { isOpen: false, users: ["bob@acme.example"], groups: ["field"] });
    acme.addCohort("canary", "gateway", { isOpen: false, groups: ["field"] });
    write(layout);
  });
  afterEach(() => acme.end());

  const layout = `organizations:
  acme:
    groups:
      field:
        members: # engineers
          - bob@acme.example # lead
      office:
    projects:
      gateway:
        everyoneEnabled: false # closed
        access: { users: [bob@acme.example], groups: [field] }
        cohorts:
          canary:
            everyoneEnabled: false
            access:
              groups:
                - field # all
teams:
  all: [bob@acme.example, carl@acme.example]
people:
  ada@acme.example: { acme: owner }
  grace@acme.example: { acme: admin }
  all: { acme: member }
`;

  const sync = async (...args: readonly string[]) =>
    acme.run(["sync", "--endpoint", acme.url, "--backend", "connect", ...args], {
      folder,
      environment: { PERIDIO_API_KEY: apiKey },
    });
  const list = async () => {
    const { code, output } = await sync("--json");
    return { ...syncReport.parse(JSON.parse(output)), code };
  };

  test("groups, grants and open projects are adopted at their places", async () => {
    expect(await list()).toEqual({ code: 0, failures: [], differences: [] });
    const { access } = acme.control;
    await access.addGroupMember("carl@acme.example", "field", "acme");
    await access.removeGroupMember("bob@acme.example", "field", "acme");
    await access.grantAccess({ project: "gateway", email: "carl@acme.example" }, "acme");
    await access.grantAccess({ project: "gateway", cohort: "canary", group: "office" }, "acme");
    await access.revokeAccess({ project: "gateway", cohort: "canary", group: "field" }, "acme");
    await access.updateProject("gateway", "acme", { everyone_enabled: true });
    const { code, differences } = await list();

    expect(code).toBe(3);
    expect(differences.map(({ subject, live, name }) => [subject, live, name])).toEqual([
      ["carl@acme.example in group field", "present", "carl@acme.example"],
      ["bob@acme.example in group field", "absent", "bob@acme.example"],
      ["projects.gateway.everyoneEnabled", "true", "acme/projects.gateway.everyoneEnabled"],
      ["carl@acme.example in the direct grants for project gateway", "present", "carl@acme.example"],
      [
        "group office in the grants for cohort gateway/canary",
        "present",
        "acme/projects.gateway.cohorts.canary.access.groups",
      ],
      [
        "group field in the grants for cohort gateway/canary",
        "absent",
        "acme/projects.gateway.cohorts.canary.access.groups",
      ],
    ]);
    const adopted = await sync("--adopt-all");
    expect(adopted.code).toBe(0);
    expect(adopted.output).not.toMatch(/Not adopted|No differences/);
    expect(compareLines(layout, read())).toEqual([
      "-          - bob@acme.example # lead",
      "-        everyoneEnabled: false # closed",
      "-        access: { users: [bob@acme.example], groups: [field] }",
      "-                - field # all",
      "+          - carl@acme.example",
      "+        everyoneEnabled: true # closed",
      "+        access: { users: [bob@acme.example, carl@acme.example], groups: [field] }",
      "+                - office",
    ]);
    expect(await list()).toEqual({ code: 0, failures: [], differences: [] });
  });

  test("an undeclared owner is listed, and a declared admin who is an owner is not", async () => {
    acme.join("olga@acme.example", "owner");
    await acme.control.setRole("grace@acme.example", "acme", "owner");
    const { differences } = await list();

    expect(differences.map(({ subject, live, undo, adopt }) => [subject, live, undo, adopt])).toEqual([
      [
        "olga@acme.example",
        "owner",
        "changes nothing, because the provider never removes owners",
        "declares the role owner",
      ],
    ]);
  });

  test("a person with a declared end who is an owner is left to a person", async () => {
    write(`${layout}  bob@acme.example: { acme: { role: member, until: 2099-12-31 } }\n`);
    await acme.control.setRole("bob@acme.example", "acme", "owner");
    const [bob, ...others] = (await list()).differences;

    expect(others).toEqual([]);
    expect([bob?.subject, bob?.live, bob?.adopt]).toEqual(["bob@acme.example", "owner", undefined]);
    expect(bob?.reason).toBe(
      "The live role owner cannot have the declared end. To keep the role without an end, use `peridio-gitops grant bob@acme.example --organization acme --role owner --no-end`.",
    );
  });

  test("undeclared and missing objects, and a team in a list, are left to a person", async () => {
    write(layout.replace("users: [bob@acme.example]", "users: [all]"));
    acme.addGroup("contractors", []);
    acme.addCohort("beta", "gateway");
    await acme.control.access.deleteGroup("office", "acme");
    await acme.control.access.grantAccess({ project: "gateway", group: "contractors" }, "acme");
    const { differences } = await list();

    expect(differences.map(({ subject, live, adopt }) => [subject, live, adopt])).toEqual([
      ["group office", "absent", undefined],
      ["carl@acme.example in the direct grants for project gateway", "absent", undefined],
      ["group contractors in the grants for project gateway", "present", undefined],
      ["group contractors", "present", undefined],
      ["cohort gateway/beta", "present", undefined],
    ]);
  });

  test("each connection of the layout has its own API key, and its undeclared organizations are listed", async () => {
    await acme.found("globex");
    write(
      `connections: { live: { backend: connect } }\n${layout.replace("  acme:\n", "  acme:\n    connection: live\n")}`,
    );
    const environment = { PERIDIO_API_KEY_LIVE: apiKey, PERIDIO_BASE_URL_LIVE: acme.url };
    const { code, output } = await acme.run(["sync"], { folder, environment });

    expect(code).toBe(3);
    expect(output).toContain("globex:\n- organization globex: live present, declared absent\n");
    expect(output).toContain("\n1 difference in 1 organization.\n");
  });

  test("an API key that sees only some projects is a failure", async () => {
    acme.control.addApiKey("bob@acme.example", { key: "peridio-key-of-bob" });
    const { code, errors } = await acme.run(["sync", "--backend", "connect"], {
      folder,
      environment: { PERIDIO_API_KEY: "peridio-key-of-bob", PERIDIO_BASE_URL: acme.url },
    });

    expect(code).toBe(1);
    expect(errors).toContain("sees only some of its projects and cohorts");
  });
});

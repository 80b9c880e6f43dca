import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Values } from "#framework";
import { resources } from "#provider";
import { getKind, kindNames } from "../src/audit/kinds";
import { auditReport } from "../src/audit/report";
import { Acme, apiKey, day } from "./support/acme";
import { document, organization, type Printed, type PrintedStep, unknownText } from "./support/document";
import { type Case, type DeclarationKind, type Reported, testCases } from "./support/findingCases";

const [ada, bob, carl, grace] = ["ada@acme.example", "bob@acme.example", "carl@acme.example", "grace@acme.example"];

const folder = mkdtempSync(join(tmpdir(), "audit-"));
afterAll(() => {
  rmSync(folder, { recursive: true });
});
const [previewFile, layoutFile] = [join(folder, "preview.json"), join(folder, "layout.yaml")];
const [preview, layout] = [
  ["--preview", previewFile],
  ["--layout", layoutFile],
];

/** Compares live organizations with declarations. */
let acme: Acme;
beforeEach(async () => {
  acme = await Acme.begin();
  acme.join(bob, "developer");
  acme.join(carl, "developer");
  declare();
  writeLayout("{}");
});
afterEach(() => acme.end());

async function run(args: readonly string[], backend = "connect") {
  const environment = { PERIDIO_API_KEY: apiKey, PERIDIO_BASE_URL: acme.url };
  return acme.run(["audit", "--backend", backend, ...args], { environment });
}

async function report(...args: string[]): Promise<Reported> {
  const { code, output } = await run(["--json", ...args]);
  return { ...auditReport.parse(JSON.parse(output)), code };
}

/** Returns the sentences of findings and gaps. */
async function say(...args: string[]) {
  const { findings, gaps, complete } = await report(...args);
  return {
    findings: findings.map(({ sentence }) => sentence),
    gaps: gaps.filter(({ kinds }) => args.some((arg) => kinds.some((kind) => kind === arg))).map((gap) => gap.sentence),
    complete,
  };
}

function getPrn(name = "acme"): string {
  return `prn:1:${acme.control.getOrganization(name).id}`;
}

/** Declares the organization acme in a preview, with the roster of its admins and these steps. */
function declare(...steps: readonly PrintedStep[]): void {
  const prn = getPrn();
  const itself = organization("acme", 1);
  const roster = {
    organizationId: prn,
    members: { [ada]: "admin", [grace]: "admin", [bob]: "member", [carl]: "member" },
  };
  writePreview(
    { ...itself, before: { ...itself.before, id: prn } },
    keep("OrganizationMembers::acme", prn, roster),
    ...steps,
  );
}

function writePreview(...steps: readonly PrintedStep[]): void {
  writeFileSync(previewFile, document(steps));
}

/** Returns a resource without a change. */
function keep(name: string, id: string, inputs: Values, more: Printed = {}): PrintedStep {
  return { op: "same", name, before: { id, inputs, outputs: inputs, ...more }, after: { inputs, ...more } };
}

/** Returns a resource of acme without a change, with the id of a live object. */
function own(name: string, uuid: string | undefined, inputs: Values = {}): PrintedStep {
  const organizationId = getPrn();
  return keep(name, `${organizationId}/${uuid ?? ""}`, { organizationId, ...inputs });
}

function writeLayout(settings: string): void {
  const people = [
    `${ada}: { acme: admin }`,
    `${grace}: { acme: admin }`,
    `${bob}: { acme: member }`,
    `${carl}: { acme: member }`,
  ];
  writeFileSync(
    layoutFile,
    `organizations:\n  acme: ${settings}\npeople:\n${people.map((one) => `  ${one}\n`).join("")}`,
  );
}

const live = () => acme.control.getOrganization("acme");
const getGroup = (name: string) => live().groups.find((one) => one.name === name)?.id;
const getProject = (name: string) => live().projects.find((one) => one.name === name)?.id;
const getCohort = (name: string) =>
  live()
    .projects.flatMap(({ cohorts }) => cohorts)
    .find((one) => one.name === name)?.id;

/** Returns a declared project. */
function project(name: string, inputs: Values): PrintedStep {
  return own(`Project::${name}`, getProject(name), { name, ...inputs });
}

function cohort(name: string, of: string, inputs: Values): PrintedStep {
  const projectId = `${getPrn()}/${getProject(of) ?? ""}`;
  return keep(`Cohort::${name}`, `${projectId}/${getCohort(name) ?? ""}`, { projectId, name, ...inputs });
}

function group(name: string, inputs: Values): PrintedStep {
  return own(`Group::${name}`, getGroup(name), { name, ...inputs });
}

const cases: Readonly<Record<DeclarationKind, Case>> = {
  changedOwner: {
    make: () => {
      acme.control.addMember("eve@acme.example", "acme", "admin");
      return acme.control.transferOwnership("eve@acme.example", "acme");
    },
    args: preview,
    found: [
      [
        "high",
        "eve@acme.example",
        "eve@acme.example in acme owns the organization, but is not declared as an owner or admin.",
      ],
    ],
    near: () => acme.control.transferOwnership(grace, "acme"),
  },
  unselectedOrganization: {
    make: async () => {
      await acme.found("lab");
      writePreview(keep("Organization::lab", getPrn("lab"), { name: "lab" }));
    },
    args: [...preview, ...layout],
    found: [["medium", undefined, "acme is in the layout, but no preview contains it, so no stack manages it."]],
    near: () => {
      writePreview(keep("Group::field", `${getPrn()}/${unknownText}`, { organizationId: getPrn() }));
    },
  },
  undeclaredToken: {
    make: async () => {
      await acme.createToken("admin");
      await acme.createToken("ci", { key: acme.control.addApiKey(bob) });
      await acme.createToken("former", { key: acme.control.addApiKey(carl) });
      // A removal revokes the token.
      acme.control.leave(carl, "acme");
      // Peridio's own command line sends this moment for no expiry.
      const never = { expires_at: "2099-12-31T23:59:59Z" };
      await acme.createClaimToken("factory", never);
      await acme.createClaimToken("lab", { ...never, max_uses: 5 });
      acme.control.tokens.consumeClaimToken("lab", "acme");
      await acme.createClaimToken("office", { expires_at: "2027-02-28T08:00:00Z" });
    },
    args: preview,
    found: [
      ["high", ada, "API token admin in acme acts for ada@acme.example, who is an admin, and is not in the previews."],
      ["high", carl, "API token former in acme acts for carl@acme.example, and is not in the previews."],
      [
        "high",
        undefined,
        "Claim token factory in acme never expires, has no limit of uses, and is not in the previews.",
      ],
      [
        "medium",
        bob,
        "API token ci in acme acts for bob@acme.example, who has the role member, and is not in the previews.",
      ],
      [
        "medium",
        undefined,
        "Claim token lab in acme never expires, allows 4 more devices, and is not in the previews.",
      ],
      [
        "medium",
        undefined,
        "Claim token office in acme expires on 2027-02-28, has no limit of uses, and is not in the previews.",
      ],
    ],
    near: async () => {
      for (const name of ["declared", "expired"]) await acme.createToken(name);
      await acme.createClaimToken("declared");
      await acme.createClaimToken("used", { max_uses: 1 });
      acme.control.tokens.consumeClaimToken("used", "acme");
      await acme.createClaimToken("expired", { expires_at: "2027-01-31T09:00:00Z" });
      acme.control.tokens.setApiToken("expired", "acme", { expires_at: "2027-01-31T09:00:00Z" });
      acme.control.advance(day);
      declare(
        own("OrganizationApiToken::ci", live().api_tokens[0]?.id, { name: "declared" }),
        own("ClaimToken::factory", live().claim_tokens[0]?.id, { name: "declared" }),
      );
    },
  },
  undeclaredWebhook: {
    make: async () => {
      await acme.createWebhook("https://key:must-not-appear@evil.example/must-not-appear?key=must-not-appear");
      await acme.createWebhook("https://old.example/hook", { name: "old", enabled: false });
    },
    args: preview,
    found: [
      ["high", undefined, "Webhook evil.example in acme sends events to evil.example, and is not in the previews."],
      [
        "medium",
        undefined,
        "Webhook old in acme can send events to old.example, but is disabled, and is not in the previews.",
      ],
    ],
    near: async () => {
      await acme.createWebhook("https://alerts.acme.example/hook");
      declare(own("Webhook::alerts", live().webhooks[0]?.id, { url: "https://alerts.acme.example/hook" }));
    },
  },
  openedProject: {
    make: () => {
      acme.addProject("firmware");
      acme.addCohort("canary", "firmware");
      declare(
        project("firmware", { everyoneEnabled: false }),
        cohort("canary", "firmware", { everyoneEnabled: false }),
      );
    },
    args: preview,
    found: [
      [
        "high",
        undefined,
        "Cohort firmware/canary in acme is open to everyone, but is declared with `everyoneEnabled: false`.",
      ],
      [
        "high",
        undefined,
        "Project firmware in acme is open to everyone, but is declared with `everyoneEnabled: false`.",
      ],
    ],
    near: () => {
      acme.addProject("firmware");
      acme.addProject("closed", { isOpen: false });
      declare(project("firmware", { everyoneEnabled: true }), project("closed", { everyoneEnabled: true }));
    },
  },
  undeclaredProject: {
    make: () => {
      acme.addProject("firmware");
      acme.addProject("lab", { isOpen: false });
      acme.addCohort("canary", "lab", { isOpen: false });
    },
    args: preview,
    found: [
      ["high", undefined, "Project firmware in acme is open to everyone, and is not in the previews."],
      ["medium", undefined, "Cohort lab/canary in acme is not in the previews."],
      ["medium", undefined, "Project lab in acme is not in the previews."],
    ],
    near: () => {
      acme.addProject("firmware");
      acme.addCohort("canary", "firmware");
      declare(project("firmware", { everyoneEnabled: true }), cohort("canary", "firmware", { everyoneEnabled: true }));
    },
  },
  undeclaredGroup: {
    make: () => {
      acme.addGroup("field", [bob]);
    },
    args: preview,
    found: [["medium", undefined, "Group field in acme is not in the previews."]],
    near: () => {
      acme.addGroup("field", [bob]);
      declare(group("field", {}));
    },
  },
  undeclaredGrant: {
    make: () => {
      acme.addGroup("field", []);
      acme.addGroup("lab", []);
      acme.addProject("firmware", { isOpen: false, users: [bob, carl], groups: ["field", "lab"] });
      acme.addCohort("canary", "firmware", { isOpen: false, users: [bob] });
      const access = { users: [carl], groups: [`${getPrn()}/${getGroup("field") ?? ""}`] };
      declare(
        project("firmware", { everyoneEnabled: false, access }),
        cohort("canary", "firmware", { everyoneEnabled: false, access: {} }),
      );
    },
    args: preview,
    found: [
      [
        "medium",
        bob,
        "bob@acme.example in acme has a direct grant for project firmware, but is not in its declared `access`.",
      ],
      [
        "medium",
        bob,
        "bob@acme.example in acme has a direct grant for cohort firmware/canary, but is not in its declared `access`.",
      ],
      ["medium", undefined, "Group lab in acme has a grant for project firmware, but is not in its declared `access`."],
    ],
    near: () => {
      acme.addGroup("field", []);
      acme.addProject("firmware", { users: [bob], groups: ["field"] });
      acme.addProject("unmanaged", { users: [bob], groups: ["field"] });
      declare(
        project("firmware", {
          everyoneEnabled: true,
          access: { users: ["BOB@acme.example"], groups: [getGroup("field")] },
        }),
        project("unmanaged", { everyoneEnabled: true }),
      );
    },
  },
  undeclaredMember: {
    make: () => {
      acme.addGroup("field", [bob, carl]);
      declare(group("field", { members: [carl] }));
    },
    args: preview,
    found: [["medium", bob, "bob@acme.example in acme is in group field, but not in its declared `members`."]],
    near: async () => {
      acme.addGroup("field", [carl]);
      acme.addGroup("unmanaged", [bob]);
      await acme.control.invite("eve@acme.example", "acme", "viewer", { group: "field" });
      declare(group("field", { members: ["CARL@acme.example", "dora@acme.example"] }), group("unmanaged", {}));
    },
  },
};

testCases(cases, report);

test("no output contains more of a webhook than its host, and no secret of a token", async () => {
  await acme.createWebhook("https://key:must-not-appear@evil.example/must-not-appear?key=must-not-appear");
  await acme.createToken("ci");
  await acme.createClaimToken("factory");
  const { webhooks, claim_tokens, api_tokens } = live();
  const secrets = [webhooks[0]?.secret, claim_tokens[0]?.token, api_tokens[0]?.token];
  expect(secrets).not.toContain(undefined);
  for (const format of ["table", "markdown", "json"]) {
    const { output } = await run([...preview, "--format", format]);
    expect(output).toContain("evil.example");
    for (const secret of ["must-not-appear", ...secrets]) expect(output).not.toContain(secret);
  }
});

test("without a preview and a layout, the audit compares nothing", async () => {
  await acme.createWebhook("https://evil.example/");
  await acme.createToken("ci");
  acme.addProject("firmware");
  const { findings } = await report();
  expect(findings.map(({ kind }) => kind)).toEqual(["tokenWithoutExpiry"]);
});

describe("a layout", () => {
  const kinds = ["undeclaredProject", "openedProject", "undeclaredGrant", "undeclaredGroup", "undeclaredMember"];
  const declared =
    "{ groups: { field: { members: [bob@acme.example] }, free: {} }, projects: { " +
    "firmware: { everyoneEnabled: false, access: { users: [carl@acme.example], groups: [field] }, cohorts: { canary: { everyoneEnabled: false } } } } }";

  test("declares groups, projects, cohorts and grants by name", async () => {
    writeLayout(declared);
    acme.addGroup("field", [bob]);
    acme.addGroup("free", [carl]);
    acme.addProject("firmware", { isOpen: false, users: [carl], groups: ["field"] });
    acme.addCohort("canary", "firmware", { isOpen: false, users: [bob] });
    expect(await say(...layout, "--kind", ...kinds)).toEqual({ findings: [], gaps: [], complete: true });
  });

  test("does not declare other objects, members and grants", async () => {
    writeLayout(declared);
    acme.addGroup("field", [bob, carl]);
    acme.addGroup("lab", []);
    acme.addProject("firmware", { users: [bob], groups: ["lab"] });
    acme.addCohort("canary", "firmware");
    acme.addCohort("beta", "firmware", { isOpen: false });
    acme.addProject("canary", { isOpen: false });
    expect((await say(...layout, "--kind", ...kinds)).findings).toEqual([
      "Cohort firmware/canary in acme is open to everyone, but is declared with `everyoneEnabled: false`.",
      "Project firmware in acme is open to everyone, but is declared with `everyoneEnabled: false`.",
      "Cohort firmware/beta in acme is not in the layout.",
      "Project canary in acme is not in the layout.",
      "Group lab in acme is not in the layout.",
      "bob@acme.example in acme has a direct grant for project firmware, but is not in its declared `access`.",
      "Group lab in acme has a grant for project firmware, but is not in its declared `access`.",
      "carl@acme.example in acme is in group field, but not in its declared `members`.",
    ]);
  });

  test("without groups and projects says that the audit does not compare them", async () => {
    acme.addGroup("field", []);
    acme.addProject("firmware");
    expect(await say(...layout, "--kind", ...kinds)).toEqual({
      findings: [],
      gaps: [
        "The layout declares no projects of acme, so the audit does not compare them. Declare them in the layout, or add the previews of the stacks that declare them with `--preview`.",
        "The layout declares no groups of acme, so the audit does not compare them. Declare them in the layout, or add the previews of the stacks that declare them with `--preview`.",
      ],
      complete: true,
    });
  });

  test("alone cannot declare tokens and webhooks", async () => {
    const { code, errors } = await run([...layout, "--kind", "undeclaredWebhook"]);
    expect([code, errors]).toEqual([2, "peridio-gitops: --kind undeclaredWebhook requires previews. Add --preview.\n"]);
    await acme.createWebhook("https://evil.example/");
    await acme.createToken("ci");
    const { findings } = await report(...layout);
    expect(findings.map(({ kind }) => kind)).toEqual(["tokenWithoutExpiry"]);
  });

  test("and previews together declare what either declares", async () => {
    writeLayout("{ groups: { field: {} }, projects: { firmware: { everyoneEnabled: true } } }");
    acme.addGroup("field", [bob]);
    acme.addGroup("lab", [bob]);
    acme.addGroup("other", []);
    acme.addProject("firmware");
    acme.addProject("gateways");
    acme.addProject("other", { isOpen: false });
    declare(group("lab", {}), project("gateways", { everyoneEnabled: true }));
    expect((await say(...layout, ...preview, "--kind", ...kinds)).findings).toEqual([
      "Project other in acme is in neither the layout nor the previews.",
      "Group other in acme is in neither the layout nor the previews.",
    ]);
  });
});

describe("a preview", () => {
  test("declares an object that the change deletes, releases or renames", async () => {
    for (const name of ["deleted", "released", "renamed"]) acme.addGroup(name, []);
    const [deleted, released, renamed] = ["deleted", "released", "renamed"].map((name) => group(name, {}));
    declare(
      { op: "delete", name: "Group::deleted", before: deleted?.before },
      { op: "delete", name: "Group::released", before: { ...released?.before, retainOnDelete: true } },
      {
        op: "update",
        name: "Group::renamed",
        before: renamed?.before,
        after: { inputs: { organizationId: getPrn(), name: "new" } },
      },
    );
    expect((await say(...preview, "--kind", "undeclaredGroup")).findings).toEqual([]);
  });

  test("declares no live object that the change only creates, or that the program only reads", async () => {
    for (const name of ["created", "read"]) acme.addGroup(name, []);
    const organizationId = getPrn();
    const id = `${organizationId}/${getGroup("read") ?? ""}`;
    const read = { id, inputs: {}, outputs: { organizationId, name: "read" }, external: true };
    declare(
      { op: "create", name: "Group::created", after: { inputs: { organizationId, name: "created" } } },
      { op: "read", name: "Group::read", after: read },
    );
    expect(await say(...preview, "--kind", "undeclaredGroup")).toEqual({
      findings: ["Group created in acme is not in the previews.", "Group read in acme is not in the previews."],
      gaps: [],
      complete: true,
    });
  });

  test("with an import by name says that the imported object counts as undeclared", async () => {
    acme.addGroup("field", []);
    const inputs = { organizationId: getPrn(), name: "field" };
    const byName = { op: "import", name: "Group::field", after: { inputs, importID: "acme/field" } };
    declare(byName);
    expect(await say(...preview, "--kind", "undeclaredGroup")).toEqual({
      findings: ["Group field in acme is not in the previews."],
      gaps: [
        "The previews of acme show no id for Group field, which imports an object by name. The audit reports this object as undeclared. Run `pulumi up` to import it.",
      ],
      complete: true,
    });
    declare(byName, { ...byName, name: "Group::lab" });
    expect((await say(...preview, "--kind", "undeclaredGroup")).gaps).toEqual([
      "The previews of acme show no id for Group field and Group lab, which import objects by name. The audit reports these objects as undeclared. Run `pulumi up` to import them.",
    ]);
    const id = `${getPrn()}/${getGroup("field") ?? ""}`;
    declare({ op: "import", name: "Group::field", after: { inputs, importID: id } });
    expect(await say(...preview, "--kind", "undeclaredGroup")).toEqual({ findings: [], gaps: [], complete: true });
  });

  test("declares the values of the program, not those that a refresh has read", async () => {
    acme.addGroup("field", [bob]);
    acme.addProject("firmware", { users: [bob] });
    const [declaredGroup, declaredProject] = [
      group("field", { members: [bob] }),
      project("firmware", { everyoneEnabled: true, access: { users: [bob] } }),
    ];
    const organizationId = getPrn();
    declare(
      { ...declaredGroup, op: "update", after: { inputs: { organizationId, name: "field", members: [] } } },
      {
        ...declaredProject,
        op: "update",
        after: { inputs: { organizationId, name: "firmware", everyoneEnabled: false, access: {} } },
      },
    );
    const kinds = ["openedProject", "undeclaredGrant", "undeclaredMember"];
    expect((await report(...preview, "--kind", ...kinds)).findings.map(({ kind }) => kind)).toEqual(kinds);
  });

  test("finds a person whose address has changed by the id in the state", async () => {
    acme.addGroup("field", [bob]);
    const userIds = { [bob]: `prn:1:user:${acme.emulator.state.user_ids[bob] ?? ""}` };
    acme.control.changeEmail(bob, "robert@acme.example");
    const declared = group("field", { members: [bob] });
    const withIds = { ...declared, before: { ...declared.before, outputs: { ...declared.before?.outputs, userIds } } };
    for (const [step, count] of [
      [declared, 1],
      [withIds, 0],
    ] as const) {
      declare(step);
      expect((await report(...preview, "--kind", "undeclaredMember")).findings).toHaveLength(count);
    }
  });

  test.each([
    ["undeclaredMember", "the members of group field", "bob@acme.example"],
    ["undeclaredGrant", "the direct grants for project firmware", "bob@acme.example"],
    ["undeclaredGrant", "the grants of groups for project firmware", "group field"],
    ["openedProject", "`everyoneEnabled` of project firmware, which is open to everyone,", undefined],
    ["changedOwner", "the owners", "ada@acme.example"],
  ])("that hides a declaration makes the audit incomplete: %s, %s", async (kind, what, who) => {
    acme.addGroup("field", [bob]);
    acme.addProject("firmware", { users: [bob], groups: ["field"] });
    for (const [hidden, isPart] of [
      ["[secret]", false],
      [unknownText, false],
      ["[secret]", true],
    ] as const) {
      const access = isPart ? { users: [hidden], groups: [hidden] } : hidden;
      declareHidden(hidden, isPart ? [hidden] : hidden, access);
      const { findings, gaps, complete, code } = await report(...preview, "--kind", kind);
      const concerned = who === undefined ? "" : ` Perhaps undeclared: ${who}.`;
      expect(gaps.map(({ sentence, failed }) => [sentence, failed])).toContainEqual([
        `The audit cannot compare ${what} in acme, because a preview hides the declaration, or \`ignoreChanges\` covers it.${concerned} Declare the value without \`pulumi.secret\` and \`ignoreChanges\`, or pass a layout that declares it.`,
        true,
      ]);
      expect([findings, complete, code]).toEqual([[], false, 1]);
    }
  });

  test("that ignores changes of a declaration makes the audit incomplete, because the program does not close the project", async () => {
    acme.addProject("firmware", { isOpen: true });
    const { name, before, after } = project("firmware", { everyoneEnabled: true });
    declare({ op: "same", name, before, after: { ...after, ignoreChanges: ["everyoneEnabled"] } });
    expect(await report(...preview, "--kind", "openedProject")).toMatchObject({
      findings: [],
      complete: false,
      code: 1,
    });
  });

  /** Declares a group, a project and a roster with hidden values. */
  function declareHidden(value: string, members: unknown, access: unknown): void {
    const prn = getPrn();
    writePreview(
      keep("Organization::acme", prn, { name: "acme" }),
      keep("OrganizationMembers::acme", prn, { organizationId: prn, members: value }),
      group("field", { members }),
      project("firmware", { everyoneEnabled: value, access }),
    );
  }

  test("that hides a declaration hides nothing that a layout declares", async () => {
    acme.addGroup("field", [bob, carl]);
    acme.addProject("firmware", { isOpen: false, users: [bob] });
    writeLayout(
      "{ groups: { field: { members: [bob@acme.example] } }, projects: { firmware: { everyoneEnabled: false, access: {} } } }",
    );
    declareHidden("[secret]", "[secret]", "[secret]");
    const kinds = ["changedOwner", "openedProject", "undeclaredGrant", "undeclaredMember"];
    expect(await say(...preview, ...layout, "--kind", ...kinds)).toEqual({
      findings: [
        "bob@acme.example in acme has a direct grant for project firmware, but is not in its declared `access`.",
        "carl@acme.example in acme is in group field, but not in its declared `members`.",
      ],
      gaps: [],
      complete: true,
    });
  });

  test("does not hide a grant of a group that the change creates, unless the id is secret", async () => {
    acme.addGroup("field", []);
    acme.addProject("firmware", { groups: ["field"] });
    const declared = project("firmware", { everyoneEnabled: true });
    const declareGrant = (id: string) => {
      const inputs = { organizationId: getPrn(), name: "firmware", everyoneEnabled: true, access: { groups: [id] } };
      declare(
        { op: "create", name: "Group::new", after: { inputs: { organizationId: getPrn(), name: "new" } } },
        { ...declared, op: "update", after: { inputs, accessOf: ["Group::new"] } },
      );
    };
    declareGrant(unknownText);
    expect(await say(...preview, "--kind", "undeclaredGrant")).toMatchObject({
      findings: ["Group field in acme has a grant for project firmware, but is not in its declared `access`."],
      gaps: [],
    });
    declareGrant("[secret]");
    expect(await say(...preview, "--kind", "undeclaredGrant")).toMatchObject({
      findings: [],
      gaps: [expect.stringContaining("Perhaps undeclared: group field.")],
      complete: false,
    });
  });

  test("of another stack declares other members, or none if it ignores their changes", async () => {
    acme.addGroup("field", [ada, bob, carl]);
    const otherFile = join(folder, "other.json");
    const inputs = { organizationId: getPrn(), name: "field", members: [carl] };
    const id = `${getPrn()}/${getGroup("field") ?? ""}`;
    const imported = { op: "import", name: "Group::field", after: { inputs, importID: id } };
    declare(group("field", { members: [bob] }));
    for (const [step, undeclared] of [
      [imported, [ada]],
      [{ ...imported, after: { ...imported.after, ignoreChanges: ["members"] } }, [ada, carl]],
    ] as const) {
      writeFileSync(otherFile, document([step], { stack: "other" }));
      expect(await say(...preview, "--preview", otherFile, "--kind", "undeclaredMember")).toEqual({
        findings: undeclared.map((email) => `${email} in acme is in group field, but not in its declared \`members\`.`),
        gaps: [],
        complete: true,
      });
    }
  });

  test("of one stack cannot be given twice", async () => {
    expect(await run([...preview, ...preview])).toMatchObject({
      code: 1,
      errors: `peridio-gitops: The stack acme/dev has two previews: ${previewFile} and ${previewFile}. Pass one preview for each stack.\n`,
    });
  });

  test("can come from standard input", async () => {
    acme.addGroup("field", []);
    const environment = { PERIDIO_API_KEY: apiKey, PERIDIO_BASE_URL: acme.url };
    const input = () => Promise.resolve(document([keep("Organization::acme", getPrn(), { name: "acme" })]));
    const { output } = await acme.run(["audit", "--backend", "connect", "--preview", "-"], { environment, input });
    expect(output).toContain("Group field");
  });
});

describe("several organizations", () => {
  test("are compared with their own declarations", async () => {
    await acme.found("lab");
    for (const name of ["acme", "lab"]) acme.addGroup("field", [], name);
    declare(
      group("field", {}),
      keep("Group::lab", `${getPrn("lab")}/${unknownText}`, { organizationId: getPrn("lab") }),
    );
    expect((await say(...preview, "--kind", "undeclaredGroup", "undeclaredOrganization")).findings).toEqual([
      "Group field in lab is not in the previews.",
    ]);
  });

  test("an organization without a declaration is one finding", async () => {
    await acme.found("lab");
    acme.addGroup("field", [], "lab");
    await acme.createWebhook("https://evil.example/", { organization: "lab" });
    const kinds = ["undeclaredGroup", "undeclaredWebhook", "undeclaredOrganization"];
    expect((await report(...preview, "--kind", ...kinds)).findings).toMatchObject([
      { severity: "medium", sentence: "lab is not in the previews." },
    ]);
    expect((await say(...preview, ...layout, "--kind", ...kinds)).findings).toEqual([
      "lab is in neither the layout nor the previews.",
    ]);
  });

  test("an organization that a preview imports, adopts or contains by UUID is declared", async () => {
    for (const name of ["imported", "adopted", "contained"]) await acme.found(name);
    const organizationId = acme.control.getOrganization("contained").id.toUpperCase();
    declare(
      { op: "import", name: "Organization::imported", after: { inputs: { name: "imported" }, importID: "imported" } },
      { op: "create", name: "Organization::adopted", after: { inputs: { name: "adopted" } } },
      { op: "create", name: "Group::contained", after: { inputs: { organizationId, name: "field" } } },
    );
    expect((await say(...preview, "--kind", "undeclaredOrganization")).findings).toEqual([]);
  });

  test("an organization of a preview that the API key cannot see makes the audit incomplete, unless it is new", async () => {
    declare(keep("Organization::far", "prn:1:00000000-0000-4000-8000-000000000009", { name: "far" }), {
      op: "create",
      name: "Organization::new",
      after: { inputs: { name: "new" } },
    });
    const { gaps, complete } = await report(...preview, "--kind", "undeclaredGroup");
    expect(gaps).toMatchObject([{ organization: "far", failed: true }]);
    expect(gaps[0]?.sentence).toMatch(/^far is in a preview, but this API key cannot see it\. /);
    expect(complete).toBe(false);
    expect(await report(...preview, "--organization", "acme", "--kind", "undeclaredGroup")).toMatchObject({
      gaps: [],
      complete: true,
    });
  });

  test("an organization of the layout that no stack selects is one finding, and its remedy is no update", async () => {
    await acme.found("lab");
    acme.join("eve@partner.example", "viewer", "lab");
    const prn = getPrn("lab");
    writePreview(keep("Organization::lab", prn, { name: "lab" }));
    const { findings, gaps, complete } = await report(...preview, ...layout, "--organization", "acme");
    const remedy: unknown = expect.stringMatching(/^Select the organization in a stack by `only` and `connection`/);
    expect(findings.filter(({ kind }) => kind === "unselectedOrganization" || kind === "outsideLayout")).toMatchObject([
      {
        severity: "medium",
        sentence: "acme is in the layout, but no preview contains it, so no stack manages it.",
        remedy,
      },
    ]);
    expect(JSON.stringify([findings, gaps])).not.toContain("`pulumi up");
    expect(complete).toBe(true);
    const gap = "No stack manages acme, so the audit does not compare its people and objects with the layout.";
    expect((await say(...preview, ...layout, "--organization", "acme", "--kind", "outsideLayout")).gaps).toEqual([gap]);
    declare();
    expect((await say(...preview, ...layout, "--kind", "unselectedOrganization")).findings).toEqual([]);
  });

  test("an organization of the layout that does not exist, and that no stack selects, has the same remedy", async () => {
    writeFileSync(layoutFile, `organizations: { acme: , far: }\npeople: { ${ada}: { acme: admin, far: admin } }\n`);
    const { gaps, complete } = await report(...preview, ...layout, "--kind", "outsideLayout");
    expect(gaps.filter(({ organization }) => organization === "far").map(({ sentence }) => sentence)).toEqual([
      "far is in the layout, but this API key cannot see it. No preview contains it, so no stack manages it. Select the organization in a stack by `only` and `connection` of the Layout, pass the previews of all stacks, or remove the organization from the layout.",
    ]);
    expect(complete).toBe(false);
    declare({ op: "create", name: "Organization::far", after: { inputs: { name: "far" } } });
    const created = await report(...preview, ...layout, "--kind", "outsideLayout");
    expect(created.gaps.find(({ organization }) => organization === "far")?.sentence).toContain(
      "If the organization does not exist yet,",
    );
    expect((await run([...layout, "--kind", "unselectedOrganization"])).errors).toContain(
      "--kind unselectedOrganization requires a layout and previews. Add --layout and --preview.",
    );
  });

  test("says that it does not compare the people of an organization that only a preview contains", async () => {
    await acme.found("lab");
    const prn = getPrn("lab");
    declare(keep("Organization::lab", prn, { name: "lab" }));
    expect(await say(...preview, ...layout, "--kind", "outsideLayout", "undeclaredOrganization")).toEqual({
      findings: [],
      gaps: ["lab is in a preview, but not in the layout, so the audit does not compare its people with a layout."],
      complete: true,
    });
  });
});

describe("the only owner of the Admin API", () => {
  async function sayOwner(...args: string[]) {
    const { output } = await run(["--json", "--kind", "changedOwner", ...args], "admin-v2");
    const { findings, gaps } = auditReport.parse(JSON.parse(output));
    return [
      ...findings.map(({ severity, sentence }) => `${severity}: ${sentence}`),
      ...gaps.map((gap) => gap.sentence),
    ];
  }
  const owner = (email: string, outputs: Values = {}) => {
    const inputs = { organizationId: getPrn(), email };
    const declared = keep("OrganizationOwner::acme", getPrn(), inputs);
    return { ...declared, before: { ...declared.before, outputs: { ...inputs, ...outputs } } };
  };

  test("is the one of the layout", async () => {
    writeFileSync(
      layoutFile,
      `organizations: { acme: { owner: ${ada} } }\npeople: { ${ada}: { acme: admin }, ${grace}: { acme: admin } }\n`,
    );
    expect(await sayOwner(...layout)).toEqual([]);
    await acme.control.transferOwnership(grace, "acme");
    expect(await sayOwner(...layout)).toEqual([
      "high: grace@acme.example in acme owns the organization, but the declared owner is ada@acme.example.",
    ]);
  });

  test("is the one of an OrganizationOwner, also with another address", async () => {
    declare(owner("ADA@acme.example"));
    expect(await sayOwner(...preview)).toEqual([]);
    declare(owner(grace));
    expect(await sayOwner(...preview)).toEqual([
      "high: ada@acme.example in acme owns the organization, but the declared owner is grace@acme.example.",
    ]);
    declare(owner("former@acme.example", { currentEmail: ada }));
    expect(await sayOwner(...preview)).toEqual([]);
    // A refresh has read the owner, but the program declares another one.
    declare({ ...owner(grace), before: owner(ada, { currentEmail: ada }).before });
    expect(await sayOwner(...preview)).toHaveLength(1);
  });

  test("is the one in the state, without a declaration", async () => {
    expect(await sayOwner(...preview)).toEqual([]);
    await acme.control.transferOwnership(grace, "acme");
    expect(await sayOwner(...preview)).toEqual([
      "high: grace@acme.example in acme owns the organization, but the owner in the previews is ada@acme.example.",
    ]);
    writePreview(keep("Organization::acme", getPrn(), { name: "acme" }));
    expect(await sayOwner(...preview)).toEqual([
      "Neither the layout nor a preview contains the owner of acme, so the audit does not compare the owner. Declare `owner` in the layout, or an OrganizationOwner.",
    ]);
  });

  test("can be hidden", async () => {
    declare(owner("[secret]"));
    expect(await sayOwner(...preview)).toEqual([expect.stringMatching(/^The audit cannot compare the declared owner/)]);
  });
});

test("a declared member who became an owner of Avocado Connect is found", async () => {
  const prn = getPrn();
  const members = { [ada]: "member", [grace]: "admin" };
  writePreview(
    keep("Organization::acme", prn, { name: "acme" }),
    keep("OrganizationMembers::acme", prn, { organizationId: prn, members }),
  );
  expect((await say(...preview, "--kind", "changedOwner")).findings).toEqual([
    "ada@acme.example in acme owns the organization, but is declared with the role member.",
  ]);
});

test("a list that the API key cannot read makes the audit incomplete", async () => {
  acme.control.fault({ operation: "Webhook_index", effect: { status: 403 }, times: "always" });
  acme.control.fault({ operation: "ClaimToken_index", effect: { status: 403 }, times: "always" });
  const { gaps, complete } = await report(...preview);
  expect(gaps[0]?.sentence).toMatch(/^The audit cannot read the claim tokens and webhooks of acme: /);
  expect([gaps[0]?.kinds, complete]).toEqual([["undeclaredToken", "undeclaredWebhook"], false]);
});

test("reads webhooks and claim tokens only with a preview, each list once", async () => {
  const only = ["--kind", "undeclaredToken", "undeclaredWebhook"];
  acme.operations();
  await run([...preview, ...only]);
  expect(acme.operations()).toEqual([
    "ClaimToken_index",
    "Me_show",
    "OrgApiToken_index",
    "Organization_members",
    "Webhook_index",
  ]);
  await run(layout);
  expect(acme.operations()).not.toContain("Webhook_index");
});

test("finds ends of access in previews, unless a layout declares the person", async () => {
  const declareEnd = (end: string, more: Values = {}) => {
    const members = { [ada]: "admin", [grace]: "admin", [bob]: "member", [carl]: "member" };
    const inputs = { organizationId: getPrn(), members, lastDays: { [bob]: end }, ...more };
    const itself = organization("acme", 1);
    writePreview(
      { ...itself, before: { ...itself.before, id: getPrn() } },
      keep("OrganizationMembers::acme", getPrn(), inputs),
    );
  };
  const only = ["--kind", "endsSoon"];
  declareEnd("2027-02-01", { rolesAfterwards: { [bob]: "viewer" } });
  expect((await say(...preview, ...only)).findings).toEqual([
    "bob@acme.example in acme has access with the role member until 2027-02-01, then viewer.",
  ]);
  declareEnd("2027-03-01");
  expect((await say(...preview, ...only)).findings).toEqual([]);
  expect((await say(...preview, ...only, "--ends-within", "60")).findings).toHaveLength(1);
  declareEnd("[secret]");
  const { gaps, complete } = await say(...preview, ...only);
  expect([gaps.length, complete]).toEqual([1, false]);
  writeLayout("{}");
  expect(await say(...preview, ...layout, ...only)).toEqual({ findings: [], gaps: [], complete: true });
});

test("each import in a remedy names a type of the provider", () => {
  const tokens = resources.map(({ token }) => token);
  const named = kindNames.flatMap((kind) =>
    [...getKind(kind).remedy.matchAll(/pulumi import (\S+)/g)].map(([, token]) => token),
  );
  expect(named).toEqual([
    ...["Organization", "OrganizationApiToken", "ClaimToken", "Webhook", "Project", "Cohort", "Group"].map(
      (name) => `peridio:index:${name}`,
    ),
  ]);
  for (const token of named) expect(tokens).toContain(token);
});

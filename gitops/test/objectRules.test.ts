import type { Values } from "#framework";
import { organization, type Printed, type PrintedStep, prn, unknownText } from "./support/document";
import { judge } from "./support/judged";
import { idOf, step, uuid } from "./support/objects";

describe("everyoneEnabled", () => {
  const rule = "x: { everyoneEnabled: false }";
  const project = (before: unknown, after: unknown): PrintedStep =>
    step(
      "Project::firmware",
      1,
      { name: "firmware", everyoneEnabled: before },
      { name: "firmware", everyoneEnabled: after },
    );
  const problem =
    "Everyone in the organization has access to project firmware of acme, but the rule forbids this. Declare `everyoneEnabled: false`.";

  test("a cohort, and a project that Pulumi releases", () => {
    const inputs = { projectId: idOf(1), name: "canary", everyoneEnabled: true };
    const cohort: PrintedStep = { op: "create", name: "Cohort::canary", after: { inputs } };
    expect(judge(rule, [project(false, false), cohort])).toEqual([
      problem.replace("project firmware", "cohort firmware/canary"),
    ]);
    const released = step("Project::firmware", 1, { name: "firmware", everyoneEnabled: true }, undefined, {
      retainOnDelete: true,
    });
    expect(judge(rule, [released])).toEqual([`(before) ${problem}`]);
    expect(judge(rule, [{ ...released, before: { ...released.before, retainOnDelete: false } }])).toEqual([]);
  });

  test("an open project is a new violation if its value was hidden before, and the reverse", () => {
    expect(judge(rule, [project("[secret]", true)])).toEqual([problem]);
    expect(judge(rule, [project(true, "[secret]")])[0]).toMatch(/^`everyoneEnabled`/);
    expect(judge(rule, [project("[secret]", unknownText)])[0]).toMatch(/^`everyoneEnabled`/);
    expect(judge(rule, [project("[secret]", "[secret]")])[0]).toMatch(/^`everyoneEnabled`/);
  });

  test("a value that no preview contains breaks the rule", () => {
    expect(judge(rule, [project(undefined, undefined)])[0]).toContain("is not known before the update");
  });

  test("a hidden value breaks the rule", () => {
    expect(judge(rule, [project(false, "[secret]")])).toEqual([
      "`everyoneEnabled` of project firmware of acme is secret, so the rule cannot check this setting. Declare the setting as a plain value, not as a secret or an unknown output.",
    ]);
  });

  test("a project that opens outside Pulumi", () => {
    const opened = { ...project(false, true), op: "refresh" };
    const after = { ...opened.before, outputs: { ...opened.before?.outputs, everyoneEnabled: true } };
    expect(judge(rule, [{ ...opened, after }], "drift")).toEqual([problem]);
  });
});

describe("expiresAt", () => {
  const claim = (before: Values | undefined, after: Values | undefined): PrintedStep =>
    step("ClaimToken::factory", 2, before && { name: "factory", ...before }, after && { name: "factory", ...after });
  const api = (before: Values | undefined, after: Values | undefined): PrintedStep =>
    step(
      "OrganizationApiToken::ci",
      3,
      before && { name: "pipeline", ...before },
      after && { name: "pipeline", ...after },
    );

  test("`never`, and the far moment that it stands for, are no expiry of a claim token", () => {
    for (const expiresAt of ["never", "2099-12-31T23:59:59Z", "2100-01-01T00:59:59+01:00"])
      for (const rule of ["required", "{ of: ClaimToken }", "{ withinDays: 3650 }"])
        expect(judge(`x: { expiresAt: ${rule} }`, [claim(undefined, { expiresAt })])).toEqual([
          expect.stringMatching(/^Claim token factory of acme does not expire, but the rule requires an expiry/),
        ]);
  });

  test("a new claim token without a declared expiry expires after a day", () => {
    for (const rule of ["required", "{ withinDays: 1 }"])
      expect(judge(`x: { expiresAt: ${rule} }`, [claim(undefined, {})])).toEqual([]);
  });

  test("`withinDays` counts from the day of the review", () => {
    const rule = "x: { expiresAt: { withinDays: 28 } }";
    expect(judge(rule, [claim(undefined, { expiresAt: "2027-02-28T23:59:59Z" })])).toEqual([]);
    expect(judge(rule, [claim(undefined, { expiresAt: "2027-03-01T00:30:00+01:00" })])).toEqual([]);
    expect(judge(rule, [claim({ expiresAt: "2027-02-28T00:00:00Z" }, { expiresAt: "2027-03-01T00:00:00Z" })])).toEqual([
      "Claim token factory of acme expires on 2027-03-01, but the rule requires an expiry within 28 days. Declare `expiresAt: 2027-02-28T00:00:00Z`, or an earlier moment.",
    ]);
    expect(judge(rule, [claim({}, {})])).toEqual([
      "(before) Claim token factory of acme does not expire, but the rule requires an expiry within 28 days. Declare `expiresAt: 2027-02-28T00:00:00Z`, or an earlier moment.",
    ]);
  });

  test("a later expiry than before is a new violation, an earlier one is not", () => {
    const rule = "x: { expiresAt: { withinDays: 1 } }";
    const [sooner, later] = [{ expiresAt: "2027-03-01T00:00:00Z" }, { expiresAt: "2027-03-02T00:00:00Z" }];
    expect(judge(rule, [claim(sooner, later)])[0]).toMatch(/^Claim/);
    expect(judge(rule, [claim(later, sooner)])[0]).toMatch(/^\(before\) Claim/);
  });

  test("an expiry after the year 9999 in UTC breaks the rule", () => {
    const expiresAt = "9999-12-31T23:59:59-01:00";
    const rule = "x: { expiresAt: { withinDays: 28 } }";
    expect(judge(rule, [claim(undefined, { expiresAt })])[0]).toMatch(/^The expiry of claim token .* is not known/);
    const limited = claim({ expiresAt: "2027-02-15T00:00:00Z" }, { expiresAt });
    expect(judge("x: { change: { grants: none } }", [limited])).toHaveLength(1);
  });

  test("an expiry that was hidden before is a new violation", () => {
    const rule = "x: { expiresAt: { withinDays: 1 } }";
    const hidden = { expiresAt: "[secret]" };
    expect(judge(rule, [claim(hidden, { expiresAt: "2099-01-01T00:00:00Z" })])[0]).toMatch(/^Claim token/);
    expect(judge(rule, [claim(hidden, hidden)])[0]).toMatch(/^The expiry/);
  });

  test("a hidden expiry breaks the rule", () => {
    const rule = "x: { expiresAt: required }";
    expect(judge(rule, [claim({}, { expiresAt: "[secret]" })])).toEqual([
      "The expiry of claim token factory of acme is secret, so the rule cannot check the expiry. Declare `expiresAt` as a plain value, not as a secret or an unknown output.",
    ]);
    expect(judge(rule, [api(undefined, { expiresAt: "[secret]" })])).toEqual([
      "The expiry of API token pipeline of acme is secret, so the rule cannot check the expiry. Declare `expiresAt` as a plain value, not as a secret or an unknown output.",
    ]);
  });

  test("a new or rotated API token has the declared expiry", () => {
    const rule = "x: { expiresAt: required }";
    const expiresAt = "2027-03-01T00:00:00Z";
    const rotate = (declared: Values) => ({
      ...api({ expiresAt, rotate: "1" }, { ...declared, rotate: "2" }),
      op: "replace",
    });
    expect(judge(rule, [api(undefined, { expiresAt })])).toEqual([]);
    expect(judge(rule, [rotate({ expiresAt })])).toEqual([]);
    const missing = "API token pipeline of acme does not expire, but the rule requires an expiry. Declare `expiresAt`.";
    expect(judge(rule, [api(undefined, {})])).toEqual([missing]);
    expect(judge(rule, [rotate({})])).toEqual([missing]);
  });

  test("a token that a rotation leaves in Peridio still counts", () => {
    const rotated = { ...api({ rotate: "1" }, { rotate: "2" }), op: "replace" };
    const retained = { ...rotated, before: { ...rotated.before, retainOnDelete: true } };
    expect(judge("x: { expiresAt: required }", [retained])).toEqual([
      "API token pipeline of acme does not expire, but the rule requires an expiry. Declare `expiresAt`.",
      "(before) API token pipeline of acme does not expire, but the rule requires an expiry. Declare `expiresAt`.",
    ]);
    expect(judge("x: { expiresAt: required }", [rotated])).toHaveLength(1);
  });
});

describe("webhookHosts", () => {
  const webhook = (before: string, after: string): PrintedStep =>
    step("Webhook::alerts", 4, { url: before }, { url: after });
  const at = (host: string) => webhook("https://alerts.acme.example/x", `https://${host}/x`);
  const rule = 'x: { webhookHosts: ["*.acme.example", hooks.example] }';
  const limit = "the rule allows only *.acme.example or hooks.example";

  test("an unchanged webhook counts, another host is a new violation", () => {
    const [one, other] = ["https://one.example/", "https://other.example/"];
    expect(judge(rule, [webhook(one, one)])[0]).toMatch(/^\(before\) Webhook/);
    expect(judge(rule, [webhook(one, other)])[0]).toMatch(/^Webhook/);
  });

  test("a host is a new violation if the URL was hidden or unclear before, and the reverse", () => {
    const [hidden, unclear, other] = ["[secret]", "https://a.example\\x", "https://other.example/"];
    expect(judge(rule, [webhook(hidden, unclear)])[0]).toMatch(/^The URL .* has no clear host/);
    expect(judge(rule, [webhook(hidden, unknownText)])[0]).toMatch(/^The URL .* is not known/);
    expect(judge(rule, [webhook(unclear, other)])[0]).toMatch(/^Webhook/);
    expect(judge(rule, [webhook(other, hidden)])[0]).toMatch(/^The URL .* is secret/);
    expect(judge(rule, [webhook(hidden, hidden)])[0]).toMatch(/^The URL .* is secret/);
  });

  test("a URL that is hidden or has no clear host breaks the rule", () => {
    expect(judge(rule, [webhook("https://alerts.acme.example/", unknownText)])).toEqual([
      "The URL of webhook alerts of acme is not known before the update, so the rule cannot check its host. Declare the URL as a plain value, not as a secret or an unknown output.",
    ]);
    expect(judge(rule, [at("evil.example\\.acme.example")])).toEqual([
      `The URL of webhook alerts of acme has no clear host, but ${limit}. Remove backslashes and spaces from the URL.`,
    ]);
  });
});

test("rules about groups, projects, tokens and webhooks hold in an organization without them", () => {
  const rules = "x: { groups: none, everyoneEnabled: false, expiresAt: required, webhookHosts: none.example }";
  expect(judge(rules, [])).toEqual([]);
});

test("a rule for a PRN applies to an organization that the preview hides, adopts or imports by name", () => {
  const rule = `x: { organizations: "${prn(3)}", everyoneEnabled: false }`;
  const open = (organizationId: string, of: readonly string[] = []): PrintedStep => ({
    op: "create",
    name: "Project::firmware",
    after: { inputs: { organizationId, name: "firmware", everyoneEnabled: true }, of },
  });
  const start = (op: string, more: Printed = {}): PrintedStep => ({
    op,
    name: "Organization::other",
    after: { inputs: { name: "other" }, ...more },
  });
  expect(judge(rule, [open("[secret]")])).toEqual([
    expect.stringMatching(/ The name of the unknown organization of Project firmware in acme\/dev is unknown/),
  ]);
  const named = [expect.stringMatching(/ The PRN of other is unknown, .* Use the organization's name in the rule\.$/)];
  const ofOther = open(unknownText, ["Organization::other"]);
  expect(judge(rule, [start("import", { importID: "other" }), ofOther])).toEqual(named);
  const provider = "urn:pulumi:dev::acme::pulumi:providers:peridio::connect::id";
  const connect = {
    op: "same",
    name: "pulumi:providers:peridio::connect",
    before: { id: "id", inputs: { backend: "connect" }, outputs: { backend: "connect" } },
    after: { inputs: { backend: "connect" } },
  };
  expect(judge(rule, [connect, start("create", { provider }), ofOther])).toEqual(named);
  // A new organization has none of the PRNs that exist.
  expect(judge(rule, [start("create"), ofOther])).toEqual([]);
});

test("objects of another organization do not count", () => {
  const elsewhere: PrintedStep = {
    op: "create",
    name: "Project::firmware",
    after: { inputs: { organizationId: prn(2), name: "firmware", everyoneEnabled: true } },
  };
  const steps = [organization("other", 2), elsewhere];
  expect(judge("x: { organizations: acme, everyoneEnabled: false }", steps)).toEqual([]);
  expect(judge("x: { organizations: other, everyoneEnabled: false }", steps)).toHaveLength(1);
});

describe("access", () => {
  const rule = 'x: { people: "*@partner.example", access: { users: none } }';
  const project = (access: unknown): PrintedStep =>
    step(
      "Project::firmware",
      1,
      { name: "firmware" },
      { name: "firmware", everyoneEnabled: false, ...(access !== undefined && { access }) },
    );

  test("hidden and undeclared grants break the rule", () => {
    const hidden = "Direct grants for project firmware of acme are hidden, so the rule cannot check them.";
    expect(judge(rule, [project({ users: ["[secret]"], groups: [] })])[0]).toContain(hidden);
    expect(judge(rule, [project("[secret]")])[0]).toContain(hidden);
    expect(judge(rule, [project(undefined)])).toEqual([
      "(before) No reviewed stack declares the grants of project firmware of acme, so the rule cannot check them. Declare `access`.",
    ]);
  });

  test("a program that stops declaring the grants breaks the rule, also with known grants", () => {
    const drops = (...users: readonly string[]) =>
      step("Project::firmware", 1, { name: "firmware", access: { users } }, { name: "firmware" });
    const undeclared =
      "No reviewed stack declares the grants of project firmware of acme, so the rule cannot check them. Declare `access`.";
    expect(judge(rule, [drops()])).toEqual([undeclared]);
    expect(judge(rule, [drops("carl@partner.example")])).toEqual([
      undeclared,
      expect.stringMatching(/^\(before\) carl@partner.example has a direct grant/),
    ]);
    const values = { name: "firmware", access: { users: [] } };
    expect(judge(rule, [drops(), { ...step("Project::firmware", 1, values, values), name: "Project::twin" }])).toEqual(
      [],
    );
  });

  test("hidden grants are new violations, because they cannot be compared", () => {
    const grants = (before: unknown, after: unknown, differs?: readonly string[]) =>
      judge(rule, [
        {
          ...step(
            "Project::firmware",
            1,
            { name: "firmware", access: { users: before } },
            { name: "firmware", access: { users: after }, description: "new" },
          ),
          differs,
        },
      ]);
    const hidden = "Direct grants for project firmware of acme are hidden";
    expect(grants(["[secret]"], ["[secret]", "[secret]"])).toEqual([expect.stringMatching(`^${hidden}`)]);
    expect(grants(["[secret]"], unknownText, ["access.users"])).toEqual([expect.stringMatching(`^${hidden}`)]);
    expect(grants(["[secret]"], ["[secret]"], ["access.groups[0]"])).toEqual([expect.stringMatching(`^${hidden}`)]);
  });
});

describe("claimTokens", () => {
  const token = (more: Values, of: readonly string[] = []): PrintedStep => {
    const created = step("ClaimToken::line", 2, undefined, { name: "line", ...more });
    return { ...created, after: { ...created.after, dependsOn: { cohortId: of } } };
  };
  const cohort: PrintedStep = {
    op: "create",
    name: "Cohort::canary",
    after: { inputs: { projectId: idOf(1), name: "canary", everyoneEnabled: true } },
  };
  const firmware = step("Project::firmware", 1, { name: "firmware" }, { name: "firmware" });

  test("a higher limit than before is a new violation, and so is one that was hidden", () => {
    const rule = "x: { claimTokens: { maxUses: 5 } }";
    const uses = (maxUses: unknown) => ({ name: "line", ...(maxUses !== undefined && { maxUses }) });
    const from = (before: unknown, after: unknown) =>
      judge(rule, [step("ClaimToken::line", 2, uses(before), uses(after))])[0];
    expect(from(6, 7)).toMatch(/^Claim token/);
    expect(from(7, 6)).toMatch(/^\(before\)/);
    expect(from(undefined, 7)).toMatch(/^\(before\)/);
    expect(from("[secret]", 7)).toMatch(/^Claim token/);
    expect(from(7, "[secret]")).toMatch(/^`maxUses`/);
  });

  test("a cohort", () => {
    const created = token({ cohortId: unknownText }, ["Cohort::canary"]);
    expect(judge("x: { claimTokens: { cohort: required } }", [firmware, cohort, created])).toEqual([]);
    expect(judge("x: { claimTokens: { cohort: firmware/* } }", [firmware, cohort, created])).toEqual([]);
    expect(judge("x: { claimTokens: { cohort: firmware/field } }", [firmware, cohort, created])).toEqual([
      "Claim token line of acme is for cohort firmware/canary, but the rule allows only firmware/field. Choose another cohort.",
    ]);
    expect(judge("x: { claimTokens: { cohort: required } }", [token({})])).toEqual([
      "Claim token line of acme names no cohort, but the rule requires one. Declare `cohortId`.",
    ]);
    for (const cohort of ["firmware/field", "required"]) {
      expect(judge(`x: { claimTokens: { cohort: ${cohort} } }`, [token({ cohortId: "[secret]" })])[0]).toContain(
        "is secret, so the rule cannot check it",
      );
    }
  });

  test("a new cohort counts only if nothing else can provide the id", () => {
    const find = (id: string, ...of: readonly string[]) =>
      judge("x: { claimTokens: { cohort: { except: firmware/wild } } }", [
        firmware,
        cohort,
        token({ cohortId: id }, of),
      ]);
    expect(find(unknownText, "Cohort::canary")).toEqual([]);
    const hidden = [expect.stringContaining("so the rule cannot check it. Declare the cohort")];
    expect(find(unknownText, "Cohort::canary", "Cohort::wild")).toEqual(hidden);
    expect(find(unknownText, "Cohort::canary", "random:index/randomId:RandomId::id")).toEqual(hidden);
    expect(find("[secret]", "Cohort::canary")).toEqual(hidden);
  });

  const canary = (before: Values | undefined, after: Values | undefined, more: Printed = {}): PrintedStep =>
    step(
      "Cohort::canary",
      4,
      before && { projectId: idOf(1), ...before },
      after && { projectId: idOf(1), ...after },
      more,
    );
  const ofCanary = token({ cohortId: idOf(4) });
  const undeclared = (name: string) =>
    `Claim token line of acme is for cohort ${name}, but no reviewed stack declares this cohort and its project, so the rule cannot check it. Add the previews of the stacks that declare them.`;
  const hidden = (name: string, why: string) =>
    `Claim token line of acme is for cohort ${name}. The cohort's name, or the name of its project, is ${why}, so the rule cannot check it. Declare the cohort as a plain value, not as a secret or an unknown output.`;

  test("a cohort with an unknown path breaks a rule about paths", () => {
    const name = { name: "canary" };
    for (const selector of ["{ except: firmware/canary }", "[firmware/*]"]) {
      const rule = `x: { claimTokens: { cohort: ${selector} } }`;
      expect(judge(rule, [ofCanary])).toEqual([undeclared(uuid(4))]);
      expect(judge(rule, [canary(name, name), ofCanary])).toEqual([undeclared(`${uuid(1)}/canary`)]);
      expect(judge(rule, [firmware, canary({ name: "[secret]" }, { name: "[secret]" }), ofCanary])).toEqual([
        hidden("firmware/canary", "secret"),
      ]);
    }
    for (const selector of ["required", '"*"'])
      expect(judge(`x: { claimTokens: { cohort: ${selector} } }`, [ofCanary])).toEqual([]);
  });

  test("a rename of the cohort or its project into a forbidden path is a new violation", () => {
    const line = { name: "line", cohortId: idOf(4) };
    const unchanged = step("ClaimToken::line", 2, line, line);
    const [rule, problem] = [
      "x: { claimTokens: { cohort: { except: firmware/wild } }, existing: ignored }",
      "Claim token line of acme is for cohort firmware/wild, but the rule allows all but firmware/wild. Choose another cohort.",
    ];
    expect(judge(rule, [firmware, canary({ name: "canary" }, { name: "wild" }), unchanged])).toEqual([problem]);
    const project = step("Project::firmware", 1, { name: "hardware" }, { name: "firmware" });
    expect(judge(rule, [project, canary({ name: "wild" }, { name: "wild" }), unchanged])).toEqual([problem]);
    expect(judge(rule, [firmware, canary({ name: "wild" }, { name: "wild" }), unchanged])).toEqual([]);
  });

  test("a path with another slash breaks a rule about paths, because two cohorts can have the same path", () => {
    const project = step("Project::firmware", 1, { name: "firmware/evil" }, { name: "firmware/evil" });
    const steps = [project, canary({ name: "wild" }, { name: "wild" }), ofCanary];
    expect(judge('x: { claimTokens: { cohort: "firmware/*" } }', steps)).toEqual([
      "Claim token line of acme is for cohort firmware/evil/wild. A name in this path contains a slash, so the rule cannot check the path. Rename the cohort or its project.",
    ]);
    expect(judge("x: { claimTokens: { cohort: required } }", steps)).toEqual([]);
  });

  test("stacks that disagree about the name of the cohort", () => {
    const rule = "x: { claimTokens: { cohort: { except: firmware/wild } } }";
    const twin = { ...canary({ name: "wild" }, { name: "wild" }), name: "Cohort::twin" };
    const steps = [firmware, canary({ name: "canary" }, { name: "canary" }), twin, ofCanary];
    expect(judge(rule, steps)).toEqual([hidden("firmware/canary", "not known before the update")]);
  });

  test("stacks that disagree about the name of the project, or of which one hides the name", () => {
    const rule = "x: { claimTokens: { cohort: { except: firmware/wild } } }";
    const wild = canary({ name: "wild" }, { name: "wild" });
    const own = (key: string, before: string, after = before) => ({
      ...step("Project::firmware", 1, { name: before }, { name: after }),
      name: `Project::${key}`,
    });
    for (const other of [own("b", "firmware"), own("b", "hardware", "firmware"), own("b", "[secret]")]) {
      expect(judge(rule, [own("a", "hardware"), other, wild, ofCanary])).toEqual([
        expect.stringContaining("The cohort's name, or the name of its project, is"),
      ]);
    }
    expect(judge(rule, [own("a", "hardware"), own("b", "hardware"), wild, ofCanary])).toEqual([]);
  });
});

test("webhookSchemes allows https only", () => {
  const rule = "x: { webhookSchemes: https }";
  const webhook = (url: string) => step("Webhook::events", 3, undefined, { url });
  expect(judge(rule, [webhook("https://events.acme.example/a")])).toEqual([]);
  expect(judge(rule, [webhook("http://events.acme.example/a")])).toEqual([
    expect.stringContaining(
      "sends events to events.acme.example without encryption, but the rule requires https. Change the URL.",
    ),
  ]);
  expect(judge(rule, [webhook("https://a b")])[0]).toContain("is unclear, but the rule requires https");
  expect(judge(rule, [webhook("[secret]")])[0]).toContain("is secret, so the rule cannot check its scheme");
  const from = (before: string, after: string) =>
    judge(rule, [step("Webhook::events", 3, { url: before }, { url: after })])[0];
  const [evil, other] = ["http://evil.example/", "http://other.example/"];
  expect(from(evil, evil)).toMatch(/^\(before\)/);
  for (const before of [other, "[secret]", "ftp://evil.example/"]) expect(from(before, evil)).toMatch(/^Webhook/);
  expect(from(evil, "[secret]")).toMatch(/^The URL/);
});

import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import type { StackResource } from "#framework/analyzer";
import * as z from "zod";
import type { Values } from "#framework";
import { findEngineAddress } from "../src/policyPack/engineAddress";
import { AccessPack } from "../src/policyPack/pack";
import { getKind, kindNames } from "../src/rules/kinds";
import type { RuleKind } from "../src/rules/kinds/kind";
import { organization as step, prn, review, unknownText as unknown } from "./support/document";

/** The policy pack without an engine: what it reports about the resources of a stack. */

const organizationId = prn(1);

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "pack-"))));
afterEach(() => {
  rmSync(folder, { recursive: true });
});

function createPack(rules: string, environment: Readonly<Record<string, string>> = {}): AccessPack {
  write("access-rules.yaml", `rules:\n${rules}`);
  return new AccessPack({ folder, environment, now: new Date("2027-01-31T08:00:00Z") });
}

function write(file: string, text: string): void {
  writeFileSync(join(folder, file), text);
}

/** The environment of a run with a review and its approval. */
const reviewed = { PERIDIO_REVIEW: "review.json", PERIDIO_APPROVAL: "approval.json" };

/** Creates a pack with the rules and an approved review, which contains `rows`. */
function createReviewedPack(rules: string, rows: Values = {}, environment: Readonly<Record<string, string>> = {}) {
  const { evidence, ...content } = review([step("acme-dev", 1)]);
  const digest = createHash("sha256")
    .update(JSON.stringify([`rules:\n${rules}`]))
    .digest("hex");
  const text = JSON.stringify({ ...content, evidence: { ...evidence, rules: digest }, ...rows });
  write("review.json", text);
  const approval = { version: 1, review: createHash("sha256").update(text).digest("hex"), approvers: ["ada"] };
  write("approval.json", JSON.stringify(approval));
  return createPack(rules, { ...reviewed, ...environment });
}

function urnOf(kind: string, name: string): string {
  return `urn:pulumi:dev::acme::peridio:index:${kind}::${name}`;
}

interface Given {
  readonly inputs: Values;
  readonly outputs?: Values;
  readonly dependencies?: StackResource["dependencies"];
}

/** A resource as the engine shows it. By default, the outputs are the inputs, as of an unchanged resource. */
function resource(kind: string, name: string, { inputs, outputs = {}, dependencies = {} }: Given) {
  const common = { urn: urnOf(kind, name), isProtected: false, ignoredChanges: [], provider: undefined };
  return {
    declared: { ...common, values: inputs },
    present: { ...common, values: { ...inputs, ...outputs }, dependencies },
  };
}

type Sample = ReturnType<typeof resource>;

/** Returns what the pack says about a stack in a preview: the effect, the rule and the message. */
function judge(pack: AccessPack, resources: readonly Sample[], gone: readonly Sample[] = []): readonly string[] {
  pack.configureStack({ stack: "acme/dev", isPreview: true, configuration: {} });
  expect(resources.flatMap(({ declared }) => pack.analyze(declared))).toEqual([]);
  const violations = pack.analyzeStack([...resources, ...gone].map(({ present }) => present));
  return violations.map(({ effect, policy, message }) => `${effect} ${policy}: ${message}`);
}

const organization = resource("Organization", "dev", { inputs: { name: "acme-dev" } });
const fromOrganization = { organizationId: [urnOf("Organization", "dev")] };

function member(email: string, role: string, outputs: Values = { status: "active" }): Sample {
  const [name = ""] = email.split("@");
  return resource("Membership", name, {
    inputs: { organizationId, email, role },
    outputs,
    dependencies: fromOrganization,
  });
}

const fewAdmins = "  Few admins: { role: { atMost: developer } }\n";
const bob = "bob@acme.example has the role admin in acme-dev, but the rule allows at most developer.";

test("the id of an organization follows from its members, so that rules know the name", () => {
  const pack = createPack("  Few admins: { organizations: acme-dev, role: { atMost: developer } }\n");
  expect(judge(pack, [organization, member("bob@acme.example", "admin")])).toEqual([
    `mandatory Few admins: ${bob} Give the person an allowed role, or remove the person.`,
  ]);
});

test("contradictory dependencies name no organization, so that rules with names apply", () => {
  const pack = createPack('  Few admins: { organizations: "*-production", role: { atMost: developer } }\n');
  const lab = resource("Organization", "lab", { inputs: { name: "acme-lab" } });
  const fromLab = { organizationId: [urnOf("Organization", "lab")] };
  const create = (id: string, email: string, role: string) =>
    resource("Membership", email.slice(0, 3), { inputs: { organizationId: id, email, role }, dependencies: fromLab });
  const hidden = create(prn(2), "mal@evil.example", "admin");
  const shown = create(prn(1), "bob@acme.example", "viewer");
  expect(judge(pack, [lab, hidden, shown])).toContainEqual(
    expect.stringMatching(/^mandatory Few admins: mal@evil\.example/),
  );
});

test("resources without a declaration are deleted, so the pack ignores them", () => {
  const pack = createPack(fewAdmins);
  expect(judge(pack, [organization], [member("bob@acme.example", "admin")])).toEqual([]);
});

test("the severity decides if a violation stops the engine", () => {
  const rules =
    "  Few admins: { role: { atMost: developer }, severity: approve }\n  One: { role: viewer, severity: note }\n";
  const pack = createPack(rules);
  expect(pack.listPolicies()).toMatchObject([
    { name: "Few admins", effect: "advisory", severity: "medium" },
    { name: "One", effect: "advisory", severity: "low" },
    { name: "known resource types" },
    { name: "other stacks", effect: "advisory" },
  ]);
  expect(judge(pack, [organization, member("bob@acme.example", "admin")])).toEqual([
    expect.stringMatching(/^advisory Few admins: bob/),
    expect.stringMatching(/^advisory One: bob/),
  ]);
});

describe("an update", () => {
  const update = (pack: AccessPack, sample: Sample) => {
    pack.configureStack({ stack: "acme/dev", isPreview: false, configuration: {} });
    return pack.analyze(sample.declared).map(({ effect, message }) => `${effect} ${message}`);
  };

  test("stops before the resource if the rule applies for certain", () => {
    expect(update(createPack(fewAdmins), member("bob@acme.example", "admin"))).toEqual([
      `mandatory ${bob.replace("acme-dev", organizationId)} Give the person an allowed role, or remove the person.`,
    ]);
    expect(update(createPack(fewAdmins), member("bob@acme.example", "developer"))).toEqual([]);
  });

  test("does not stop for one resource if the rule depends on the name of the organization", () => {
    const rules = "  Few admins: { organizations: acme-production, role: { atMost: developer } }\n";
    expect(update(createPack(rules), member("bob@acme.example", "admin"))).toEqual([]);
  });
});

describe("what one stack does not show", () => {
  const enough = "  Two admins: { admins: { atLeast: 2 } }\n";
  const ada = member("ada@acme.example", "admin");

  test("is no reason to stop: the status of an invitation that the change sends", () => {
    const planned = member("bob@acme.example", "admin", { status: unknown });
    const pending = member("bob@acme.example", "admin", { status: "pending" });
    expect(judge(createPack(enough), [organization, ada, planned])).toEqual([
      "advisory Two admins: 1 admin of acme-dev is known (ada@acme.example), but the rule requires at least 2. It is not known if bob@acme.example is already a member. The previews may not show all admins.",
    ]);
    for (const bob of [pending, member("bob@acme.example", "admin")])
      expect(judge(createPack(enough), [organization, ada, bob])).toEqual([]);
    expect(judge(createPack(enough), [organization, ada])).toEqual([
      expect.stringMatching(/^mandatory Two admins: acme-dev has 1 admin /),
      'advisory other stacks: These rules need facts that this stack does not declare: "Two admins". If another stack declares them, set PERIDIO_REVIEW to a review of all stacks.',
    ]);
    const pack = createPack(enough);
    pack.configureStack({ stack: "acme/dev", isPreview: false, configuration: {} });
    expect([ada, pending, organization].flatMap(({ declared }) => pack.analyze(declared))).toEqual([]);
    const after = pack.analyzeStack([ada, pending, organization].map(({ present }) => present));
    expect(after).toEqual([]);
  });

  test("stops a new admin that a passing review does not know, because it judged another program", () => {
    const planned = member("bob@acme.example", "admin", { status: unknown });
    const access = (status: string) => ({ role: "admin", status, owner: false });
    const know = (email: string, after: Values | null) => ({
      organization: organizationId,
      email,
      before: null,
      after,
      changed: after !== null,
      risks: [],
      notes: [],
    });
    const judgeWith = (...people: readonly Values[]) =>
      judge(createReviewedPack(enough, { people }), [organization, ada, planned]);
    const stop =
      "mandatory Two admins: 1 admin of acme-dev is known (ada@acme.example), but the rule requires at least 2. It is not known if bob@acme.example is already a member. The previews may not show all admins.";
    expect(judgeWith(know("ada@acme.example", access("active")))).toEqual([stop]);
    expect(judgeWith(know("bob@acme.example", null))).toEqual([stop]);
    expect(judgeWith(know("bob@acme.example", access("active")))).toEqual([]);
  });

  const rule = "  Partners: { people: '*@partner.example', groups: partner-* }\n";
  const group = (name: string) =>
    resource("Group", name, { inputs: { organizationId, name, members: [] }, dependencies: fromOrganization });
  const project = (...groups: readonly string[]) =>
    resource("Project", "firmware", {
      inputs: { organizationId, name: "firmware", access: { groups: ["u-1", "u-2"].slice(0, groups.length) } },
      dependencies: { ...fromOrganization, access: groups.map((name) => urnOf("Group", name)) },
    });

  test("the groups of a project that the stack declares are known", () => {
    const both = project("field", "lab");
    expect(judge(createPack(rule), [organization, group("field"), group("lab"), both])).toEqual([]);
    expect(judge(createPack(rule), [organization, group("field"), project("field")])).toEqual([]);
  });

  test("is shown: a group that another stack declares", () => {
    const granted = resource("Project", "firmware", {
      inputs: { organizationId, name: "firmware", access: { groups: ["u-1"] } },
      dependencies: fromOrganization,
    });
    expect(judge(createPack(rule), [organization, granted])).toEqual([
      expect.stringMatching(/^advisory Partners: The group u-1 has access to a project/),
    ]);
  });

  test("is shown: a claim token for a cohort that another stack declares, or whose project does", () => {
    const pack = createPack(
      "  Canaries: { claimTokens: { cohort: { except: firmware/wild } }, expiresAt: required }\n",
    );
    const token = (expiresAt: string | undefined, ...cohorts: readonly string[]) =>
      resource("ClaimToken", "line", {
        inputs: { organizationId, name: "line", cohortId: "c-1", ...(expiresAt !== undefined && { expiresAt }) },
        dependencies: { ...fromOrganization, cohortId: cohorts },
      });
    const cohort = resource("Cohort", "canary", { inputs: { projectId: `${organizationId}/p-1`, name: "canary" } });
    const shown: unknown = expect.stringMatching(/^advisory Canaries: Claim token line of acme-dev is for cohort/);
    const february = "2027-02-01T00:00:00Z";
    expect(judge(pack, [organization, token(february)])).toEqual([shown]);
    expect(judge(pack, [organization, cohort, token(february, urnOf("Cohort", "canary"))])).toEqual([shown]);
    const project = resource("Project", "firmware", { inputs: { organizationId, name: "firmware" } });
    const wild = (name: string) =>
      resource("Cohort", "canary", {
        inputs: { projectId: `${organizationId}/p-1`, name },
        dependencies: { projectId: [urnOf("Project", "firmware")] },
      });
    const ofStack = token(february, urnOf("Cohort", "canary"));
    expect(judge(pack, [organization, project, wild("canary"), ofStack])).toEqual([]);
    expect(judge(pack, [organization, project, wild("wild"), ofStack])).toEqual([
      expect.stringMatching(/^mandatory Canaries: .* is for cohort firmware\/wild/),
    ]);
    // The expiry of the token is known.
    expect(judge(pack, [organization, token(undefined)])).toEqual([
      expect.stringMatching(/^mandatory Canaries: Claim token line of acme-dev does not expire/),
      shown,
    ]);
  });

  test("is shown: a resource of an unknown type", () => {
    expect(judge(createPack(fewAdmins), [resource("Gateway", "one", { inputs: {} })])).toEqual([
      "advisory known resource types: No rule judges Gateway one, because this version of peridio-gitops does not know its type. Use the version of peridio-gitops that matches the provider.",
    ]);
  });

  test("a rule that depends on an unknown name applies, as in a review", () => {
    const pack = createPack("  Few admins: { organizations: acme-production, role: { atMost: developer } }\n");
    const elsewhere = resource("Membership", "bob", {
      inputs: { organizationId, email: "bob@acme.example", role: "admin" },
    });
    expect(judge(pack, [elsewhere])).toEqual([
      expect.stringMatching(/^mandatory Few admins: .* is unknown, so it is unclear if the rule applies/),
    ]);
  });
});

describe("values that the engine does not show", () => {
  test.each([
    ["unknown", unknown, "not known before the update"],
    ["secret", "[secret]", "secret"],
  ])("an %s role breaks the rule", (_, role, words) => {
    expect(judge(createPack(fewAdmins), [organization, member("bob@acme.example", role)])).toEqual([
      `mandatory Few admins: bob@acme.example has a role in acme-dev that is ${words}, but the rule allows at most developer. Declare the role as a plain value, not as a secret or an unknown output.`,
    ]);
  });

  test("a value that this version does not know stops the engine", () => {
    const policy = resource("SecurityPolicy", "dev", { inputs: { organizationId, requireTwoFactor: "often" } });
    expect(() => judge(createPack(fewAdmins), [organization, policy])).toThrow(
      /`requireTwoFactor` of .* does not know/,
    );
  });
});

describe("the rules", () => {
  const pack = (environment: Readonly<Record<string, string>> = {}, at = folder) =>
    new AccessPack({ folder: at, environment, now: new Date() });
  const names = (one: AccessPack) => one.listPolicies().map(({ name }) => name);

  test("are those of PERIDIO_RULES, with several files as in PATH", () => {
    write("one.yaml", "rules:\n  One: { protect: true }\n");
    write("two.yaml", "rules:\n  Two: { protect: true }\n");
    write("access-rules.yaml", "rules:\n  Three: { protect: true }\n");
    const files = ["one.yaml", join(folder, "two.yaml")].join(delimiter);
    expect(names(pack({ PERIDIO_RULES: files }))).toEqual(["One", "Two", "known resource types", "other stacks"]);
    expect(names(pack())).toEqual(["Three", "known resource types", "other stacks"]);
    expect(() => names(pack({ PERIDIO_RULES: "missing.yaml" }))).toThrow("Cannot read missing.yaml");
  });

  test("are those of the Pulumi project, if the program has another folder", () => {
    const program = join(folder, "source");
    mkdirSync(program);
    write("access-rules.yaml", "rules:\n  One: { protect: true }\n");
    expect(() => names(pack({}, program))).toThrow("The policy pack has no access rules");
    write("Pulumi.yaml", "");
    expect(names(pack({}, program))).toEqual(["One", "known resource types", "other stacks"]);
  });

  test.each([
    ["all", "two.yaml:2:3: rules.all must not have this name"],
    ["One", "Two files of access rules use the name"],
  ])("must not have the name %s", (name, reason) => {
    write("one.yaml", "rules:\n  One: { protect: true }\n");
    write("two.yaml", `rules:\n  ${name}: { protect: true }\n`);
    expect(() => names(pack({ PERIDIO_RULES: ["one.yaml", "two.yaml"].join(delimiter) }))).toThrow(reason);
  });

  test("about the change and its authors are left to reviews", () => {
    const rules = `
  No grants: { change: { grants: none } }
  Contractors: { authors: contractor-*, role: { atMost: developer } }
  Only new admins: { role: { atMost: developer }, existing: ignored }
`;
    const own = createPack(rules);
    expect(own.listPolicies()).toHaveLength(5);
    expect(judge(own, [organization, member("bob@acme.example", "admin")])).toEqual([]);
  });

  test("obey the configuration of policies, and reject a name that no rule has", () => {
    const own = createPack(fewAdmins);
    const stack = [organization, member("bob@acme.example", "admin")];
    own.configure(new Map([["Few admins", "disabled"]]));
    expect(judge(own, stack)).toEqual([]);
    own.configure(
      new Map([
        ["all", "advisory"],
        ["Few admins", "advisory"],
      ]),
    );
    expect(judge(own, stack)).toEqual([expect.stringMatching(/^advisory/)]);
    expect(() => {
      own.configure(new Map([["few admins", "disabled"]]));
    }).toThrow("Did you mean Few admins?");
  });
});

describe("a review", () => {
  const rule = "  Few admins: { organizations: acme-dev, role: { atMost: developer }, severity: approve }\n";
  const listed = {
    rule: "Few admins",
    severity: "approve" as const,
    organizations: ["acme-dev"],
    people: ["bob@acme.example"],
    objects: ["role admin"],
  };
  const message = "bob@acme.example is to be invited to acme-dev as admin, but the rule allows at most developer.";
  const withReview = (violations: readonly object[]) => createReviewedPack(rule, { violations });
  const stack = [organization, member("bob@acme.example", "admin")];
  const effects = (pack: AccessPack, others: readonly Sample[] = []) =>
    judge(pack, [...stack, ...others]).map((text) => text.split(" ")[0]);

  test("permits the violations that it lists, whatever the status of the person", () => {
    expect(effects(withReview([{ ...listed, message, before: true }]))).toEqual(["advisory"]);
  });

  test("permits a refusal that existed before the change, if the approved review asks for an approval of it", () => {
    const refuse = "  Few admins: { role: { atMost: developer }, existing: approve }\n";
    const violation = { ...listed, message, before: true };
    const pack = createReviewedPack(refuse, { violations: [violation] });
    // As the engine does with the default effects.
    pack.configure(new Map([["Few admins", "mandatory"]]));
    expect(effects(pack)).toEqual(["advisory"]);
    expect(effects(createReviewedPack(refuse, { violations: [] }))).toEqual(["mandatory"]);
    expect(
      effects(createReviewedPack(refuse, { violations: [violation] }, { PERIDIO_REVIEW: "", PERIDIO_APPROVAL: "" })),
    ).toEqual(["mandatory"]);
  });

  test("permits a violation only with the role that it shows", () => {
    const [one] = review([step("acme-dev", 1)]).organizations;
    const effectsWith = (role: string, ...others: readonly Sample[]) => {
      const person = {
        organization: one?.key ?? "",
        email: "bob@acme.example",
        before: null,
        after: { role, status: "planned", owner: false },
        changed: true,
        risks: [],
        notes: [],
      };
      const violations = [{ ...listed, message, before: false }];
      return effects(createReviewedPack(rule, { people: [person], violations }), others);
    };
    expect(effectsWith("admin")).toEqual(["advisory"]);
    expect(effectsWith("manager")).toEqual(["mandatory"]);
    const owner = resource("OrganizationOwner", "owner", { inputs: { organizationId, email: "bob@acme.example" } });
    expect(effectsWith("admin", owner)).toEqual(["mandatory"]);
  });

  test("permits no violation with the role in an organization of the same name on another endpoint", () => {
    const [one] = review([step("acme-dev", 1)]).organizations;
    const [key = "", namesake = prn(9)] = [one?.key];
    const person = (organization: string, role: string) => ({
      organization,
      email: "bob@acme.example",
      before: null,
      after: { role, status: "active", owner: false },
      changed: true,
      risks: [],
      notes: [],
    });
    const effectsWith = (here: string, there: string) =>
      effects(
        createReviewedPack(rule, {
          organizations: [
            { ...one, key: namesake },
            { ...one, key },
          ],
          people: [person(namesake, there), person(key, here)],
          violations: [{ ...listed, message, before: false }],
        }),
      );
    expect(effectsWith("admin", "viewer")).toEqual(["advisory"]);
    expect(effectsWith("viewer", "admin")).toEqual(["mandatory"]);
  });

  describe("of an organization that Peridio deletes, and creates again with the same name,", () => {
    const [one] = review([step("acme-dev", 1)]).organizations;
    const tests =
      "tests:\n  Bob only looks: { person: bob@acme.example, can: [{ organization: acme-dev, role: viewer }], only: true, severity: approve }\n";
    const testMessage =
      "bob@acme.example must have no other role, but has the role admin in acme-dev. Change the role.";
    const createFor = (key: string) =>
      createReviewedPack(rule.replace("organizations: acme-dev, ", "") + tests, {
        organizations: [{ ...one, key }],
        violations: [
          { ...listed, message, before: true },
          { ...listed, objects: undefined, rule: "Bob only looks", message: testMessage, before: true },
        ],
      });
    const update = (key: string) => {
      const pack = createFor(key);
      pack.configureStack({ stack: "acme/dev", isPreview: false, configuration: {} });
      return pack.analyze(member("bob@acme.example", "admin").declared).map(({ effect }) => effect);
    };

    test("permits nothing in the new one", () => {
      expect(effects(createFor(prn(9)))).toEqual(["mandatory", "advisory", "mandatory"]);
      expect(update(prn(9))).toEqual(["mandatory"]);
    });

    test("permits nothing in one that the change creates", () => {
      const created = resource("Organization", "dev", {
        inputs: { name: "acme-dev" },
        outputs: { description: unknown },
      });
      const bob = resource("Membership", "bob", {
        inputs: { organizationId: unknown, email: "bob@acme.example", role: "admin" },
        outputs: { status: unknown },
        dependencies: fromOrganization,
      });
      const judged = (key: string) => judge(createFor(key), [created, bob]).map((text) => text.split(" ")[0]);
      expect(judged(prn(9))).toContain("mandatory");
      expect(judged(urnOf("Organization", "dev"))).not.toContain("mandatory");
    });

    test("permits what it lists in the same one, and in one that the reviewed change has created", () => {
      for (const key of [organizationId, urnOf("Organization", "dev")]) {
        expect(effects(createFor(key))).not.toContain("mandatory");
        expect(update(key)).toEqual([]);
      }
    });

    test("permits what it lists if the stack declares only the organization, so that the engine shows no PRN", () => {
      const message =
        "acme-dev is not protected from deletion, but the rule requires this protection. Set `protect: true` for the Organization resource.";
      const pack = createReviewedPack("  Rule: { protect: true, severity: approve }\n", {
        organizations: [{ ...one, key: prn(9) }],
        violations: [{ ...listed, rule: "Rule", people: [], objects: undefined, message, before: true }],
      });
      expect(judge(pack, [organization])).toEqual([`advisory Rule: ${message}`]);
    });
  });

  test("stops every other violation that needs approval", () => {
    expect(effects(withReview([]))).toEqual(["mandatory"]);
    expect(effects(withReview([{ ...listed, message, before: true, people: ["carl@acme.example"] }]))).toEqual([
      "mandatory",
    ]);
  });

  test("permits one violation of a rule, and not another one of the same rule and person", () => {
    const once = [{ ...listed, rule: "Rule", message, before: true }];
    const pack = createReviewedPack("  Rule: { role: viewer, until: required, severity: approve }\n", {
      violations: once,
    });
    expect(effects(pack)).toEqual(["mandatory", "advisory"]);
  });

  const carl = "carl@acme.example";
  const inputs = { organizationId };
  const project = (name: string) =>
    resource("Project", name, { inputs: { ...inputs, name, everyoneEnabled: false, access: { users: [carl] } } });
  const cohort = (name: string) =>
    resource("Cohort", name, {
      inputs: {
        ...inputs,
        projectId: `${organizationId}/${uuid}`,
        name,
        everyoneEnabled: false,
        access: { users: [carl] },
      },
    });
  const roster = (lastDays: Values) =>
    resource("OrganizationMembers", "everyone", {
      inputs: { organizationId, members: { [carl]: "viewer" }, lastDays },
      outputs: { people: { [carl]: { status: "active" } } },
    });
  const field = (name: string) => resource("Group", name, { inputs: { ...inputs, name, members: [carl] } });
  const uuid = "00000000-0000-4000-8000-000000000007";

  test.each<[string, string, Sample, string, Sample]>([
    ["project", "access: { users: none }", project("firmware"), "project firmware", project("cloud")],
    ["cohort", "access: { users: none }", cohort("canary"), `cohort ${uuid}/canary`, cohort("stable")],
    ["group", "groups: none", field("field"), "group field", field("release")],
    [
      "last day",
      "until: { withinDays: 7 }",
      roster({ [carl]: "2027-03-01" }),
      "last day 2027-03-01",
      roster({ [carl]: "2030-03-01" }),
    ],
    ["last day at all", "until: required", roster({}), "no last day", roster({ [carl]: "2027-01-30" })],
  ])("permits a violation with one %s, and not with another one", (_, requirement, permitted, object, other) => {
    const text = `  Rule: { ${requirement}, severity: approve }\n`;
    const effectsWith = (sample: Sample, objects: readonly string[] | undefined) => {
      const violation = { ...listed, rule: "Rule", people: [carl], message: "", before: false, objects };
      const pack = createReviewedPack(text, { violations: [violation] });
      return judge(pack, [organization, member("bob@acme.example", "viewer"), sample])
        .filter((one) => one.includes(carl))
        .map((one) => one.split(" ")[0]);
    };
    expect(effectsWith(permitted, [object])).toEqual(["advisory"]);
    expect(effectsWith(other, [object])).toEqual(["mandatory"]);
    // A file without objects permits nothing that has some.
    expect(effectsWith(permitted, undefined)).toEqual(["mandatory"]);
  });

  test("permits a violation of a person only with the ends of the review", () => {
    const timed = (lastDay: string, afterwards?: string) =>
      resource("OrganizationMembers", "everyone", {
        inputs: {
          organizationId,
          members: { [carl]: "manager" },
          lastDays: { [carl]: lastDay },
          ...(afterwards !== undefined && { rolesAfterwards: { [carl]: afterwards } }),
        },
        outputs: { people: { [carl]: { status: "active" } } },
      });
    const [day, moment] = ["2027-03-01", "2027-03-01T08:00Z"];
    const after = { role: "manager", status: "active", owner: false, lastDay: moment, afterwards: "viewer" };
    const person = {
      organization: organizationId,
      email: carl,
      before: null,
      after,
      changed: true,
      risks: [],
      notes: [],
    };
    const violation = {
      ...listed,
      rule: "Rule",
      people: [carl],
      message: "",
      before: false,
      objects: ["role manager"],
    };
    const pack = () =>
      createReviewedPack("  Rule: { people: 'carl@*', role: { atMost: viewer }, severity: approve }\n", {
        violations: [violation],
        people: [person],
      });
    const effectsWith = (sample: Sample) => judge(pack(), [organization, sample]).map((text) => text.split(" ")[0]);
    expect(effectsWith(timed(moment, "viewer"))).toEqual(["advisory"]);
    expect(effectsWith(timed(day, "viewer"))).toEqual(["mandatory"]);
    expect(effectsWith(timed(moment, "developer"))).toEqual(["mandatory"]);
    expect(effectsWith(timed(moment))).toEqual(["mandatory"]);
  });

  describe("permits a token or webhook that breaks a rule", () => {
    const rules = `  Rule: { webhookHosts: "*.acme.example", expiresAt: required, severity: refuse, existing: approve }\n`;
    const hook = { name: "alerts", url: "https://hooks.partner.example/x", events: ["device.created"], enabled: false };
    const ci = { name: "ci", rotate: "1" };
    const claim = { name: "field", expiresAt: "never", cohortId: unknown };
    const create = (kind: string, values: Values) =>
      resource(kind, "one", { inputs: { ...inputs, ...values }, dependencies: fromOrganization });
    const declare = (kind: string, values: Values) => ({
      urn: urnOf(kind, "one"),
      properties: Object.fromEntries(
        Object.entries(values).map(([name, value]) => [
          name,
          value === unknown ? "unknown" : createHash("sha256").update(JSON.stringify(value)).digest("hex"),
        ]),
      ),
    });
    const messages: Readonly<Record<string, string>> = {
      Webhook:
        "Webhook alerts of acme-dev sends events to hooks.partner.example, but the rule allows only *.acme.example. Change the URL, or remove the webhook.",
      OrganizationApiToken:
        "API token ci of acme-dev does not expire, but the rule requires an expiry. Declare `expiresAt`.",
      ClaimToken:
        "Claim token field of acme-dev does not expire, but the rule requires an expiry. Declare `expiresAt`.",
    };
    const createFor = (kind: string, values: Values, more: Values = { declarations: [declare(kind, values)] }) => {
      const violation = {
        ...listed,
        rule: "Rule",
        people: [],
        objects: undefined,
        message: messages[kind],
        before: true,
      };
      return createReviewedPack(rules, { violations: [{ ...violation, ...more }] });
    };
    const effectsOf = (pack: AccessPack, sample: Sample) =>
      judge(pack, [organization, sample]).map((text) => text.split(" ")[0]);

    test.each<[string, string, Values, Values]>([
      ["a webhook that is enabled", "Webhook", hook, { ...hook, enabled: true }],
      ["a webhook that stops declaring its state", "Webhook", hook, { ...hook, enabled: undefined }],
      ["another path of its host", "Webhook", hook, { ...hook, url: "https://hooks.partner.example/y" }],
      ["more events", "Webhook", hook, { ...hook, events: [] }],
      ["an API token that is rotated", "OrganizationApiToken", ci, { ...ci, rotate: "2" }],
      ["a claim token for a known cohort", "ClaimToken", claim, { ...claim, cohortId: `${organizationId}/p/c` }],
    ])("as it lists it, and not %s", (_, kind, reviewed, later) => {
      expect(effectsOf(createFor(kind, reviewed), create(kind, reviewed))).toEqual(["advisory"]);
      expect(effectsOf(createFor(kind, reviewed), create(kind, later))).toEqual(["mandatory"]);
    });

    test("only as the same resource, and only with a file that contains the declaration", () => {
      const other = resource("Webhook", "other", { inputs: { ...inputs, ...hook }, dependencies: fromOrganization });
      expect(effectsOf(createFor("Webhook", hook), other)).toEqual(["mandatory"]);
      expect(effectsOf(createFor("Webhook", hook, {}), create("Webhook", hook))).toEqual(["mandatory"]);
    });

    test("in an update that knows more than the preview of the review", () => {
      const update = (reviewed: Values, later: Values) => {
        const pack = createFor("ClaimToken", reviewed);
        pack.configureStack({ stack: "acme/dev", isPreview: false, configuration: {} });
        return pack.analyze(create("ClaimToken", later).declared).map(({ effect }) => effect);
      };
      const known = { ...claim, cohortId: `${organizationId}/p/c` };
      expect(update(claim, known)).toEqual([]);
      expect(update(known, { ...known, cohortId: `${organizationId}/p/d` })).toEqual(["mandatory"]);
      expect(update(claim, { ...known, tags: ["field"] })).toEqual(["mandatory"]);
    });
  });

  test("may list a violation once, so that two cohorts of one name stop", () => {
    const violation = { ...listed, rule: "Rule", people: [carl], objects: ["cohort unknown/canary"], message: "" };
    const effectsOf = (...projects: readonly string[]) => {
      const pack = createReviewedPack("  Rule: { access: { users: none }, severity: approve }\n", {
        violations: [{ ...violation, before: false }],
      });
      const grants = {
        ...inputs,
        projectId: unknown,
        name: "canary",
        everyoneEnabled: false,
        access: { users: [carl] },
      };
      return judge(
        pack,
        projects.map((project) => resource("Cohort", project, { inputs: grants })),
      ).map((one) => one.split(" ")[0]);
    };
    expect(effectsOf("firmware")).toEqual(["advisory"]);
    expect(effectsOf("firmware", "cloud")).toEqual(["mandatory", "mandatory"]);
  });

  describe("of all stacks names the project of a cohort", () => {
    const rule = "  Rule: { access: { users: none }, severity: approve }\n";
    const [one] = review([step("acme-dev", 1)]).organizations;
    const key = one?.key ?? "";
    const side = { reasons: [] };
    const project = { organization: key, key: `${organizationId}/${uuid}`, kind: "project", path: "firmware" };
    const rows = (more: Values, cohort = {}) => ({
      objects: [
        { ...project, before: null, after: side, ...more },
        { ...project, key: "urn:c", kind: "cohort", path: "firmware/canary", before: null, after: side, ...cohort },
      ],
      violations: [
        { ...listed, rule: "Rule", people: [carl], objects: ["cohort firmware/canary"], message: "", before: false },
      ],
    });
    const existing = rows({}, { project: project.key });
    const created = rows({ key: "urn:pulumi:p" }, { project: "urn:pulumi:p" });
    const preview = (review: Values, name: string) =>
      judge(createReviewedPack(rule, review), [organization, cohort(name)]).map((one) => one.split(" ")[0]);
    const update = (review: Values, name: string) => {
      const pack = createReviewedPack(rule, review);
      pack.configureStack({ stack: "acme/dev", isPreview: false, configuration: {} });
      return pack.analyze(cohort(name).declared).map(({ effect }) => effect);
    };

    test("that another stack declares", () => {
      expect([preview(existing, "canary"), update(existing, "canary")]).toEqual([["advisory"], []]);
      expect([preview(existing, "stable"), update(existing, "stable")]).toEqual([["mandatory"], ["mandatory"]]);
    });

    test("that the same update has created", () => {
      expect([update(created, "canary"), update(created, "stable")]).toEqual([[], ["mandatory"]]);
    });

    test("but not that of an unknown project in a preview, which shows the projects of its stack", () => {
      expect(preview(created, "canary")).toEqual(["mandatory"]);
    });
  });

  test("names the organizations of other stacks", () => {
    const pack = withReview([]);
    pack.configureStack({ stack: "acme/dev", isPreview: false, configuration: {} });
    const violations = pack.analyze(member("bob@acme.example", "admin").declared);
    expect(violations.map(({ effect, message }) => `${effect} ${message}`)).toEqual([
      expect.stringMatching(/^mandatory bob@acme\.example has the role admin in acme-dev/),
    ]);
  });

  test.each([["{}"], ["not JSON"]])("must be the file of a review, not %s", (text) => {
    write("review.json", text);
    expect(() => createPack(rule, { PERIDIO_REVIEW: "review.json" }).listPolicies()).toThrow(
      "PERIDIO_REVIEW: review.json is not a review that this version of peridio-gitops can read. Pass the file of `peridio-gitops review --json-file`.",
    );
  });

  const violation = { ...listed, message, before: false };
  const refusal = (rows: Values, environment?: Readonly<Record<string, string>>) => {
    const pack = createReviewedPack(rule, rows, environment);
    return () => pack.listPolicies();
  };

  test("is refused if it refuses the change, also if its verdict is edited", () => {
    const reason = "PERIDIO_REVIEW: review.json refuses the change, and no approval permits it.";
    expect(refusal({ verdict: "refused" })).toThrow(reason);
    expect(refusal({ violations: [{ ...violation, severity: "refuse" }] })).toThrow(reason);
  });

  test("needs the record of an approval if it needs approval, also if its verdict is edited", () => {
    const reason = "PERIDIO_REVIEW: review.json needs approval, and PERIDIO_APPROVAL names no record of one.";
    expect(refusal({ verdict: "needs approval" }, { PERIDIO_APPROVAL: "" })).toThrow(reason);
    expect(refusal({ violations: [violation] }, { PERIDIO_APPROVAL: "" })).toThrow(reason);
    expect(refusal({}, { PERIDIO_APPROVAL: "" })).not.toThrow();
  });

  test.each([
    ["text", "not a record of an approval"],
    ["{}", "not a record of an approval"],
    [JSON.stringify({ version: 2, review: "0", approvers: ["ada"] }), "not a record of an approval"],
    [JSON.stringify({ version: 1, review: "0", approvers: ["ada"] }), "approves another file than review.json"],
  ])("has no valid approval in %s", (text, reason) => {
    const pack = createReviewedPack(rule, { verdict: "needs approval" });
    write("approval.json", text);
    expect(() => pack.listPolicies()).toThrow(reason);
  });

  test.each([
    [[], undefined, "The change needs an approval by a person."],
    [["Grace"], ["grace"], "The change needs an approval by another person than grace."],
    [["ada;"], ["grace"], "The change needs an approval by another person than grace."],
  ])("is not approved by %j if the authors are %j", (approvers, authors, reason) => {
    const pack = createReviewedPack(rule, { verdict: "needs approval" });
    const { evidence, ...rest } = z
      .looseObject({ evidence: z.looseObject({}) })
      .parse(JSON.parse(readFileSync(join(folder, "review.json"), "utf8")));
    const text = JSON.stringify({ ...rest, evidence: { ...evidence, ...(authors && { authors }) } });
    write("review.json", text);
    const digest = createHash("sha256").update(text).digest("hex");
    write("approval.json", JSON.stringify({ version: 1, review: digest, approvers }));
    expect(() => pack.listPolicies()).toThrow(`approval.json does not approve review.json. ${reason}`);
  });

  test("must be one with the rules of this run, of a change, and in this version of the format", () => {
    const { evidence } = review([step("acme-dev", 1)]);
    expect(refusal({ evidence })).toThrow("review.json was made without access rules.");
    expect(refusal({ evidence: { ...evidence, rules: "0" } })).toThrow(
      "review.json was made with other access rules than this run uses.",
    );
    expect(refusal({ kind: "drift" })).toThrow("PERIDIO_REVIEW: review.json is a review of drift");
    expect(refusal({ version: 3 })).toThrow(
      "review.json is a review in version 3 of the format, but this version of peridio-gitops reads version 4. Run `peridio-gitops review --json-file` again",
    );
  });

  test("must be one of the stack of this run, also in the analysis of a state", () => {
    const reason = "review.json is a review of acme/lab, but not of acme/dev.";
    const pack = createReviewedPack(rule, { stacks: ["acme/lab"] });
    expect(() => {
      pack.configureStack({ stack: "acme/dev", isPreview: true, configuration: {} });
    }).toThrow(reason);
    for (const { declared } of stack) pack.analyze(declared);
    expect(() => pack.analyzeStack(stack.map(({ present }) => present))).toThrow(reason);
  });

  test("is required by an approval", () => {
    expect(refusal({}, { PERIDIO_REVIEW: "" })).toThrow("PERIDIO_APPROVAL names approval.json, but PERIDIO_REVIEW");
  });
});

test.each([
  [["127.0.0.1:4321"], "127.0.0.1:4321"],
  [["--logtostderr", "-v=9", "--tracing", "http://localhost:9411", "localhost:1"], "localhost:1"],
  [["--logtostderr", "[::1]:1"], "[::1]:1"],
  [["review", "127.0.0.1:4321"], undefined],
  [["review"], undefined],
  [["--version"], undefined],
  [[], undefined],
])("the arguments %j start the pack for the engine %s", (args, address) => {
  expect(findEngineAddress(args)).toBe(address);
});

test("the guide says which kinds of rules hold before each write", () => {
  const guide = readFileSync("docs/policy-pack.md", "utf8");
  const rows = [...guide.matchAll(/^\| `(\w+)` +\| (yes|no)\b[^|]*\| (yes|no)\b/gm)].map((cells) => cells.slice(1));
  const answer = (isJudged: boolean) => (isJudged ? "yes" : "no");
  const isAlone = ({ brokenAloneBy: decidedBy }: RuleKind) => decidedBy === "any" || Object.keys(decidedBy).length > 0;
  expect(rows).toEqual(kindNames.map((kind) => [kind, answer(kind !== "change"), answer(isAlone(getKind(kind)))]));
});

describe("tests of access", () => {
  const file = (tests: string) => `  Anyone: { role: { atMost: admin } }\ntests:\n${tests}`;
  const bobOnly =
    "  Bob only looks: { person: bob@acme.example, can: [{ organization: acme-dev, role: viewer }], only: true }\n";

  test("stop the engine for access that they forbid", () => {
    const pack = createPack(file(bobOnly));
    expect(pack.listPolicies()).toContainEqual(
      expect.objectContaining({ name: "Bob only looks", effect: "mandatory", severity: "critical" }),
    );
    expect(judge(pack, [organization, member("bob@acme.example", "admin")])).toContainEqual(
      expect.stringMatching(
        /^mandatory Bob only looks: bob@acme\.example must have no other role, but has the role admin/,
      ),
    );
    expect(judge(createPack(file(bobOnly)), [organization, member("bob@acme.example", "viewer")])).toEqual([]);
  });

  test("are shown for access that is missing, because another stack may give it", () => {
    const pack = createPack(
      file("  Eve helps: { person: eve@acme.example, can: [{ organization: acme-eu, role: viewer }] }\n"),
    );
    expect(judge(pack, [organization, member("bob@acme.example", "viewer")])).toEqual([
      expect.stringMatching(/^advisory Eve helps: /),
    ]);
  });

  test("can be disabled, and have their severity and reason", () => {
    const pack = createPack(
      file(bobOnly.replace("only: true", "only: true, severity: note, because: Audits need it.")),
    );
    const seen = [organization, member("bob@acme.example", "admin")];
    expect(judge(pack, seen)).toContainEqual(
      expect.stringMatching(/^advisory Bob only looks: .*\nReason: Audits need it\.$/s),
    );
    pack.configure(new Map([["Bob only looks", "disabled"]]));
    expect(judge(pack, seen)).toEqual([]);
  });
});

describe("several stacks of an organization", () => {
  const project = (...users: readonly string[]) =>
    resource("Project", "firmware", {
      inputs: { organizationId, name: "firmware", everyoneEnabled: false, access: { users } },
    });
  const file = (tests: string) => `  Anyone: { role: { atMost: admin } }\ntests:\n${tests}`;
  const carl = "carl@acme.example";
  const here = `{ organization: "${organizationId}", project: firmware }`;

  test.each([
    ["a test that forbids the project", `{ person: ${carl}, cannot: [${here}] }`, "must not reach project firmware"],
    [
      "a test that lists all access",
      `{ person: ${carl}, can: [{ organization: "${organizationId}", role: viewer }], only: true }`,
      "must reach nothing else, but reaches project firmware",
    ],
    ["a test of the project", `{ reach: ${here}, exactly: [bob@acme.example] }`, "reaches project firmware"],
  ])("stop for %s, whatever role the person has", (_, declared, words) => {
    const pack = createPack(file(`  Not Carl: ${declared}\n`));
    expect(judge(pack, [project(carl, "bob@acme.example")])).toContainEqual(
      expect.stringMatching(new RegExp(`^mandatory Not Carl: ${carl} ${words}`)),
    );
    expect(judge(pack, [project("bob@acme.example")])).not.toContainEqual(expect.stringMatching(/^mandatory/));
  });

  test.each([
    ["an admin, whom the test ignores", `exactly: [bob@acme.example], admins: ignored`],
    ["in a group of another stack", `exactly: [{ group: field }]`],
  ])("do not stop for a person who may be %s", (_, declared) => {
    const pack = createPack(file(`  Not Carl: { reach: ${here}, ${declared} }\n`));
    expect(judge(pack, [project(carl)])).not.toContainEqual(expect.stringMatching(/^mandatory/));
  });

  const shared = (rows: Values = {}) => {
    const { organizations } = review([step("acme-dev", 1)]);
    return { organizations: organizations.map((one) => ({ ...one, stacks: ["acme/dev", "acme/people"] })), ...rows };
  };
  const both = { stacks: ["acme/dev", "acme/people"] };
  const rules = `  Two admins: { admins: { atLeast: 2 } }
  Everyone: { roster: required }
  Second factor: { requireTwoFactor: true }
  No direct grants: { access: { users: none } }
`;
  const effects = (pack: AccessPack) => judge(pack, [project(carl)]).map((text) => text.replace(/:.*/s, ""));

  test("leave to the review what another stack can declare, and stop for what this stack does", () => {
    const pack = createReviewedPack(rules, shared(both));
    expect(judge(pack, [project(carl)])).toEqual([
      expect.stringMatching(/^mandatory No direct grants: carl@acme\.example has a direct grant/),
      'advisory other stacks: This stack alone does not show if these rules and tests hold, so the review judged them: "Two admins", "Everyone", "Second factor".',
    ]);
  });

  test("stop if the review names no other stack of the organization", () => {
    const stops = ["Two admins", "Everyone", "Second factor", "No direct grants"].map((rule) => `mandatory ${rule}`);
    expect(effects(createReviewedPack(rules, both)).sort()).toEqual([...stops].sort());
    expect(effects(createReviewedPack(rules)).sort()).toEqual([...stops].sort());
    expect(effects(createPack(rules)).sort()).toEqual(["advisory other stacks", ...stops].sort());
  });

  test("stop the stack with the roster for missing admins", () => {
    const pack = createReviewedPack(rules, shared(both));
    const roster = resource("OrganizationMembers", "everyone", {
      inputs: { organizationId, members: { [carl]: "viewer" } },
      outputs: { people: { [carl]: { status: "active" } } },
      dependencies: fromOrganization,
    });
    expect(judge(pack, [organization, roster])).toEqual([
      expect.stringMatching(/^mandatory Two admins: acme-dev has no admin/),
      'advisory other stacks: This stack alone does not show if these rules and tests hold, so the review judged them: "Second factor".',
    ]);
  });

  test("can be a policy with another effect", () => {
    const pack = createReviewedPack(rules, shared(both));
    pack.configure(new Map([["other stacks", "disabled"]]));
    expect(effects(pack)).toEqual(["mandatory No direct grants"]);
  });
});

describe("a failed test that needs approval stops unless the approved review lists", () => {
  const tests =
    "  Anyone: { role: { atMost: admin } }\ntests:\n  Bob only looks: { person: bob@acme.example, can: [{ organization: acme-dev, role: viewer }], only: true, severity: approve }\n";
  const stack = (role: string) => [
    organization,
    member("bob@acme.example", role),
    resource("Project", "firmware", {
      inputs: { organizationId, name: "firmware", everyoneEnabled: false, access: { users: ["bob@acme.example"] } },
      dependencies: fromOrganization,
    }),
  ];
  const stops = (violations: readonly object[], role: string) =>
    judge(createReviewedPack(tests, { violations }), stack(role)).some((text) => text.startsWith("mandatory"));
  const listed = {
    rule: "Bob only looks",
    severity: "approve",
    organizations: ["acme-dev"],
    people: ["bob@acme.example"],
    before: false,
  };
  const admin = (status: string) =>
    `bob@acme.example must have no other role, but ${status} the role admin in acme-dev. Change the role.`;
  const firmware = (reasons: string) =>
    `bob@acme.example must reach nothing else, but reaches project firmware in acme-dev (${reasons}). Remove the access, or add it to \`can\`.`;

  test("the role, whatever the status of the invitation", () => {
    expect(stops([], "admin")).toBe(true);
    expect(stops([{ ...listed, message: admin("has") }], "admin")).toBe(false);
    expect(stops([{ ...listed, message: admin("is invited with") }], "admin")).toBe(false);
    expect(stops([{ ...listed, message: admin("has").replace("admin", "manager") }], "admin")).toBe(true);
  });

  test("the access, whatever its reasons in other stacks", () => {
    expect(stops([], "viewer")).toBe(true);
    expect(stops([{ ...listed, message: firmware("granted directly") }], "viewer")).toBe(false);
    expect(stops([{ ...listed, message: firmware("granted directly, through group field") }], "viewer")).toBe(false);
    const other = firmware("granted directly").replace("firmware", "cloud");
    expect(stops([{ ...listed, message: other }], "viewer")).toBe(true);
  });

  test("the same person and organization", () => {
    const message = admin("has");
    expect(stops([{ ...listed, message, people: ["eve@acme.example"] }], "admin")).toBe(true);
    expect(stops([{ ...listed, message, people: [] }], "admin")).toBe(true);
    expect(stops([{ ...listed, message, organizations: ["acme-eu"] }], "admin")).toBe(true);
    expect(stops([{ ...listed, message, rule: "Anyone" }], "admin")).toBe(true);
  });
});

import type { Values } from "#framework";
import { changesAnything } from "../src/review/assemble";
import { readPreview } from "../src/preview/preview";
import { formatMarkdown } from "../src/report/markdown/markdown";
import { createReport } from "../src/report/report";
import type { Review } from "../src/review/review";
import { createJudge } from "../src/rules/checkRules";
import { parseRulesFile } from "../src/rules/readRules";
import { createReview, document, organization, type PrintedStep, prn, review, unknownText } from "./support/document";
import { idOf, step } from "./support/objects";
import { dev, declared, membership, organizationId, roster } from "./support/people";

function judged(rules: string, steps: readonly PrintedStep[]): Review {
  const text = `rules:\n${rules.replace(/^/gm, "  ")}`;
  const judge = createJudge(parseRulesFile({ file: "access-rules.yaml", text }).rules, {
    now: new Date("2027-01-31"),
  });
  return createReview([readPreview(document(steps), "preview.json", "change")], "change", { judge });
}

const listSettings = ({ settings }: Review, setting: string) =>
  settings.filter((one) => one.setting === setting).map(({ words, risks }) => [words, ...risks].join(" "));

describe("a rename", () => {
  const renamed = (former: string, present: string): PrintedStep => ({
    ...organization(former, 1),
    op: "update",
    name: "Organization::acme",
    after: { inputs: { name: present }, protect: true },
  });

  test("that moves an organization out of a rule is named", () => {
    const rules = 'Production has an allowlist:\n  organizations: "*-production"\n  ipAllowlist: required';
    expect(listSettings(judged(rules, [renamed("acme-production", "acme-live")]), "organization acme-live")).toEqual([
      'After the rename, the rule "Production has an allowlist" does not apply to organization acme-live. It applied to the former name, acme-production. leavesRule',
    ]);
    const again = renamed("acme-production", "acme-eu-production");
    expect(listSettings(judged(rules, [again]), "organization acme-eu-production")).toEqual([]);
  });

  test("that brings an organization under a rule is named, and needs approval", () => {
    const rules = 'Production is protected:\n  organizations: "*-production"\n  protect: true\n  severity: note';
    const found = judged(rules, [renamed("acme-live", "acme-production")]);
    expect(listSettings(found, "organization acme-production")).toEqual([
      'After the rename, the rule "Production is protected" applies to organization acme-production. It did not apply to the former name, acme-live. entersRule',
    ]);
    expect(found.verdict).toBe("needs approval");
  });

  test("that moves an organization to another entry of `notTogether` is named", () => {
    const rules = `Duties are separate:
  notTogether: [{ role: admin, organizations: "*-live" }, { role: admin, organizations: "*-billing" }]`;
    const list = (former: string, present: string) =>
      listSettings(judged(rules, [renamed(former, present)]), `organization ${present}`);
    expect(list("acme-live", "acme-billing")).toEqual([
      'After the rename, the rule "Duties are separate" has other limits for organization acme-billing than for the former name, acme-live. leavesRule entersRule',
    ]);
    expect(list("acme-live", "acme-eu-live")).toEqual([]);
  });

  test("that moves people into an exemption is named", () => {
    const rules =
      "Few admins:\n  role: { atMost: viewer }\n  exempt: [{ person: ada@acme.example, organization: lab, until: 2027-02-01, because: Tests. }]";
    expect(listSettings(judged(rules, [renamed("acme", "lab")]), "organization lab")).toEqual([
      'After the rename, the rule "Few admins" does not apply to organization lab. It applied to the former name, acme. leavesRule',
    ]);
  });

  test("that moves an organization into an exemption is named", () => {
    const rules =
      "All have an allowlist:\n  ipAllowlist: required\n  exempt: [{ organization: lab, until: 2027-02-01, because: Tests. }]";
    expect(listSettings(judged(rules, [renamed("acme", "lab")]), "organization lab")).toEqual([
      'After the rename, the rule "All have an allowlist" does not apply to organization lab. It applied to the former name, acme. leavesRule',
    ]);
  });

  test("that lets people into a group which its former name would forbid is named", () => {
    const rules = 'Partners are only in their groups:\n  people: { except: "*@acme.example" }\n  groups: "partner-*"';
    const group = (former: string, present: string) =>
      step("Group::operators", 5, { name: former, members: [] }, { name: present, members: ["zoe@partner.example"] });
    const acme = organization("acme", 1);
    expect(listSettings(judged(rules, [acme, group("operators", "partner-ops")]), "group partner-ops")).toEqual([
      "Join group partner-ops: the outsider zoe@partner.example. grantsAccess",
      'After the rename, the rule "Partners are only in their groups" allows group partner-ops. It did not allow the former name, operators. leavesRule',
    ]);
    const allowed = judged(rules, [acme, group("partner-x", "partner-y")]);
    expect(allowed.settings.flatMap(({ risks }) => risks)).not.toContain("leavesRule");
  });

  test("of a group without another change needs approval, if a rule allows only one of the names", () => {
    const rules = 'Partners are only in their groups:\n  people: { except: "*@acme.example" }\n  groups: "partner-*"';
    const review = (former: string, present: string) => {
      const group = step("Group::operators", 5, { name: former, members: [] }, { name: present, members: [] });
      const found = judged(rules, [organization("acme", 1), group]);
      const isRule = (words: string) => words.includes("Rule");
      return [found.verdict, ...listSettings(found, `group ${present}`).filter(isRule)];
    };
    expect(review("ops", "partner-ops")).toEqual([
      "needs approval",
      'After the rename, the rule "Partners are only in their groups" allows group partner-ops. It did not allow the former name, ops. leavesRule',
    ]);
    expect(review("partner-ops", "ops")).toEqual([
      "needs approval",
      'After the rename, the rule "Partners are only in their groups" does not allow group ops. It allowed the former name, partner-ops. entersRule',
    ]);
    expect(review("ops", "field")).toEqual(["pass"]);
  });

  test("that lets claim tokens into a cohort which its former path would forbid is named", () => {
    const rules = "Tokens are for canaries:\n  claimTokens: { cohort: firmware/canary }";
    const acme = organization("acme", 1);
    const project = (former: string) => step("Project::firmware", 1, { name: former }, { name: "firmware" });
    const cohort = (former: string) =>
      step("Cohort::wild", 4, { projectId: idOf(1), name: former }, { projectId: idOf(1), name: "canary" });
    const token = step("ClaimToken::line", 2, undefined, { name: "line", cohortId: idOf(4) });
    const list = (...steps: readonly PrintedStep[]) =>
      [[], [token]].map((tokens) =>
        listSettings(judged(rules, [acme, ...steps, ...tokens]), "cohort firmware/canary").filter((words) =>
          words.endsWith("leavesRule"),
        ),
      );
    const escape = (former: string) =>
      `After the rename, the rule "Tokens are for canaries" allows cohort firmware/canary. It did not allow the former name, ${former}. leavesRule`;
    expect(list(project("firmware"), cohort("wild"))).toEqual([[escape("firmware/wild")], [escape("firmware/wild")]]);
    expect(list(project("hardware"), cohort("canary"))).toEqual([
      [escape("hardware/canary")],
      [escape("hardware/canary")],
    ]);
    expect(list(project("firmware"), cohort("canary"))).toEqual([[], []]);
  });

  describe("outside Pulumi that the change accepts is named, and needs approval", () => {
    const groups = 'Partners are only in their groups:\n  people: { except: "*@acme.example" }\n  groups: "partner-*"';
    const tokens = 'Tokens are for canaries:\n  claimTokens: { cohort: "*/canary" }';
    const projects = "Tokens are for firmware:\n  claimTokens: { cohort: firmware/* }";
    const organizations = 'Production has an allowlist:\n  organizations: "*-production"\n  ipAllowlist: required';
    const acme = organization("acme", 1);
    /** The resource at the last update, and what Pulumi does with the object, which has the name `live` in Peridio. */
    const drifted = (name: string, id: string, values: Values, [recorded, live]: readonly [string, string]) => {
      const state = (name: string) => ({ id, inputs: { ...values, name }, outputs: { ...values, name } });
      const refresh = { op: "refresh", name, before: state(recorded), after: state(recorded) };
      const before = state(live);
      return { refresh, before, keep: { op: "same", name, before, after: { inputs: before.inputs } } };
    };
    const group = drifted("Group::partners", idOf(5), { organizationId, members: [] }, ["ops", "partner-ops"]);
    const project = drifted("Project::firmware", idOf(1), { organizationId }, ["hardware", "firmware"]);
    const cohort = drifted("Cohort::canary", idOf(4), { projectId: idOf(1) }, ["wild", "canary"]);
    const production = drifted("Organization::acme", organizationId, {}, ["acme-production", "acme"]);
    const retained = { ...group.before, retainOnDelete: true };
    const text = (rule: string, words: string) => `After the rename, the rule "${rule}" ${words} leavesRule`;
    const allowed = text(
      "Partners are only in their groups",
      "allows group partner-ops. It did not allow the former name, ops.",
    );

    test.each<[string, string, readonly PrintedStep[], string]>([
      ["a group whose new name the program declares", groups, [acme, group.refresh, group.keep], allowed],
      [
        "a group whose name `ignoreChanges` covers",
        groups,
        [acme, group.refresh, { ...group.keep, after: { inputs: group.before.inputs, ignoreChanges: ["name"] } }],
        allowed,
      ],
      [
        "a group that a resource releases and another one imports",
        groups,
        [
          acme,
          group.refresh,
          { op: "delete", name: "Group::partners", before: retained },
          {
            op: "import",
            name: "Group::imported",
            after: { inputs: group.before.inputs, importID: idOf(5), retainOnDelete: true },
          },
        ],
        allowed,
      ],
      [
        "a cohort",
        tokens,
        [acme, step("Project::firmware", 1, { name: "firmware" }, { name: "firmware" }), cohort.refresh, cohort.keep],
        text(
          "Tokens are for canaries",
          "allows cohort firmware/canary. It did not allow the former name, firmware/wild.",
        ),
      ],
      [
        "the project of a cohort",
        projects,
        [
          acme,
          project.refresh,
          project.keep,
          step("Cohort::canary", 4, { projectId: idOf(1), name: "canary" }, { projectId: idOf(1), name: "canary" }),
        ],
        text(
          "Tokens are for firmware",
          "allows cohort firmware/canary. It did not allow the former name, hardware/canary.",
        ),
      ],
      [
        "an organization",
        organizations,
        [production.refresh, { ...production.keep, after: { inputs: { name: "acme" }, protect: true } }],
        text(
          "Production has an allowlist",
          "does not apply to organization acme. It applied to the former name, acme-production.",
        ),
      ],
    ])("%s", (_, rules, steps, words) => {
      const found = judged(rules, steps);
      expect(found.settings.map(({ words, risks }) => [words, ...risks].join(" "))).toContain(words);
      expect(found.verdict).toBe("needs approval");
    });

    test("but not a rename that the change undoes, or that another stack made", () => {
      const undone = { ...group.keep, op: "update", after: { inputs: { organizationId, name: "ops", members: [] } } };
      const words = (review: Review) => review.settings.flatMap(({ risks }) => risks);
      expect(words(judged(groups, [acme, group.refresh, undone]))).toEqual(["entersRule"]);
      const previews = [
        readPreview(document([acme, group.refresh, group.keep]), "dev.json", "change"),
        readPreview(document([acme, group.keep], { stack: "team" }), "team.json", "change"),
      ];
      const judge = createJudge(
        parseRulesFile({ file: "access-rules.yaml", text: `rules:\n  ${groups.replaceAll("\n", "\n  ")}` }).rules,
        {
          now: new Date("2027-01-31"),
        },
      );
      expect(words(createReview(previews, "change", { judge }))).toEqual([]);
    });
  });
});

describe("a release", () => {
  test("does not hide the rename of a group by another stack", () => {
    const rules =
      'rules:\n  Partners are only in their groups:\n    people: { except: "*@acme.example" }\n    groups: "partner-*"';
    const { before } = step("Group::twin", 5, { name: "operators" }, undefined, { retainOnDelete: true });
    const members = ["zoe@partner.example"];
    const group = step("Group::operators", 5, { name: "operators", members }, { name: "partner-ops", members });
    const previews = [
      readPreview(document([organization("acme", 1), group], { stack: "a" }), "a.json", "change"),
      readPreview(document([{ op: "delete", name: "Group::twin", before }], { stack: "b" }), "b.json", "change"),
    ];
    const judge = createJudge(parseRulesFile({ file: "access-rules.yaml", text: rules }).rules, {
      now: new Date("2027-01-31"),
    });
    expect(listSettings(createReview(previews, "change", { judge }), "group partner-ops")).toEqual([
      'After the rename, the rule "Partners are only in their groups" allows group partner-ops. It did not allow the former name, operators. leavesRule',
    ]);
  });
});

describe("outsiders", () => {
  const people = { "ada@acme.example": "admin", "bob@acme.example": "viewer" };

  test("are people outside the domains of the admins before the change", () => {
    const step = roster(people, { ...people, "eve@evil.example": "admin", "zoe@partner.example": "viewer" });
    expect(review([dev, step]).insiders).toEqual(["*@acme.example"]);
  });

  test("are people outside the domains that rules exclude, also with a partner as admin", () => {
    const rules =
      'Outsiders view:\n  people: { except: ["*@acme.example", grace@partner.example] }\n  role: { atMost: admin }';
    const step = roster({ "ada@acme.example": "admin", "zoe@partner.example": "admin" }, people);
    expect(judged(rules, [dev, step]).insiders).toEqual(["*@acme.example", "grace@partner.example"]);
  });

  test("keep the mark if the change imports one of them as an admin", () => {
    const eve = membership("eve@evil.example", "admin");
    const imported = { op: "import", name: "Membership::eve", before: eve, after: { inputs: eve.inputs ?? {} } };
    const step = roster({ "ada@acme.example": "admin" }, { "ada@acme.example": "admin" }, { op: "same" });
    expect(review([dev, step, imported]).insiders).toEqual(["*@acme.example"]);
  });

  test("come before people with higher roles, if the risk is the same", () => {
    const before = Object.fromEntries(["b", "c", "d", "e", "y"].map((name) => [`${name}@acme.example`, "viewer"]));
    const after = {
      ...before,
      "b@acme.example": "developer",
      "c@acme.example": "manager",
      "d@acme.example": "developer",
    };
    const step = roster(
      { "ada@acme.example": "admin", ...before, "zoe@partner.example": "viewer" },
      { "ada@acme.example": "admin", ...after, "zoe@partner.example": "developer" },
    );
    const rows = formatMarkdown(createReport(review([dev, step])))
      .split("\n")
      .filter((line) => line.startsWith("| `"));
    expect(rows).toEqual([
      "| `zoe@partner.example` (outsider) | `acme-dev`: viewer → developer | 🟠 medium: raises a role |",
      "| `c@acme.example` | `acme-dev`: viewer → manager | 🟠 medium: raises a role |",
      "| `b@acme.example`<br>`d@acme.example` | `acme-dev`: viewer → developer | 🟠 medium: raises a role |",
    ]);
  });
});

/** A resource that Peridio changed since the last update, from the recorded values to the live ones, and whose program declares `declared`. */
function drift(name: string, id: string, values: Readonly<Record<"recorded" | "live" | "declared", object>>) {
  const { recorded, live, declared } = values;
  const read = (own: object) => ({ organizationId, ...own });
  const before = { id, inputs: read(recorded), outputs: read(recorded) };
  const after = { inputs: read(declared) };
  const op = declared === live ? "same" : "update";
  return [
    { op: "refresh", name, before, after: { id, inputs: read(live) } },
    { op, name, before: { id, inputs: read(live), outputs: read(live) }, after },
  ];
}

describe("a change outside Pulumi that the update undoes", () => {
  const drifted = (name: string, id: string, recorded: object, live: object): readonly PrintedStep[] =>
    drift(name, id, { recorded, live, declared: recorded });

  test("is marked for a person", () => {
    const members = { "ada@acme.example": "admin", "bob@acme.example": "viewer" };
    const steps = drifted(
      "OrganizationMembers::acme-dev",
      organizationId,
      { members },
      { members: { "ada@acme.example": "admin", "bob@acme.example": "manager", "eve@acme.example": "viewer" } },
    );
    const found = review([dev, ...steps]);
    expect(found.people.filter(({ undoesDrift }) => undoesDrift).map(({ email }) => email)).toEqual([
      "bob@acme.example",
      "eve@acme.example",
    ]);
    expect(formatMarkdown(createReport(found))).toContain(
      "| `bob@acme.example` | `acme-dev`: manager → viewer, undoes a change outside Pulumi |",
    );
    const member = { op: "update", name: "Membership::bob", before: membership("bob@acme.example", "viewer") };
    const changed = { ...member, after: declared("bob@acme.example", "manager") };
    expect(review([dev, changed]).people.filter(({ undoesDrift }) => undoesDrift)).toEqual([]);
  });

  test("has a proposal to remove a person who left or declined, because the update would invite the person again", () => {
    const members = { "ada@acme.example": "admin", "bob@acme.example": "viewer" };
    const left = drifted(
      "OrganizationMembers::acme-dev",
      organizationId,
      { members },
      { members: { "ada@acme.example": "admin" } },
    );
    const note =
      "This person left, was removed or declined since the last update, and gets a new invitation. If the person should stay away, remove the person from the program.";
    const notesOf = (...steps: readonly PrintedStep[]) =>
      review([dev, ...steps]).people.find(({ email }) => email === "bob@acme.example")?.notes;
    expect(notesOf(...left)).toEqual([note]);
    expect(notesOf({ op: "create", name: "Membership::bob", after: declared("bob@acme.example", "viewer") })).toEqual(
      [],
    );
  });

  test("is marked for a setting", () => {
    const steps = drifted(
      "SecurityPolicy::acme-dev",
      organizationId,
      { requireTwoFactor: true, sessionTimeout: "8h" },
      { requireTwoFactor: false, sessionTimeout: "8h" },
    );
    const found = review([dev, ...steps]);
    expect(found.settings.filter(({ undoesDrift }) => undoesDrift).map(({ words }) => words)).toEqual([
      "Two-factor authentication: not required → required.",
    ]);
    expect(formatMarkdown(createReport(found))).toContain(
      "- `acme-dev` · undoes a change outside Pulumi<br>Two-factor authentication: not required → required.",
    );
  });

  test("is not stated for a change of the program itself", () => {
    const [policy, members] = [{ requireTwoFactor: true }, { members: { "bob@acme.example": "viewer" } }];
    const replaced = (name: string, id: string, inputs: object): PrintedStep => {
      const former = { organizationId, ...inputs };
      const declaredInputs = { ...former, organizationId: unknownText };
      return {
        op: "replace",
        name,
        before: { id, inputs: former, outputs: former },
        after: { inputs: declaredInputs, of: ["Organization::acme-dev"] },
      };
    };
    const found = review([
      { ...dev, op: "replace" },
      replaced("SecurityPolicy::acme-dev", organizationId, policy),
      replaced("OrganizationMembers::acme-dev", organizationId, members),
    ]);
    expect(found.settings.map(({ words }) => words)).toContain("Two-factor authentication: required.");
    expect(found.settings.filter(({ undoesDrift }) => undoesDrift)).toEqual([]);
    expect(found.people.map(({ email }) => email)).toContain("bob@acme.example");
    expect(found.people.filter(({ undoesDrift }) => undoesDrift)).toEqual([]);
    expect(found.people.flatMap(({ notes }) => notes).join()).not.toContain("left");
  });
});

describe("a change outside Pulumi that the program accepts", () => {
  const accepted = (name: string, id: string, recorded: object, live: object): readonly PrintedStep[] =>
    drift(name, id, { recorded, live, declared: live });
  const listAll = ({ settings }: Review) => settings.map(({ words, risks }) => [words, ...risks].join(" "));

  test("is a row for each setting", () => {
    const steps = accepted(
      "SecurityPolicy::acme-dev",
      organizationId,
      { requireTwoFactor: true, sessionTimeout: "8h" },
      { requireTwoFactor: false, sessionTimeout: "8h" },
    );
    expect(listAll(review([dev, ...steps]))).toEqual([
      "Two-factor authentication: required → not required, which accepts a change made outside Pulumi. weakensTwoFactor acceptsDrift",
    ]);
  });

  test("is a row for members of groups, grants and openings", () => {
    const id = (digit: number) => `${organizationId}/00000000-0000-4000-8000-00000000010${digit}`;
    const group = accepted(
      "Group::field",
      id(5),
      { name: "field", members: ["bob@acme.example", "dora@acme.example"] },
      { name: "field", members: ["bob@acme.example", "eve@acme.example"] },
    );
    const project = accepted(
      "Project::firmware",
      id(1),
      { name: "firmware", everyoneEnabled: false, access: { users: [], groups: [] } },
      { name: "firmware", everyoneEnabled: true, access: { users: ["eve@acme.example"], groups: [] } },
    );
    expect(listAll(review([dev, ...group, ...project]))).toEqual([
      "The program accepts that eve@acme.example joined group field outside Pulumi. grantsAccess acceptsDrift",
      "The program accepts that dora@acme.example left group field outside Pulumi. revokesAccess acceptsDrift",
      "The program accepts that project firmware was opened to everyone outside Pulumi. opensProject acceptsDrift",
      "The program accepts a grant for project firmware made outside Pulumi: eve@acme.example. grantsAccess acceptsDrift",
    ]);
  });

  test("is a row for each grant that ended, with its person or group", () => {
    const id = (digit: number) => `${organizationId}/00000000-0000-4000-8000-00000000010${digit}`;
    const group = accepted("Group::field", id(5), { name: "field", members: [] }, { name: "field", members: [] });
    const project = accepted(
      "Project::firmware",
      id(1),
      { name: "firmware", everyoneEnabled: true, access: { users: ["eve@acme.example"], groups: [id(5)] } },
      { name: "firmware", everyoneEnabled: false, access: { users: [], groups: [] } },
    );
    expect(listAll(review([dev, ...group, ...project])).sort()).toEqual([
      "The program accepts that a grant for project firmware to group field ended outside Pulumi. revokesAccess acceptsDrift",
      "The program accepts that grants for project firmware ended outside Pulumi: eve@acme.example. revokesAccess acceptsDrift",
      "The program accepts that project firmware was closed outside Pulumi. acceptsDrift",
    ]);
  });

  test("is a row for a setting that ended, although the program no longer declares it", () => {
    const policy = drift("SecurityPolicy::acme-dev", organizationId, {
      recorded: { requireTwoFactor: true, sessionTimeout: "8h" },
      live: { requireTwoFactor: true },
      declared: { requireTwoFactor: true },
    });
    expect(listAll(review([dev, ...policy]))).toEqual([
      "Session timeout: 8h → Peridio's default, which accepts a change made outside Pulumi. weakensSession acceptsDrift",
    ]);
  });

  test("is a row for a person who lost the access, and counts as a change", () => {
    const bob = { "bob@acme.example": "viewer" };
    const steps = drift("OrganizationMembers::acme-dev", organizationId, {
      recorded: { members: { ...bob, "dora@acme.example": "admin" } },
      live: { members: bob },
      declared: { members: bob },
    });
    const found = review([dev, ...steps]);
    expect(found.people.filter(({ risks }) => risks.length > 0)).toMatchObject([
      {
        email: "dora@acme.example",
        before: null,
        after: null,
        risks: ["removesAdmin", "acceptsDrift", "removesPerson"],
        notes: ["This person lost the access outside Pulumi, and the program accepts it."],
      },
    ]);
    expect(changesAnything(found)).toBe(true);
  });

  test("is a row for an admin that a roster starts to ignore", () => {
    const [bob, dora, eve] = ["bob@acme.example", "dora@acme.example", "eve@acme.example"];
    const steps = drift("OrganizationMembers::acme-dev", organizationId, {
      recorded: { members: { [bob]: "viewer", [dora]: "viewer" } },
      live: { members: { [bob]: "viewer", [dora]: "admin", [eve]: "admin" } },
      declared: { members: { [bob]: "viewer" }, ignore: ["dora@*", "eve@*"] },
    });
    const risks = review([dev, ...steps]).people.map((one) => [one.email, one.risks.includes("acceptsDrift")]);
    expect(risks).toEqual(
      expect.arrayContaining([
        [bob, false],
        [dora, true],
        [eve, true],
      ]),
    );
  });

  test("is a row for an owner that the program no longer declares", () => {
    const owner = drift("OrganizationOwner::owner", organizationId, {
      recorded: { email: "ada@acme.example" },
      live: { email: "bob@acme.example" },
      declared: { email: "bob@acme.example" },
    });
    const transferred = organization("acme-dev", 1, { outputs: { owner: { email: "bob@acme.example" } } });
    expect(listAll(review([transferred, ...owner]))).toContain(
      "Owner: ada@acme.example → bob@acme.example, which accepts a change made outside Pulumi. changesOwner acceptsDrift",
    );
  });

  test("is a doubt if members or grants of the last update are hidden, and fewer remain", () => {
    const [group, project] = ["5", "1"].map((digit) => `${organizationId}/00000000-0000-4000-8000-00000000010${digit}`);
    const open = { name: "firmware", everyoneEnabled: false };
    const steps = [
      accepted("Group::field", group ?? "", { name: "field", members: ["[secret]"] }, { name: "field", members: [] }),
      accepted(
        "Project::firmware",
        project ?? "",
        { ...open, access: { users: ["[secret]"] } },
        { ...open, access: {} },
      ),
    ];
    expect(listAll(review([dev, ...steps.flat()]))).toEqual([
      "The preview hides what the program declared for group field, project firmware at the last update, so a change outside Pulumi may remain. hidden",
    ]);
  });

  test("is a row for hidden values, if a refresh changed the state and the update keeps them", () => {
    const [one, other] = ["2027-01-01T00:00:00Z", "2027-01-02T00:00:00Z"];
    const kept = (name: string, id: string, inputs: Values, { modified = other, differs = [""] } = {}) => {
      const state = { id, inputs: { organizationId, ...inputs }, outputs: { organizationId, ...inputs } };
      const op = differs.join() === "" ? "same" : "update";
      const before = { ...state, modified };
      return [
        { op: "refresh", name, before: { ...state, modified: one }, after: { ...state, modified: one } },
        { op, name, before, after: { inputs: state.inputs }, ...(op === "update" && { differs }) },
      ];
    };
    const id = `${organizationId}/00000000-0000-4000-8000-000000000105`;
    const group = { name: "field", members: "[secret]" };
    const words = "The preview hides `members` of Group field, so a change outside Pulumi may remain. hidden";
    expect(listAll(review([dev, ...kept("Group::field", id, group)]))).toEqual([words]);
    expect(listAll(review([dev, ...kept("Group::field", id, group, { differs: ["name"] })]))).toContain(words);
    expect(listAll(review([dev, ...kept("Group::field", id, group, { differs: ["members"] })]))).not.toContain(words);
    expect(listAll(review([dev, ...kept("Group::field", id, group, { modified: one })]))).toEqual([]);
    const access = { users: ["bob@acme.example", "[secret]"] };
    const secrets = [
      kept("Project::firmware", id, { name: "firmware", everyoneEnabled: "[secret]", access }),
      kept("SecurityPolicy::acme-dev", organizationId, { sessionTimeout: "[secret]" }),
      kept("OrganizationMembers::acme-dev", organizationId, { members: { "bob@acme.example": "[secret]" } }),
      kept("Membership::eve", id, { email: "[secret]", role: "[secret]", groupId: "[secret]", userId: "[secret]" }),
      kept("OrganizationOwner::owner", organizationId, { email: "[secret]" }),
      kept("Webhook::alerts", id, { name: "alerts", url: "[secret]" }),
    ];
    expect(listAll(review([dev, ...secrets.flat()]))).toEqual(
      [
        "`everyoneEnabled` and `access` of Project firmware",
        "`sessionTimeout` of SecurityPolicy acme-dev",
        "`members` of OrganizationMembers acme-dev",
        "`role` of Membership eve",
        "`email` of OrganizationOwner owner",
        "`url` of Webhook alerts",
      ].map((hidden) => `The preview hides ${hidden}, so a change outside Pulumi may remain. hidden`),
    );
  });

  test("does not make the domain of an admin one of the company's own", () => {
    const members = { "ada@acme.example": "admin", "bob@acme.example": "viewer" };
    const steps = accepted(
      "OrganizationMembers::acme-dev",
      organizationId,
      { members },
      { members: { ...members, "mallory@evil.example": "admin" } },
    );
    expect(review([dev, ...steps]).insiders).toEqual(["*@acme.example"]);
  });

  test.each<[string, Values, Values, string]>([
    [
      "requireTwoFactor",
      { requireTwoFactor: true },
      { requireTwoFactor: false },
      "Two-factor authentication: required → not required, which accepts a change made outside Pulumi (no longer declared). weakensTwoFactor dropsPolicy acceptsDrift",
    ],
    [
      "ipAllowlist",
      { ipAllowlist: [{ cidr: "192.0.2.0/24" }] },
      { ipAllowlist: [] },
      "IP allowlist: 192.0.2.0/24 → any address, which accepts a change made outside Pulumi (no longer declared). removesAllowlist dropsPolicy acceptsDrift",
    ],
  ])("is a part of the row of a setting that the program stops declaring: %s", (_, recorded, live, row) => {
    const other = { sessionTimeout: "8h" };
    const policy = drift("SecurityPolicy::acme-dev", organizationId, {
      recorded: { ...other, ...recorded },
      live: { ...other, ...live },
      declared: other,
    });
    expect(listAll(review([dev, ...policy]))).toEqual([row]);
  });

  test("is a row for a description that was removed, if the program keeps this", () => {
    const group = (more: Values) => ({ name: "field", members: [], ...more });
    const steps = accepted("Group::field", idOf(5), group({ description: "Break-glass" }), group({}));
    expect(listAll(review([dev, ...steps]))).toEqual([
      'The program accepts that the description of group field changed outside Pulumi: "Break-glass" → none. acceptsDrift',
    ]);
    const secret = accepted("Group::field", idOf(5), group({ description: "[secret]" }), group({}));
    expect(listAll(review([dev, ...secret]))).toEqual([
      "The preview hides what the program declared for group field at the last update, so a change outside Pulumi may remain. hidden",
    ]);
  });

  test("is a row for a person of a roster that was deleted, and that the program creates again without the person", () => {
    const { before } = roster({ "bob@acme.example": "viewer", "dora@acme.example": "admin" }, undefined);
    const created = roster(undefined, { "bob@acme.example": "viewer" }, { op: "create" });
    const { people } = review([dev, { op: "refresh", name: created.name, before, after: before }, created]);
    expect(people.filter(({ email }) => email.startsWith("dora"))).toMatchObject([
      { before: null, after: null, risks: ["removesAdmin", "acceptsDrift", "removesPerson"] },
    ]);
  });

  test("is a row for each object that is gone, if the program no longer declares it", () => {
    const gone = (name: string, before: PrintedStep["before"]): PrintedStep => ({
      op: "refresh",
      name,
      before,
      after: before,
    });
    const object = (name: string, digit: number, inputs: Values) =>
      gone(name, step(name, digit, inputs, undefined).before);
    const members = { "ada@acme.example": "admin", "carl@acme.example": "viewer" };
    const { people, settings } = review([
      dev,
      gone("Membership::bob", membership("bob@acme.example", "admin")),
      gone("Membership::mal", membership("[secret]", "viewer")),
      gone("OrganizationMembers::acme-dev", roster(members, undefined).before),
      roster({ "ada@acme.example": "admin" }, { "ada@acme.example": "admin" }, { op: "same" }),
      object("Group::field", 5, { name: "field", members: ["bob@acme.example"] }),
      object("Project::firmware", 1, { name: "firmware", everyoneEnabled: true, access: { users: [] } }),
      object("Webhook::alerts", 7, { name: "alerts", url: "https://hooks.acme.example" }),
    ]);
    expect(
      people
        .filter(({ risks }) => risks.length > 0)
        .map(({ email, notes, risks }) => [email, ...notes, ...risks].join(" ")),
    ).toEqual([
      "bob@acme.example This person lost the access outside Pulumi, and the program accepts it. removesAdmin acceptsDrift removesPerson",
      "carl@acme.example This person lost the access outside Pulumi, and the program accepts it. acceptsDrift removesPerson",
    ]);
    expect(settings.map(({ section, words, people, risks }) => [section, words, people, ...risks].join(" "))).toEqual([
      "general Membership mal was deleted outside Pulumi, and the program accepts it.  hidden acceptsDrift removesPerson",
      "projects Group field was deleted outside Pulumi, and the program accepts it. bob@acme.example revokesAccess acceptsDrift",
      "projects Project firmware was deleted outside Pulumi, and the program accepts it.  deletesProject acceptsDrift",
      "webhooks Webhook alerts was deleted outside Pulumi, and the program accepts it.  acceptsDrift stopsWebhook",
    ]);
  });

  test.each<[string, Values, string]>([
    ["Group::field", { name: "field", members: ["[secret]"] }, "revokesAccess"],
    [
      "Project::firmware",
      { name: "firmware", everyoneEnabled: false, access: { users: ["[secret]"] } },
      "deletesProject",
    ],
  ])("needs approval if an object with hidden people is gone: %s", (name, inputs, risk) => {
    const { before } = step(name, 5, inputs, undefined);
    const { settings, verdict } = review([dev, { op: "refresh", name, before, after: before }]);
    expect(settings.map(({ risks }) => [...risks].sort())).toEqual([["acceptsDrift", "hidden", risk].sort()]);
    expect(verdict).toBe("needs approval");
  });

  test("is one row for an organization that is gone with its parts, if the program no longer declares them", () => {
    const parts = [dev.before, membership("bob@acme.example", "admin")];
    const gone = ["Organization::acme-dev", "Membership::bob"].map((name, index): PrintedStep => {
      return { op: "refresh", name, before: parts[index], after: parts[index] };
    });
    const words = "was deleted outside Pulumi, and the program accepts it.";
    const list = ({ programChanges }: Review) => programChanges.map(({ words, risks }) => [words, ...risks].join(" "));
    expect(list(review(gone))).toEqual([`Organization acme-dev ${words} deletesOrganization acceptsDrift`]);
    expect(list(review(gone.slice(1)))).toEqual([`Membership bob ${words} removesAdmin acceptsDrift removesPerson`]);
  });

  test("does not make the domain of an owner one of the company's own", () => {
    const mallory = { owner: { email: "mallory@evil.example" } };
    const { name } = dev;
    const transferred = organization("acme-dev", 1, { outputs: mallory });
    const refresh = { op: "refresh", name, before: dev.before, after: dev.before };
    expect(review([refresh, transferred]).insiders).toEqual(["*@acme.example"]);
    const owner = drift("OrganizationOwner::owner", organizationId, {
      recorded: { email: "ada@acme.example" },
      live: { email: "mallory@evil.example" },
      declared: { email: "ada@acme.example" },
    });
    // A refresh has stored the new owner.
    expect(review([transferred, ...owner]).insiders).toEqual(["*@acme.example"]);
  });
});

describe("a preview", () => {
  const unknowns = (text: string) => createReview([readPreview(text, "preview.json", "change")], "change").unknowns;

  test("without --refresh is named, unless nothing exists yet", () => {
    expect(unknowns(document([dev]))).toEqual([]);
    const stale = document([dev], { isRefreshed: false });
    expect(unknowns(stale)).toEqual([
      "The preview of acme/dev was made without --refresh, so it does not show changes outside Pulumi, and the update may undo them.",
    ]);
  });

  test("with --refresh is not named if a resource has a new name by an alias", () => {
    const steps = [
      { op: "refresh", name: "Organization::acme-dev" },
      { op: "same", name: "Organization::acme-development" },
    ].map(({ op, name }) => {
      const urn = (one: string) => `urn:pulumi:dev::acme::peridio:index:${one}`;
      const state = { urn: urn("Organization::acme-dev"), id: prn(1), inputs: { name: "acme-dev" } };
      return { op, urn: urn(name), oldState: state, newState: { ...state, urn: urn(name) } };
    });
    expect(unknowns(JSON.stringify({ steps, duration: 1, changeSummary: { same: 1 } }))).toEqual([]);
    const others = steps.map((step) => ({ ...step, oldState: { ...step.oldState, urn: step.urn } }));
    expect(unknowns(JSON.stringify({ steps: others, duration: 1, changeSummary: { same: 1 } })).join()).toContain(
      "without --refresh",
    );
  });

  test.each(["urn:pulumi:dev::acme::pulumi:providers:peridio::default_999_0_1::id"])(
    "with a newer provider is named: %s",
    (provider) => {
      const creation = {
        op: "create",
        name: "Group::field",
        after: { inputs: { name: "field", organizationId: prn(1) }, provider },
      };
      expect(unknowns(document([dev, creation])).join("\n")).toContain(
        "The program of acme/dev uses version 999.0.1 of the provider, which is newer than this peridio-gitops",
      );
    },
  );
});

describe("a webhook", () => {
  const webhook = (name: string, digit: number, before: string | undefined, after: string | undefined) =>
    step(
      `Webhook::${name}`,
      digit,
      before === undefined ? undefined : { name, url: before, events: ["a"] },
      after === undefined ? undefined : { name, url: after, events: ["a"] },
    );
  const acme = organization("acme", 1);

  test.each([
    ["https://hooks.acme.example/two", "addsWebhook"],
    ["https://HOOKS.acme.example:8443/two", "addsWebhook"],
    ["https://hooks.acme.example.evil.example/", "addsWebhookHost"],
    ["https://other.acme.example/", "addsWebhookHost"],
  ])("that is new, to %s, beside one to hooks.acme.example: %s", (url, risk) => {
    const known = webhook("known", 3, "https://hooks.acme.example/one", "https://hooks.acme.example/one");
    const { settings } = review([acme, known, webhook("new", 4, undefined, url)]);
    expect(settings.map(({ risks }) => risks)).toEqual([[risk]]);
  });
});

describe("a last day", () => {
  const members = { "ada@acme.example": "admin", "bob@acme.example": "viewer" };
  const from = (before: string | undefined, after: string | undefined) => {
    const step = roster(members, members);
    const days = (day: string | undefined) => day !== undefined && { lastDays: { "Bob@acme.example": day } };
    return review([
      dev,
      {
        ...step,
        before: {
          ...step.before,
          inputs: { ...step.before?.inputs, ...days(before) },
          outputs: { ...step.before?.outputs, ...days(before) },
        },
        after: { inputs: { ...step.after?.inputs, ...days(after) } },
      },
    ]);
  };

  test.each([
    [
      "2027-01-31",
      "2099-12-31",
      "extendsAccess",
      "viewer (until 2027-01-31) → viewer (until 2099-12-31)",
      "🟠 medium: extends access",
    ],
    ["2027-01-31", undefined, "extendsAccess", "viewer (until 2027-01-31) → viewer", "🟠 medium: extends access"],
    [
      "2099-12-31",
      "2027-01-31",
      "shortensAccess",
      "viewer (until 2099-12-31) → viewer (until 2027-01-31)",
      "⚪ low: shortens access",
    ],
    [undefined, "2027-01-31", "shortensAccess", "viewer → viewer (until 2027-01-31)", "⚪ low: shortens access"],
    [
      "2027-01-31",
      "[secret]",
      "hidden",
      "viewer (until 2027-01-31) → viewer (until a secret day)",
      "🔴 high: hides a value",
    ],
  ])("from %s to %s is a change: %s", (before, after, risk, words, rated) => {
    const found = from(before, after);
    expect(found.people.filter(({ changed }) => changed)).toMatchObject([{ email: "bob@acme.example", risks: [risk] }]);
    expect(formatMarkdown(createReport(found))).toContain(
      `| \`bob@acme.example\` | \`acme-dev\`: ${words} | ${rated} |`,
    );
  });

  const [ada, bob] = ["ada@acme.example", "bob@acme.example"];
  const [soon, then] = [{ [bob]: "2027-01-31T08:00Z" }, { [bob]: "viewer" }];
  const until = { lastDays: soon, rolesAfterwards: then };

  test.each([
    [
      "with a role afterwards in another spelling",
      until,
      { lastDays: { [bob]: "2027-01-31T09:00:00+01:00" }, rolesAfterwards: then },
      "",
      "",
    ],
    [
      "with a new role afterwards",
      { lastDays: soon },
      until,
      "extendsAccess",
      "admin (until 2027-01-31 08:00 UTC) → admin (until 2027-01-31 08:00 UTC, then viewer)",
    ],
    [
      "with a higher role afterwards",
      until,
      { lastDays: soon, rolesAfterwards: { [bob]: "developer" } },
      "extendsAccess",
      "then developer)",
    ],
    [
      "with a lower role afterwards",
      { lastDays: soon, rolesAfterwards: { [bob]: "developer" } },
      until,
      "shortensAccess",
      "then viewer)",
    ],
    [
      "without a role afterwards",
      until,
      { lastDays: soon },
      "shortensAccess",
      "then viewer) → admin (until 2027-01-31 08:00 UTC)",
    ],
    [
      "for access without an end",
      {},
      until,
      "shortensAccess",
      "admin → admin (until 2027-01-31 08:00 UTC, then viewer)",
    ],
    [
      "for a raised role that ends, with the former role afterwards",
      { members: { [ada]: "admin", [bob]: "viewer" } },
      until,
      "grantsAdmin",
      "viewer → admin (until 2027-01-31 08:00 UTC, then viewer)",
    ],
    [
      "with a secret role afterwards",
      until,
      { lastDays: soon, rolesAfterwards: { [bob]: "[secret]" } },
      "hidden",
      "then secret role)",
    ],
    ["that has come", until, { members: { [ada]: "admin", [bob]: "viewer" } }, "removesAdmin", "then viewer) → viewer"],
    [
      "that has come, and gives another role",
      until,
      { members: { [ada]: "admin", [bob]: "developer" } },
      "removesAdmin extendsAccess",
      "then viewer) → developer",
    ],
    [
      "that is later, without the role afterwards",
      until,
      { lastDays: { [bob]: "2027-03-31" } },
      "extendsAccess shortensAccess",
      "then viewer) → admin (until 2027-03-31)",
    ],
    [
      "before which and after which the role is lower",
      { lastDays: soon, rolesAfterwards: { [bob]: "developer" } },
      { members: { [ada]: "admin", [bob]: "viewer" } },
      "removesAdmin shortensAccess",
      "then developer) → viewer",
    ],
  ])("%s", (_, before: Values, after: Values, risks, words) => {
    const members = { [ada]: "admin", [bob]: "admin" };
    const step = roster(members, members);
    const found = review([
      dev,
      {
        ...step,
        before: {
          ...step.before,
          inputs: { ...step.before?.inputs, ...before },
          outputs: { ...step.before?.outputs, ...before },
        },
        after: { inputs: { ...step.after?.inputs, ...after } },
      },
    ]);
    const changed = found.people.filter((one) => one.changed);
    expect(changed.flatMap((one) => [...one.risks].sort())).toEqual(risks.split(" ").filter(Boolean).sort());
    expect(formatMarkdown(createReport(found))).toContain(words);
  });

  test("ends with the declaration of a person who stays", () => {
    const step = roster(members, { "ada@acme.example": "admin" });
    const declared = { ...step.before?.inputs, lastDays: { "bob@acme.example": "2027-01-31" } };
    const ignored: PrintedStep = {
      ...step,
      before: { ...step.before, inputs: declared, outputs: { ...step.before?.outputs, ...declared } },
      after: { inputs: { ...step.after?.inputs, ignore: ["bob@*"] } },
    };
    const found = review([dev, ignored]).people.find(({ email }) => email === "bob@acme.example");
    expect(found).toMatchObject({ changed: true, risks: ["releasesPerson"] });
    expect(found?.after).not.toHaveProperty("lastDay");
    const rules = judged('Ends:\n  people: "bob@*"\n  until: required', [dev, ignored]);
    expect(rules.violations.map(({ rule, before }) => [rule, before])).toEqual([["Ends", false]]);
  });

  test("that stays is none", () => {
    expect(from("2027-01-31", "2027-01-31").people.filter(({ changed }) => changed)).toEqual([]);
  });
});

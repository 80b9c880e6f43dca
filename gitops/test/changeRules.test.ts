import { findMissingApprovals } from "../src/review/approvals";
import { readPreview } from "../src/preview/preview";
import { createJudge } from "../src/rules/checkRules";
import { parseClaim } from "../src/rules/claims";
import { parseRulesFile } from "../src/rules/readRules";
import { createReview, document, organization, type PrintedStep, unknownText } from "./support/document";
import { idOf, organizationId, step } from "./support/objects";
import { declared, dev, membership, roster } from "./support/people";

const [ada, bob, carl, dora] = ["ada@acme.example", "bob@acme.example", "carl@partner.example", "dora@acme.example"];

function reviewOf(
  steps: readonly PrintedStep[],
  judge: ReturnType<typeof createJudge>,
  kind: "change" | "drift" = "change",
) {
  const itself = kind === "drift" ? { ...dev, op: "refresh" } : dev;
  return createReview([readPreview(document([itself, ...steps], { kind }), "preview.json", kind)], kind, { judge });
}

/** Returns the messages of a claim about a change. */
function claim(text: string, ...steps: readonly PrintedStep[]): readonly string[] {
  const judge = createJudge([parseClaim(text)], { now: new Date("2027-01-31") });
  return reviewOf(steps, judge).violations.map(({ message }) => message);
}

/** Returns the messages of a rule, YAML below its name. */
function judged(rule: string, steps: readonly PrintedStep[], authors?: readonly string[]): readonly string[] {
  const rules = parseRulesFile({ file: "access-rules.yaml", text: `rules:\n  x: { ${rule} }\n` }).rules;
  const review = reviewOf(steps, createJudge(rules, { now: new Date("2027-01-31"), authors }));
  return review.violations.map(({ message }) => message);
}

const people = (before: Record<string, string>, after: Record<string, string>) => roster(before, after);
const settings = step("Webhook::events", 3, undefined, { url: "https://events.acme.example", events: ["a"] });
const project = (before: object, after: object) =>
  step("Project::firmware", 4, { name: "firmware", ...before }, { name: "firmware", ...after });

test("an import of a group or project gives its people access, and imports its settings", () => {
  const imports: readonly [string, PrintedStep][] = [
    ["joined group field", step("Group::field", 5, { name: "field" }, { name: "field", members: [carl] })],
    [
      "a grant for project firmware",
      project({ access: { users: [], groups: [] } }, { access: { users: [carl], groups: [] } }),
    ],
  ];
  for (const [words, update] of imports) {
    const change = { ...update, op: "import", before: undefined };
    expect(claim("grants: none", change)).toContainEqual(expect.stringContaining(words));
    expect(claim("settings: none", change)).toContainEqual(expect.stringContaining("Imported without changes"));
  }
});

describe("the claim `grants: none`", () => {
  const gives = "The change must give no access.";

  test.each<[string, PrintedStep, string]>([
    ["a new person", people({}, { [bob]: "viewer" }), `The access of ${bob} to acme-dev changes from none to viewer.`],
    [
      "a higher role",
      people({ [bob]: "viewer" }, { [bob]: "admin" }),
      `The access of ${bob} to acme-dev changes from viewer to admin.`,
    ],
    [
      "a project for everyone",
      project({ everyoneEnabled: false }, { everyoneEnabled: true }),
      "acme-dev: Everyone in the organization gets access to project firmware.",
    ],
  ])("refuses %s", (_, change, words) => {
    expect(claim("grants: none", change)).toEqual([`${words} ${gives}`]);
  });

  test("permits the deletion of an organization, whose owner gives the ownership to nobody", () => {
    const { before } = organization("acme-lab", 2);
    const deletion: PrintedStep = { op: "delete", name: "Organization::acme-lab", before };
    expect(claim("grants: none", deletion)).toEqual([]);
    expect(claim("removals: none", deletion)).toContain(
      `The access of ${ada} to acme-lab changes from owner to none. The change must take no access.`,
    );
  });

  test("counts a transfer of the ownership for each person", () => {
    const transfer = step("OrganizationOwner::acme-dev", 5, { email: ada }, { email: bob });
    const admins = people({ [ada]: "admin", [bob]: "admin" }, { [ada]: "admin", [bob]: "admin" });
    expect(claim("grants: none", admins, transfer)).toEqual([
      `The access of ${bob} to acme-dev changes from admin to owner. ${gives}`,
    ]);
    expect(claim("removals: none", admins, transfer)).toEqual([
      `The access of ${ada} to acme-dev changes from owner to admin. The change must take no access.`,
    ]);
  });

  test("refuses a hidden owner", () => {
    const owner = {
      op: "create",
      name: "OrganizationOwner::acme-dev",
      after: { inputs: { organizationId, email: "[secret]" } },
    };
    expect(claim("grants: none", owner)).toEqual([
      "acme-dev: Owner: ada@acme.example → secret. The effect on access is unknown, so the limits of the change cannot be checked.",
    ]);
  });

  test("refuses access through a group, and a direct grant", () => {
    const field = (members: readonly string[]) => ({ name: "field", members });
    const access = (users: readonly string[]) => ({ everyoneEnabled: false, access: { users, groups: [idOf(5)] } });
    const member = {
      op: "same",
      name: "Membership::bob",
      before: membership(bob, "member"),
      after: declared(bob, "member"),
    };
    const joins = [member, step("Group::field", 5, field([]), field([bob])), project(access([]), access([]))];
    expect(claim("grants: none", ...joins)).toEqual([
      `acme-dev: Join group field: ${bob}, with access to project firmware. ${gives}`,
    ]);
    const granted = [member, step("Group::field", 5, field([]), field([])), project(access([]), access([bob]))];
    expect(claim("grants: none", ...granted)).toEqual([
      `acme-dev: Access to project firmware for ${bob}: granted directly. ${gives}`,
    ]);
  });

  test("accepts removals, lower roles and settings", () => {
    expect(claim("grants: none", people({ [bob]: "admin", [carl]: "viewer" }, { [bob]: "viewer" }))).toEqual([]);
    expect(claim("grants: none", settings)).toEqual([]);
  });

  test("refuses the acceptance of a grant that was made outside Pulumi", () => {
    const live = membership(bob, "admin");
    const accepted: PrintedStep = {
      op: "update",
      name: "Membership::bob",
      before: { ...live, inputs: declared(bob, "viewer").inputs ?? {} },
      after: declared(bob, "admin"),
    };
    expect(claim("grants: none", accepted)).toHaveLength(1);
  });
});

test("the deletion of an organization takes access from everyone in it", () => {
  const deleted = { ...organization("acme-lab", 2), op: "delete", after: undefined };
  expect(claim("removals: none", deleted)).toContain("acme-lab is deleted. The change must take no access.");
  expect(claim("onlyOrganizations: acme-dev", deleted)).toEqual([
    "acme-lab is deleted. The change must concern only acme-dev.",
    `The access of ${ada} to acme-lab changes from owner to none. The change must concern only acme-dev.`,
  ]);
});

describe("a claim names the only people and organizations", () => {
  test("by address, and a change for everyone is refused", () => {
    const change = people({}, { [bob]: "viewer", [dora]: "viewer" });
    expect(claim(`onlyPeople: ${dora}`, change)).toEqual([
      `The access of ${bob} to acme-dev changes from none to viewer. The change must concern only ${dora}.`,
    ]);
    const opens = project({ everyoneEnabled: false }, { everyoneEnabled: true });
    expect(claim(`onlyPeople: ${dora}`, opens)).toEqual([
      `acme-dev: Everyone in the organization gets access to project firmware. The change must concern only ${dora}.`,
    ]);
  });

  test("by name", () => {
    const change = people({}, { [bob]: "viewer" });
    expect(claim("onlyOrganizations: acme-dev", change)).toEqual([]);
    expect(claim("onlyOrganizations: { except: acme-dev }", change)).toEqual([
      `The access of ${bob} to acme-dev changes from none to viewer. The change must concern all but acme-dev.`,
    ]);
  });
});

test("the claim `settings: none` refuses changes of anything but access", () => {
  expect(claim("settings: none", people({}, { [bob]: "viewer" }))).toEqual([]);
  expect(claim("settings: none", settings)).toEqual([expect.stringMatching(/ The change must concern no setting\.$/)]);
});

test.each<[string, PrintedStep]>([
  ["a name", step("Project::firmware", 4, { name: "firmware" }, { name: "apps" })],
  [
    "grants that are no longer declared",
    step(
      "Project::firmware",
      4,
      { name: "firmware", everyoneEnabled: false, access: { users: [bob], groups: [] } },
      { name: "firmware", everyoneEnabled: false },
    ),
  ],
])("the claim `settings: none` refuses %s", (_, change) => {
  expect(claim("settings: none", change)).toContainEqual(
    expect.stringMatching(/ The change must concern no setting\.$/),
  );
});

test("a hidden change breaks each claim, because its effect is unknown", () => {
  const hidden: PrintedStep = {
    op: "create",
    name: "Membership::eve",
    after: { inputs: { organizationId, email: unknownText, role: "admin" } },
  };
  const unknown: PrintedStep = { op: "create", name: "acme:index:Other::other", after: { inputs: {} } };
  for (const text of [
    "grants: none",
    "removals: none",
    "role: { atMost: admin }",
    "onlyPeople: '*'",
    "settings: none",
  ]) {
    for (const change of [hidden, unknown]) {
      expect(claim(text, change)).toContainEqual(expect.stringMatching(/ The effect on access is unknown, so /));
    }
  }
});

test.each([
  ["grants", "the claim must be an object"],
  ["", "the claim is empty: write one, such as `grants: none`"],
  ["grant: none", "grant is not a key here"],
  ["grants: all", "grants must be `none`"],
  ["removals: { atMost: -1 }", "removals.atMost must be at least 0"],
])("the claim %j is a mistake", (text, mistake) => {
  expect(() => parseClaim(text)).toThrow(mistake);
});

describe("a rule about the change", () => {
  const grants = people({ [ada]: "admin" }, { [ada]: "admin", [bob]: "viewer", [carl]: "admin" });

  test("applies to the people of the rule", () => {
    expect(judged('people: "*@partner.example", change: { grants: none }', [grants])).toEqual([
      `The access of ${carl} to acme-dev changes from none to admin. The change must give no access.`,
    ]);
  });

  test("applies to the changes of its authors, and if the authors are unknown", () => {
    const rule = 'authors: "*[bot]", change: { grants: none }';
    expect(judged(rule, [grants], ["ada"])).toEqual([]);
    expect(judged(rule, [grants], ["ada", "Renovate[bot]"])).toHaveLength(2);
    expect(judged(rule, [grants])).toHaveLength(2);
  });

  test("does not apply to changes outside Pulumi", () => {
    const rules = parseRulesFile({
      file: "access-rules.yaml",
      text: "rules: { x: { change: { grants: none } } }",
    }).rules;
    const drift: PrintedStep = {
      op: "refresh",
      name: "Membership::bob",
      before: membership(bob, "viewer"),
      after: membership(bob, "admin"),
    };
    expect(reviewOf([drift], createJudge(rules, { now: new Date("2027-01-31") }), "drift").violations).toEqual([]);
  });
});

test("a rule that ignores what exists is broken by a change only", () => {
  const rule = "role: { atMost: manager }, existing: ignored, severity: approve";
  const before = { [ada]: "admin" };
  expect(judged(rule, [people(before, before)])).toEqual([]);
  expect(judged(rule, [people(before, { ...before, [bob]: "admin" })])).toEqual([
    expect.stringContaining(`${bob} is to be invited to acme-dev as admin`),
  ]);
});

test("a role below admin from outside Pulumi that the program starts to declare is given by the change", () => {
  const accepted: PrintedStep = {
    op: "update",
    name: "Membership::bob",
    before: { ...membership(bob, "manager"), inputs: declared(bob, "viewer").inputs ?? {} },
    after: declared(bob, "manager"),
  };
  expect(claim("grants: none", accepted)).toHaveLength(1);
  expect(claim("role: { atMost: viewer }", accepted)).toHaveLength(1);
});

test("access from outside Pulumi that the program starts to declare is not ignored", () => {
  const rule = "role: { atMost: manager }, existing: ignored, severity: approve";
  const accepted: PrintedStep = {
    op: "update",
    name: "Membership::bob",
    before: { ...membership(bob, "admin"), inputs: declared(bob, "viewer").inputs ?? {} },
    after: declared(bob, "admin"),
  };
  expect(judged(rule, [accepted])).toEqual([expect.stringContaining(`${bob} has the role admin in acme-dev`)]);
  expect(claim("grants: none", accepted)).toEqual([
    `The program accepts a change of the access of ${bob} to acme-dev that was made outside Pulumi. The change must give no access.`,
  ]);
});

test("access that someone lost outside Pulumi is taken, and not given, by a program that accepts the loss", () => {
  const lowered: PrintedStep = {
    op: "update",
    name: "Membership::bob",
    before: { ...membership(bob, "viewer"), inputs: declared(bob, "admin").inputs ?? {} },
    after: declared(bob, "viewer"),
  };
  expect(claim("grants: none", lowered)).toEqual([]);
  expect(claim("removals: none", lowered)).toHaveLength(1);
  expect(judged("admins: { atLeast: 2 }, existing: ignored, severity: approve", [lowered])).toHaveLength(1);
});

describe("approvers", () => {
  const text = "rules: { x: { role: none, severity: approve, approvers: [ada, grace] } }";
  const review = (...authors: readonly string[]) => {
    const judge = createJudge(parseRulesFile({ file: "access-rules.yaml", text }).rules, {
      now: new Date("2027-01-31"),
    });
    const found = reviewOf([people({}, { [bob]: "viewer" })], judge);
    return { ...found, evidence: { ...found.evidence, ...(authors.length > 0 && { authors: [...authors] }) } };
  };

  test("are in the review", () => {
    expect(review().violations.map(({ approvers }) => approvers)).toContainEqual(["ada", "grace"]);
  });

  test("are in the violation of a deleted organization", () => {
    const text = "rules: { x: { protect: true, severity: approve, approvers: [ada] } }";
    const judge = createJudge(parseRulesFile({ file: "access-rules.yaml", text }).rules, {
      now: new Date("2027-01-31"),
    });
    const deleted = { ...organization("acme-lab", 2), op: "delete", after: undefined };
    const found = reviewOf([deleted], judge).violations.find(({ organizations }) => organizations.includes("acme-lab"));
    expect(found?.approvers).toEqual(["ada"]);
  });

  test("approve, but not the author, and not someone else", () => {
    expect(findMissingApprovals(review("bob"), ["eve", "Grace"])).toEqual([]);
    expect(findMissingApprovals(review("bob"), ["eve"])).toEqual(['The rule "x" needs an approval by ada or grace.']);
    expect(findMissingApprovals(review("ada"), ["ADA"])).toEqual(['The rule "x" needs an approval by grace.']);
    expect(findMissingApprovals(review("ada"), ["grace"])).toEqual([]);
  });

  test("of a change by several people are none of them", () => {
    expect(findMissingApprovals(review("bob", "Ada"), ["ada", "grace"])).toEqual([]);
    expect(findMissingApprovals(review("bob", "Ada"), ["ada"])).toEqual(['The rule "x" needs an approval by grace.']);
    expect(findMissingApprovals(review("grace", "ada"), ["ada", "grace"])).toEqual([
      'The rule "x" needs an approval by ada or grace, who are authors of the change. Name another approver in the rule.',
    ]);
  });

  test("cannot be checked if the authors are unknown", () => {
    expect(findMissingApprovals(review(), ["ada"])).toEqual([
      expect.stringContaining("Pass `--authors` to the review."),
    ]);
  });

  test("need the severity `approve`", () => {
    const parse = () =>
      parseRulesFile({ file: "access-rules.yaml", text: "rules: { x: { role: none, approvers: [ada] } }" });
    expect(parse).toThrow("rules.x.approvers has no effect without the severity `approve`");
  });
});

describe("a limit of the change does not concern", () => {
  const rule = "change: { grants: none, removals: none }";
  const recorded = (email: string, live: string, role: string): PrintedStep => ({
    op: "update",
    name: `Membership::${email}`,
    before: { ...membership(email, live), inputs: declared(email, role).inputs ?? {} },
    after: declared(email, role),
  });
  const expired = (role: string): PrintedStep => ({
    op: "update",
    name: "Membership::bob",
    before: membership(bob, "viewer", { status: "expired", userId: undefined }),
    after: declared(bob, role),
  });

  test("an update that undoes a change outside Pulumi", () => {
    expect(judged(rule, [recorded(bob, "admin", "viewer")])).toEqual([]);
    expect(judged(rule, [recorded(bob, "viewer", "admin")])).toEqual([]);
  });

  test("an expired invitation that is sent again, but another role and an edit of `onExpired`", () => {
    expect(judged(rule, [expired("viewer")])).toEqual([]);
    expect(judged(rule, [expired("admin")])).toHaveLength(1);
    const { before, after } = expired("viewer");
    const edited = {
      op: "update",
      name: "Membership::bob",
      before: { ...before, inputs: { ...before?.inputs, onExpired: "ignore" } },
      after,
    };
    expect(judged(rule, [edited])).toHaveLength(1);
    const guarded = step(
      "Membership::onExpired",
      6,
      { ...declared(carl, "viewer").inputs, userId: "u-1" },
      declared(carl, "viewer").inputs,
    );
    expect(judged(rule, [expired("viewer"), guarded])).toEqual([]);
  });
});

test("the words about a hidden name do not speak of hidden people alone", () => {
  const { after } = organization("acme-lab", 2);
  const hidden: PrintedStep = {
    op: "import",
    name: "Organization::acme-lab",
    after: { ...after, inputs: { ...after?.inputs, name: "[secret]" } },
  };
  expect(claim("settings: none", hidden)).toContainEqual(
    expect.stringMatching(
      /^The preview hides people or the name of \S+acme-lab\. The change must concern no setting\.$/,
    ),
  );
});

import type { Values } from "#framework";
import { formatHtml } from "../src/report/html/html";
import { formatMarkdown } from "../src/report/markdown/markdown";
import { createReport } from "../src/report/report";
import { readPreview } from "../src/preview/preview";
import { getLevel } from "../src/risks";
import { createReview, document, organization, type PrintedStep, prn, review, unknownText } from "./support/document";
import { dev, membership, organizationId, people } from "./support/people";

const team = { "ada@acme.example": "admin", "bob@acme.example": "viewer", "eve@acme.example": "viewer" };

/** A roster whose guardrails change, while its people stay. */
function guarded(before: Values, after: Values, more: Partial<PrintedStep> = {}): PrintedStep {
  const inputs = { organizationId, members: team };
  return {
    op: "update",
    name: "OrganizationMembers::acme-dev",
    before: {
      id: organizationId,
      inputs: { ...inputs, ...before },
      outputs: { ...inputs, people: people(team), ...before },
    },
    after: { inputs: { ...inputs, ...after } },
    ...more,
  };
}

/** The organization whose guardrails change. */
function destroyable(before: Values, after: Values): PrintedStep {
  return {
    op: "update",
    name: "Organization::acme-dev",
    before: { ...dev.before, inputs: { ...dev.before?.inputs, ...before } },
    after: { ...dev.after, inputs: { ...dev.after?.inputs, ...after } },
  };
}

/** The security settings of the organization, whose list of addresses stays. */
function lockable(before: Values, after: Values): PrintedStep {
  const inputs = { organizationId, ipAllowlist: [{ cidr: "10.0.0.0/8" }] };
  const outputs = { ...inputs, requireTwoFactor: false };
  return {
    op: "update",
    name: "SecurityPolicy::acme-dev",
    before: { id: organizationId, inputs: { ...inputs, ...before }, outputs: { ...outputs, ...before } },
    after: { inputs: { ...inputs, ...after } },
  };
}

const said = (...steps: readonly PrintedStep[]) =>
  review([...(steps.some(({ name }) => name === dev.name) ? [] : [dev]), ...steps]).settings.map(({ words, risks }) =>
    [words, ...risks].join(" "),
  );

test.each<[string, PrintedStep, readonly string[]]>([
  ["fewer admins", guarded({ minAdmins: 3 }, { minAdmins: 2 }), ["Minimum admins: 3 → 2. weakensGuard"]],
  ["a minimum of admins that is removed", guarded({ minAdmins: 3 }, {}), ["Minimum admins: 3 → 1. weakensGuard"]],
  ["more admins", guarded({}, { minAdmins: 2 }), ["Minimum admins: 1 → 2."]],
  ["the default, written out", guarded({}, { minAdmins: 1, maxRemovals: "25%", ignore: [] }), []],
  ["a larger share of removals", guarded({}, { maxRemovals: "100%" }), ["Maximum removals: 25% → 100%. weakensGuard"]],
  [
    "a share of more people than before",
    guarded(
      { maxRemovals: "1" },
      { members: Object.fromEntries(Array.from({ length: 16 }, (_, index) => [`p${index}@acme.example`, "viewer"])) },
    ),
    ["Maximum removals: 1 → 25%. weakensGuard"],
  ],
  ["a smaller share of removals", guarded({ maxRemovals: "50%" }, {}), ["Maximum removals: 50% → 25%."]],
  [
    "a number in place of a smaller share",
    guarded({}, { maxRemovals: 3 }),
    ["Maximum removals: 25% → 3. weakensGuard"],
  ],
  [
    "a number in place of a larger share",
    guarded({ maxRemovals: "100%" }, { maxRemovals: "2" }),
    ["Maximum removals: 100% → 2."],
  ],
  [
    "people who are ignored",
    guarded({}, { ignore: ["*@partner.example"] }),
    ["Ignored people: none → *@partner.example. weakensGuard"],
  ],
  [
    "fewer of those who were ignored",
    guarded({ ignore: ["*@partner.example"] }, { ignore: ["carl@partner.example"] }),
    ["Ignored people: *@partner.example → carl@partner.example."],
  ],
  ["another order of those who are ignored", guarded({ ignore: ["a", "b"] }, { ignore: ["b", "a"] }), []],
  [
    "a limit that is not known yet",
    guarded({}, { minAdmins: unknownText }),
    ["Minimum admins: 1 → not known before the update. hidden"],
  ],
  ["forceDestroy", destroyable({}, { forceDestroy: true }), ["Force destroy: off → on. weakensGuard"]],
  ["no more forceDestroy", destroyable({ forceDestroy: true }, {}), ["Force destroy: on → off."]],
  ["allowLockout", lockable({}, { allowLockout: true }), ["Allow lockout: off → on. weakensGuard"]],
  ["no more allowLockout", lockable({ allowLockout: true }, {}), ["Allow lockout: on → off."]],
  [
    "an allowLockout that is not known yet",
    lockable({}, { allowLockout: unknownText }),
    ["Allow lockout: off → not known before the update. hidden"],
  ],
  [
    "an organization that is retained",
    destroyable({}, { deletionPolicy: "retain" }),
    ["Deletion policy: delete → retain. retains"],
  ],
  [
    "an organization that is retained no more",
    destroyable({ deletionPolicy: "retain" }, { deletionPolicy: "delete" }),
    ["Deletion policy: retain → delete. weakensGuard"],
  ],
])("shows the guardrail: %s", (_, step, expected) => {
  expect(said(step)).toEqual(expected);
});

test("a renamed resource keeps its guardrail, unless its declaration weakens it", () => {
  const renamed = (limit: string): readonly PrintedStep[] => [
    { ...guarded({ maxRemovals: "5%" }, {}), op: "delete", after: undefined },
    { ...guarded({}, { maxRemovals: limit }), op: "create", name: "OrganizationMembers::team", before: undefined },
  ];
  expect(said(...renamed("5%"))).toEqual([]);
  expect(said(...renamed("50%"))).toEqual(["Maximum removals: 5% → 50%. weakensGuard"]);
});

test("an imported resource continues the guardrail of the resource that Pulumi forgets", () => {
  const forgotten = { ...guarded({ maxRemovals: "5%" }, {}), op: "delete", after: undefined };
  const imported = (inputs: Record<string, unknown>): readonly PrintedStep[] => {
    const { after, ...step } = guarded({}, inputs);
    return [
      { ...forgotten, before: { ...forgotten.before, retainOnDelete: true } },
      {
        ...step,
        op: "import",
        name: "OrganizationMembers::team",
        before: undefined,
        after: { ...after, retainOnDelete: true },
      },
    ];
  };
  expect(said(...imported({ maxRemovals: "5%" }))).toEqual([]);
  expect(said(...imported({}))).toEqual(["Maximum removals: 5% → 25%. weakensGuard"]);
});

describe("an import from a stack that forgets", () => {
  const forget = (step: PrintedStep): PrintedStep => ({
    ...step,
    op: "delete",
    before: { ...step.before, retainOnDelete: true },
    after: undefined,
  });
  /** Imports the values that Peridio has, and then declares those of the program. */
  const importTo = (name: string, read: PrintedStep["before"], inputs: Values): readonly PrintedStep[] => {
    const after = { inputs, retainOnDelete: true };
    return [
      { op: "import", name, after: { ...after, ...(read?.id !== undefined && { importID: read.id }) } },
      { op: "update", name, before: { ...read, retainOnDelete: true }, after },
    ];
  };

  test("a Membership names the end of `onExpired`", () => {
    const bob = membership("bob@acme.example", "viewer");
    const former = {
      op: "same",
      name: "Membership::bob",
      before: { ...bob, inputs: { ...bob.inputs, onExpired: "ignore" } },
    };
    const importWith = (more: Values) => importTo("Membership::robert", bob, { ...bob.inputs, ...more });
    expect(said(forget(former), ...importWith({}))).toEqual(["Membership robert: `onExpired` ignore → reinvite."]);
    expect(said(forget(former), ...importWith({ onExpired: "ignore" }))).toEqual([]);
  });

  test("a roster with the same guardrails changes nothing", () => {
    const inputs = { organizationId, members: team };
    const read = { id: organizationId, inputs, outputs: { ...inputs, people: people(team) } };
    const steps = importTo("OrganizationMembers::team", read, { ...inputs, maxRemovals: 3 });
    const { settings, programChanges } = review([dev, forget(guarded({ maxRemovals: 3 }, {})), ...steps]);
    expect([settings, programChanges]).toEqual([[], []]);
  });
});

test("a secret reaction to an expired invitation needs approval if the preview stops hiding it", () => {
  const bob = membership("bob@acme.example", "viewer");
  const state = (onExpired: string) => ({ ...bob, inputs: { ...bob.inputs, onExpired } });
  const step = { op: "update", name: "Membership::bob", before: state("[secret]"), after: state("ignore") };
  expect(said(step)).toEqual(["Membership bob: `onExpired` secret → ignore. hidden"]);
});

test("shows the guardrails of a new organization without a risk, except defaults", () => {
  const of = ["Organization::lab"];
  const found = review([
    { op: "create", name: "Organization::lab", after: { inputs: { name: "acme-lab", forceDestroy: true } } },
    {
      op: "create",
      name: "OrganizationMembers::lab",
      after: { inputs: { organizationId: unknownText, members: team, maxRemovals: "25%", minAdmins: 2 }, of },
    },
  ]);
  expect(found.settings.map(({ words, risks }) => [words, ...risks].join(" "))).toEqual([
    "Minimum admins: 2.",
    "Force destroy: on.",
  ]);
});

test.each([
  [false, true, "is on. A later deletion of the resource will change nothing in Peridio", "retains"],
  [true, false, "is off. A later deletion of the resource will also take effect in Peridio", "weakensGuard"],
])("shows the option retainOnDelete from %s to %s", (before, after, words, risk) => {
  const bob = membership("bob@acme.example", "viewer");
  const step: PrintedStep = {
    op: "same",
    name: "Membership::bob",
    before: { ...bob, retainOnDelete: before },
    after: { inputs: bob.inputs ?? {}, retainOnDelete: after },
  };
  expect(said(step)).toEqual([`Membership bob: \`retainOnDelete\` ${words}. ${risk}`]);
});

describe("shows a released object, with a risk", () => {
  const forgotten = (name: string, before: PrintedStep["before"]): PrintedStep => ({
    op: "delete",
    name,
    before: { ...before, retainOnDelete: true },
  });
  const policy = { id: organizationId, inputs: { organizationId, requireTwoFactor: true } };
  const roster = guarded({}, {}).before;

  test.each<[string, PrintedStep, string]>([
    [
      "a membership",
      forgotten("Membership::bob", membership("bob@acme.example", "viewer")),
      "Membership bob is released. Pulumi removes it from the state, and Peridio keeps the access of bob@acme.example, which no stack declares. releases",
    ],
    [
      "a roster",
      forgotten("OrganizationMembers::acme-dev", roster),
      "OrganizationMembers acme-dev is released. Pulumi removes it from the state, and Peridio keeps the access of 3 people, which no stack declares. releases",
    ],
    [
      "a policy",
      forgotten("SecurityPolicy::acme-dev", policy),
      "SecurityPolicy acme-dev is released. Pulumi removes it from the state, and Peridio keeps the settings, which no stack declares. releases",
    ],
    [
      "a membership whose address is hidden",
      forgotten("Membership::bob", { inputs: { organizationId, email: "[secret]", role: "viewer" } }),
      "Membership bob is released. Pulumi removes it from the state, and Peridio keeps the access of hidden people, which no stack declares. releases",
    ],
  ])("%s", (_, step, expected) => {
    expect(said(step)).toEqual([expected]);
  });

  test("not if another resource declares the same", () => {
    const bob = membership("bob@acme.example", "viewer");
    const imported = { op: "import", name: "Membership::robert", after: { ...bob, retainOnDelete: true } };
    expect(said(forgotten("Membership::bob", bob), imported)).toEqual([]);
    const moved = { op: "create", name: "SecurityPolicy::team", after: { ...policy, retainOnDelete: true } };
    expect(said(forgotten("SecurityPolicy::acme-dev", policy), moved)).toEqual([]);
  });

  test("an organization that moves to another stack is not released", () => {
    const out = forgotten("Organization::acme-dev", dev.before);
    const into: PrintedStep = { op: "import", name: "Organization::acme-dev", after: { ...dev.after, id: prn(1) } };
    const found = createReview(
      [
        readPreview(document([out]), "dev.json", "change"),
        readPreview(document([into], { stack: "team" }), "team.json", "change"),
      ],
      "change",
    );
    expect(found.organizations).toMatchObject([{ name: "acme-dev", change: "kept", risks: [] }]);
  });
});

test("leaves out guardrails of another organization", () => {
  const found = review([dev, organization("acme-lab", 2), guarded({ minAdmins: 2 }, {})]);
  expect(found.settings.map(({ organization: key }) => key)).toEqual([organizationId]);
});

test("every form of the review names the weaker guardrail", () => {
  const found = review([dev, guarded({}, { maxRemovals: "100%" })]);
  expect(found.settings).toMatchObject([{ section: "guards", setting: "maxRemovals" }]);
  expect(getLevel(found.settings[0]?.risks ?? [])).toBe("high");
  expect(formatMarkdown(createReport(found))).toContain(
    "- `acme-dev` · 🔴 high: weakens a guardrail<br>Maximum removals: 25% → 100%.",
  );
  expect(formatHtml(createReport(found), { title: "Access review" })).toContain("Maximum removals: 25% → 100%.");
});

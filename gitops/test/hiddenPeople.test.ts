import { readPreview } from "../src/preview/preview";
import { formatMarkdown } from "../src/report/markdown/markdown";
import { createReport } from "../src/report/report";
import { createJudge } from "../src/rules/checkRules";
import { parseRulesFile } from "../src/rules/readRules";
import { createReview, document, type PrintedStep, review, unknownText } from "./support/document";
import { changes, declared, dev, membership, organizationId, people, roster } from "./support/people";

test("reports and counts secrets", () => {
  const found = review([
    dev,
    { op: "create", name: "Membership::bob", after: declared("[secret]", "viewer") },
    { op: "create", name: "OrganizationMembers::all", after: { inputs: { organizationId, members: "[secret]" } } },
  ]);
  expect(found.unknowns).toEqual([
    "Membership bob changes the access of a person with a hidden address: none → viewer.",
    'OrganizationMembers "all" changes, but its people are hidden.',
    "The e-mail address of Membership bob is secret.",
    'The people in OrganizationMembers "all" are secret.',
  ]);
  expect(found.organizations).toMatchObject([{ hiddenPeople: 1, complete: false, risks: ["hidden"] }]);
});

describe("a person with a secret address", () => {
  const [viewer, admin] = ["viewer", "admin"].map((role) => membership("[secret]", role));
  const found = (...steps: readonly PrintedStep[]) => {
    const { organizations, unknowns } = review([dev, ...steps]);
    return [organizations[0]?.risks, unknowns.filter((words) => words.includes("→"))];
  };

  test("appears with the role that changes", () => {
    const step = { op: "update", name: "Membership::bob", before: viewer, after: { inputs: admin?.inputs ?? {} } };
    expect(found(step)).toEqual([
      ["hidden"],
      ["Membership bob changes the access of a person with a hidden address: viewer → admin."],
    ]);
    expect(found({ ...step, op: "same" })).toEqual([[], []]);
  });

  test("is reported if another such person replaces the person, and the number stays", () => {
    const steps = [
      { op: "delete", name: "Membership::bob", before: viewer },
      { op: "create", name: "Membership::eve", after: { inputs: admin?.inputs ?? {} } },
    ];
    expect(found(...steps)).toEqual([
      ["hidden"],
      [
        "Membership bob changes the access of a person with a hidden address: viewer → none.",
        "Membership eve changes the access of a person with a hidden address: none → admin.",
      ],
    ]);
  });
});

describe("the people that leave a roster", () => {
  test("are the declared ones if the roster is deleted", () => {
    const step = roster({ "bob@acme.example": "viewer" }, undefined, { op: "delete" });
    const seen = { "bob@acme.example": "viewer", "eve@acme.example": "admin" };
    const { before } = step;
    const outputs = { organizationId, members: seen, people: people(seen) };
    expect(changes({ ...step, before: { ...before, outputs } })).toEqual([
      "bob@acme.example: viewer → - (removesPerson)",
    ]);
  });

  test("may be unnamed if the roster ignores fewer people than before", () => {
    const step = roster({ "bob@acme.example": "viewer" }, { "bob@acme.example": "viewer" });
    const inputs = { ...step.before?.inputs, ignore: ["*@partner.example"] };
    const found = review([dev, { ...step, before: { ...step.before, inputs } }]);
    expect(found.organizations).toMatchObject([{ risks: ["hidden"] }]);
    expect(found.unknowns).toEqual([
      "`ignore` of OrganizationMembers acme-dev changes. The update may remove people that only the old patterns match. The previews do not name these people. If the provider found any, its warning in Pulumi's output names up to ten of them.",
    ]);
  });
});

test("the people of a roster that becomes secret may have any role", () => {
  const step = {
    ...roster({ "bob@acme.example": "viewer" }, {}),
    after: { inputs: { organizationId, members: "[secret]" } },
  };
  expect(changes(step)).toEqual(["bob@acme.example: viewer → secret (hidden)"]);
  // The roster may also declare a person whose Membership the stack deletes.
  const moved = { op: "delete", name: "Membership::eve", before: membership("eve@acme.example", "admin") };
  expect(changes(step, moved)).toEqual([
    "bob@acme.example: viewer → secret (hidden)",
    "eve@acme.example: admin → secret (hidden)",
  ]);
});

describe("a new organization with an unknown roster", () => {
  const creation = { op: "create", name: "Organization::lab", after: { inputs: { name: "acme-lab" } } };
  const created = (name: string, inputs: object) => ({
    op: "create",
    name,
    after: { inputs: { ...inputs }, of: ["Organization::lab"] },
  });
  const unknownRoster = created("OrganizationMembers::lab", { members: unknownText });

  test("is not reported as empty", () => {
    const found = review([creation, unknownRoster]);
    expect(found.organizations).toMatchObject([{ change: "created", hiddenRoster: true, risks: ["hidden"] }]);
    expect(formatMarkdown(createReport(found))).toContain(
      "- `acme-lab` is created, with people that the preview hides · 🔴 high: hides a value",
    );
    expect(formatMarkdown(createReport(found))).toContain(
      "- `acme-lab`: people that the preview hides, and perhaps others that no stack declares",
    );
  });

  test("may have known people, and people with hidden addresses", () => {
    const bob = created("Membership::bob", { email: "bob@acme.example", role: "viewer" });
    const hidden = created("Membership::eve", { email: unknownText, role: "viewer" });
    expect(formatMarkdown(createReport(review([creation, unknownRoster, bob, hidden])))).toContain(
      "is created, with 1 person, 1 person with a hidden address and others that the preview hides",
    );
  });

  test("breaks each rule about people", () => {
    const rules = parseRulesFile({ file: "rules.yaml", text: "rules: { nobody: { role: none } }" }).rules;
    const found = createReview([readPreview(document([creation, unknownRoster]), "preview.json", "change")], "change", {
      judge: createJudge(rules, { now: new Date("2027-01-31") }),
    });
    expect(found.verdict).toBe("refused");
    expect(found.violations.map(({ message }) => message)).toEqual([
      "The people in acme-lab cannot be checked against the rule, because their roster is hidden. Declare the roster as a plain value, not as a secret or an unknown output.",
    ]);
  });
});

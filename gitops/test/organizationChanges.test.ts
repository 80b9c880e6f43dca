import { formatHtml } from "../src/report/html/html";
import { formatMarkdown } from "../src/report/markdown/markdown";
import { createReport } from "../src/report/report";
import { type PrintedStep, prn, review, describeChanges, unknownText, urn } from "./support/document";
import { dev, membership } from "./support/people";

test("a resource that a program only reads after the change stays, if it is the same object", () => {
  const seen = (digit: number) => ({ id: prn(digit), external: true });
  const bob = membership("bob@acme.example", "admin");
  const member: PrintedStep = {
    op: "same",
    name: "Membership::bob",
    before: bob,
    after: { inputs: { ...bob.inputs, organizationId: unknownText }, of: ["Organization::acme-dev"] },
  };
  const released = review([{ op: "read", name: "Organization::acme-dev", before: dev.before, after: seen(1) }, member]);
  expect(released.organizations).toMatchObject([{ name: "acme-dev", change: "released", risks: ["releases"] }]);
  expect(describeChanges(released.people)).toEqual([]);
  const replaced = review([{ op: "replace", name: "Organization::acme-dev", before: dev.before, after: seen(2) }]);
  expect(replaced.organizations).toMatchObject([
    { name: "acme-dev", change: "replaced", risks: ["replacesOrganization"] },
  ]);
});

describe("an organization that is not created yet", () => {
  const created = { op: "create", name: "Organization::lab", after: { inputs: { name: "acme-lab" } } };
  const planned = (of: readonly string[]): PrintedStep => ({
    op: "create",
    name: "Membership::bob",
    after: { inputs: { organizationId: unknownText, email: "bob@acme.example", role: "viewer" }, of },
  });

  test("is found through the dependencies of its members", () => {
    const found = review([created, planned(["Organization::lab"])]);
    expect(found.organizations).toMatchObject([{ key: urn("Organization::lab"), name: "acme-lab", change: "created" }]);
    expect(describeChanges(found.people)).toEqual(["bob@acme.example: - → viewer planned (addsPerson)"]);
    expect(found.unknowns).toEqual([
      "The user of the API key with which the update runs becomes the owner and an admin of acme-lab.",
    ]);
  });

  test("hides its name, a setting, a guardrail or the last day of an admin only with a doubt", () => {
    const of = ["Organization::lab"];
    const part = (name: string, inputs: object): PrintedStep => ({
      op: "create",
      name,
      after: { inputs: { organizationId: unknownText, ...inputs }, of },
    });
    const doubt = (inputs: object, ...parts: readonly PrintedStep[]) => {
      const lab = { ...created, after: { inputs: { name: "acme-lab", ...inputs } } };
      const { organizations, people, settings, verdict } = review([lab, ...parts]);
      const rows = [...organizations, ...people, ...settings];
      return [rows.filter(({ risks }) => risks.includes("hidden")).length, verdict];
    };
    const roster = (inputs: object) =>
      part("OrganizationMembers::lab", { members: { "eve@acme.example": "admin" }, ...inputs });
    expect(doubt({})).toEqual([0, "pass"]);
    expect(doubt({ name: "[secret]" })).toEqual([1, "needs approval"]);
    expect(doubt({ forceDestroy: "[secret]" })).toEqual([1, "needs approval"]);
    expect(doubt({}, part("SecurityPolicy::lab", { requireTwoFactor: "[secret]" }))).toEqual([1, "needs approval"]);
    expect(doubt({}, roster({ maxRemovals: unknownText }))[0]).toBe(1);
    expect(doubt({}, roster({ lastDays: { "eve@acme.example": "[secret]" } }))[0]).toBe(1);
  });

  test("is not guessed among several", () => {
    const other = { op: "create", name: "Organization::shed", after: { inputs: { name: "acme-shed" } } };
    const found = review([created, other, planned(["Organization::lab", "Organization::shed"])]);
    expect(found.organizations.map(({ name }) => name)).toContain(
      "the unknown organization of Membership bob in acme/dev",
    );
  });
});

test("a deleted organization removes all its people", () => {
  const { before } = dev;
  const found = review([
    { op: "delete", name: "Organization::acme-dev", before },
    { op: "delete", name: "Membership::bob", before: membership("bob@acme.example", "viewer") },
  ]);
  expect(found.organizations).toMatchObject([{ name: "acme-dev", change: "deleted", risks: ["deletesOrganization"] }]);
  expect(describeChanges(found.people)).toEqual([
    "ada@acme.example: admin owner → - (changesOwner, removesAdmin, removesPerson)",
    "bob@acme.example: viewer → - (removesPerson)",
  ]);
  expect(found.people[1]?.notes).toEqual(["Access is lost because the organization is deleted."]);
  expect(formatMarkdown(createReport(found))).toContain(
    "- `ada@acme.example`, `bob@acme.example` in `acme-dev`: Access is lost because the organization is deleted.\n",
  );
  const [page = ""] = formatHtml(createReport(found), { title: "x" }).split('<script type="application/json"');
  expect(page.split("Access is lost because the organization is deleted.")).toHaveLength(2);
});

test("a replaced organization is a new one, which invites its people again", () => {
  const found = review([
    { op: "replace", name: "Organization::acme-dev", before: dev.before, after: { inputs: { name: "acme-next" } } },
    {
      op: "replace",
      name: "Membership::bob",
      before: membership("bob@acme.example", "viewer"),
      after: {
        inputs: { organizationId: unknownText, email: "bob@acme.example", role: "viewer" },
        of: ["Organization::acme-dev"],
      },
    },
  ]);
  expect(found.organizations.map(({ name, change }) => [name, change])).toEqual([
    ["acme-dev", "replaced"],
    ["acme-next", "created"],
  ]);
  expect(describeChanges(found.people).filter((line) => line.startsWith("bob"))).toEqual([
    "bob@acme.example: viewer → - (removesPerson)",
    "bob@acme.example: - → viewer planned (addsPerson)",
  ]);
});

test("a released organization keeps its people", () => {
  const before = { ...dev.before, retainOnDelete: true };
  const found = review([
    { op: "delete", name: "Organization::acme-dev", before },
    {
      op: "delete",
      name: "Membership::bob",
      before: { ...membership("bob@acme.example", "viewer"), retainOnDelete: true },
    },
  ]);
  expect(found.organizations).toMatchObject([{ name: "acme-dev", change: "released", risks: ["releases"] }]);
  expect(describeChanges(found.people)).toEqual([]);
});

test("an organization that its program retains stays, and people without a declaration lose access", () => {
  const before = { ...dev.before, inputs: { ...dev.before?.inputs, deletionPolicy: "retain" } };
  const found = review([
    { op: "delete", name: "Organization::acme-dev", before },
    { op: "delete", name: "Membership::bob", before: membership("bob@acme.example", "viewer") },
  ]);
  expect(found.organizations).toMatchObject([{ name: "acme-dev", change: "released", risks: ["releases"] }]);
  expect(describeChanges(found.people)).toEqual(["bob@acme.example: viewer → - (removesPerson)"]);
});

test("the owner of a new organization replaces no one", () => {
  const owner = { inputs: { organizationId: unknownText, email: "ada@acme.example" }, of: ["Organization::lab"] };
  const { people: all } = review([
    { op: "create", name: "Organization::lab", after: { inputs: { name: "acme-lab" } } },
    { op: "create", name: "OrganizationOwner::lab", after: owner },
  ]);
  expect(describeChanges(all)).toEqual(["ada@acme.example: - → admin owner (grantsAdmin, addsPerson)"]);
});

test("an existing organization of Avocado Connect is adopted without changes and with unknown people", () => {
  const provider = `${urn("pulumi:providers:peridio::default")}::${unknownText}`;
  const members = { "ada@acme.example": "admin", "bob@acme.example": "member" };
  const found = review([
    {
      op: "create",
      name: "Organization::lab",
      after: { inputs: { name: "acme-lab", displayName: "Laboratory" }, protect: true, provider },
    },
    {
      op: "create",
      name: "OrganizationMembers::lab",
      after: { inputs: { organizationId: unknownText, members }, of: ["Organization::lab"], provider },
    },
  ]);
  expect(found.organizations).toMatchObject([{ name: "acme-lab", change: "adopted", risks: [], complete: false }]);
  expect(found.settings).toEqual([]);
  expect(found.unknowns).toEqual([
    "Previews with Avocado Connect do not show undeclared owners of acme-lab. Owners have the rights of admins. An undeclared owner is unknown, also to access rules.",
    "acme-lab exists, but no preview shows its people. Its members may appear as people to be invited.",
  ]);
  expect(formatMarkdown(createReport(found))).toContain(
    "- `acme-lab` exists and is adopted without changes; the program declares 2 people\n",
  );
});

describe("the adoption of an organization", () => {
  const provider = `${urn("pulumi:providers:peridio::default")}::${unknownText}`;
  const adoption: PrintedStep = {
    op: "create",
    name: "Organization::lab",
    after: { inputs: { name: "acme-lab", displayName: "Laboratory", deletionPolicy: "retain" }, provider },
  };
  const members = { "ada@acme.example": "admin", "bob@acme.example": "member" };
  const id = prn(2);
  const listRows = (...steps: readonly PrintedStep[]) =>
    review([adoption, ...steps]).settings.map(({ words, risks }) => [words, ...risks].join(" "));

  test("hides no weaker guardrail of a roster", () => {
    const declare = (more: object) => ({ organizationId: id, members, ...more });
    const inputs = declare({ maxRemovals: "100%", ignore: ["*"] });
    const update: PrintedStep = {
      op: "update",
      name: "OrganizationMembers::lab",
      before: { id, inputs: declare({ maxRemovals: "10%" }), provider },
      after: { inputs, of: ["Organization::lab"], provider },
    };
    expect(listRows(update)).toEqual([
      "Maximum removals: 10% → 100%. weakensGuard",
      "Ignored people: none → *. weakensGuard",
      "Deletion policy: retain.",
    ]);
  });

  test("hides no released person", () => {
    const inputs = { organizationId: id, email: "bob@acme.example", role: "member" };
    const release: PrintedStep = {
      op: "delete",
      name: "Membership::bob",
      before: { id: `${id}/bob@acme.example`, inputs, outputs: inputs, provider, retainOnDelete: true },
    };
    expect(listRows(release)).toEqual([
      "Deletion policy: retain.",
      "Membership bob is released. Pulumi removes it from the state, and Peridio keeps the access of bob@acme.example, which no stack declares. releases",
    ]);
  });
});

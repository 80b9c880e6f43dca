import type { Values } from "#framework";
import { kinds, type ResourceKind, rows } from "../src/objects/rows";
import { type PrintedStep, review, describeChanges } from "./support/document";
import { idOf, step } from "./support/objects";
import { dev, membership, organizationId, people, roster } from "./support/people";

describe("drift", () => {
  const drift = (...steps: readonly PrintedStep[]) => {
    const { before } = dev;
    return review([{ op: "refresh", name: "Organization::acme-dev", before, after: before }, ...steps], "drift").people;
  };

  test("is a change outside Pulumi", () => {
    const [was, is] = [
      { "bob@acme.example": "viewer", "eve@acme.example": "viewer" },
      { "bob@acme.example": "admin", "carl@acme.example": "viewer" },
    ];
    const step = {
      ...roster(was, is),
      after: { id: organizationId, inputs: {}, outputs: { organizationId, members: is, people: people(is) } },
    };
    expect(describeChanges(drift(step))).toEqual([
      "bob@acme.example: viewer → admin (grantsAdmin)",
      "carl@acme.example: - → viewer (addsPerson)",
      "eve@acme.example: viewer → - (removesPerson)",
    ]);
  });

  test("is a new owner, although the organization's state is older", () => {
    const owner = (email: string) => ({
      id: organizationId,
      inputs: { organizationId, email },
      outputs: { organizationId, email },
    });
    const step = {
      op: "update",
      name: "OrganizationOwner::acme-dev",
      before: owner("ada@acme.example"),
      after: owner("grace@acme.example"),
    };
    expect(describeChanges(drift(step))).toEqual([
      "ada@acme.example: admin owner → admin (changesOwner)",
      "grace@acme.example: - → admin owner (changesOwner, grantsAdmin, addsPerson)",
    ]);
  });

  test("is a missing membership", () => {
    expect(
      describeChanges(
        drift({ op: "delete", name: "Membership::bob", before: membership("bob@acme.example", "viewer") }),
      ),
    ).toEqual(["bob@acme.example: viewer → - (removesPerson)"]);
  });

  test("is no acceptance of an invitation", () => {
    const before = membership("bob@acme.example", "viewer", { status: "pending", userId: undefined });
    expect(
      describeChanges(
        drift({ op: "update", name: "Membership::bob", before, after: membership("bob@acme.example", "viewer") }),
      ),
    ).toEqual([]);
  });

  test("is another user with the same address", () => {
    const before = membership("bob@acme.example", "viewer");
    const after = membership("bob@acme.example", "viewer", { userId: "prn:1:user:somebody" });
    const [, bob] = drift({ op: "update", name: "Membership::bob", before, after });
    expect(bob).toMatchObject({
      changed: true,
      risks: ["addsPerson"],
      notes: ["The address belongs to a different user than before."],
    });
  });

  test("is the deletion of objects that Pulumi would retain", () => {
    const field = { name: "field", members: ["bob@acme.example"] };
    const firmware = { name: "firmware", everyoneEnabled: false, access: { users: ["bob@acme.example"] } };
    const retained = { retainOnDelete: true };
    const { people, settings } = review(
      [
        { ...dev, op: "refresh", after: dev.before },
        { op: "delete", name: "Membership::bob", before: { ...membership("bob@acme.example", "viewer"), ...retained } },
        step("Group::field", 5, field, undefined, retained),
        step("Project::firmware", 6, firmware, undefined, retained),
        step("Webhook::alerts", 7, { name: "alerts", url: "https://acme.example" }, undefined, retained),
      ],
      "drift",
    );
    expect(describeChanges(people)).toEqual(["bob@acme.example: viewer → - (removesPerson)"]);
    expect(settings.map(({ words, risks }) => [words, ...risks].join(" "))).toEqual([
      "Deleted, with all access: project firmware. deletesProject",
      "Leave group field: bob@acme.example. revokesAccess",
      "Deleted, with all access: group field. revokesAccess",
      "Webhook alerts: deleted. Host: acme.example. Events: all. stopsWebhook",
    ]);
  });

  test("is the deletion of an organization with `deletionPolicy: retain`", () => {
    const before = { ...dev.before, inputs: { name: "acme-dev", deletionPolicy: "retain" } };
    const { organizations } = review([{ op: "delete", name: "Organization::acme-dev", before }], "drift");
    expect(organizations).toMatchObject([{ change: "deleted", risks: ["deletesOrganization"] }]);
  });
});

describe("the drift of an output", () => {
  const [ada, bob] = ["ada@acme.example", "bob@acme.example"];
  const invited = { invitationId: "i-1", inviteUrl: "[secret]", invitationExpiresAt: "2027-01-01T00:00:00Z" };
  const grantees = { pending: [bob], userIds: { [bob]: "u-2" } };
  const access = { everyoneEnabled: false, access: { users: [bob] } };

  /** The inputs of a resource of each kind, and other values of its outputs. Those of other kinds drift to another text. */
  const table: Partial<Readonly<Record<ResourceKind, readonly [inputs: Values, drift: Values]>>> = {
    ClaimToken: [
      { name: "factory", tags: [] },
      { claimTokenId: "c-2", token: "[secret]" },
    ],
    Cohort: [{ projectId: idOf(1), name: "canary", ...access }, grantees],
    Group: [{ name: "field", members: [bob] }, grantees],
    Project: [{ name: "firmware", ...access }, grantees],
    Membership: [
      { email: bob, role: "viewer" },
      { currentRole: "owner", status: "expired", currentEmail: "rob@acme.example", ...invited },
    ],
    Organization: [{ name: "acme" }, { owner: { email: bob }, tier: "teams", createdAt: "2027-01-01T00:00:00Z" }],
    OrganizationApiToken: [
      { name: "ci" },
      { owner: bob, token: "[secret]", tokenId: "t-2", createdAt: "2027-01-01T00:00:00Z" },
    ],
    OrganizationMembers: [
      { members: { [bob]: "viewer" } },
      { currentRoles: { [bob]: "owner" }, people: { [bob]: { status: "expired" } }, inviteUrls: { [bob]: "[secret]" } },
    ],
    OrganizationOwner: [{ email: ada }, { userId: "u-2", currentEmail: bob }],
    Webhook: [
      { name: "events", url: "https://hooks.acme.example" },
      { secret: "[secret]", webhookId: "w-2" },
    ],
  };
  const all = kinds.flatMap((kind) => rows[kind].outputs.map((output) => [kind, output] as const));

  test.each(all)("%s.%s has a row, or a stated reason why it has none", (kind, output) => {
    const [own, drift] = table[kind] ?? [{}, {}];
    const inputs = kind === "Organization" ? own : { organizationId, ...own };
    const before = { id: idOf(2), inputs, outputs: { ...inputs, people: { [bob]: { status: "active" } } } };
    const read = (outputs: Values) => {
      const after = { ...before, outputs: { ...before.outputs, ...outputs } };
      const acme = { ...dev, op: "refresh", after: dev.before };
      const { people, settings, programChanges } = review(
        [acme, { op: "update", name: `${kind}::it`, before, after }],
        "drift",
      );
      return { people, settings, programChanges };
    };
    const isShown = JSON.stringify(read({ [output]: drift[output] ?? "other" })) !== JSON.stringify(read({}));
    expect([output, isShown]).toEqual([output, !(output in (rows[kind].ignoredOutputs ?? {}))]);
  });
});

import { type PrintedStep, review, describeChanges } from "./support/document";
import { step } from "./support/objects";
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

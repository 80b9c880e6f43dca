import { type PrintedStep, review, describeChanges } from "./support/document";
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
      "bob@acme.example: viewer → admin (grantsAdmin, raisesRole)",
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
});

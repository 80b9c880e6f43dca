import { readPreview } from "../src/preview/preview";
import { reviewOf } from "../src/review/assemble";
import { document, type PrintedStep, told } from "./support/document";
import { declared, dev, membership, organizationId } from "./support/people";

test("stacks are read together: one names the organization that another is about", () => {
  const step = { op: "create", name: "Membership::bob", after: declared("bob@acme.example", "viewer") };
  const alone = reviewOf([readPreview(document([step], { stack: "team" }), "team.json", "change")], "change");
  expect(alone.organizations).toMatchObject([{ name: organizationId }]);
  expect(alone.unknowns).toEqual([
    `No stack says the name of ${organizationId}: review the stack that declares it as well.`,
  ]);
  const both = reviewOf(
    [
      readPreview(document([step], { stack: "team" }), "team.json", "change"),
      readPreview(document([dev]), "dev.json", "change"),
    ],
    "change",
  );
  expect(both.stacks).toEqual(["acme/dev", "acme/team"]);
  expect(both.organizations).toMatchObject([{ name: "acme-dev" }]);
  expect(both.unknowns).toEqual([]);
});

describe("another stack", () => {
  const bob = membership("bob@acme.example", "admin");
  const together = (own: readonly PrintedStep[], other: readonly PrintedStep[]) =>
    reviewOf(
      [
        readPreview(document(own), "dev.json", "change"),
        readPreview(document(other, { stack: "team" }), "team.json", "change"),
      ],
      "change",
    );

  test("that goes on to declare a person does not keep the one that a stack removes", () => {
    const same = { op: "same", name: "Membership::bob", before: bob, after: declared("bob@acme.example", "admin") };
    const { people: all } = together([dev, { op: "delete", name: "Membership::bob", before: bob }], [same]);
    expect(told(all)).toEqual(["bob@acme.example: admin → - (removesAdmin, removesPerson)"]);
  });

  test("that declares the person from now on invites again", () => {
    const create = { op: "create", name: "Membership::bob", after: declared("bob@acme.example", "admin") };
    const { people: all } = together([dev, { op: "delete", name: "Membership::bob", before: bob }], [create]);
    expect(told(all)).toEqual(["bob@acme.example: admin → admin planned (grantsAdmin, addsPerson, removesPerson)"]);
    expect(all.find(({ changed }) => changed)?.notes).toEqual([
      "One stack removes this person, and another one invites again: apply the one that removes first.",
    ]);
  });

  test("that declares an organization does not keep it, in either order", () => {
    const deletion = [{ op: "delete", name: "Organization::acme-dev", before: dev.before }];
    for (const found of [together(deletion, [dev]), together([dev], deletion)]) {
      expect(found.organizations).toMatchObject([
        { name: "acme-dev", change: "deleted", risks: ["deletesOrganization"] },
      ]);
    }
  });
});

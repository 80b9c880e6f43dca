import type { Kind } from "../src/preview/document";
import { readPreview } from "../src/preview/preview";
import { reviewOf } from "../src/review/assemble";
import type { Review } from "../src/review/review";
import { document, type PrintedStep, told } from "./support/document";
import { declared, dev, membership, organizationId } from "./support/people";

/** The review of the stacks `dev` and `team`, which is the same for both orders of their files. */
function together(own: readonly PrintedStep[], other: readonly PrintedStep[], kind: Kind = "change"): Review {
  const files = [
    readPreview(document(own, { kind }), "dev.json", kind),
    readPreview(document(other, { kind, stack: "team" }), "team.json", kind),
  ];
  const found = reviewOf(files, kind);
  expect(reviewOf(files.toReversed(), kind)).toEqual(found);
  return found;
}

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
  test("that goes on to declare a person does not keep the one that a stack removes", () => {
    const same = { op: "same", name: "Membership::bob", before: bob, after: declared("bob@acme.example", "admin") };
    const { people: all } = together([dev, { op: "delete", name: "Membership::bob", before: bob }], [same]);
    expect(told(all)).toEqual(["bob@acme.example: admin → - (removesAdmin, removesPerson)"]);
    expect(all.find(({ changed }) => changed)?.notes).toEqual([
      "Removed by acme/dev and still declared by acme/team. A later `pulumi up --refresh` of acme/team invites the person again. " +
        "To keep the person, run `pulumi state delete` in acme/dev instead of removing the person.",
    ]);
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

describe("an import", () => {
  const importing = (email: string, role: string): PrintedStep => ({
    op: "import",
    name: `Membership::${email}`,
    after: { ...declared(email, role), importID: `${organizationId}/${email}` },
  });
  const kept = (email: string, role: string, more: object = {}): PrintedStep => {
    const before = membership(email, role, more);
    return { op: "same", name: `Membership::${email}`, before, after: { inputs: before.inputs ?? {} } };
  };
  const placeOf = ({ people }: Review, email: string) => people.find((one) => one.email === email);

  test("is of a person who is there, before and after", () => {
    const alone = together([dev], [importing("bob@acme.example", "viewer")]);
    expect(placeOf(alone, "bob@acme.example")).toMatchObject({
      before: { role: "viewer", standing: "active" },
      after: { role: "viewer", standing: "active" },
      changed: false,
      risks: [],
    });
  });

  test("tells less than the state of another stack", () => {
    const invited = kept("bob@acme.example", "viewer", { status: "pending", userId: undefined });
    const found = together([dev, invited], [importing("bob@acme.example", "viewer")]);
    const pending = { role: "viewer", standing: "pending" };
    expect(placeOf(found, "bob@acme.example")).toMatchObject({ before: pending, after: pending, changed: false });
  });

  test("does not keep the person whom another stack removes, and the note says what happens", () => {
    const removal = { op: "delete", name: "Membership::bob", before: membership("bob@acme.example", "viewer") };
    const found = together([dev, removal], [importing("bob@acme.example", "viewer")]);
    expect(told(found.people)).toEqual(["bob@acme.example: viewer → - (removesPerson)"]);
    expect(placeOf(found, "bob@acme.example")?.notes).toEqual([
      "Removed by acme/dev and imported by acme/team. If acme/dev runs first, the import fails. " +
        "Otherwise, acme/team keeps an entry for a person without access. " +
        "To keep the person, run `pulumi state delete` in acme/dev instead of removing the person.",
    ]);
  });

  test.each([organizationId, "acme-dev"])(
    "of an organization by %s is of the one that another stack has",
    (importID) => {
      const organization = {
        op: "import",
        name: "Organization::dev",
        after: { inputs: { name: "acme-dev" }, importID },
      };
      const found = together([dev], [organization]);
      expect(found.organizations).toMatchObject([{ key: organizationId, name: "acme-dev", change: "kept" }]);
    },
  );

  test("of settings does not keep those that another stack puts back", () => {
    const inputs = { organizationId, requireTwoFactor: true };
    const policy = { id: organizationId, inputs, outputs: { ...inputs, ipAllowlist: [] } };
    const deletion = { op: "delete", name: "SecurityPolicy::dev", before: policy };
    const found = together(
      [dev, deletion],
      [{ op: "import", name: "SecurityPolicy::dev", after: { inputs, importID: organizationId } }],
    );
    expect(found.settings.map(({ words }) => words)).toEqual([
      "Two-factor authentication: required → not required; no longer declared.",
    ]);
  });
});

describe("drift", () => {
  const [earlier, later] = ["2027-01-30T08:00:00Z", "2027-01-30T08:00:00.5Z"] as const;
  const seen = (printed: NonNullable<PrintedStep["before"]>, modified: string) => ({ ...printed, modified });
  const refreshed = (
    name: string,
    before: NonNullable<PrintedStep["before"]>,
    after: NonNullable<PrintedStep["after"]>,
  ): PrintedStep => ({ op: "update", name, before, after });
  const organization: PrintedStep = {
    op: "refresh",
    name: "Organization::acme-dev",
    before: dev.before,
    after: dev.before,
  };

  test("is none where the other stack made the change", () => {
    const was = seen(membership("bob@acme.example", "viewer"), earlier);
    const is = seen(membership("bob@acme.example", "developer"), later);
    const stale = refreshed("Membership::bob", was, is);
    const fresh = { op: "refresh", name: "Membership::bob", before: is, after: is };
    expect(told(together([organization, stale], [fresh], "drift").people)).toEqual([]);
    expect(told(together([organization, fresh], [stale], "drift").people)).toEqual([]);
  });

  test("is none of settings that the other stack changed", () => {
    const policy = (sessionTimeout: string, modified: string) =>
      seen(
        {
          id: organizationId,
          inputs: { organizationId },
          outputs: { organizationId, requireTwoFactor: true, ipAllowlist: [], sessionTimeout },
        },
        modified,
      );
    const stale = refreshed("SecurityPolicy::dev", policy("8h", earlier), policy("1h", later));
    const fresh = {
      op: "refresh",
      name: "SecurityPolicy::dev",
      before: policy("1h", later),
      after: policy("1h", later),
    };
    expect(together([organization, stale], [fresh], "drift").settings).toEqual([]);
    expect(together([organization, fresh], [stale], "drift").settings).toEqual([]);
  });
});

import {
  explainFixedRole,
  explainKeptOwner,
  explainUndeclaredOwners,
  getHeldRole,
  hasOwnerRole,
  isAsDeclared,
} from "./owners";
import { createInvitation, createMember } from "./testing/sample";

const owner = createMember("ada@acme.example", "owner", true);
const admin = createMember("bob@acme.example", "admin");

test("only a member can be an owner, because an invitation gives no access yet", () => {
  expect([owner, admin, createInvitation("eve@acme.example", "owner")].map(hasOwnerRole)).toEqual([true, false, false]);
});

test("the state holds the role admin for an owner that the program does not declare as one", () => {
  expect(getHeldRole(owner, false)).toEqual({ role: "admin", currentRole: "owner" });
  expect(getHeldRole(owner, true)).toEqual({ role: "owner" });
  expect(getHeldRole(admin, false)).toEqual({ role: "admin" });
  const invited = createInvitation("eve@acme.example", "owner");
  expect(getHeldRole(invited, false)).toEqual({ role: "admin", currentRole: "owner" });
});

test("an owner is as declared with the role admin, until the program has declared the role owner", () => {
  expect(isAsDeclared(owner, "admin", false)).toBe(true);
  expect(isAsDeclared(owner, "owner", false)).toBe(true);
  expect(isAsDeclared(owner, "admin", true)).toBe(false);
  expect(isAsDeclared(owner, "member", false)).toBe(false);
  expect(isAsDeclared(admin, "admin", false)).toBe(true);
  expect(isAsDeclared(admin, "owner", false)).toBe(false);
});

test("messages about owners who stay name the remedy", () => {
  expect(explainKeptOwner(admin, false, "bob@acme.example")).toBeUndefined();
  expect(explainKeptOwner(createInvitation("eve@acme.example", "owner"), false, "eve@acme.example")).toBe(
    "eve@acme.example is invited as an owner, but the program does not declare the role owner. The invitation stays as it is, and the state shows the role admin. To manage the ownership, declare the role owner.",
  );
  expect(explainKeptOwner(owner, false, "ada@acme.example")).toBe(
    "ada@acme.example is an owner, but the program does not declare the role owner. This person stays an owner, and the state shows the role admin. To manage the ownership, declare the role owner.",
  );
  expect(explainUndeclaredOwners(["ada@acme.example", "bob@acme.example"])).toBe(
    "The roster does not remove ada@acme.example, bob@acme.example: the provider never removes owners. To keep owners, declare the role owner. To remove an owner, declare the role owner and run `pulumi up`, declare another role and run `pulumi up`, and then remove the declaration.",
  );
});

describe("the role of a member", () => {
  const change = { isDeclaredOwner: false, isOwnUser: false };
  const ownUser = "Peridio does not let an API key change its own user's role.";

  test("can change", () => {
    expect(explainFixedRole({ ...change, member: admin, role: "member" })).toBeUndefined();
    expect(explainFixedRole({ ...change, member: owner, role: "member", isDeclaredOwner: true })).toBeUndefined();
  });

  test("can stay, even of the user of the API key", () => {
    expect(explainFixedRole({ ...change, member: admin, role: "admin", isOwnUser: true })).toBeUndefined();
  });

  test("cannot change if the member owns the organization with another role", () => {
    expect(explainFixedRole({ ...change, member: { ...admin, isOwner: true }, role: "viewer" })).toEqual({
      reason: "Peridio does not let anyone change the owner's role.",
      remedy: "Declare the role admin for bob@acme.example, or transfer the ownership first.",
    });
  });

  test.each([
    [admin, "member", "Declare the role admin for bob@acme.example, or use the API key of another admin or owner."],
    [admin, "owner", "Declare the role admin for bob@acme.example, or use the API key of an owner."],
    [owner, "admin", "Declare the role owner for ada@acme.example, or use the API key of another owner."],
  ] as const)("cannot change by the API key of this member: %#", (member, role, remedy) => {
    const own = { member, role, isDeclaredOwner: true, isOwnUser: true };
    expect(explainFixedRole(own)).toEqual({ reason: ownUser, remedy });
  });

  test("cannot change if the program never declared the role owner", () => {
    expect(explainFixedRole({ ...change, member: owner, role: "member" })).toEqual({
      reason:
        "ada@acme.example is an owner, and the provider lowers only owners that the program declared with the role owner.",
      remedy:
        "To keep the ownership, declare the role owner or admin. To end it, declare the role owner, run `pulumi up`, and then declare the role member.",
    });
  });
});

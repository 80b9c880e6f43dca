import { describeHeldRole, describeInvitedRole, formatRoleCount, getRoleName } from "./roles";

test.each([
  ["admin", "admin", "as admin", "is an admin", "1 admin", "2 admins"],
  ["viewer", "viewer", "as viewer", "is a viewer", "1 viewer", "2 viewers"],
  [
    "member",
    "role member",
    "with the role member",
    "has the role member",
    "1 with the role member",
    "2 with the role member",
  ],
])("the role %s has words that cannot be misunderstood", (role, name, as, is, one, two) => {
  expect([
    getRoleName(role),
    describeInvitedRole(role),
    describeHeldRole(role),
    formatRoleCount(1, role),
    formatRoleCount(2, role),
  ]).toEqual([name, as, is, one, two]);
});

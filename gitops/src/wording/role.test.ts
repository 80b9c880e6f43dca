import { asRole, countedRole, isRole, roleName } from "./role";

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
])("the role %s is told so that nobody takes it for something else", (role, name, as, is, one, two) => {
  expect([roleName(role), asRole(role), isRole(role), countedRole(1, role), countedRole(2, role)]).toEqual([
    name,
    as,
    is,
    one,
    two,
  ]);
});

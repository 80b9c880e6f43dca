import { declarePeople, declareAll } from "./program";

test("each person is a Membership of the organization that the program declares", () => {
  const program = declareAll({ organizations: 2, people: 3 }, "Membership");
  const types = Object.values(program).map(({ type }) => type);
  expect(types.filter((type) => type === "peridio:Organization")).toHaveLength(2);
  expect(types.filter((type) => type === "peridio:Membership")).toHaveLength(6);
  expect(program.person2x3?.properties).toEqual({
    organizationId: "${organization2.id}",
    email: "person3@business2.example",
    role: "developer",
  });
});

test("all people of an organization are one roster", () => {
  const program = declarePeople(["prn:1:a", "prn:1:b"], 3, "OrganizationMembers");
  expect(Object.keys(program)).toEqual(["roster1", "roster2"]);
  expect(program.roster2?.properties).toEqual({
    organizationId: "prn:1:b",
    members: {
      "person1@business2.example": "developer",
      "person2@business2.example": "developer",
      "person3@business2.example": "developer",
    },
    maxRemovals: "100%",
  });
});

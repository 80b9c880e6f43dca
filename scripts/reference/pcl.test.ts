import { toPcl } from "./pcl";

test("translates resources, calls and outputs", () => {
  const yaml = `
resources:
  dev:
    type: peridio:Organization
    properties: { name: acme-dev }
    options: { protect: true }
variables:
  limits: { "fn::invoke": { function: "peridio:getLimits", arguments: { organizationId: "\${dev.id}" }, return: users } }
outputs:
  free: \${limits.free}
`;
  expect(toPcl(yaml)).toBe(`resource "dev" "peridio:index:Organization" {
name = "acme-dev"
options {
protect = true
}
}
limits = invoke("peridio:index:getLimits", { organizationId = dev.id }).users
output "free" {
value = limits.free
}
`);
});

test.each([
  ["a reference within a text stays in the text", "at ${dev.name}", '"at ${dev.name}"'],
  ["a percent sign before a brace is not a directive", "10%{x}", '"10%%{x}"'],
  ["keys that are not names are quoted", { "a@acme.example": "admin", b: 1 }, '{ "a@acme.example" = "admin", b = 1 }'],
  ["lists and booleans stay equal", [true, "x"], '[true, "x"]'],
])("%s", (_, value, expected) => {
  const yaml = JSON.stringify({ outputs: { it: value } });
  expect(toPcl(yaml)).toContain(`value = ${expected}\n`);
});

test("rejects features that examples do not need", () => {
  expect(() => toPcl("configuration: {}")).toThrow("configuration");
  expect(() => toPcl("variables: { a: { 'fn::toJSON': 1 } }")).toThrow("fn::invoke");
});

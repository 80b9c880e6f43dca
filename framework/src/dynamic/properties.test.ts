import { unknownValue } from "../values";
import { hidden, receive, remembered, send } from "./properties";

const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

test("what Pulumi and this provider add is none of the resource's properties", () => {
  const sent = { __provider: "text", __urn: "urn", name: "acme" };
  expect(receive(sent)).toMatchObject({ values: { name: "acme" }, urn: "urn" });
  expect(hidden(sent)).toEqual({ __provider: "text", __urn: "urn" });
});

test("null is absent, also deep inside", () => {
  expect(receive({ name: null, list: [{ cidr: "10.0.0.0/8", description: null }] }).values).toEqual({
    list: [{ cidr: "10.0.0.0/8" }],
  });
});

test("what a preview does not know stays unknown on the way in and out, also deep inside", () => {
  const sent = { organizationId: unknown, list: [{ cidr: unknown }] };
  const { values } = receive(sent);
  expect(values).toEqual({ organizationId: unknownValue, list: [{ cidr: unknownValue }] });
  expect(send(values)).toEqual(sent);
});

test("a state remembers which of its properties were declared", () => {
  const declared = { name: "acme", description: "tests" };
  const state = remembered({ ...declared, createdAt: "2026-01-01T00:00:00Z" }, { urn: "urn", declared });
  expect(receive(state)).toEqual({
    values: { ...declared, createdAt: "2026-01-01T00:00:00Z" },
    urn: "urn",
    declared,
    secret: [],
    importId: undefined,
  });
});

test("what was declared and is gone was not declared as anything", () => {
  expect(receive({ __declared: ["name", "description"], name: "acme" }).declared).toEqual({ name: "acme" });
});

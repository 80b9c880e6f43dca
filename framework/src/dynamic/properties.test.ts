import { OperationError } from "../errors";
import { unknownValue } from "../values";
import { createFailure, failureLine, pickHidden, receive, send, createState } from "./properties";

const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

test("separates hidden properties from the resource's own", () => {
  const sent = { __provider: "text", __urn: "urn", name: "acme" };
  expect(receive(sent)).toMatchObject({ values: { name: "acme" }, urn: "urn" });
  expect(pickHidden(sent)).toEqual({ __provider: "text", __urn: "urn" });
});

test("removes nulls on every level", () => {
  expect(receive({ name: null, list: [{ cidr: "10.0.0.0/8", description: null }] }).values).toEqual({
    list: [{ cidr: "10.0.0.0/8" }],
  });
});

test("translates unknown values on every level", () => {
  const sent = { organizationId: unknown, list: [{ cidr: unknown }] };
  const { values } = receive(sent);
  expect(values).toEqual({ organizationId: unknownValue, list: [{ cidr: unknownValue }] });
  expect(send(values)).toEqual(sent);
});

test("keeps the names of the inputs in the state", () => {
  const declared = { name: "acme", description: "tests" };
  const state = createState({ ...declared, createdAt: "2026-01-01T00:00:00Z" }, { urn: "urn", declared });
  expect(receive(state)).toEqual({
    values: { ...declared, createdAt: "2026-01-01T00:00:00Z" },
    urn: "urn",
    declared,
    secret: [],
    importId: undefined,
  });
});

test("returns no value for an input that the state lacks", () => {
  expect(receive({ __declared: ["name", "description"], name: "acme" }).declared).toEqual({ name: "acme" });
});

const organizationId = "prn:1:eec5cabf-c4a8-46ab-ae5a-70ca847d558d";
const sent = { __provider: "text", __urn: "urn", organizationId, email: "bob@acme.example", role: "viewer" };

test("a partial failure keeps the object, with its provider", () => {
  const state = { id: "id", outputs: { email: "bob@acme.example", status: "pending" }, refreshBeforeUpdate: true };
  expect(createFailure(new OperationError("half done", undefined, state), sent)).toMatchObject({
    message: "half done",
    id: "id",
    properties: {
      __provider: "text",
      __urn: "urn",
      __declared: ["organizationId", "email", "role"],
      email: "bob@acme.example",
      status: "pending",
    },
    reasons: ["half done"],
  });
});

test("a failure contains no commands to a terminal or a pipeline", () => {
  expect(createFailure(new Error("odd\n::error::\u001B[2J"), sent).message).toBe("odd\n\\::error::\u{FFFD}[2J");
});

test("a failure without an object has no id", () => {
  expect(createFailure(new OperationError("refused", undefined), sent)).not.toHaveProperty("id");
});

test("the host prints a failure as an empty text and stack", () => {
  const failed = createFailure(new Error("refused"), sent);
  expect(failed.message).toBe("refused");
  // As Pulumi's host does.
  expect(`${failed}: ${failed.stack}`).toBe(failureLine);
});

import { OperationError } from "../lifecycle";
import { failure, printed } from "./failure";

const organizationId = "prn:1:eec5cabf-c4a8-46ab-ae5a-70ca847d558d";
const sent = { __provider: "text", __urn: "urn", organizationId, email: "bob@acme.example", role: "viewer" };

test("what exists in spite of a failure is kept, with the provider that can go on with it", () => {
  const state = { id: "id", outputs: { email: "bob@acme.example", status: "pending" }, refreshBeforeUpdate: true };
  expect(failure(new OperationError("half done", undefined, state), sent)).toMatchObject({
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

test("a failure controls neither a terminal nor a pipeline", () => {
  expect(failure(new Error("odd\n::error::\u001B[2J"), sent).message).toBe("odd\n\\::error::\u{FFFD}[2J");
});

test("a failure that left nothing behind names no object", () => {
  expect(failure(new OperationError("refused", undefined), sent)).not.toHaveProperty("id");
});

test("what the host prints of a failure besides answering with it is known, and has no stack", () => {
  const failed = failure(new Error("refused"), sent);
  expect(failed.message).toBe("refused");
  // As Pulumi's host does.
  expect(`${failed}: ${failed.stack}`).toBe(printed);
});

import { AlreadyExists } from "../core/errors";
import { Failed } from "../core/lifecycle";
import { membership } from "../resources/membership";
import { failure } from "./failure";

const organizationId = "prn:1:eec5cabf-c4a8-46ab-ae5a-70ca847d558d";
const names = new Map([[organizationId, "acme-dev"]]);
const sent = { __provider: "text", __urn: "urn", organizationId, email: "bob@acme.example", role: "viewer" };

test("what exists already can be taken over with the option import, which is all that works here", () => {
  const cause = new AlreadyExists(`${organizationId}/bob@acme.example`, "as a member with the role viewer");
  const { message } = failure(new Failed("run `pulumi import`", cause), membership, sent, names);
  expect(message).toBe(
    "Membership acme-dev/bob@acme.example already exists as a member with the role viewer, and may be somebody else's, " +
      `so it was not taken over. To manage it here, give the resource the option \`import: "${organizationId}/bob@acme.example"\`. ` +
      "If you only renamed or moved the resource in your program, give it the option `aliases` with its old name instead.",
  );
});

test("what exists in spite of a failure is kept, with the provider that can go on with it", () => {
  const state = { id: "id", outputs: { email: "bob@acme.example", status: "pending" }, awaits: true };
  expect(failure(new Failed("half done", undefined, state), membership, sent, names)).toMatchObject({
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

test("a failure that left nothing behind names no object", () => {
  expect(failure(new Failed("refused", undefined), membership, sent, names)).not.toHaveProperty("id");
});

test("no stack is shown to people who declare organizations", () => {
  expect(failure(new Error("refused"), membership, sent, names)).toMatchObject({ message: "refused", stack: "" });
});

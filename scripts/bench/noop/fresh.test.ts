import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { z } from "zod";
import schema from "../../../schema.json";
import { addOutputs, fresh } from "./fresh";

const required = z.record(z.string(), z.object({ required: z.array(z.string()), requiredInputs: z.array(z.string()) }));

test.each(Object.keys(fresh))("a new %s has every output that the schema requires", (name) => {
  const resource = required.parse(schema.resources)[`peridio:index:${name}`];
  const declared = Object.fromEntries((resource?.requiredInputs ?? []).map((input) => [input, {}]));
  const message = Struct.fromJavaScript(declared);
  const state = addOutputs(message, fresh[name]?.outputs(message) ?? {}).toJavaScript();
  expect(Object.keys(state)).toEqual(expect.arrayContaining(resource?.required ?? ["a resource of this name"]));
});

test("a new roster has only pending invitations", () => {
  const message = Struct.fromJavaScript({ members: { "bob@acme.example": "viewer" } });
  expect(fresh.OrganizationMembers?.outputs(message)).toMatchObject({
    people: { "bob@acme.example": { status: "pending" } },
  });
});

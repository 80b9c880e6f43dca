import { randomUUID } from "node:crypto";
import { type JavaScriptValue, type Struct, Value } from "google-protobuf/google/protobuf/struct_pb";

/** A new resource, as the real provider returns it. */
export interface Fresh {
  /** The outputs that the program does not declare. Their size is realistic, because the engine writes them to its state. */
  readonly outputs: (declared: Struct) => Readonly<Record<string, JavaScriptValue>>;
  /** Asks the engine to read the resource before each update, because a person may accept at any time. */
  readonly refreshBeforeUpdate: boolean;
}

const moment = "2027-01-01T00:00:00.000Z";

/** New resources by the last part of their token. */
export const fresh: Readonly<Record<string, Fresh>> = {
  Organization: {
    outputs: () => ({
      displayName: "bench",
      owner: { id: `prn:1:user:${randomUUID()}`, email: "ada@acme.example" },
      createdAt: moment,
    }),
    refreshBeforeUpdate: false,
  },
  Membership: {
    outputs: () => ({ ...makePendingInvitation(), invitationExpiresAt: moment }),
    refreshBeforeUpdate: true,
  },
  OrganizationMembers: {
    outputs: (declared) => ({
      people: Object.fromEntries(listMembers(declared).map((email) => [email, makePendingInvitation()])),
    }),
    refreshBeforeUpdate: true,
  },
};

function makePendingInvitation() {
  return { status: "pending", invitationId: `prn:1:${randomUUID()}:org_invitation:${randomUUID()}` };
}

function listMembers(declared: Struct): string[] {
  const map = declared.getFieldsMap().get("members")?.getStructValue()?.getFieldsMap();
  return map === undefined ? [] : [...map.keys()];
}

/** Adds outputs to the declared inputs, in place. */
export function addOutputs(declared: Struct, outputs: Readonly<Record<string, JavaScriptValue>>): Struct {
  const fields = declared.getFieldsMap();
  for (const [name, value] of Object.entries(outputs)) fields.set(name, Value.fromJavaScript(value));
  return declared;
}

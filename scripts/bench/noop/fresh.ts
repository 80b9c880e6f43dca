import { randomUUID } from "node:crypto";
import { type JavaScriptValue, type Struct, Value } from "google-protobuf/google/protobuf/struct_pb";

/** What a resource is like as soon as it is created, as the real provider would say. */
interface Fresh {
  /** The outputs that are not declared, of the real ones' number and length: the engine writes them all into its state. */
  readonly outputs: (declared: Struct) => Readonly<Record<string, JavaScriptValue>>;
  /** Whether the engine has to look before each update, since a person may have accepted in between. */
  readonly awaits: boolean;
}

const moment = "2027-01-01T00:00:00.000Z";

/** By the last part of the resource's token. */
export const fresh: Readonly<Record<string, Fresh>> = {
  Organization: {
    outputs: () => ({
      displayName: "bench",
      owner: { id: `prn:1:user:${randomUUID()}`, email: "ada@acme.example" },
      createdAt: moment,
    }),
    awaits: false,
  },
  Membership: {
    outputs: () => ({ ...pending(), invitationExpiresAt: moment }),
    awaits: true,
  },
  OrganizationMembers: {
    outputs: (declared) => ({ people: Object.fromEntries(members(declared).map((email) => [email, pending()])) }),
    awaits: true,
  },
};

function pending() {
  return { status: "pending", invitationId: `prn:1:${randomUUID()}:org_invitation:${randomUUID()}` };
}

function members(declared: Struct): string[] {
  const map = declared.getFieldsMap().get("members")?.getStructValue()?.getFieldsMap();
  return map === undefined ? [] : [...map.keys()];
}

/** Adds what is not declared to what is. The message is changed in place, since nobody else has it. */
export function complete(declared: Struct, outputs: Readonly<Record<string, JavaScriptValue>>): Struct {
  const fields = declared.getFieldsMap();
  for (const [name, value] of Object.entries(outputs)) fields.set(name, Value.fromJavaScript(value));
  return declared;
}

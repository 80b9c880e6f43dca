import { ApiDocument } from "../apiDocument";
import { compare } from "./comparison";

const components = {
  schemas: {
    role: { type: "string", enum: ["admin", "member"], "x-source": "peridio" },
    person: { type: "object", required: ["id"], properties: { id: { type: "string" } } },
  },
};
const document = new ApiDocument({ components });

function differences(ours: unknown, theirs: unknown) {
  const { conflicts, missing, additions } = compare({ document, node: ours }, { document, node: theirs });
  const format = (list: readonly { path: string; text: string }[]) =>
    list.map(({ path, text }) => `${path} ${text}`.trim());
  return { conflicts: format(conflicts), missing: format(missing), additions: format(additions) };
}

const same = { conflicts: [], missing: [], additions: [] };
const role = { $ref: "#/components/schemas/role" };
const person = { $ref: "#/components/schemas/person" };

test("equal meanings are equal in any notation", () => {
  expect(differences(role, { type: "string", enum: ["member", "admin"] })).toEqual(same);
  expect(differences({ type: ["string", "null"] }, { type: "string", nullable: true })).toEqual(same);
  const spelledOut = { type: "object", required: ["id"], properties: { id: { type: "string" }, role } };
  expect(differences(spelledOut, { allOf: [person], properties: { role } })).toEqual(same);
});

test.each([
  [{ type: ["string", "null"] }, { type: "string" }, "may be null"],
  [{}, { type: "string" }, "may be object, array, number, integer, boolean, null"],
  [{ type: "string", enum: ["admin", "owner"] }, role, "has other values"],
  [{ type: "string" }, role, "has other values"],
  [{ type: "integer", minimum: 0 }, { type: "integer", minimum: 1 }, "has another minimum"],
  [{ type: "string" }, { type: "string", format: "uuid" }, "has another format"],
  [{ type: "integer", default: 10 }, { type: "integer", default: 20 }, "has another default"],
  [{ type: "object", properties: { id: { type: "string" } } }, person, "id may be left out"],
  [{ type: "object", properties: { prn: {} } }, { type: "object" }, "prn is not there"],
  [{ type: "array", items: { type: "integer" } }, { type: "array", items: { type: "string" } }, "[] may be integer"],
  [
    {
      type: "object",
      properties: { owner: { type: "object", properties: { id: { type: "integer" } }, required: ["id"] } },
    },
    { type: "object", properties: { owner: person } },
    "owner.id may be integer",
  ],
  [
    { type: "object", additionalProperties: { type: "integer" } },
    { type: "object", additionalProperties: { type: "string" } },
    "* may be integer",
  ],
])("%j compared with %j: %s", (ours, theirs, conflict) => {
  expect(differences(ours, theirs).conflicts).toContain(conflict);
});

test("reports omissions of our schema", () => {
  const theirs = { type: "object", properties: { id: { type: "string" }, role } };
  const ours = { type: "object", properties: { role: { type: "string", enum: ["admin"] } } };
  expect(differences(ours, theirs)).toEqual({ ...same, missing: ["role lacks values", "id is left out"] });
});

test("a property that only the newer user guide names is an addition", () => {
  const expires_at = { type: "string", "x-source": ["guide", "decision"] };
  const { conflicts, additions } = compare(
    { document, node: { type: "object", properties: { expires_at } } },
    { document, node: { type: "object" } },
  );
  expect(conflicts).toEqual([]);
  expect(additions).toEqual([{ path: "expires_at", text: "is only in the guide", sources: ["guide", "decision"] }]);
});

test("reports additions of our schema with their source", () => {
  const ours = {
    type: "object",
    required: ["id"],
    "x-source": "decision",
    properties: { id: { type: "string", format: "uuid" } },
  };
  const { additions } = compare(
    { document, node: ours },
    { document, node: { type: "object", properties: { id: { type: "string" } } } },
  );
  expect(additions).toEqual([
    { path: "", text: "always has id", sources: ["decision"] },
    { path: "id", text: "has format", sources: [] },
  ]);
});

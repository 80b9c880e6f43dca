import { membership } from "../resources/membership";
import { AlreadyExists } from "./errors";
import { explain, type Subject } from "./explain";

const organizationId = "prn:1:eec5cabf-c4a8-46ab-ae5a-70ca847d558d";
const names = new Map([[organizationId, "acme-dev"]]);
const subject: Subject = {
  resource: membership,
  urn: "urn:pulumi:test::test::peridio:index:Membership::bob",
  object: { organizationId, email: "bob@acme.example" },
};

test("what exists already is named, with the front door's own way to import it", () => {
  const error = new AlreadyExists(`${organizationId}/bob@acme.example`, "as a member with the role viewer");
  expect(explain(error, "create", subject, names, (_, name, id) => `import ${id} as ${name}`)).toBe(
    "Membership acme-dev/bob@acme.example already exists as a member with the role viewer, and may be somebody else's, " +
      "so it was not taken over. To manage it here, import acme-dev/bob@acme.example as bob. " +
      "If you only renamed or moved the resource in your program, give it the option `aliases` with its old name instead.",
  );
});

test.each(["create", "read", "update", "delete"])(
  "a failed %s names the object, and what could not be done",
  (verb) => {
    const done = { create: "created", read: "read", update: "updated", delete: "deleted" }[verb] ?? "";
    const message = explain(new Error(`Peridio refused ${organizationId}.`), verb, subject, names, () => "");
    // What Peridio said stays as it is: paths with names in them would be of no use to its support.
    expect(message).toBe(
      `Membership acme-dev/bob@acme.example could not be ${done}: Peridio refused ${organizationId}.`,
    );
  },
);

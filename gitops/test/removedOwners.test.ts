import type { Values } from "#framework";
import { type PrintedStep, prn, review } from "./support/document";
import { dev, organizationId, roster } from "./support/people";

// N3: removing a member also revokes the person's API tokens of the organization.

const bob = "bob@acme.example";
const leaving = roster({ "ada@acme.example": "admin", [bob]: "member" }, { "ada@acme.example": "admin" });

function token(name: string, owner: string, more: Partial<PrintedStep> = {}): PrintedStep {
  const inputs: Values = { organizationId, name };
  const state = {
    id: `${organizationId}/0190f7a4-5f3e-7c1d-8a51-00000000000${name.length}`,
    inputs,
    outputs: { ...inputs, owner, token: "[secret]" },
  };
  return { op: "same", name: `OrganizationApiToken::${name}`, before: state, after: state, ...more };
}

const notes = (...steps: readonly PrintedStep[]) =>
  Object.fromEntries(review([dev, ...steps]).people.map(({ email, notes }) => [email, notes]));

test("a removed person has a note with the declared tokens that act for the person", () => {
  const tokens = [token("ci", "Bob@Acme.example"), token("deploy", bob), token("other", "ada@acme.example")];
  expect(notes(leaving, ...tokens)).toEqual({
    "ada@acme.example": [],
    [bob]: [
      "The removal also revokes API token ci and API token deploy of this person, although stacks declare them. To create them again for the user of the API key, run `pulumi up --refresh` after the change.",
    ],
  });
  expect(notes(leaving, token("ci", bob))[bob]).toEqual([
    "The removal also revokes API token ci of this person, although a stack declares it. To create it again for the user of the API key, run `pulumi up --refresh` after the change.",
  ]);
});

test("tokens that the change deletes or rotates, and tokens of another organization, are in no note", () => {
  const other = { organizationId: prn(2), name: "far" };
  const state = { id: `${prn(2)}/0`, inputs: other, outputs: { ...other, owner: bob } };
  const steps = [
    token("ci", bob, { op: "delete", after: undefined }),
    token("deploy", bob, { op: "replace", after: { inputs: { organizationId, name: "deploy", rotate: "2" } } }),
    { op: "same", name: "OrganizationApiToken::far", before: state, after: state },
  ];
  expect(notes(leaving, ...steps)[bob]).toEqual([]);
});

test("a person who stays, or who has not accepted, has no note", () => {
  const members = { "ada@acme.example": "admin", [bob]: "member" };
  expect(notes(roster(members, { ...members, [bob]: "admin" }), token("ci", bob))[bob]).toEqual([]);
  const invited = roster(members, { "ada@acme.example": "admin" }, { status: "pending" });
  expect(notes(invited, token("ci", bob))[bob]).toEqual([]);
});

import type { Values } from "#framework";
import type { Role, RosterEntry } from "../api";
import { planRoster } from "./change";
import { describeEffects } from "./effects";
import type { RosterState } from "./state";
import { createInvitation, createMember, createState } from "./testing/sample";

const viewers = ["a@x.io", "b@x.io", "c@x.io"].map((email) => createMember(email, "viewer"));

describe("the effects in a preview", () => {
  const owner = "owner@x.io";

  /** Describes the change from these people to the desired roles. `members` are the roles in state. */
  function describeChange(
    desired: Record<string, Role>,
    people: readonly RosterEntry[],
    members: Values | undefined,
    more: Partial<RosterState> & { readonly ignore?: readonly string[] } = {},
  ): readonly string[] {
    const { ignore, ...rest } = more;
    const found = { ...createState(desired, people, ignore), ...rest };
    return describeEffects(planRoster(found), found, { members });
  }

  test("contain each removal, invitation, promotion and demotion that is no difference from the state", () => {
    expect(
      describeChange(
        { "a@x.io": "viewer", "b@x.io": "admin", "c@x.io": "viewer" },
        [createMember("a@x.io", "admin"), createMember("b@x.io", "viewer"), createMember("d@x.io", "viewer")],
        { "A@x.io": "viewer", "b@X.io": "admin", "c@x.io": "viewer" },
      ),
    ).toEqual([
      "In addition to the changes that Pulumi shows, this update removes d@x.io and invites or promotes b@x.io, c@x.io and demotes a@x.io.",
    ]);
  });

  test("contain only people whose desired role is the one in state", () => {
    const people = [...viewers, createMember("d@x.io", "admin"), createMember("e@x.io", "admin")];
    const desired = { "a@x.io": "admin", "d@x.io": "viewer", "E@x.io": "viewer", "new@x.io": "viewer" } as const;
    const members = { "a@x.io": "viewer", "b@x.io": "viewer", "c@x.io": "viewer", "d@x.io": "admin" };
    expect(describeChange(desired, people, { ...members, "e@x.io": "viewer" })).toEqual([
      "In addition to the changes that Pulumi shows, this update demotes E@x.io.",
    ]);
    expect(describeChange(desired, people, { ...members, "e@x.io": "admin" })).toEqual([]);
  });

  test("contain all removals without members in state", () => {
    expect(describeChange({}, viewers, undefined)).toEqual([
      "In addition to the changes that Pulumi shows, this update removes a@x.io, b@x.io, c@x.io.",
    ]);
  });

  test("contain the removals that free seats", () => {
    const found = createState({}, viewers);
    const { remove, ...plan } = planRoster(found);
    const effects = describeEffects({ ...plan, makeRoom: remove.slice(0, 1), remove: remove.slice(2) }, found, {});
    expect(effects).toEqual(["In addition to the changes that Pulumi shows, this update removes a@x.io, c@x.io."]);
  });

  test.each([
    [["a@x.io"], "Peridio sends a new e-mail to a@x.io: the invitation has expired."],
    [["a@x.io", "b@x.io"], "Peridio sends a new e-mail to a@x.io, b@x.io: the invitations have expired."],
  ])("contain the e-mails for the expired invitations of %j", (emails, expected) => {
    const members = Object.fromEntries(emails.map((email) => [email, "viewer"] as const));
    const people = emails.map((email) => createInvitation(email, "viewer", "expired"));
    expect(describeChange(members, people, members)).toEqual([expected]);
  });

  test("contain the e-mails for pending invitations with another role", () => {
    const people = [createInvitation("a@x.io", "viewer"), createInvitation("b@x.io", "admin")];
    const members = { "a@x.io": "admin", "b@x.io": "viewer" } as const;
    expect(describeChange(members, people, members)).toEqual([
      "Peridio sends a new e-mail to a@x.io, b@x.io: Peridio cannot edit an invitation, so the provider revokes it and sends a new one.",
    ]);
  });

  test("contain the people in state that the roster does not remove", () => {
    const people = [...viewers, createInvitation("P@y.io", "viewer"), createInvitation("q@y.io", "viewer")];
    const desired = { "a@x.io": "viewer", "b@x.io": "viewer", "c@x.io": "viewer" } as const;
    const members = { ...desired, [owner.toUpperCase()]: "admin", "p@Y.io": "viewer" };
    expect(describeChange(desired, people, members, { ignore: ["*@y.io"] })).toEqual([
      "The roster does not remove owner@x.io, P@y.io: it keeps the owner, the API key's user and the people that `ignore` matches.",
    ]);
  });

  test("contain revoked invitations to former addresses, which are no removals of people", () => {
    const members = { "a@x.io": "viewer" } as const;
    const orphanedInvitations = [createInvitation("a@x.io", "viewer"), createInvitation("z@x.io", "viewer")];
    expect(describeChange(members, viewers.slice(0, 1), members, { orphanedInvitations })).toEqual([
      "This update revokes pending invitations to former addresses of declared users: a@x.io, z@x.io.",
    ]);
  });

  test("begin with the changes that Pulumi does not show, and end with the people who stay", () => {
    const expired = createInvitation("a@x.io", "viewer", "expired");
    const pending = createInvitation("b@x.io", "admin");
    const members = { "a@x.io": "viewer", "b@x.io": "viewer" } as const;
    const orphanedInvitations = [createInvitation("z@x.io", "viewer")];
    const inState = { ...members, [owner]: "admin" };
    const effects = describeChange(members, [expired, pending, ...viewers.slice(2)], inState, { orphanedInvitations });
    expect(effects).toEqual([
      expect.stringMatching(/ this update removes c@x\.io\.$/),
      expect.stringMatching(/^This update revokes /),
      expect.stringMatching(/ has expired\.$/),
      expect.stringMatching(/ cannot edit an invitation, /),
      expect.stringMatching(/^The roster does not remove /),
    ]);
  });
});

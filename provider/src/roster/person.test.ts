import * as z from "zod";
import {
  explainUndelivered,
  explainUnknown,
  findInviteUrl,
  getMemberStatus,
  isAdmin,
  isExpired,
  memberStatus,
  rankRole,
} from "./person";
import { oneOf, roles } from "../api";
import { createInvitation, createMember } from "./testing/sample";

test("a member is active and has the user's id", () => {
  const status = getMemberStatus({ ...createMember("bob@acme.example", "viewer"), userId: "prn:1:user:1" });
  expect(status).toStrictEqual({ status: "active", userId: "prn:1:user:1" });
  expect(z.object(memberStatus).parse(status)).toStrictEqual(status);
});

test.each(["pending", "expired"] as const)("an invitation is %s and has its own id", (status) => {
  const invitation = { ...createInvitation("bob@acme.example", "viewer", status), id: "i-1" };
  expect(getMemberStatus(invitation)).toStrictEqual({ status, invitationId: "i-1" });
});

const bob = createMember("bob@acme.example", "viewer");
const auditor = oneOf(roles).parse("auditor");
const paused = oneOf(["pending", "expired"]).parse("paused");
const invitedBob = { ...createInvitation("bob@acme.example", "viewer"), id: "i-1" };

describe("a role or status that the provider does not know", () => {
  test.each([bob, invitedBob, createInvitation("bob@acme.example", "viewer", "expired")])(
    "is not the one of %j",
    (person) => {
      expect(explainUnknown(person)).toBeUndefined();
    },
  );

  test("is named, with a remedy", () => {
    expect(explainUnknown({ ...bob, role: auditor })).toBe(
      'bob@acme.example has the role "auditor", which this provider does not know. Update the provider, or give this person another role in Peridio.',
    );
    expect(explainUnknown({ ...invitedBob, status: paused })).toBe(
      'The invitation for bob@acme.example has the status "paused", which this provider does not know. Update the provider, or revoke the invitation in Peridio.',
    );
  });

  test("counts as more than all known roles", () => {
    const ascending = (["viewer", "member", "developer", "manager", "admin", "owner"] as const).map(rankRole);
    expect(ascending).toEqual([...ascending].sort((a, b) => a - b));
    expect(rankRole(auditor)).toBeGreaterThan(rankRole("owner"));
  });
});

describe("the link of an invitation", () => {
  const state = { invitationId: "i-1", inviteUrl: "https://old.example" };

  test("stays in the state until the invitation is another one", () => {
    expect(findInviteUrl(invitedBob, state)).toBe("https://old.example");
    expect(findInviteUrl({ ...invitedBob, id: "i-2" }, state)).toBeUndefined();
    expect(findInviteUrl(invitedBob, { invitationId: "i-1" })).toBeUndefined();
    expect(findInviteUrl(invitedBob)).toBeUndefined();
    expect(findInviteUrl(invitedBob, { invitationId: "i-1", inviteUrl: 7 })).toBeUndefined();
  });

  test("is the one in the response, if there is one", () => {
    expect(findInviteUrl({ ...invitedBob, inviteUrl: "https://new.example" }, state)).toBe("https://new.example");
  });

  test("is absent for a member", () => {
    expect(findInviteUrl(bob, { invitationId: undefined, inviteUrl: "https://old.example" })).toBeUndefined();
  });

  test("is announced only if Peridio sent no e-mail", () => {
    const undelivered = { ...invitedBob, inviteUrl: "https://new.example" };
    expect(explainUndelivered(undelivered, "inviteUrls")).toBe(
      "Peridio sent no e-mail to bob@acme.example: e-mail delivery is off. Send this person the link in the secret output `inviteUrls`.",
    );
    expect([bob, invitedBob].map((person) => explainUndelivered(person, "inviteUrls"))).toEqual([undefined, undefined]);
  });
});

test("only expired invitations are expired, and only members are admins or owners", () => {
  const people = [
    bob,
    createMember("ada@acme.example", "admin"),
    createMember("carl@acme.example", "owner", true),
    createInvitation("eve@acme.example", "owner"),
  ];
  const expired = createInvitation("gina@acme.example", "admin", "expired");
  expect([...people, expired].map(isExpired)).toEqual([false, false, false, false, true]);
  expect([...people, expired].map(isAdmin)).toEqual([false, true, true, false, false]);
});

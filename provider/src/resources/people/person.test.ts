import * as z from "zod";
import type { Member } from "../../api";
import { anotherUser, isAsOwner, standing, standingOf } from "./person";

const organizationId = "prn:1:eec5cabf-c4a8-46ab-ae5a-70ca847d558d";
const member: Member = {
  kind: "member",
  organizationId,
  userId: "prn:1:user:1",
  email: "bob@acme.example",
  username: null,
  name: null,
  role: "viewer",
  isOwner: false,
  twoFactorEnabled: true,
  lastActiveAt: null,
};

test("a member is active, by user", () => {
  const told = standingOf(member);
  expect(told).toStrictEqual({ status: "active", userId: "prn:1:user:1" });
  expect(z.object(standing).parse(told)).toStrictEqual(told);
});

test.each(["pending", "expired"] as const)("an invitation is %s, by its id", (status) => {
  const { email, role } = member;
  const expiresAt = "2026-01-08T00:00:00Z";
  const invitation = { kind: "invitation", organizationId, id: "i-1", email, role, status, invitedBy: null, expiresAt };
  expect(standingOf({ ...invitation, kind: "invitation" })).toStrictEqual({ status, invitationId: "i-1" });
});

test("an invitation to own the organization is told as long as it waits", () => {
  const { email, role } = member;
  const expiresAt = "2026-01-08T00:00:00Z";
  const invitation = {
    kind: "invitation",
    organizationId,
    id: "i-1",
    email,
    role,
    invitedBy: null,
    expiresAt,
  } as const;
  const [waiting, expired] = (["pending", "expired"] as const).map(
    (status) => ({ ...invitation, status, asOwner: true }) as const,
  );
  expect(waiting && standingOf(waiting)).toStrictEqual({ status: "pending", invitationId: "i-1", asOwner: true });
  expect(expired && standingOf(expired)).toStrictEqual({ status: "expired", invitationId: "i-1" });
  const others = [undefined, member, { ...invitation, status: "pending" } as const, expired];
  expect([waiting, ...others].map(isAsOwner)).toEqual([true, false, false, false, false]);
});

test("another user behind an address is told", () => {
  expect(anotherUser("bob@acme.example", { userId: "u-1" }, { userId: "u-2" })).toBe(
    "Another user than before is behind bob@acme.example: u-2, not u-1.",
  );
});

test.each([
  ["the same", { userId: "u-1" }, { userId: "u-1" }],
  ["nobody yet", {}, { userId: "u-1" }],
  ["nobody any more", { userId: "u-1" }, {}],
])("%s is nobody else", (_, before, now) => {
  expect(anotherUser("bob@acme.example", before, now)).toBeUndefined();
});

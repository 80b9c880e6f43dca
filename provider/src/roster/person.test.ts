import * as z from "zod";
import { explainIdentityMismatch, getMemberStatus, isOwnerInvitation, memberStatus } from "./person";
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

test("an invitation makes the person an owner until it expires", () => {
  const invitation = { ...createInvitation("bob@acme.example", "viewer"), id: "i-1" };
  const pending = { ...invitation, asOwner: true } as const;
  const expired = { ...pending, status: "expired" } as const;
  expect(getMemberStatus(pending)).toStrictEqual({ status: "pending", invitationId: "i-1", asOwner: true });
  expect(getMemberStatus(expired)).toStrictEqual({ status: "expired", invitationId: "i-1" });
  const others = [undefined, createMember("bob@acme.example", "viewer"), invitation, expired];
  expect([pending, ...others].map(isOwnerInvitation)).toEqual([true, false, false, false, false]);
});

test("a different user behind an address is an identity mismatch", () => {
  expect(explainIdentityMismatch("bob@acme.example", { userId: "u-1" }, { userId: "u-2" })).toBe(
    "The address bob@acme.example belongs to a different user (u-2) than the one in state (u-1).",
  );
});

test.each([
  ["the same user", { userId: "u-1" }, { userId: "u-1" }],
  ["no user in state", {}, { userId: "u-1" }],
  ["no observed user", { userId: "u-1" }, {}],
])("%s is no identity mismatch", (_, prior, observed) => {
  expect(explainIdentityMismatch("bob@acme.example", prior, observed)).toBeUndefined();
});

import { UserError } from "#framework";
import { createMemoryClient, organizationId } from "../api/testing/memoryClient";
import {
  explainAdoption,
  findInvitation,
  isSentAgain,
  rejectWithoutSeat,
  revokeAtDeclaredAddress,
  warnIfUndelivered,
} from "./membershipInvitation";
import { createInvitation, createMember } from "./testing/sample";

const pending = createInvitation("bob@x.io", "viewer");
const expired = createInvitation("bob@x.io", "viewer", "expired");
const lists = [`list pending invitations of ${organizationId}`, `list members of ${organizationId}`];

test("an adoption names the invitation and the remedy for a second declaration", () => {
  expect(explainAdoption(pending)).toBe(
    "The user of this API key has already invited bob@x.io. This resource adopts the invitation, and Peridio sends no new e-mail. " +
      "If another stack also declares this membership, remove the membership from one of the stacks.",
  );
});

describe("the invitation at an address", () => {
  const people = [createMember("ada@x.io", "admin"), createInvitation("eve@x.io", "viewer"), pending, expired];
  const { api } = createMemoryClient({ people });

  test("is found in any case of the address", async () => {
    expect(await findInvitation(api, organizationId, "BOB@x.io")).toBe(pending);
  });

  test("is neither a member nor missing", async () => {
    expect(await findInvitation(api, organizationId, "ada@x.io")).toBeUndefined();
    expect(await findInvitation(api, organizationId, "zoe@x.io")).toBeUndefined();
  });
});

describe("after the removal of a user with a new address", () => {
  const moved = createMember("robert@x.io", "viewer");

  test("the pending invitation to the declared address is revoked", async () => {
    const { api, requests } = createMemoryClient({ people: [pending] });
    await revokeAtDeclaredAddress(api, moved, "Bob@x.io");
    expect(requests).toEqual([...lists, `revoke ${pending.id} of ${organizationId}`]);
  });

  test("nothing is revoked if no invitation to the declared address is pending", async () => {
    const { api, requests } = createMemoryClient({ people: [createMember("bob@x.io", "viewer"), expired] });
    await revokeAtDeclaredAddress(api, moved, "bob@x.io");
    expect(requests).toEqual(lists);
  });
});

test("after the removal of a person with the declared address, no invitation is read", async () => {
  const { api, requests } = createMemoryClient({ people: [pending] });
  await revokeAtDeclaredAddress(api, createMember("Bob@x.io", "viewer"), "bob@x.io");
  expect(requests).toEqual([]);
});

test.each([
  [["role"], true],
  [["userId", "status"], true],
  [["email", "onExpired", "userId"], false],
  [[], false],
])("a difference in %j sends an invitation again: %p", (changed, expected) => {
  expect(isSentAgain(changed)).toBe(expected);
});

describe("an invitation to be replaced", () => {
  const remedy =
    "Ask Peridio to raise the limit, or remove people in one run and make this change in the next, because Pulumi updates before it deletes";
  const owner = createMember("owner@x.io", "admin", true);

  test.each([
    ["pending and has one of the seats", pending, 2],
    ["expired and a seat is free", expired, 2],
  ])("is accepted if it is %s", async (_, invitation, seats) => {
    const { api, requests } = createMemoryClient({ people: [owner, invitation], seats });
    await expect(rejectWithoutSeat(api, invitation)).resolves.toBeUndefined();
    expect(requests).toContain(`get limits of ${organizationId}`);
  });

  test("is rejected if it is pending and the organization is over its limit", async () => {
    const { api } = createMemoryClient({ people: [owner, pending], seats: 1 });
    await expect(rejectWithoutSeat(api, pending)).rejects.toThrow(
      new UserError(
        "The organization is over its seat limit: limit 1, members 1, pending invitations 1. " +
          `Even after revoking the invitation for bob@x.io, no seat would be free for a new one. ${remedy}`,
      ),
    );
  });

  test("is rejected if it has expired and no seat is free", async () => {
    const { api } = createMemoryClient({ people: [owner, expired], seats: 1 });
    await expect(rejectWithoutSeat(api, expired)).rejects.toThrow(
      new UserError(
        `The organization has no free seat for 1 more person: limit 1, members 1, pending invitations 0. ${remedy}`,
      ),
    );
  });
});

test("a new invitation without an e-mail warns of its link in the output `inviteUrl`", () => {
  const undelivered = { ...pending, inviteUrl: "https://x.io/invite" };
  const warnings: string[] = [];
  for (const person of [undelivered, pending]) warnIfUndelivered(person, (text) => warnings.push(text));
  expect(warnings).toStrictEqual([
    "Peridio sent no e-mail to bob@x.io: e-mail delivery is off. Send this person the link in the secret output `inviteUrl`.",
  ]);
});

import type { RosterEntry } from "../api";
import { releasePeople } from "./release";
import { createContext } from "./testing/context";
import { createInvitation, createMember } from "./testing/sample";

const bob = createMember("bob@x.io", "viewer");
const carl = createMember("carl@x.io", "viewer");
const owner = { ...createMember("owner@x.io", "admin"), isOwner: true };
const eve = createInvitation("eve@x.io", "viewer");

/** Releases people under their own addresses or the given one. Returns the warnings. */
async function release(people: readonly RosterEntry[], declared?: string): Promise<readonly string[]> {
  const { context } = createContext(people, { caller: { id: carl.userId } });
  const warnings: string[] = [];
  const listed = people.map((person) => ({ email: declared ?? person.email, person }));
  await releasePeople({ ...context, warn: (text) => warnings.push(text) }, listed);
  return warnings;
}

test("names members and invitations, without the owner and the API key's user", async () => {
  expect(await release([owner, bob, eve, carl])).toEqual([
    "The provider removed nobody. These people keep their access or invitation until the organization is deleted: bob@x.io, eve@x.io. " +
      "If the organization is not deleted, declare these people again, and run `pulumi up`. If it asks for an import, run the printed command first.",
  ]);
  expect(await release([owner, carl])).toEqual([]);
});

test("names all people, even if there are many", async () => {
  const people = Array.from({ length: 40 }, (_, index) => createMember(`${index}@x.io`, "viewer"));
  const [warning] = await release(people);
  for (const { email } of people) expect(warning).toContain(email);
});

test("names a user with a new address by both addresses", async () => {
  expect(await release([bob], "old@x.io")).toEqual([expect.stringContaining(": bob@x.io (declared as old@x.io).")]);
});

import { findUserByEmail } from "#emulator";
import { beginConnect, operations } from "../../support/connect";
import { dev, member, roster } from "../../support/programs";
import type { World } from "../../support/world";

const [ada, bob] = ["ada@acme.example", "bob@acme.example"];

const replaced = ["OrgInvitation_delete", `OrgInvitation_create {"email":"${bob}","role":"admin"}`];

let world: World;
beforeEach(async () => (world = await beginConnect()));
afterEach(() => world.end());

/** Invites bob as an owner, as Peridio's console can. No role declares this. */
function invitedAsOwner(): void {
  const { control } = world.emulator;
  const id = findUserByEmail(world.emulator.state, ada)?.id;
  control.fault({
    operation: "OrgInvitation_index",
    times: "always",
    effect: {
      status: 200,
      body: {
        data: [
          {
            id: "0190f3f4-9f1c-7cc0-a3a1-5d3c1b6f8a11",
            email: bob,
            role: "owner",
            status: "pending",
            inviter: { id },
            expires_at: "2099-01-01T00:00:00Z",
          },
        ],
        meta: { has_next: false },
      },
    },
  });
  operations(world);
}

test("no Membership adopts an invitation to own an organization, even if the caller sent it", async () => {
  invitedAsOwner();
  await expect(world.engine.preview({ ...dev, bob: member(bob, "admin") })).rejects.toThrow(
    /Membership acme-dev\/bob@acme\.example already exists as an invitation to own it, with the role admin/,
  );
});

test("nor by a roster", async () => {
  invitedAsOwner();
  await expect(world.engine.preview({ ...dev, all: roster({ [ada]: "admin", [bob]: "admin" }) })).rejects.toThrow(
    /OrganizationMembers acme-dev already exists with other people: bob@acme\.example has the role \w+, but the program declares \w+\. /,
  );
});

describe("one that was sent behind the program's back is a change, and gives way to one with the declared role", () => {
  test("of a Membership", async () => {
    const program = { ...dev, bob: member(bob, "admin") };
    await world.engine.up(program);
    await world.emulator.control.revoke(bob, "acme-dev");
    invitedAsOwner();
    expect(await world.engine.refresh()).toEqual([{ op: "refresh", name: "bob", diff: { asOwner: "update" } }]);
    operations(world);
    await world.engine.up(program);
    expect(operations(world).filter((one) => /_(delete|create)/.test(one))).toEqual(replaced);
  });

  test("of a roster", async () => {
    const program = { ...dev, all: roster({ [ada]: "admin", [bob]: "admin" }, { maxRemovals: "100%" }) };
    await world.engine.up(program);
    await world.emulator.control.revoke(bob, "acme-dev");
    invitedAsOwner();
    expect(await world.engine.refresh()).toEqual([
      { op: "refresh", name: "all", diff: { 'members["bob@acme.example"]': "update" } },
    ]);
    operations(world);
    await world.engine.up(program);
    expect(operations(world).filter((one) => /_(delete|create)/.test(one))).toEqual(replaced);
  });
});

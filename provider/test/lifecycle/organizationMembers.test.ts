import { z } from "zod";
import { secret } from "../support/engine";
import { dev, member, roster } from "../support/programs";
import { World } from "../support/world";

let world: World;
beforeEach(async () => (world = await World.begin()));
afterEach(() => world.end());

const invite = (email: string, role: string) => `POST invitations ${JSON.stringify({ email, role })}`;
const [ada, bob, carl, dora] = ["ada@acme.example", "bob@acme.example", "carl@acme.example", "dora@acme.example"];

/** An organization whose people have all accepted: ada owns it, and the key is hers. */
async function withMembers(members: Record<string, string>, more = {}): Promise<void> {
  await world.engine.up({ ...dev, all: roster(members, more) });
  for (const email of Object.keys(members)) if (email !== ada) world.emulator.control.accept(email, "acme-dev");
  await world.engine.up({ ...dev, all: roster(members, more) });
  world.requests();
}

/** What an operation that has to fail tells the user. */
async function refusal(operation: Promise<unknown>): Promise<string> {
  return operation.then(
    () => "it was not refused",
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
}

const outputs = () => world.engine.state.get("all")?.outputs ?? {};

describe("creating a roster", () => {
  test("invites everybody who is not there, and reads no invitations of a new organization", async () => {
    await world.engine.up({ ...dev, all: roster({ [ada]: "admin", [bob]: "developer", [carl]: "viewer" }) });
    const [created, members, limits, ...invited] = world.requests();
    expect([created, members, limits]).toEqual(['POST organizations {"name":"acme-dev"}', "GET members", "GET limits"]);
    expect(invited.sort()).toEqual([invite(bob, "developer"), invite(carl, "viewer")]);
    expect(outputs()).toMatchObject({
      members: { [ada]: "admin", [bob]: "developer", [carl]: "viewer" },
      people: { [ada]: { status: "active" }, [bob]: { status: "pending" } },
    });
  });

  test("reads an organization that exists once: who waits, who is in, whose invitation ran out, and its seats", async () => {
    await world.engine.up(dev);
    world.requests();
    await world.engine.up({ ...dev, all: roster({ [bob]: "developer" }) });
    expect(world.requests()).toEqual([
      "GET invitations status:'pending'",
      "GET members",
      "GET invitations status:'expired'",
      "GET limits",
      invite(bob, "developer"),
    ]);
  });

  test("fails where people are who are not declared, and names import", async () => {
    await world.engine.up(dev);
    world.emulator.control.addMember("mallory@acme.example", "acme-dev", "viewer");
    const text = await refusal(world.engine.preview({ ...dev, all: roster({ [bob]: "developer" }) }));
    expect(text).toMatch(
      /^OrganizationMembers acme-dev already exists with people who are not declared \(mallory@acme\.example\)/,
    );
    expect(text).toContain("pulumi import peridio:index:OrganizationMembers all acme-dev");
    expect(world.writes()).not.toContainEqual(expect.stringContaining("invitations"));
  });

  test("fails where somebody has another role than declared", async () => {
    await world.engine.up(dev);
    world.emulator.control.addMember(bob, "acme-dev", "admin");
    await expect(world.engine.up({ ...dev, all: roster({ [bob]: "viewer" }) })).rejects.toThrow(
      /already exists with people who have another role \(bob@acme\.example\)/,
    );
  });

  test("fails where somebody else has invited with another role", async () => {
    await world.engine.up(dev);
    world.emulator.control.addMember(carl, "acme-dev", "admin");
    await world.emulator.control.invite(bob, "acme-dev", "admin", { as: carl });
    world.requests();
    await expect(world.engine.up({ ...dev, all: roster({ [bob]: "viewer", [carl]: "admin" }) })).rejects.toThrow(
      /already exists with people who have another role \(bob@acme\.example\)/,
    );
    expect(world.writes()).toEqual([]);
  });

  test("leaves alone the owner, who is not declared", async () => {
    await withMembers({ [bob]: "developer" });
    expect(outputs().members).toEqual({ [bob]: "developer" });
    expect(await world.engine.preview({ ...dev, all: roster({ [bob]: "developer" }) })).toEqual([
      { op: "same", name: "dev" },
      { op: "same", name: "all" },
    ]);
  });
});

describe("an unchanged roster", () => {
  test("costs no request once everybody has accepted", async () => {
    await withMembers({ [ada]: "admin", [bob]: "developer" });
    await world.engine.up({ ...dev, all: roster({ [ada]: "admin", [bob]: "developer" }) });
    expect(world.requests()).toEqual([]);
  });

  test("is looked at while somebody waits, and acceptance is no change", async () => {
    const program = { ...dev, all: roster({ [bob]: "developer" }) };
    await world.engine.up(program);
    world.emulator.control.accept(bob, "acme-dev");
    world.requests();
    expect(await world.engine.up(program)).toContainEqual({ op: "same", name: "all" });
    expect(world.requests()).toEqual(["GET invitations status:'pending'", "GET members"]);
    expect(outputs()).toMatchObject({ people: { [bob]: { status: "active" } } });
  });

  test("spelled in another letter case or order is no change", async () => {
    await withMembers({ [bob]: "developer", [carl]: "viewer" });
    const steps = await world.engine.up({
      ...dev,
      all: roster({ "CARL@acme.example": "viewer", "Bob@Acme.example": "developer" }),
    });
    expect(steps).toContainEqual({ op: "same", name: "all" });
    expect(world.writes()).toEqual([]);
  });
});

describe("one update", () => {
  test("shows each person by name, and invites and promotes before it removes", async () => {
    await withMembers({ [bob]: "developer", [carl]: "viewer", [dora]: "manager" }, { maxRemovals: "100%" });
    const wanted = { [bob]: "admin", [carl]: "viewer", "eve@acme.example": "viewer" };
    const steps = await world.engine.up({ ...dev, all: roster(wanted, { maxRemovals: "100%" }) });
    expect(steps).toContainEqual({
      op: "update",
      name: "all",
      diff: {
        'members["bob@acme.example"]': "update",
        'members["dora@acme.example"]': "delete",
        'members["eve@acme.example"]': "add",
      },
    });
    const writes = world.writes();
    expect(writes.slice(0, 2).sort()).toEqual(['PATCH members {"role":"admin"}', invite("eve@acme.example", "viewer")]);
    expect(writes.slice(2)).toEqual(["DELETE members"]);
  });

  test("swaps one person for another by inviting first", async () => {
    await withMembers({ [bob]: "developer" });
    await world.engine.up({ ...dev, all: roster({ [carl]: "developer" }) });
    expect(world.writes()).toEqual([invite(carl, "developer"), "DELETE members"]);
    expect(outputs().members).toEqual({ [carl]: "developer" });
  });

  test("promotes before it demotes", async () => {
    await withMembers({ [bob]: "admin", [carl]: "developer" });
    await world.engine.up({ ...dev, all: roster({ [bob]: "developer", [carl]: "admin" }) });
    expect(world.writes()).toEqual(['PATCH members {"role":"admin"}', 'PATCH members {"role":"developer"}']);
  });

  test("takes nothing from anybody if a promotion fails, keeps what was done, and completes the next time", async () => {
    await withMembers({ [bob]: "admin", [carl]: "developer", [dora]: "viewer" }, { maxRemovals: "100%" });
    const program = {
      ...dev,
      all: roster({ [carl]: "admin", [bob]: "developer", "eve@acme.example": "viewer" }, { maxRemovals: "100%" }),
    };
    world.emulator.control.fault({ operation: "update-a-member", times: 1, effect: { status: 500 } });
    await expect(world.engine.up(program)).rejects.toThrow(
      /^OrganizationMembers acme-dev could not be updated: carl@acme\.example: Peridio failed\..*request/,
    );
    const writes = world.writes();
    expect(writes.sort()).toEqual(['PATCH members {"role":"admin"}', invite("eve@acme.example", "viewer")]);
    expect(outputs().members).toEqual({
      [bob]: "admin",
      [carl]: "developer",
      [dora]: "viewer",
      "eve@acme.example": "viewer",
    });
    await world.engine.up(program);
    expect(world.writes()).toEqual([
      'PATCH members {"role":"admin"}',
      'PATCH members {"role":"developer"}',
      "DELETE members",
    ]);
    expect(outputs().members).toEqual({ [bob]: "developer", [carl]: "admin", "eve@acme.example": "viewer" });
  });

  test("sends a pending person with a new role another invitation, and the preview says so", async () => {
    await world.engine.up({ ...dev, all: roster({ [bob]: "developer" }) });
    const program = { ...dev, all: roster({ [bob]: "manager" }) };
    await world.engine.preview(program);
    expect(world.engine.told).toEqual([
      "A new e-mail goes out to bob@acme.example: Peridio cannot edit an invitation, so it is revoked and sent anew.",
    ]);
    world.requests();
    await world.engine.up(program);
    expect(world.writes()).toEqual(["DELETE invitations", invite(bob, "manager")]);
  });

  test("repairs an invitation that ran out", async () => {
    const program = { ...dev, all: roster({ [bob]: "developer", [carl]: "viewer" }) };
    await world.engine.up(program);
    world.emulator.control.accept(carl, "acme-dev");
    world.emulator.control.advance(8 * 86_400);
    world.requests();
    expect(await world.engine.up(program)).toContainEqual({
      op: "update",
      name: "all",
      diff: { 'members["bob@acme.example"]': "update" },
    });
    expect(world.writes()).toEqual(["DELETE invitations", invite(bob, "developer")]);
    expect(outputs()).toMatchObject({ people: { [bob]: { status: "pending" } } });
  });
});

describe("in a full organization", () => {
  beforeEach(async () => {
    await withMembers({ [bob]: "admin", [carl]: "viewer", [dora]: "developer" }, { maxRemovals: "100%" });
    world.emulator.control.setLimits("acme-dev", { users: 4 });
  });

  test("exactly as many removals as needed go first, of those who may do least", async () => {
    await world.engine.up({
      ...dev,
      all: roster({ [bob]: "admin", "eve@acme.example": "viewer" }, { maxRemovals: "100%" }),
    });
    expect(world.writes()).toEqual(["DELETE members", invite("eve@acme.example", "viewer"), "DELETE members"]);
  });

  test("a change that needs more seats is refused at preview, with the number that is missing", async () => {
    const wanted = { [bob]: "admin", [carl]: "viewer", "eve@acme.example": "viewer", "finn@acme.example": "viewer" };
    await expect(world.engine.preview({ ...dev, all: roster(wanted, { maxRemovals: "100%" }) })).rejects.toThrow(
      /the organization has 4 seats\. Members take 4 and pending invitations 0, so 2 more people do not fit\. 1 removal can go first, so 1 seat is missing\./,
    );
  });

  test("an admin is never removed to make room", async () => {
    const wanted = { [carl]: "viewer", [dora]: "developer", "eve@acme.example": "viewer" };
    await expect(world.engine.up({ ...dev, all: roster(wanted, { maxRemovals: "100%" }) })).rejects.toThrow(
      /No removal can make room, so 1 seat is missing/,
    );
    expect(world.writes()).toEqual([]);
  });
});

describe("a limit that was lowered below the people who are there", () => {
  const all = (members: Record<string, string>) => ({ ...dev, all: roster(members, { maxRemovals: "100%" }) });

  beforeEach(async () => {
    await world.engine.up(all({ [bob]: "developer", [carl]: "viewer", [dora]: "viewer" }));
    world.emulator.control.setLimits("acme-dev", { users: 3 });
    world.requests();
  });

  test.each(["viewer", "admin"])("refuses another role (%s) of who waits before anything is written", async (role) => {
    const program = all({ [bob]: role, [carl]: "viewer", [dora]: "viewer" });
    const text =
      "OrganizationMembers acme-dev could not be updated: the organization has 3 seats. Members take 1 and pending invitations 3, " +
      "so the invitation of bob@acme.example would be revoked and could not be sent anew. No removal can make room, so 1 seat is missing. " +
      "Have Peridio raise the limit, or declare fewer people.";
    expect(await refusal(world.engine.preview(program))).toContain(text);
    expect(await refusal(world.engine.up(program))).toContain(text);
    expect(world.writes()).toEqual([]);
  });

  test("lets a removal make room for the other role", async () => {
    const program = all({ [bob]: "viewer", [carl]: "viewer" });
    await world.engine.preview(program);
    await world.engine.up(program);
    expect(world.writes()).toEqual(["DELETE invitations", "DELETE invitations", invite(bob, "viewer")]);
    expect(world.engine.state.get("all")?.outputs.members).toEqual({ [bob]: "viewer", [carl]: "viewer" });
  });
});

test("an expired invitation in a full organization is not revoked, and the preview says why", async () => {
  const program = { ...dev, all: roster({ [bob]: "developer", [carl]: "viewer" }) };
  await world.engine.up(program);
  world.emulator.control.accept(carl, "acme-dev");
  world.emulator.control.advance(8 * 86_400);
  world.emulator.control.setLimits("acme-dev", { users: 2 });
  world.requests();
  const text = "Members take 2 and pending invitations 0, so 1 more person does not fit. No removal can make room";
  expect(await refusal(world.engine.preview(program))).toContain(text);
  expect(await refusal(world.engine.up(program))).toContain(text);
  expect(world.writes()).toEqual([]);
});

test("seats that Memberships beside a roster are going to take count at preview", async () => {
  await world.engine.up(dev);
  world.emulator.control.setLimits("acme-dev", { users: 3 });
  const ignore = ["*@partner.example"];
  const program = {
    ...dev,
    yan: member("yan@partner.example", "viewer"),
    all: roster({ [bob]: "viewer", [carl]: "viewer" }, { ignore }),
  };
  await expect(world.engine.preview(program)).rejects.toThrow(/1 seat is missing/);
});

test("Ctrl-C keeps what was done: the state knows of it", async () => {
  await world.engine.up(dev);
  world.emulator.control.setLatency(300);
  const members = Object.fromEntries(Array.from({ length: 25 }, (_, index) => [`p${index}@acme.example`, "viewer"]));
  const invited = () => world.emulator.requests({ operation: "create-an-invitation" }).length > 0;
  await expect(world.engine.up({ ...dev, all: roster(members) }, { cancelWhen: invited })).rejects.toThrow(/cancelled/);
  world.emulator.control.setLatency(0);
  expect(Object.keys(world.engine.state.get("all")?.outputs.members ?? {})).toHaveLength(10);
  world.requests();
  await world.engine.up({ ...dev, all: roster(members) });
  expect(world.writes()).toHaveLength(15);
});

describe("the guard rails refuse at preview", () => {
  const refused = async (members: Record<string, string>, more = {}): Promise<string> => {
    const program = { ...dev, all: roster(members, more) };
    const text = await refusal(world.engine.preview(program));
    await expect(world.engine.up(program)).rejects.toThrow();
    expect(world.writes()).toEqual([]);
    return text;
  };

  test("an empty roster", async () => {
    await withMembers({ [bob]: "developer" });
    expect(await refused({})).toBe(
      "members: must name somebody: an empty roster would remove everybody. To manage nobody, delete the resource",
    );
  });

  test("more removals than maxRemovals allows, of demotions and revoked invitations too", async () => {
    await withMembers({ [bob]: "developer", [carl]: "viewer" });
    await world.emulator.control.invite("eve@acme.example", "acme-dev", "viewer");
    await world.engine.refresh();
    expect(await refused({ [bob]: "viewer", [carl]: "viewer" })).toBe(
      "OrganizationMembers acme-dev could not be updated: 2 of 4 people would be removed or get a lower role (eve@acme.example, bob@acme.example), " +
        "and maxRemovals (25%) allows 1. If that is right, raise maxRemovals for this change.",
    );
    expect(await refused({ [bob]: "viewer", [carl]: "viewer" }, { maxRemovals: "1" })).toContain(
      "maxRemovals (1) allows 1",
    );
    await world.engine.up({ ...dev, all: roster({ [bob]: "viewer", [carl]: "viewer" }, { maxRemovals: "2" }) });
    expect(world.writes()).toHaveLength(2);
  });

  test("a share of nobody still lets one person go", async () => {
    await withMembers({ [bob]: "developer" });
    await world.engine.up({ ...dev, all: roster({ [carl]: "developer" }, { maxRemovals: "0%" }) });
    expect(world.writes()).toEqual([invite(carl, "developer"), "DELETE members"]);
  });

  test("fewer admins than minAdmins, and an invitation is no admin", async () => {
    await withMembers({ [bob]: "admin", [carl]: "admin" }, { minAdmins: 3 });
    expect(await refused({ [bob]: "admin", [dora]: "admin" }, { minAdmins: 3 })).toBe(
      "OrganizationMembers acme-dev could not be updated: 2 admins would be left without carl@acme.example, and minAdmins asks for 3; invitations do not count. " +
        "Make another member an admin first, or lower minAdmins.",
    );
  });

  test("another role of the owner, who is the key's user too", async () => {
    await withMembers({ [ada]: "admin", [bob]: "developer" });
    expect(await refused({ [ada]: "viewer", [bob]: "developer" })).toBe(
      "OrganizationMembers acme-dev could not be updated: ada@acme.example owns the organization, and so keeps the role admin: declare that instead of viewer, or leave the address out.",
    );
  });

  test("another role of the key's own user, who does not own the organization", async () => {
    await withMembers({ [ada]: "admin", [bob]: "admin" });
    await world.emulator.control.transferOwnership(bob, "acme-dev");
    expect(await refused({ [ada]: "manager", [bob]: "admin" })).toContain(
      "ada@acme.example is the user of this API key, and so keeps the role admin",
    );
  });

  test("somebody who is declared and ignored", async () => {
    await withMembers({ [bob]: "developer" });
    expect(
      await refused({ [bob]: "developer", "carl@partner.example": "viewer" }, { ignore: ["*@PARTNER.example"] }),
    ).toContain("carl@partner.example is both declared and matched by `ignore`");
  });

  test("addresses that are none, or the same twice", async () => {
    await withMembers({ [bob]: "developer" });
    expect(await refused({ [bob]: "developer", "BOB@acme.example": "viewer", nobody: "viewer" })).toBe(
      'members["bob@acme.example"]: is the same address as BOB@acme.example: keep one of the two\n' +
        "members.nobody: is not an e-mail address, such as ada@acme.example",
    );
  });

  test("a Membership beside it, of a person who is declared here or of anybody else", async () => {
    await withMembers({ [bob]: "developer" });
    const all = roster({ [bob]: "developer" });
    await expect(world.engine.preview({ ...dev, all, bob: member(bob, "developer") })).rejects.toThrow(
      /^email: is declared twice, here and by urn:.*::all: keep one of the two$/,
    );
    await expect(world.engine.preview({ ...dev, all, carl: member(carl, "viewer") })).rejects.toThrow(
      /^email: is declared as a whole by urn:.*::all: the roster declares everybody, so declare the person there/,
    );
    await expect(world.engine.preview({ ...dev, carl: member(carl, "viewer"), all })).rejects.toThrow(
      /^organizationId: is declared here as a whole, and in part by urn:.*::carl: the roster declares everybody/,
    );
  });
});

describe("people who are left alone", () => {
  test("those whom `ignore` names are neither removed nor shown, and a Membership may declare them", async () => {
    const ignore = ["*@partner.example"];
    await world.engine.up(dev);
    world.emulator.control.addMember("zoe@partner.example", "acme-dev", "viewer");
    const program = {
      ...dev,
      all: roster({ [bob]: "developer" }, { ignore }),
      yan: member("yan@partner.example", "viewer"),
    };
    await world.engine.up(program);
    expect(outputs().members).toEqual({ [bob]: "developer" });
    expect(await world.engine.refresh()).toEqual([]);
    world.requests();
    await world.engine.up({ ...program, all: roster({ [bob]: "manager" }, { ignore }) });
    expect(world.writes()).toEqual(["DELETE invitations", invite(bob, "manager")]);
  });

  test("a preview that shows them leaving the declaration says that they stay", async () => {
    await withMembers({ [ada]: "admin", [bob]: "developer", [carl]: "viewer" });
    const program = { ...dev, all: roster({ [carl]: "viewer" }, { ignore: ["bob@*"] }) };
    await world.engine.preview(program);
    expect(world.engine.told).toEqual([
      expect.stringMatching(/^Nobody removes ada@acme\.example, bob@acme\.example: the owner, the user of the API key/),
    ]);
    await world.engine.up(program);
    expect(world.writes()).toEqual([]);
    expect(outputs().members).toEqual({ [carl]: "viewer" });
  });

  test("somebody who comes by hand is drift, shown by name and removed", async () => {
    await withMembers({ [bob]: "developer", [carl]: "viewer" });
    world.emulator.control.addMember("mallory@acme.example", "acme-dev", "admin");
    expect(await world.engine.refresh()).toEqual([
      { op: "refresh", name: "all", diff: { 'members["mallory@acme.example"]': "delete" } },
    ]);
    world.requests();
    await world.engine.up({ ...dev, all: roster({ [bob]: "developer", [carl]: "viewer" }) });
    expect(world.writes()).toEqual(["DELETE members"]);
  });

  test("somebody who left by hand is invited again", async () => {
    await withMembers({ [bob]: "developer", [carl]: "viewer" });
    world.emulator.control.leave(bob, "acme-dev");
    expect(await world.engine.refresh()).toEqual([
      { op: "refresh", name: "all", diff: { 'members["bob@acme.example"]': "add" } },
    ]);
    world.requests();
    await world.engine.up({ ...dev, all: roster({ [bob]: "developer", [carl]: "viewer" }) });
    expect(world.writes()).toEqual([invite(bob, "developer")]);
  });
});

describe("what changed since the last refresh", () => {
  test("somebody who came by hand and goes with another change is named by the preview", async () => {
    await withMembers({ [bob]: "developer", [carl]: "viewer" });
    world.emulator.control.addMember("mallory@acme.example", "acme-dev", "viewer");
    const program = { ...dev, all: roster({ [bob]: "manager", [carl]: "viewer" }) };
    await world.engine.preview(program);
    expect(world.engine.told).toEqual([
      "Besides what is shown, this removes mallory@acme.example, because Peridio has changed since the last refresh.",
    ]);
    world.requests();
    await world.engine.up(program);
    expect(world.writes()).toEqual(['PATCH members {"role":"manager"}', "DELETE members"]);
  });

  test("a user with another address is the same one: nobody is removed, and nobody invited to the old address", async () => {
    await withMembers({ [bob]: "developer", [carl]: "viewer" });
    world.emulator.control.changeEmail(bob, "robert@acme.example");
    const program = { ...dev, all: roster({ [bob]: "developer", [carl]: "manager" }) };
    await world.engine.up(program);
    expect(world.writes()).toEqual(['PATCH members {"role":"manager"}']);
    expect(await world.engine.refresh()).toEqual([]);
    expect(world.engine.told).toEqual([
      "The user behind bob@acme.example has the address robert@acme.example now: declare that one.",
    ]);
    await world.engine.up({ ...dev, all: roster({ "robert@acme.example": "developer", [carl]: "manager" }) });
    await world.engine.up({ ...dev, all: roster({ "robert@acme.example": "viewer", [carl]: "manager" }) });
    expect(world.writes()).toEqual(['PATCH members {"role":"viewer"}']);
  });

  test("a refresh that found somebody does not declare that person: deleting the roster leaves the stranger", async () => {
    await withMembers({ [bob]: "developer", [carl]: "viewer" });
    world.emulator.control.addMember("mallory@acme.example", "acme-dev", "viewer");
    await world.engine.refresh();
    world.requests();
    await world.engine.up(dev);
    expect(world.writes()).toEqual(["DELETE members", "DELETE members"]);
    world.emulator.control.leave("mallory@acme.example", "acme-dev");
  });
});

describe("moving", () => {
  test("from Memberships to a roster removes and invites nobody", async () => {
    const apart = { ...dev, bob: member(bob, "developer"), carl: member(carl, "viewer") };
    const together = { ...dev, all: roster({ [bob]: "developer", [carl]: "viewer" }) };
    await world.engine.up(apart);
    for (const email of [bob, carl]) world.emulator.control.accept(email, "acme-dev");
    await world.engine.up(apart);
    world.requests();
    await world.engine.up(together);
    expect(world.writes()).toEqual([]);
    expect([...world.engine.state.keys()]).toEqual(["dev", "all"]);
  });

  test("from a roster to Memberships asks for an import, and removes nobody meanwhile", async () => {
    await withMembers({ [bob]: "developer", [carl]: "viewer" });
    const apart = { ...dev, bob: member(bob, "developer"), carl: member(carl, "viewer") };
    await expect(world.engine.up(apart)).rejects.toThrow(/Membership acme-dev\/bob@acme\.example already exists/);
    await world.engine.import("bob", "Membership", `acme-dev/${bob}`);
    await world.engine.import("carl", "Membership", `acme-dev/${carl}`);
    await world.engine.up(apart);
    expect(world.writes()).toEqual([]);
    expect([...world.engine.state.keys()]).toEqual(["dev", "bob", "carl"]);
  });

  test("renaming a roster removes nobody", async () => {
    await withMembers({ [bob]: "developer" });
    await world.engine.up({ ...dev, renamed: roster({ [bob]: "developer" }) });
    expect(world.writes()).toEqual([]);
    expect([...world.engine.state.keys()]).toEqual(["dev", "renamed"]);
  });
});

describe("import and deletion", () => {
  test("an import declares everybody, the owner included, and the next preview is empty", async () => {
    await world.engine.up(dev);
    world.emulator.control.addMember(bob, "acme-dev", "viewer");
    await world.emulator.control.invite(carl, "acme-dev", "manager");
    const inputs = await world.engine.import("all", "OrganizationMembers", "acme-dev");
    expect(inputs).toEqual({
      organizationId: world.engine.state.get("dev")?.id,
      members: { [ada]: "admin", [bob]: "viewer", [carl]: "manager" },
    });
    const members = { [ada]: "admin", [bob]: "viewer", [carl]: "manager" };
    expect(await world.engine.preview({ ...dev, all: roster(members) })).toContainEqual({ op: "same", name: "all" });
  });

  test("deleting removes the declared people but the owner, whatever maxRemovals says", async () => {
    await withMembers({ [ada]: "admin", [bob]: "developer", [carl]: "viewer" }, { maxRemovals: "0" });
    world.emulator.control.addMember("zoe@acme.example", "acme-dev", "viewer");
    await world.engine.up(dev);
    expect(world.writes()).toEqual(["DELETE members", "DELETE members"]);
    expect(world.engine.told).toEqual([
      expect.stringMatching(/^ada@acme\.example stays in the organization as the owner/),
    ]);
    world.emulator.control.leave("zoe@acme.example", "acme-dev");
  });

  test("deleting does not take one 404 for the end of the whole roster", async () => {
    await withMembers({ [bob]: "developer", [carl]: "viewer", [dora]: "viewer" });
    world.emulator.control.fault({ operation: "remove-a-member", times: 1, effect: { status: 404 } });
    await expect(world.engine.up(dev)).rejects.toThrow(/bob@acme\.example is still a member\..*HTTP 404/);
    world.requests();
    await world.engine.up(dev);
    expect(world.writes()).toEqual(["DELETE members", "DELETE members", "DELETE members"]);
  });

  test("another user behind an address stops an update, and stays when the roster goes", async () => {
    await withMembers({ [bob]: "developer", [carl]: "viewer" });
    world.emulator.control.changeEmail(bob, "robert@acme.example");
    world.emulator.control.leave("robert@acme.example", "acme-dev");
    world.emulator.control.addMember(bob, "acme-dev", "developer");
    await expect(world.engine.up({ ...dev, all: roster({ [bob]: "manager", [carl]: "viewer" }) })).rejects.toThrow(
      /Another user than before is behind bob@acme\.example: prn:1:user:.*, not prn:1:user:.*\. Run `pulumi up --refresh` if that is right/,
    );
    world.requests();
    await world.engine.up(dev);
    expect(world.writes()).toEqual(["DELETE members"]);
    expect(world.engine.told).toEqual([expect.stringMatching(/^Another user than before.* That user stays\.$/)]);
  });
});

describe("secret members", () => {
  const hidden = (members: Record<string, string>) => ({ ...dev, all: roster({}, { members: secret(members) }) });

  test("are nowhere in clear in the state, neither after an up nor after a refresh that finds others", async () => {
    const isClosed = (property: string): boolean => {
      const { value, ...mark } = z
        .looseObject({ value: z.unknown() })
        .parse(world.engine.state.get("all")?.outputs[property]);
      expect(Object.keys(z.record(z.string(), z.unknown()).parse(value))).not.toEqual([]);
      return Object.keys(mark).length === 1;
    };
    await world.engine.up(hidden({ [bob]: "developer", [carl]: "viewer" }));
    expect([isClosed("members"), isClosed("people")]).toEqual([true, true]);
    await world.emulator.control.revoke(bob, "acme-dev");
    await world.emulator.control.revoke(carl, "acme-dev");
    world.emulator.control.addMember("mallory@acme.example", "acme-dev", "viewer");
    expect(await world.engine.refresh()).toEqual([{ op: "refresh", name: "all", diff: { members: "update" } }]);
    expect(JSON.stringify(world.engine.state.get("all")?.outputs.people)).toContain("mallory@acme.example");
    expect([isClosed("members"), isClosed("people")]).toEqual([true, true]);
  });

  test("leave roles and states readable in messages, and no address, however it is spelled", async () => {
    await world.engine.up(hidden({ "Bob@Acme.example": "developer", [carl]: "viewer" }));
    world.emulator.control.setLimits("acme-dev", { users: 2 });
    const refused = await refusal(world.engine.up(hidden({ "Bob@Acme.example": "admin", [carl]: "viewer" })));
    expect(refused).toContain(
      "Members take 1 and pending invitations 2, so the invitation of [secret] would be revoked",
    );
    world.emulator.control.setLimits("acme-dev", { users: 20 });
    await world.engine.preview(hidden({ "bob@acme.example": "admin", [carl]: "viewer" }));
    expect(world.engine.told).toEqual([expect.stringMatching(/^A new e-mail goes out to \[secret\]: Peridio/)]);
    const unfit = await refusal(world.engine.up(hidden({ [bob]: "boss", [carl]: "viewer" })));
    expect(unfit).toMatch(/must be one of admin, .*viewer/);
    expect(unfit).not.toContain("bob@");
  });
});

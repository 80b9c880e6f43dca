import { z } from "zod";
import { dev, member, roster } from "../support/programs";
import { World } from "../support/world";

let world: World;
beforeEach(async () => (world = await World.begin()));
afterEach(() => world.end());

const invite = (email: string, role: string) => `POST invitations ${JSON.stringify({ email, role })}`;

/** An organization in which bob, a developer, has accepted. */
async function withBob(): Promise<void> {
  await world.engine.up({ ...dev, bob: member("bob@acme.example", "developer") });
  world.emulator.control.accept("bob@acme.example", "acme-dev");
  await world.engine.up({ ...dev, bob: member("bob@acme.example", "developer") });
  world.requests();
}

describe("inviting", () => {
  test("a person who is not there is invited, once the organization was read", async () => {
    await world.engine.up(dev);
    world.requests();
    await world.engine.up({ ...dev, bob: member("bob@acme.example", "developer") });
    expect(world.requests()).toEqual([
      "GET invitations status:'pending'",
      "GET members",
      "GET invitations status:'expired'",
      invite("bob@acme.example", "developer"),
    ]);
    expect(world.engine.state.get("bob")?.outputs).toMatchObject({ status: "pending", role: "developer" });
  });

  test("acceptance is no change, and is noticed without a refresh", async () => {
    const program = { ...dev, bob: member("bob@acme.example", "developer") };
    await world.engine.up(program);
    world.emulator.control.accept("bob@acme.example", "acme-dev");
    expect(await world.engine.preview(program)).toEqual([
      { op: "same", name: "dev" },
      { op: "same", name: "bob" },
    ]);
    world.requests();
    await world.engine.up(program);
    expect(world.writes()).toEqual([]);
    const { outputs } = world.engine.state.get("bob") ?? {};
    expect(outputs).toMatchObject({ status: "active" });
    expect(outputs).not.toHaveProperty("invitationId");
  });

  test("a settled member costs no request in an unchanged run", async () => {
    await withBob();
    await world.engine.up({ ...dev, bob: member("bob@acme.example", "developer") });
    expect(world.requests()).toEqual([]);
  });

  test("the case of an e-mail address is not a change", async () => {
    await withBob();
    const steps = await world.engine.up({ ...dev, bob: member("BOB@Acme.example", "developer") });
    expect(steps).toEqual([
      { op: "same", name: "dev" },
      { op: "same", name: "bob" },
    ]);
    expect(world.writes()).toEqual([]);
  });

  test("the id is the same for the invitation and the member, whatever the case of the address", async () => {
    await world.engine.up({ ...dev, bob: member("Bob@Acme.example", "viewer") });
    const before = world.engine.state.get("bob")?.id;
    world.emulator.control.accept("bob@acme.example", "acme-dev");
    await world.engine.refresh();
    expect(world.engine.state.get("bob")?.id).toBe(before);
    expect(before).toMatch(/\/bob@acme\.example$/);
  });
});

describe("changing the role", () => {
  test("of a member is exactly one PATCH", async () => {
    await withBob();
    const steps = await world.engine.up({ ...dev, bob: member("bob@acme.example", "viewer") });
    expect(steps).toContainEqual({ op: "update", name: "bob", diff: { role: "update" } });
    expect(world.writes()).toEqual(['PATCH members {"role":"viewer"}']);
  });

  test("of a pending person revokes and invites anew, and the preview says so", async () => {
    await world.engine.up({ ...dev, bob: member("bob@acme.example", "developer") });
    const program = { ...dev, bob: member("bob@acme.example", "viewer") };
    await world.engine.preview(program);
    expect(world.engine.told).toEqual([expect.stringMatching(/^A new e-mail goes out to bob@acme\.example: /)]);
    world.requests();
    await world.engine.up(program);
    expect(world.writes()).toEqual(["DELETE invitations", invite("bob@acme.example", "viewer")]);
    expect(world.engine.state.get("bob")?.outputs).toMatchObject({ status: "pending", role: "viewer" });
  });

  test("of a pending person who accepts in between changes the member", async () => {
    await world.engine.up({ ...dev, bob: member("bob@acme.example", "developer") });
    world.emulator.control.accept("bob@acme.example", "acme-dev");
    world.requests();
    await world.engine.up({ ...dev, bob: member("bob@acme.example", "viewer") });
    expect(world.writes()).toEqual(['PATCH members {"role":"viewer"}']);
  });

  test("by hand is drift, found by a refresh and repaired by one PATCH", async () => {
    await withBob();
    await world.emulator.control.setRole("bob@acme.example", "acme-dev", "admin");
    expect(await world.engine.refresh()).toEqual([{ op: "refresh", name: "bob", diff: { role: "update" } }]);
    world.requests();
    await world.engine.up({ ...dev, bob: member("bob@acme.example", "developer") });
    expect(world.writes()).toEqual(['PATCH members {"role":"developer"}']);
  });

  test("is left alone where the program ignores it", async () => {
    await withBob();
    await world.emulator.control.setRole("bob@acme.example", "acme-dev", "admin");
    await world.engine.refresh();
    const bob = member("bob@acme.example", "developer", { ignoreChanges: ["role"] });
    expect(await world.engine.up({ ...dev, bob })).toContainEqual({ op: "same", name: "bob" });
    expect(world.writes()).toEqual([]);
  });

  test("of the owner or the key's own user is refused already at preview", async () => {
    await world.engine.up({ ...dev, ada: member("ada@acme.example", "admin") });
    await expect(world.engine.preview({ ...dev, ada: member("ada@acme.example", "viewer") })).rejects.toThrow(
      /Membership acme-dev\/ada@acme\.example could not be updated: ada@acme\.example owns the organization/,
    );
  });

  test("of the key's own user is refused in words", async () => {
    const program = { ...dev, ada: member("ada@acme.example", "viewer") };
    await expect(world.engine.up(program)).rejects.toThrow(/ada@acme\.example owns the organization/);
  });
});

describe("expiry", () => {
  test("is drift, repaired by revoking and inviting again", async () => {
    const program = { ...dev, bob: member("bob@acme.example", "developer") };
    await world.engine.up(program);
    world.emulator.control.advance(8 * 86_400);
    expect(await world.engine.preview(program)).toContainEqual({
      op: "update",
      name: "bob",
      diff: { status: "update" },
    });
    world.requests();
    await world.engine.up(program);
    expect(world.writes()).toEqual(["DELETE invitations", invite("bob@acme.example", "developer")]);
    expect(world.engine.state.get("bob")?.outputs).toMatchObject({ status: "pending" });
    expect(await world.engine.up(program)).toContainEqual({ op: "same", name: "bob" });
  });

  test("of somebody else's invitation stands in nobody's way", async () => {
    await world.engine.up(dev);
    await world.emulator.control.invite("bob@acme.example", "acme-dev", "viewer");
    world.emulator.control.advance(8 * 86_400);
    world.requests();
    await world.engine.up({ ...dev, bob: member("bob@acme.example", "developer") });
    expect(world.writes()).toEqual([invite("bob@acme.example", "developer")]);
  });

  test("an invitation that could not be sent again is sent by the next run", async () => {
    const program = { ...dev, bob: member("bob@acme.example", "developer") };
    await world.engine.up(program);
    world.emulator.control.advance(8 * 86_400);
    world.emulator.control.fault({
      operation: "create-an-invitation",
      effect: { status: 403, body: { status: "forbidden" } },
    });
    await expect(world.engine.up(program)).rejects.toThrow(/could not be updated/);
    await world.engine.up(program);
    expect(world.engine.state.get("bob")?.outputs).toMatchObject({ status: "pending" });
  });

  test("an invitation revoked by hand is sent again", async () => {
    const program = { ...dev, bob: member("bob@acme.example", "developer") };
    await world.engine.up(program);
    await world.emulator.control.revoke("bob@acme.example", "acme-dev");
    world.requests();
    expect(await world.engine.up(program)).toContainEqual({ op: "create", name: "bob" });
    expect(world.writes()).toEqual([invite("bob@acme.example", "developer")]);
  });
});

describe("what exists already", () => {
  test("a member is not taken over, and the error names the import command", async () => {
    await world.engine.up(dev);
    world.emulator.control.addMember("bob@acme.example", "acme-dev", "viewer");
    const program = { ...dev, bob: member("bob@acme.example", "viewer") };
    const refusal =
      /Membership acme-dev\/bob@acme\.example already exists as a member with the role viewer.*`pulumi import peridio:index:Membership bob acme-dev\/bob@acme\.example`.*`aliases`/;
    await expect(world.engine.preview(program)).rejects.toThrow(refusal);
    await expect(world.engine.up(program)).rejects.toThrow(refusal);
    expect(world.writes()).toEqual(['POST organizations {"name":"acme-dev"}']);
  });

  test("an equal invitation by the same user is taken over without a second e-mail", async () => {
    await world.engine.up(dev);
    await world.emulator.control.invite("bob@acme.example", "acme-dev", "viewer", { as: "ada@acme.example" });
    world.requests();
    await world.engine.up({ ...dev, bob: member("bob@acme.example", "viewer") });
    expect(world.writes()).toEqual([]);
    expect(world.engine.state.get("bob")?.outputs).toMatchObject({ status: "pending" });
  });

  test.each([
    ["another role", "developer", "ada@acme.example"],
    ["another inviter", "viewer", "eve@acme.example"],
  ])("an invitation with %s is not taken over", async (_, role, inviter) => {
    await world.engine.up(dev);
    world.emulator.control.addMember("eve@acme.example", "acme-dev", "admin");
    await world.emulator.control.invite("bob@acme.example", "acme-dev", "viewer", { as: inviter });
    world.requests();
    await expect(world.engine.up({ ...dev, bob: member("bob@acme.example", role) })).rejects.toThrow(
      /already exists as a pending invitation with the role viewer/,
    );
    expect(world.writes()).toEqual([]);
  });

  test("the owner's own membership is taken over, since it always exists", async () => {
    const program = { ...dev, ada: member("ada@acme.example", "admin") };
    await world.engine.up(program);
    expect(world.engine.state.get("ada")?.outputs).toMatchObject({ status: "active", role: "admin" });
    expect(world.writes()).toEqual(['POST organizations {"name":"acme-dev"}']);
  });

  test("the same person twice in one program is refused at preview", async () => {
    await world.engine.up(dev);
    const program = { ...dev, bob: member("bob@acme.example", "viewer"), b: member("BOB@acme.example", "admin") };
    await expect(world.engine.preview(program)).rejects.toThrow(/^email: is declared twice, here and by .*::bob/);
  });
});

test.each(["a Membership", "a roster"])("a member whom %s declares too gets no advice to import", async (other) => {
  const entry = other === "a roster" ? roster({ "bob@acme.example": "viewer" }) : member("bob@acme.example", "viewer");
  await world.engine.up({ ...dev, other: entry });
  world.emulator.control.accept("bob@acme.example", "acme-dev");
  await world.engine.refresh();
  world.requests();
  // So slow that both are checked before Peridio tells of the member.
  world.emulator.control.setLatency(300);
  const program = { ...dev, bob: member("bob@acme.example", "viewer"), other: entry };
  await expect(world.engine.up(program, { parallel: true })).rejects.toThrow(
    /^Membership acme-dev\/bob@acme\.example could not be created: it is declared twice, here and by urn:.*::other: keep one of the two\.$/,
  );
  world.emulator.control.setLatency(0);
  expect(world.writes()).toEqual([]);
});

describe("removing", () => {
  test("a member sends one DELETE", async () => {
    await withBob();
    await world.engine.up(dev);
    expect(world.writes()).toEqual(["DELETE members"]);
  });

  test("a pending person revokes the invitation", async () => {
    await world.engine.up({ ...dev, bob: member("bob@acme.example", "developer") });
    world.requests();
    await world.engine.up(dev);
    expect(world.writes()).toEqual(["DELETE invitations"]);
  });

  test("a revocation that is refused for ever ends with the refusal", async () => {
    await world.engine.up({ ...dev, bob: member("bob@acme.example", "developer") });
    world.requests();
    const effect = { status: 409, body: { errors: [{ code: "conflict", context: { reason: "busy" } }] } };
    world.emulator.control.fault({ operation: "revoke-an-invitation", times: "always", effect });
    await expect(world.engine.up(dev)).rejects.toThrow(/bob@acme\.example could not be deleted: .*HTTP 409/);
    expect(world.writes()).toEqual(["DELETE invitations"]);
    expect([...world.engine.state.keys()]).toEqual(["dev", "bob"]);
  });

  test("a person who is gone already is done", async () => {
    await withBob();
    await world.emulator.control.removeMember("bob@acme.example", "acme-dev");
    expect(await world.engine.up(dev)).toContainEqual({ op: "delete", name: "bob" });
    expect(world.writes()).toEqual([]);
  });

  test("the owner stays, with a warning", async () => {
    await world.engine.up({ ...dev, ada: member("ada@acme.example", "admin") });
    world.requests();
    await world.engine.up(dev);
    expect(world.writes()).toEqual([]);
    expect(world.engine.told).toEqual([expect.stringMatching(/^ada@acme\.example stays .* as the owner/)]);
  });

  test("a renamed resource whose invitation waits removes nobody", async () => {
    await world.engine.up({ ...dev, bob: member("bob@acme.example", "developer") });
    world.requests();
    await world.engine.up({ ...dev, robert: member("bob@acme.example", "developer") });
    expect(world.writes()).toEqual([]);
    expect(world.engine.told).toEqual([expect.stringMatching(/bob@acme\.example is still declared/)]);
    expect([...world.engine.state.keys()]).toEqual(["dev", "robert"]);
  });

  test("a renamed resource of a member is refused, and nobody is removed", async () => {
    await withBob();
    const renamed = { ...dev, robert: member("bob@acme.example", "developer") };
    await expect(world.engine.up(renamed)).rejects.toThrow(/already exists as a member/);
    expect(world.writes()).toEqual([]);
    expect([...world.engine.state.keys()]).toEqual(["dev", "bob"]);
  });

  test.each(["taint", "--replace"])("%s of a pending person removes nobody", async () => {
    const program = { ...dev, bob: member("bob@acme.example", "developer") };
    await world.engine.up(program);
    world.requests();
    await world.engine.up(program, { replace: ["bob"] });
    expect(world.writes()).toEqual([]);
  });

  test("another person in the same resource is invited before the first one goes", async () => {
    await withBob();
    const steps = await world.engine.up({ ...dev, bob: member("eve@acme.example", "developer") });
    expect(steps).toContainEqual({ op: "replace", name: "bob", diff: { email: "update-replace" } });
    expect(world.writes()).toEqual([invite("eve@acme.example", "developer"), "DELETE members"]);
  });
});

describe("another user behind the same address", () => {
  const program = { ...dev, bob: member("bob@acme.example", "developer") };

  /** Bob's account has another address now, and somebody else has got his. */
  function swapUsers(): void {
    world.emulator.control.changeEmail("bob@acme.example", "robert@acme.example");
    world.emulator.control.addMember("bob@acme.example", "acme-dev", "viewer");
  }

  test("is never removed in place of the declared one, who is found by the user id", async () => {
    await withBob();
    swapUsers();
    await world.engine.up(dev);
    expect(world.writes()).toEqual(["DELETE members"]);
    expect(world.engine.told).toEqual([
      expect.stringMatching(/bob@acme\.example has the address robert@acme\.example now/),
    ]);
    expect(world.emulator.control.organization("acme-dev").members.map(({ role }) => role)).toEqual([
      "admin",
      "viewer",
    ]);
  });

  test("is never given the declared role by an update that has not looked", async () => {
    await withBob();
    world.emulator.control.leave("bob@acme.example", "acme-dev");
    world.emulator.control.changeEmail("bob@acme.example", "robert@acme.example");
    world.emulator.control.addMember("bob@acme.example", "acme-dev", "viewer");
    await expect(world.engine.up({ ...dev, bob: member("bob@acme.example", "admin") })).rejects.toThrow(
      /Another user than before is behind bob@acme\.example/,
    );
    await world.engine.up(dev);
    expect(world.engine.told).toEqual([expect.stringMatching(/Another user than before .* Nothing is deleted\.$/)]);
    expect(world.writes()).toEqual([]);
  });

  test("is warned of by a refresh", async () => {
    await withBob();
    world.emulator.control.leave("bob@acme.example", "acme-dev");
    world.emulator.control.changeEmail("bob@acme.example", "robert@acme.example");
    world.emulator.control.addMember("bob@acme.example", "acme-dev", "developer");
    expect(await world.engine.refresh()).toEqual([]);
    expect(world.engine.told).toEqual([expect.stringMatching(/^Another user than before is behind bob@acme\.example/)]);
    expect(await world.engine.up(program)).toContainEqual({ op: "same", name: "bob" });
  });
});

describe("importing", () => {
  test.each(["acme-dev/BOB@acme.example", "PRN/bob@acme.example", "UUID/bob@acme.example"])(
    "takes %s",
    async (form) => {
      await withBob();
      const prn = world.engine.state.get("dev")?.id ?? "";
      const id = form.replace("PRN", prn).replace("UUID", prn.replace("prn:1:", ""));
      world.engine.state.delete("bob");
      const inputs = await world.engine.import("bob", "Membership", id);
      expect(inputs).toEqual({ organizationId: prn, email: "bob@acme.example", role: "developer" });
      expect(await world.engine.up({ ...dev, bob: member("bob@acme.example", "developer") })).toContainEqual({
        op: "same",
        name: "bob",
      });
    },
  );

  test.each([
    ["bob@acme.example", /names no membership.*ORGANIZATION\/EMAIL/],
    ["nowhere/bob@acme.example", /can see no organization "nowhere"/],
    ["acme-dev/nobody@acme.example", /does not exist/],
  ])("%s fails in words", async (id, reason) => {
    await withBob();
    await expect(world.engine.import("bob", "Membership", id)).rejects.toThrow(reason);
  });
});

test("refreshing 250 members sends three member lists, and no request for each member", async () => {
  await world.engine.up(dev);
  world.emulator.control.setLimits("acme-dev", { users: 300 });
  const people = Array.from({ length: 249 }, (_, index) => `p${index}@acme.example`);
  await world.engine.up({ ...dev, ...Object.fromEntries(people.map((email) => [email, member(email, "viewer")])) });
  for (const email of people) world.emulator.control.accept(email, "acme-dev");
  world.requests();
  expect(await world.engine.refresh()).toEqual([]);
  expect(world.requests().sort()).toEqual([
    "GET",
    "GET invitations status:'pending'",
    "GET members",
    "GET members",
    "GET members",
  ]);
});

test("listing pages through everybody", async () => {
  await withBob();
  await world.emulator.control.invite("carl@acme.example", "acme-dev", "viewer");
  const pages = await world.engine.list("Membership", { organizationId: "acme-dev" }, 2);
  expect(pages.map((page) => page.map((id) => id.split("/").at(-1)))).toEqual([
    ["ada@acme.example", "bob@acme.example"],
    ["carl@acme.example"],
  ]);
  expect(await world.engine.list("Membership", {}, 2, 1)).toEqual([[expect.stringMatching(/\/ada@acme\.example$/)]]);
});

describe("an invitation that ran out", () => {
  test("is left alone where the program says so", async () => {
    const bob = (onExpired: string) => member("bob@acme.example", "developer", {}, { onExpired });
    await world.engine.up({ ...dev, bob: bob("ignore") });
    world.emulator.control.advance(8 * 86_400);
    expect(await world.engine.up({ ...dev, bob: bob("ignore") })).toContainEqual({ op: "same", name: "bob" });
    expect(world.engine.state.get("bob")?.outputs).toMatchObject({ status: "expired", onExpired: "ignore" });
    world.requests();
    await world.engine.up({ ...dev, bob: bob("reinvite") });
    expect(world.writes()).toEqual(["DELETE invitations", invite("bob@acme.example", "developer")]);
  });

  test("changing only what to do then sends nothing", async () => {
    await withBob();
    const bob = member("bob@acme.example", "developer", {}, { onExpired: "ignore" });
    expect(await world.engine.up({ ...dev, bob })).toContainEqual({
      op: "update",
      name: "bob",
      diff: { onExpired: "add" },
    });
    expect(world.writes()).toEqual([]);
    expect(world.engine.state.get("bob")?.outputs).toMatchObject({ onExpired: "ignore" });
  });
});

describe("a pinned user", () => {
  const bobPinned = (userId: string) => member("bob@acme.example", "developer", {}, { userId });
  const userId = () => z.string().parse(world.engine.state.get("bob")?.outputs.userId);

  /** Somebody else gets bob's address, and comes into the organization. */
  function usurp(): void {
    world.emulator.control.changeEmail("bob@acme.example", "robert@acme.example");
    world.emulator.control.leave("robert@acme.example", "acme-dev");
    world.emulator.control.addMember("bob@acme.example", "acme-dev", "developer");
  }

  test("is no change as long as that user is there", async () => {
    await withBob();
    const program = { ...dev, bob: bobPinned(userId()) };
    expect(await world.engine.up(program)).toContainEqual({ op: "same", name: "bob" });
    expect(await world.engine.refresh()).toEqual([]);
    expect(await world.engine.up({ ...dev, bob: member("bob@acme.example", "developer") })).toContainEqual({
      op: "same",
      name: "bob",
    });
  });

  test("stops a refresh and an update when another user is behind the address", async () => {
    await withBob();
    const id = userId();
    await world.engine.up({ ...dev, bob: bobPinned(id) });
    usurp();
    world.requests();
    const text = new RegExp(`\`userId\` pins ${id}, and behind bob@acme\\.example is prn:1:user:`);
    await expect(world.engine.refresh()).rejects.toThrow(text);
    const wanted = member("bob@acme.example", "admin", {}, { userId: id });
    await expect(world.engine.preview({ ...dev, bob: wanted })).rejects.toThrow(text);
    await expect(world.engine.up({ ...dev, bob: wanted })).rejects.toThrow(text);
    expect(world.writes()).toEqual([]);
  });

  test("who is gone is not replaced by whoever gets an invitation", async () => {
    await withBob();
    const id = userId();
    await world.engine.up({ ...dev, bob: bobPinned(id) });
    world.emulator.control.leave("bob@acme.example", "acme-dev");
    expect(await world.engine.refresh()).toEqual([{ op: "gone", name: "bob" }]);
    world.requests();
    await expect(world.engine.preview({ ...dev, bob: bobPinned(id) })).rejects.toThrow(
      /is not a member with the address bob@acme\.example, and an invitation could reach another user/,
    );
    await expect(world.engine.up({ ...dev, bob: bobPinned(id) })).rejects.toThrow(/could reach another user/);
    expect(world.writes()).toEqual([]);
  });

  test("has to be the one who is there, and cannot be set while nobody has accepted", async () => {
    await world.engine.up({ ...dev, bob: member("bob@acme.example", "developer") });
    const nobody = "prn:1:user:00000000-0000-4000-8000-000000000000";
    await expect(world.engine.preview({ ...dev, bob: bobPinned(nobody) })).rejects.toThrow(
      /behind bob@acme\.example is an invitation that nobody has accepted yet/,
    );
    world.emulator.control.accept("bob@acme.example", "acme-dev");
    await expect(world.engine.up({ ...dev, bob: bobPinned(nobody) })).rejects.toThrow(/pins/);
    expect(world.writes().filter((line) => line.includes("DELETE"))).toEqual([]);
  });
});

describe("seats", () => {
  const invited = ["bob@acme.example", "carl@acme.example", "dora@acme.example"].map((email) =>
    member(email, "viewer"),
  );
  const [bob, carl, dora] = invited;

  test("a preview adds up who is there, who waits and who is planned, and refuses one too many", async () => {
    if (bob === undefined || carl === undefined || dora === undefined) throw new Error("nobody");
    await world.engine.up({ ...dev, bob });
    world.emulator.control.setLimits("acme-dev", { users: 3 });
    await world.engine.preview({ ...dev, bob, carl });
    await expect(world.engine.preview({ ...dev, bob, carl, dora })).rejects.toThrow(
      "Membership acme-dev/dora@acme.example could not be created: the organization has 3 seats. Members take 1 and pending invitations 1, " +
        "so 2 more people do not fit. Have Peridio raise the limit, or remove people first and add others in a second run: Pulumi creates before it deletes",
    );
  });

  test("an update that Peridio refuses for want of a seat says to use two runs, and removes nobody", async () => {
    if (bob === undefined || carl === undefined) throw new Error("nobody");
    await world.engine.up({ ...dev, bob });
    world.emulator.control.setLimits("acme-dev", { users: 2 });
    world.requests();
    await expect(world.engine.up({ ...dev, bob: carl })).rejects.toThrow(
      /the organization is full\. Have Peridio raise the limit, or remove people first and add others in a second run/,
    );
    expect(world.writes()).toEqual([invite("carl@acme.example", "viewer")]);
  });
});

describe("an invitation to be sent anew", () => {
  const bob = (role: string, settings = {}) => ({
    ...dev,
    bob: member("bob@acme.example", role, {}, settings),
    carl: member("carl@acme.example", "viewer"),
  });

  test("is not revoked where the limit has been lowered since, neither at preview nor in an up without one", async () => {
    await world.engine.up(bob("developer"));
    world.emulator.control.setLimits("acme-dev", { users: 2 });
    world.requests();
    const text =
      "Membership acme-dev/bob@acme.example could not be updated: the organization has 2 seats. Members take 1 and pending invitations 2, " +
      "so the invitation of bob@acme.example would be revoked and could not be sent anew. " +
      "Have Peridio raise the limit, or remove people first and change this in a second run: Pulumi updates before it deletes";
    await expect(world.engine.preview(bob("viewer"))).rejects.toThrow(text);
    await expect(world.engine.up(bob("viewer"))).rejects.toThrow(text);
    expect(world.writes()).toEqual([]);
  });

  test("keeps its seat where the organization is just full", async () => {
    await world.engine.up(bob("developer"));
    world.emulator.control.setLimits("acme-dev", { users: 3 });
    world.requests();
    await world.engine.preview(bob("viewer"));
    await world.engine.up(bob("viewer"));
    expect(world.writes()).toEqual(["DELETE invitations", invite("bob@acme.example", "viewer")]);
  });

  test("has no seat once it has expired: a full organization refuses it before it is revoked", async () => {
    await world.engine.up(bob("developer"));
    world.emulator.control.accept("carl@acme.example", "acme-dev");
    world.emulator.control.advance(8 * 86_400);
    world.emulator.control.setLimits("acme-dev", { users: 2 });
    world.requests();
    const text =
      "Membership acme-dev/bob@acme.example could not be updated: the organization has 2 seats. Members take 2 and pending invitations 0, " +
      "so 1 more person does not fit. Have Peridio raise the limit";
    await expect(world.engine.preview(bob("developer"))).rejects.toThrow(text);
    await expect(world.engine.up(bob("developer"))).rejects.toThrow(text);
    expect(world.writes()).toEqual([]);
  });

  test("that is to be let alone from now on needs no seat", async () => {
    await world.engine.up(bob("developer"));
    world.emulator.control.accept("carl@acme.example", "acme-dev");
    world.emulator.control.advance(8 * 86_400);
    world.emulator.control.setLimits("acme-dev", { users: 2 });
    world.requests();
    await world.engine.preview(bob("developer", { onExpired: "ignore" }));
    await world.engine.up(bob("developer", { onExpired: "ignore" }));
    expect(world.writes()).toEqual([]);
  });
});

test("a user with another address is the same one: a refresh and an update send nothing, whichever address is declared", async () => {
  await withBob();
  world.emulator.control.changeEmail("bob@acme.example", "robert@acme.example");
  expect(await world.engine.refresh()).toEqual([]);
  expect(world.engine.told).toEqual([
    "The user behind bob@acme.example has the address robert@acme.example now: declare that one.",
  ]);
  world.requests();
  await world.engine.up({ ...dev, bob: member("bob@acme.example", "developer") });
  await world.engine.up({ ...dev, bob: member("robert@acme.example", "developer") });
  expect(world.writes()).toEqual([]);
  await world.engine.up({ ...dev, bob: member("robert@acme.example", "viewer") });
  expect(world.writes()).toEqual(['PATCH members {"role":"viewer"}']);
  await world.engine.up(dev);
  expect(world.writes()).toEqual(["DELETE members"]);
});

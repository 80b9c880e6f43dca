import { dialects } from "../support/dialect";
import { dev, member, roster } from "../support/programs";
import { World } from "../support/world";

const [ada, bob] = ["ada@acme.example", "bob@acme.example"];

let world: World;
afterEach(() => world.end());

describe.each(dialects)("with $backend", ({ backend, roles: { low }, operations, sends }) => {
  const { invite, listInvitations, listMembers } = operations;
  const programs = [
    ["a Membership", { ...dev, bob: member(bob, low) }],
    ["a roster", { ...dev, all: roster({ [ada]: "admin", [bob]: low }) }],
  ] as const;
  beforeEach(async () => (world = await World.on(backend)));

  test.each(programs)("%s needs no informative field of a person", async (_, program) => {
    const informative = [
      "expires_at",
      "inviter",
      "inserted_at",
      "name",
      "username",
      "last_active_at",
      "two_factor_enabled",
    ];
    const without = (of: string) =>
      ({ times: "always", effect: { omit: informative.map((name) => `${of}.${name}`) } }) as const;
    world.emulator.control.fault({ operation: invite, ...without("data") });
    world.emulator.control.fault({ operation: listInvitations, ...without("data.*") });
    world.emulator.control.fault({ operation: listMembers, ...without("data.*") });
    await world.engine.up(dev);
    await world.engine.up(program);
    await world.engine.refresh();
    world.emulator.control.accept(bob, "acme-dev");
    await world.engine.refresh();
    world.requests();
    await world.engine.up(program);
    await world.engine.up(dev);
    expect(world.writes()).toEqual([sends.remove]);
  });
});

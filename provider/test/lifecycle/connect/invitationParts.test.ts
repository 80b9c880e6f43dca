import { beginConnect } from "../../support/connect";
import { secret, type Wire } from "../../support/engine";
import { dev, member, roster } from "../../support/programs";
import type { World } from "../../support/world";

const [ada, bob] = ["ada@acme.example", "bob@acme.example"];
const week = 7 * 86_400;

const ways = [
  ["a Membership", (role: string) => ({ ...dev, bob: member(bob, role) })],
  ["a roster", (role: string) => ({ ...dev, bob: roster({ [ada]: "admin", [bob]: role }) })],
] as const;

let world: World;
beforeEach(async () => {
  world = await beginConnect();
  await world.engine.up(dev);
});
afterEach(() => world.end());

describe.each(ways)("the group of an invitation by %s", (_, program) => {
  let group: string;
  beforeEach(async () => {
    const { control } = world.emulator;
    group = control.addGroup("field", "acme-dev");
    await control.invite(bob, "acme-dev", "developer", { as: ada, group: "field" });
    await world.engine.up(program("member"));
    world.requests();
  });
  const invite = (role: string) => `POST invitations ${JSON.stringify({ email: bob, role, group_id: group })}`;

  test("stays when the role changes", async () => {
    await world.engine.up(program("admin"));
    expect(world.writes()).toEqual(["DELETE invitations", invite("admin")]);
  });

  test("stays when the invitation is renewed", async () => {
    world.emulator.control.advance(week);
    await world.engine.up(program("member"));
    expect(world.writes()).toEqual(["DELETE invitations", invite("member")]);
  });
});

describe.each(ways)("the link of an invitation by %s while e-mail delivery is off", (_, program) => {
  beforeEach(async () => {
    world.emulator.control.setEmailDelivery(false);
    await world.engine.up(program("member"));
  });

  /** The secret output, by its name. */
  function link(): Wire {
    const { outputs = {} } = world.engine.state.get("bob") ?? {};
    return Object.fromEntries(Object.entries(outputs).filter(([name]) => name.startsWith("inviteUrl")));
  }

  const text: unknown = expect.stringMatching(/^https:/);
  const expected = [{ inviteUrl: secretOf(text) }, { inviteUrls: secretOf({ [bob]: text }) }];

  test("is a secret output, with a warning that does not show it", () => {
    expect(expected).toContainEqual(link());
    const warning =
      /Peridio sent no e-mail to bob@acme\.example: e-mail delivery is off\. Send this person the link in the secret output/;
    expect(world.engine.told.join("\n")).toMatch(warning);
    expect(world.engine.told.join("\n")).not.toContain("https:");
  });

  test("stays while the invitation waits, and changes with the invitation", async () => {
    const first = link();
    await world.engine.refresh();
    await world.engine.up(program("member"));
    expect(link()).toEqual(first);
    await world.engine.up(program("admin"));
    expect(expected).toContainEqual(link());
    expect(link()).not.toEqual(first);
  });

  test("goes when the invitation is accepted", async () => {
    world.emulator.control.accept(bob, "acme-dev");
    await world.engine.refresh();
    expect(link()).toEqual({});
  });
});

/** Any secret value. */
function secretOf(value: unknown): unknown {
  return { ...Object(secret("")), value };
}

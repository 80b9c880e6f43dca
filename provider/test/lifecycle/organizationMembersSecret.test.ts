import { z } from "zod";
import { dialects } from "../support/dialect";
import { secret } from "../support/engine";
import { dev, roster } from "../support/programs";
import { refusal } from "../support/refusal";
import { World } from "../support/world";

const [bob, carl] = ["bob@acme.example", "carl@acme.example"];

describe.each(dialects)("with $backend", ({ backend, roles: { low }, stored }) => {
  let world: World;
  beforeEach(async () => (world = await World.on(backend)));
  afterEach(() => world.end());

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
      await world.engine.up(hidden({ [bob]: low, [carl]: low }));
      expect([isClosed("members"), isClosed("people")]).toEqual([true, true]);
      await world.emulator.control.revoke(bob, "acme-dev");
      await world.emulator.control.revoke(carl, "acme-dev");
      world.emulator.control.addMember("mallory@acme.example", "acme-dev", stored.low);
      expect(await world.engine.refresh()).toEqual([{ op: "refresh", name: "all", diff: { members: "update" } }]);
      expect(JSON.stringify(world.engine.state.get("all")?.outputs.people)).toContain("mallory@acme.example");
      expect([isClosed("members"), isClosed("people")]).toEqual([true, true]);
    });

    test("leave roles and states readable in messages, and no address, however it is spelled", async () => {
      await world.engine.up(hidden({ "Bob@Acme.example": low, [carl]: low }));
      world.emulator.control.setLimits("acme-dev", { users: 2 });
      const refused = await refusal(world.engine.up(hidden({ "Bob@Acme.example": "admin", [carl]: low })));
      expect(refused).toContain(
        "members 1, pending invitations 2. The provider would revoke the invitation of [secret]",
      );
      world.emulator.control.setLimits("acme-dev", { users: 20 });
      await world.engine.preview(hidden({ "bob@acme.example": "admin", [carl]: low }));
      expect(world.engine.told).toEqual([expect.stringMatching(/^Peridio sends a new e-mail to \[secret\]: Peridio/)]);
      const unfit = await refusal(world.engine.up(hidden({ [bob]: "boss", [carl]: low })));
      expect(unfit).toMatch(/must be one of admin, .*viewer/);
      expect(unfit).not.toContain("bob@");
    });
  });
});

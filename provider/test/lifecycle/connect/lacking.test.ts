import { beginConnect, overview, operations } from "../../support/connect";
import type { Engine } from "../../support/engine";
import { type Declared, type Program, unknown, type Wire } from "../../support/engine";
import { dev, member, roster } from "../../support/programs";
import type { World } from "../../support/world";

let world: World;
beforeEach(async () => (world = await beginConnect()));
afterEach(() => world.end());

/** The check of the token, which every process begins with. */
const nothingMore = ["Me_show"];

const [ada, bob, carl] = ["ada@acme.example", "bob@acme.example", "carl@acme.example"];
const security = "Avocado Connect has no security settings: change them in Peridio's console, and remove them";
const billing = "Avocado Connect has no billing settings: change them in Peridio's console, and remove them";
const ownership = "Avocado Connect has no transfer of ownership: ask Peridio's support, and remove the owner";

/** Resources of the Admin API that this API does not support, declared for the organization `dev`. */
const whole: readonly (readonly [Declared["type"], Wire, string])[] = [
  ["SecurityPolicy", { requireTwoFactor: true }, security],
  ["BillingSettings", { billingEmail: "billing@acme.example" }, billing],
  ["OrganizationOwner", { email: bob }, ownership],
];

function declared(type: Declared["type"], settings: Wire): Declared {
  return { type, inputs: (id) => ({ organizationId: id("dev"), ...settings }) };
}

describe.each(whole)("a %s", (type, settings, reason) => {
  const program: Program = { ...dev, it: declared(type, settings) };
  const urn = `urn:pulumi:test::lifecycle::peridio:index:${type}::it`;

  test("is refused at check with all that is lacking, and nothing is sent", async () => {
    const it = declared(type, settings);
    for (const attempt of [() => world.engine.preview(program), () => world.engine.up({ it })]) {
      const refused = attempt();
      await expect(refused).rejects.toThrow(`${reason} from the program. Avocado Connect, the API in use`);
      await expect(refused).rejects.toThrow(overview);
    }
    expect(operations(world)).toEqual(["Me_show", "Me_show"]);
  });

  test("of an organization that is not known yet is refused all the same", async () => {
    const it = { type, inputs: () => ({ organizationId: unknown, ...settings }) };
    await expect(world.engine.preview({ it })).rejects.toThrow(reason);
    expect(operations(world)).toEqual(nothingMore);
  });

  test("is neither listed nor imported", async () => {
    const listed = world.engine.list(type, {});
    await expect(listed).rejects.toThrow(`${type} cannot be listed: ${reason} from the program. `);
    await expect(listed).rejects.toThrow(overview);
    const imported = world.engine.import("it", type, "acme-dev");
    await expect(imported).rejects.toThrow(`${type} acme-dev could not be read: ${reason} from the program. `);
    await expect(imported).rejects.toThrow(overview);
    expect(operations(world)).toEqual(["Me_show", "Me_show"]);
  });

  describe("that came into the state with another API", () => {
    let moved: Engine;
    beforeEach(async () => {
      const { control } = world.emulator;
      await control.deleteOrganization("acme-dev");
      if (type === "OrganizationOwner") {
        await control.createOrganization("acme-dev");
        control.addMember(bob, "acme-dev", "admin");
      }
      const before = world.with({ apiKey: world.emulator.apiKey });
      if (type === "OrganizationOwner") await before.import("dev", "Organization", "acme-dev");
      await before.up(program);
      moved = world.with({ apiKey: world.emulator.apiKey, backend: "connect" });
      for (const [name, kept] of before.state) moved.state.set(name, kept);
      operations(world);
    });

    const way = `To remove it from the state only, run \`pulumi state delete --force '${urn}'\`. This changes nothing in Peridio. Avocado Connect`;

    test("is refused wherever it is met, each time with the way out of the state, and nothing is sent", async () => {
      for (const [meet, refusal] of [
        [() => moved.preview(program), `${reason} from the program. ${way}`],
        [() => moved.refresh(), `${type} acme-dev could not be read: ${reason} from the program. ${way}`],
        [() => moved.up(dev), `${type} acme-dev could not be deleted: ${reason} from the program. ${way}`],
      ] as const) {
        const met = meet();
        await expect(met).rejects.toThrow(refusal);
        await expect(met).rejects.toThrow(overview);
      }
      expect(new Set(operations(world))).toEqual(new Set(nothingMore));
      expect([...moved.state.keys()]).toContain("it");
    });

    test("leaves the rest as it was, once it is out of the state", async () => {
      moved.state.delete("it");
      expect(await moved.up(dev)).toEqual([{ op: "same", name: "dev" }]);
      expect(await moved.refresh()).toEqual([]);
    });
  });
});

describe("a role that this API does not have", () => {
  test.each([
    ["manager", "Avocado Connect has no role manager: declare admin, which may do more, or member."],
    ["developer", "Avocado Connect has no role developer: declare member."],
    ["viewer", "Avocado Connect has no role viewer: declare member."],
  ])("(%s) is refused at check where it is declared, and nothing is sent", async (role, reason) => {
    const single = world.engine.preview({ ...dev, bob: member(bob, role) });
    await expect(single).rejects.toThrow(
      `role: ${reason} Members have access to every project, unless the project's \`everyone_enabled\` is off`,
    );
    await expect(single).rejects.toThrow(overview);
    const whole = world.engine.preview({ ...dev, all: roster({ [ada]: "admin", [bob]: role, [carl]: role }) });
    await expect(whole).rejects.toThrow(`members["${bob}"]: ${reason}`);
    await expect(whole).rejects.toThrow(`members["${carl}"]: ${reason}`);
    expect(operations(world)).toEqual(["Me_show", "Me_show"]);
  });

  test("(member, of the Admin API) is refused there, with the roles to declare instead", async () => {
    const before = world.with({ apiKey: world.emulator.apiKey });
    await before.import("dev", "Organization", "acme-dev");
    operations(world);
    const refused = before.preview({ ...dev, bob: member(bob, "member") });
    await expect(refused).rejects.toThrow(
      /^role: Peridio's Admin API has no role `member`, which only Avocado Connect has: declare developer or viewer$/,
    );
    await expect(before.preview({ ...dev, all: roster({ [ada]: "admin", [bob]: "member" }) })).rejects.toThrow(
      `members["${bob}"]: Peridio's Admin API has no role`,
    );
    expect(operations(world)).toEqual(["get-current-user", "get-current-user"]);
  });
});

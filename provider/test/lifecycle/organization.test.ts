import { dev, member, organization, policy } from "../support/programs";
import { World } from "../support/world";

let world: World;
beforeEach(async () => (world = await World.begin()));
afterEach(() => world.end());

describe("creating", () => {
  test("sends what is declared and nothing else, in one request", async () => {
    await world.engine.up({ dev: organization("acme-dev", { displayName: "Acme", contactEmail: "ops@acme.example" }) });
    expect(world.requests()).toEqual([
      'POST organizations {"name":"acme-dev","display_name":"Acme","contact_email":"ops@acme.example"}',
    ]);
    expect(world.engine.state.get("dev")?.outputs).toMatchObject({
      name: "acme-dev",
      displayName: "Acme",
      owner: { email: "ada@acme.example" },
    });
  });

  test("one whose name this key can see is refused at preview, naming the import command", async () => {
    await world.emulator.control.createOrganization("acme dev", { as: "ada@acme.example" });
    const program = { dev: organization("acme dev") };
    const refusal =
      /Organization acme dev already exists with the id prn:1:.*`pulumi import peridio:index:Organization dev /;
    await expect(world.engine.preview(program)).rejects.toThrow(refusal);
    await expect(world.engine.up(program)).rejects.toThrow(refusal);
    expect(world.writes()).toEqual([]);
  });

  test("a name in use by others fails with the reason that this key cannot see it", async () => {
    world.emulator.control.addUser("eve@other.example");
    await world.emulator.control.createOrganization("acme-dev", { as: "eve@other.example" });
    await expect(world.engine.up(dev)).rejects.toThrow(
      /another organization, which this API key cannot see, has this name\./,
    );
    expect(world.engine.state.size).toBe(0);
  });

  test("a lost answer makes no second organization", async () => {
    world.emulator.control.fault({ operation: "create-an-organization", when: "after", effect: "drop" });
    await world.engine.up(dev);
    expect(world.requests()).toEqual(['POST organizations {"name":"acme-dev"}', "GET organizations name:'acme-dev'"]);
    expect(await world.engine.preview(dev)).toEqual([{ op: "same", name: "dev" }]);
  });

  test("a connection that broke before anything happened is tried again", async () => {
    world.emulator.control.fault({ operation: "create-an-organization", when: "before", effect: "drop" });
    await world.engine.up(dev);
    expect(world.writes()).toEqual([
      'POST organizations {"name":"acme-dev"}',
      'POST organizations {"name":"acme-dev"}',
    ]);
  });
});

describe("changing", () => {
  test("sends only what changed", async () => {
    await world.engine.up({ dev: organization("acme-dev", { displayName: "Acme", description: "Old" }) });
    world.requests();
    const steps = await world.engine.up({ dev: organization("acme-dev", { displayName: "Acme", description: "New" }) });
    expect(steps).toEqual([{ op: "update", name: "dev", diff: { description: "update" } }]);
    expect(world.requests()).toEqual(["GET", 'PATCH {"description":"New"}']);
  });

  test("a removed property returns to its default", async () => {
    await world.engine.up({
      dev: organization("acme-dev", { displayName: "Acme", description: "Old", contactEmail: "ops@acme.example" }),
    });
    world.requests();
    expect(await world.engine.up(dev)).toEqual([
      { op: "update", name: "dev", diff: { displayName: "delete", description: "delete", contactEmail: "delete" } },
    ]);
    expect(world.writes()).toEqual(['PATCH {"display_name":"acme-dev","description":null,"contact_email":null}']);
    expect(await world.engine.up(dev)).toEqual([{ op: "same", name: "dev" }]);
  });

  test("undeclared properties are unmanaged", async () => {
    await world.engine.up(dev);
    await world.emulator.control.updateOrganization("acme-dev", { description: "by hand" });
    expect(await world.engine.refresh()).toEqual([]);
    world.requests();
    expect(await world.engine.up(dev)).toEqual([{ op: "same", name: "dev" }]);
    expect(world.writes()).toEqual([]);
  });

  test("an unchanged run sends nothing", async () => {
    await world.engine.up(dev);
    world.requests();
    await world.engine.up(dev);
    expect(world.requests()).toEqual([]);
  });

  test("the name is refused, naming the way to a new organization", async () => {
    await world.engine.up(dev);
    await expect(world.engine.preview({ dev: organization("acme-devel") })).rejects.toThrow(
      /^name: cannot be changed\. Declare "acme-dev" again\. To manage another Organization, declare it as a second resource in the program$/,
    );
  });

  test("an empty new name is one mistake", async () => {
    await world.engine.up(dev);
    await expect(world.engine.preview({ dev: organization("") })).rejects.toThrow(/^name: must not be empty$/);
  });

  test("a replacement makes the new organization, then deletes the old one", async () => {
    await world.engine.up(dev);
    world.requests();
    await world.engine.up({ dev: organization("acme-devel") }, { replace: ["dev"] });
    expect(world.writes()).toEqual(['POST organizations {"name":"acme-devel"}', "DELETE"]);
  });

  test("an update of what is gone meanwhile fails in words", async () => {
    await world.engine.up(dev);
    await world.emulator.control.deleteOrganization("acme-dev");
    await expect(world.engine.up({ dev: organization("acme-dev", { displayName: "A" }) })).rejects.toThrow(
      /Organization .* could not be updated: .*request /,
    );
    expect([...world.engine.state.keys()]).toEqual(["dev"]);
  });
});

describe("reading", () => {
  test("drift of several organizations is read in one list, and each is read again before its repair", async () => {
    const names = ["acme-dev", "acme-test", "acme-production"];
    const program = Object.fromEntries(names.map((name) => [name, organization(name, { description: "Ours" })]));
    await world.engine.up(program);
    world.requests();
    for (const name of names) await world.emulator.control.updateOrganization(name, { description: "by hand" });
    await world.engine.refresh();
    expect(world.requests().sort()).toEqual(["GET", "GET organizations"]);
    for (const name of names) expect(world.engine.state.get(name)?.outputs.description).toBe("by hand");
    await world.engine.up(program);
    expect(world.requests().sort()).toEqual(
      ["GET", 'PATCH {"description":"Ours"}'].flatMap((request) => names.map(() => request)),
    );
  });

  test("one that the key sees no more is an error, and stays in the state", async () => {
    await world.engine.up(dev);
    await world.emulator.control.deleteOrganization("acme-dev");
    await expect(world.engine.refresh()).rejects.toThrow(
      /could not be read: .*`pulumi state delete --force --target-dependents '/,
    );
    expect([...world.engine.state.keys()]).toEqual(["dev"]);
  });

  test.each(["name", "PRN", "UUID"])("an import takes the %s", async (form) => {
    await world.emulator.control.createOrganization("acme dev", { as: "ada@acme.example", description: "Here" });
    const [listed] = (await world.engine.list("Organization", {}))[0] ?? [];
    const prn = listed ?? "";
    const id = { name: "acme dev", PRN: prn, UUID: prn.replace("prn:1:", "") }[form] ?? "";
    expect(await world.engine.import("dev", "Organization", id)).toEqual({ name: "acme dev", description: "Here" });
    expect(world.engine.state.get("dev")?.id).toBe(prn);
    expect(await world.engine.preview({ dev: organization("acme dev", { description: "Here" }) })).toEqual([
      { op: "same", name: "dev" },
    ]);
  });
});

describe("deleting", () => {
  test("asks first whether anything blocks", async () => {
    await world.engine.up(dev);
    world.requests();
    await world.engine.destroy();
    expect(world.requests()).toEqual(["GET", "GET deletion-readiness", "DELETE"]);
  });

  test("by another admin than the owner is refused for that, before any blocker is named", async () => {
    await world.engine.up(dev);
    const { control } = world.emulator;
    control.addMember("eve@acme.example", "acme-dev", "admin");
    await control.transferOwnership("eve@acme.example", "acme-dev");
    world.requests();
    await expect(world.engine.destroy()).rejects.toThrow(
      "Organization acme-dev could not be deleted: ada@acme.example is an admin of organization acme-dev, and this requires its owner, eve@acme.example. Use the API key of eve@acme.example, or let eve@acme.example transfer the ownership first.",
    );
    expect(world.writes()).toEqual([]);
    expect([...world.engine.state.keys()]).toEqual(["dev"]);
  });

  test("lists every blocker with its count, and deletes nothing", async () => {
    await world.engine.up(dev);
    world.emulator.control.setBelongings("acme-dev", { devices: 3, outstanding_charges: 1 });
    world.emulator.control.addMember("bob@acme.example", "acme-dev", "viewer");
    world.requests();
    await expect(world.engine.destroy()).rejects.toThrow(
      /Organization acme-dev could not be deleted: .*devices: 3 .*other_users: 1 .*outstanding_charges: 1 /,
    );
    expect(world.writes()).toEqual([]);
    expect([...world.engine.state.keys()]).toEqual(["dev"]);
  });

  test("one that the key cannot see is refused, with everything in it, and all stays in the state", async () => {
    const bob = member("bob@acme.example", "viewer");
    await world.engine.up({ ...dev, bob, policy: policy({ requireTwoFactor: true }) });
    await world.emulator.control.deleteOrganization("acme-dev");
    world.requests();
    for (const program of [{ ...dev, policy: policy({ requireTwoFactor: true }) }, { ...dev, bob }, {}]) {
      await expect(world.engine.up(program)).rejects.toThrow(
        /could not be (read|deleted): Peridio returned 404: (it|its Organization) was deleted, or .*`pulumi state delete --force --target-dependents 'urn:.*HTTP 404/,
      );
    }
    expect(world.writes()).toEqual([]);
    expect([...world.engine.state.keys()]).toEqual(["dev", "bob", "policy"]);
    // A part that is removed from the state is created again, in a deleted organization.
    world.engine.state.delete("dev");
    await expect(world.engine.refresh()).rejects.toThrow(
      /^Membership .* If its Organization was deleted, run `pulumi state delete .* URN` .*If the state does not contain its Organization, run `pulumi state delete --force --target-dependents 'urn:.*::bob'`\. /,
    );
  });
});

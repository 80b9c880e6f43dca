import { operations } from "../support/connect";
import { dialects } from "../support/dialect";
import { dev, member, organization, policy } from "../support/programs";
import { World } from "../support/world";

let world: World;
afterEach(() => world.end());

/** Imports with each API. A name of Avocado Connect is a slug, and only the Admin API has descriptions. */
const imports = {
  "admin-v2": {
    name: "acme dev",
    details: { description: "Here" },
    inputs: { description: "Here" },
    requests: ["get-current-user", "retrieve-an-organization"],
  },
  connect: {
    name: "acme-dev",
    details: { display_name: "Acme development" },
    inputs: { displayName: "Acme development" },
    requests: ["Me_show"],
  },
} as const;

describe.each(dialects)("with $backend, an organization", ({ backend, operations: { getCurrentUser } }) => {
  beforeEach(async () => (world = await World.on(backend)));

  test.each(["name", "PRN", "UUID"])("is imported by its %s", async (form) => {
    const { control } = world.emulator;
    const { name, details, inputs, requests } = imports[backend];
    if (backend === "admin-v2") await control.createOrganization(name, {}, { as: "ada@acme.example" });
    await control.updateOrganization(name, details);
    const uuid = control.getOrganization(name).id;
    const id = { name, PRN: `prn:1:${uuid}`, UUID: uuid }[form] ?? "";
    expect(await world.engine.import("dev", "Organization", id)).toEqual({ name, ...inputs });
    expect(world.engine.state.get("dev")?.id).toBe(`prn:1:${uuid}`);
    expect(operations(world)).toEqual(requests);
    expect(await world.engine.preview({ dev: organization(name, inputs) })).toEqual([{ op: "same", name: "dev" }]);
  });

  test("that the key can no longer see stays in the state, and a refresh fails", async () => {
    await world.engine.up(dev);
    await world.emulator.control.deleteOrganization("acme-dev");
    await expect(world.engine.refresh()).rejects.toThrow(
      /could not be read: (Peridio returned 404: )?the Organization was deleted, or .*`pulumi state delete --force --target-dependents 'urn:/,
    );
    expect([...world.engine.state.keys()]).toEqual(["dev"]);
  });

  test("cannot change its name, and the remedy is not a replacement, which would delete", async () => {
    await world.engine.up(dev);
    operations(world);
    await expect(world.engine.preview({ dev: organization("acme-lab") })).rejects.toThrow(
      /^name: cannot be changed\. Declare "acme-dev" again\. To manage another Organization, declare it as a second resource in the program$/,
    );
    expect(operations(world)).toEqual([getCurrentUser]);
  });
});

// All tests below use the Admin API: organizationConnect.test.ts tests Avocado Connect.
describe("creating", () => {
  beforeEach(async () => (world = await World.begin()));

  test("sends only the declared properties, in one request", async () => {
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

  test("an organization that the key can see is rejected at preview with the import command", async () => {
    await world.emulator.control.createOrganization("acme dev", {}, { as: "ada@acme.example" });
    const program = { dev: organization("acme dev") };
    const refusal =
      /Organization acme dev already exists with the id prn:1:.*`pulumi import peridio:index:Organization dev /;
    await expect(world.engine.preview(program)).rejects.toThrow(refusal);
    await expect(world.engine.up(program)).rejects.toThrow(refusal);
    expect(world.writes()).toEqual([]);
  });

  test("a name of an organization that the key cannot see fails with that reason", async () => {
    world.emulator.control.addUser("eve@other.example");
    await world.emulator.control.createOrganization("acme-dev", {}, { as: "eve@other.example" });
    await expect(world.engine.up(dev)).rejects.toThrow(
      /another organization, which this API key cannot see, has this name\./,
    );
    expect(world.engine.state.size).toBe(0);
  });

  test("after a lost response, no second organization is created", async () => {
    world.emulator.control.fault({ operation: "create-an-organization", when: "after", effect: "drop" });
    await world.engine.up(dev);
    expect(world.requests()).toEqual(['POST organizations {"name":"acme-dev"}', "GET organizations name:'acme-dev'"]);
    expect(await world.engine.preview(dev)).toEqual([{ op: "same", name: "dev" }]);
  });

  test("is retried if the connection breaks before the request has an effect", async () => {
    world.emulator.control.fault({ operation: "create-an-organization", when: "before", effect: "drop" });
    await world.engine.up(dev);
    expect(world.writes()).toEqual([
      'POST organizations {"name":"acme-dev"}',
      'POST organizations {"name":"acme-dev"}',
    ]);
  });
});

describe("changing", () => {
  beforeEach(async () => (world = await World.begin()));

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
    await world.emulator.control.updateOrganization("acme-dev", { description: "outside Pulumi" });
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

  test("an empty new name is reported once", async () => {
    await world.engine.up(dev);
    await expect(world.engine.preview({ dev: organization("") })).rejects.toThrow(/^name: must not be empty$/);
  });

  test("a replacement creates the new organization, then deletes the old one", async () => {
    await world.engine.up(dev);
    world.requests();
    await world.engine.up({ dev: organization("acme-devel") }, { replace: ["dev"] });
    expect(world.writes()).toEqual(['POST organizations {"name":"acme-devel"}', "DELETE"]);
  });

  test("an update of a deleted organization fails, and the state stays", async () => {
    await world.engine.up(dev);
    await world.emulator.control.deleteOrganization("acme-dev");
    await expect(world.engine.up({ dev: organization("acme-dev", { displayName: "A" }) })).rejects.toThrow(
      /Organization .* could not be updated: .*request /,
    );
    expect([...world.engine.state.keys()]).toEqual(["dev"]);
  });
});

describe("reading", () => {
  beforeEach(async () => (world = await World.begin()));

  test("a refresh of several organizations reads one list, and an update reads each organization again", async () => {
    const names = ["acme-dev", "acme-test", "acme-production"];
    const program = Object.fromEntries(names.map((name) => [name, organization(name, { description: "Ours" })]));
    await world.engine.up(program);
    world.requests();
    for (const name of names) await world.emulator.control.updateOrganization(name, { description: "outside Pulumi" });
    await world.engine.refresh();
    expect(world.requests().sort()).toEqual(["GET", "GET organizations"]);
    for (const name of names) expect(world.engine.state.get(name)?.outputs.description).toBe("outside Pulumi");
    await world.engine.up(program);
    expect(world.requests().sort()).toEqual(
      ["GET", 'PATCH {"description":"Ours"}'].flatMap((request) => names.map(() => request)),
    );
  });
});

describe("deleting", () => {
  beforeEach(async () => (world = await World.begin()));

  test("reads the deletion readiness first", async () => {
    await world.engine.up(dev);
    world.requests();
    await world.engine.destroy();
    expect(world.requests()).toEqual(["GET", "GET deletion-readiness", "DELETE", "GET"]);
  });

  test("by an admin who is not the owner is rejected for that reason, before any blocker", async () => {
    await world.engine.up(dev);
    const { control } = world.emulator;
    control.addMember("eve@acme.example", "acme-dev", "admin");
    await control.transferOwnership("eve@acme.example", "acme-dev");
    world.requests();
    await expect(world.engine.destroy()).rejects.toThrow(
      "Organization acme-dev could not be deleted: ada@acme.example is an admin of organization acme-dev, but this operation requires the API key of the organization's owner, eve@acme.example. Use the API key of eve@acme.example, or ask eve@acme.example to transfer the ownership to ada@acme.example first.",
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

  test("an organization that the key cannot see is rejected with all its parts, and all stay in the state", async () => {
    const bob = member("bob@acme.example", "viewer");
    await world.engine.up({ ...dev, bob, policy: policy({ requireTwoFactor: true }) });
    await world.emulator.control.deleteOrganization("acme-dev");
    world.requests();
    for (const program of [{ ...dev, policy: policy({ requireTwoFactor: true }) }, { ...dev, bob }, {}]) {
      await expect(world.engine.up(program)).rejects.toThrow(
        /could not be (read|deleted): Peridio returned 404: the Organization was deleted, or .*`pulumi state delete --force --target-dependents 'urn:.*HTTP 404/,
      );
    }
    expect(world.writes()).toEqual([]);
    expect([...world.engine.state.keys()]).toEqual(["dev", "bob", "policy"]);
    // A part that is removed from the state is created again, in a deleted organization.
    world.engine.state.delete("dev");
    await expect(world.engine.refresh()).rejects.toThrow(
      /^Membership .* If the Organization was deleted, run `pulumi state delete .* URN` .*If the state does not contain the Organization, run `pulumi state delete --force --target-dependents 'urn:.*::bob'` instead\. /,
    );
  });
});

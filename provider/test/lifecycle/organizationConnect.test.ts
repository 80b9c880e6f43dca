import { beginConnect, overview, operations } from "../support/connect";
import { dev, member, organization, roster } from "../support/programs";
import type { World } from "../support/world";

let world: World;
beforeEach(async () => (world = await beginConnect()));
afterEach(() => world.end());

const prn = () => `prn:1:${world.emulator.control.getOrganization("acme-dev").id}`;
/** The requests of every run. */
const nothingMore = ["Me_show"];

describe("an organization", () => {
  test("that exists is adopted with its slug, and only the token's user is read", async () => {
    expect(await world.engine.preview(dev)).toEqual([{ op: "create", name: "dev" }]);
    await world.engine.up(dev);
    expect(world.engine.state.get("dev")).toMatchObject({ id: prn(), inputs: { name: "acme-dev" } });
    expect(world.engine.state.get("dev")?.outputs).toEqual({
      name: "acme-dev",
      displayName: "Acme development",
      tier: "teams",
    });
    expect(await world.engine.up(dev)).toEqual([{ op: "same", name: "dev" }]);
    expect(await world.engine.refresh()).toEqual([]);
    expect(operations(world)).toEqual(["Me_show", "Me_show", "Me_show", "Me_show"]);
  });

  test("is known in the first preview, which so sees who is there already", async () => {
    world.emulator.control.addMember("eve@acme.example", "acme-dev", "viewer");
    const program = { ...dev, all: roster({ "ada@acme.example": "admin" }), bob: member("bob@acme.example", "admin") };
    await expect(world.engine.preview({ ...dev, all: program.all })).rejects.toThrow(
      "OrganizationMembers acme-dev already exists with other people: the program does not declare eve@acme.example",
    );
    world.emulator.control.setLimits("acme-dev", { users: 2 });
    await expect(world.engine.preview({ ...dev, bob: program.bob })).rejects.toThrow(
      "The organization has no free seat for 1 more person: limit 2, members 2, pending invitations 0",
    );
    expect(world.writes()).toEqual([]);
  });

  test.each(["slug", "PRN", "UUID"])("is imported by its %s", async (form) => {
    const id = { slug: "acme-dev", PRN: prn(), UUID: prn().replace("prn:1:", "") }[form] ?? "";
    expect(await world.engine.import("dev", "Organization", id)).toEqual({
      name: "acme-dev",
      displayName: "Acme development",
    });
    expect(world.engine.state.get("dev")?.id).toBe(prn());
    expect(operations(world)).toEqual(nothingMore);
  });

  test("that the token cannot see is no organization to import", async () => {
    await expect(world.engine.import("dev", "Organization", "acme-prod")).rejects.toThrow(
      'this key can see no organization "acme-prod". Check the name',
    );
    const id = "prn:1:eec5cabf-c4a8-46ab-ae5a-70ca847d558d";
    await expect(world.engine.import("dev", "Organization", id)).rejects.toThrow(
      /This token cannot see organization eec5cabf-.*not bound to another organization\. \(GET \/api\/me, HTTP 200\)/,
    );
  });

  test("that the token sees no more stays in the state", async () => {
    await world.engine.up(dev);
    await world.emulator.control.deleteOrganization("acme-dev");
    await expect(world.engine.refresh()).rejects.toThrow(
      /could not be read: Peridio returned 404: .*`pulumi state delete --force --target-dependents 'urn:/,
    );
    expect([...world.engine.state.keys()]).toEqual(["dev"]);
  });
});

describe("an organization that is not there", () => {
  test("is refused at preview, with the way to it and those that there are", async () => {
    await world.emulator.control.createOrganization("acme-lab");
    operations(world);
    const refused = world.engine.preview({ dev: organization("Acme development") });
    await expect(refused).rejects.toThrow(
      "Organization Acme development could not be created: this API key can see no organization with this name; it can see acme-dev (Acme development), acme-lab. " +
        "Avocado Connect cannot create organizations: create it in Peridio's console, or set `name` to the slug of an existing organization.",
    );
    await expect(refused).rejects.toThrow(overview);
    await expect(world.engine.up({ dev: organization("Acme development") })).rejects.toThrow(
      "cannot create organizations",
    );
    expect(operations(world)).toEqual(["Me_show", "Me_show"]);
    expect(world.engine.state.size).toBe(0);
  });

  test("is one that a bound token cannot see, and the refusal says so", async () => {
    await world.emulator.control.createOrganization("acme-lab");
    const apiKey = world.emulator.control.addApiKey("ada@acme.example", { organization: "acme-lab" });
    const bound = world.with({ apiKey, backend: "connect" });
    await bound.up({ lab: organization("acme-lab") });
    await expect(bound.preview(dev)).rejects.toThrow(
      "this API key can see no organization with this name, since it is bound to one organization; it can see acme-lab.",
    );
  });
});

describe("the label that people see", () => {
  const labelled = (displayName: string) => ({ dev: organization("acme-dev", { displayName }) });
  const refusal =
    "Avocado Connect cannot rename organizations: rename it in Peridio's console, remove `displayName`, or declare its current name: " +
    '"Acme development". Avocado Connect, the API in use, has no ';

  test("is adopted if it is equal, and rejected at preview if it differs", async () => {
    await world.engine.up(labelled("Acme development"));
    expect(await world.engine.preview(labelled("Acme development"))).toEqual([{ op: "same", name: "dev" }]);
    await expect(world.engine.preview(labelled("Acme tests"))).rejects.toThrow(
      `Organization acme-dev could not be updated: ${refusal}`,
    );
    await expect(world.engine.up(labelled("Acme tests"))).rejects.toThrow(refusal);
    expect(world.engine.state.get("dev")?.outputs).toMatchObject({ displayName: "Acme development" });
  });

  test("is rejected before any adoption if it differs", async () => {
    await expect(world.engine.preview(labelled("Acme tests"))).rejects.toThrow(
      `Organization acme-dev could not be created: ${refusal}`,
    );
    await expect(world.engine.up(labelled("Acme tests"))).rejects.toThrow(refusal);
    expect(world.engine.state.size).toBe(0);
    expect(new Set(operations(world))).toEqual(new Set(nothingMore));
  });

  test("shows as drift after a change outside Pulumi, and the declaration of that value is not a change", async () => {
    await world.engine.up(labelled("Acme development"));
    await world.emulator.control.updateOrganization("acme-dev", { display_name: "Acme tests" });
    expect(await world.engine.refresh()).toEqual([{ op: "refresh", name: "dev", diff: { displayName: "update" } }]);
    await expect(world.engine.up(labelled("Acme development"))).rejects.toThrow(
      'or declare its current name: "Acme tests"',
    );
    expect(await world.engine.up(labelled("Acme tests"))).toEqual([{ op: "same", name: "dev" }]);
  });

  test("is unmanaged after its removal from the program", async () => {
    await world.engine.up(labelled("Acme development"));
    expect(await world.engine.preview(dev)).toEqual([{ op: "same", name: "dev" }]);
    expect(await world.engine.up(dev)).toEqual([{ op: "same", name: "dev" }]);
    await world.emulator.control.updateOrganization("acme-dev", { display_name: "Acme tests" });
    expect(await world.engine.refresh()).toEqual([]);
  });
});

test("description and contactEmail are rejected at check, each with its name, and nothing is adopted", async () => {
  const program = { dev: organization("acme-dev", { description: "Here", contactEmail: "ops@acme.example" }) };
  const refused = world.engine.preview(program);
  const reason = "Avocado Connect has no description and no contact e-mail of organizations: remove them";
  await expect(refused).rejects.toThrow(`description: ${reason}\ncontactEmail: ${reason}. Avocado Connect, the API`);
  await expect(refused).rejects.toThrow(overview);
  expect(operations(world)).toEqual(nothingMore);
});

describe("another name", () => {
  test("is refused, and what to do names no replacement, which would delete", async () => {
    await world.engine.up(dev);
    operations(world);
    const refused = world.engine.preview({ dev: organization("acme-lab") });
    await expect(refused).rejects.toThrow(
      /^name: cannot be changed\. Declare "acme-dev" again\. To manage another Organization, declare it as a second resource in the program$/,
    );
    expect(operations(world)).toEqual(nothingMore);
  });

  test("of one that is there, forced with --replace, leaves the old one where it is, and says how to let it go", async () => {
    await world.engine.up(dev);
    await world.emulator.control.createOrganization("acme-lab");
    operations(world);
    const replaced = world.engine.up({ dev: organization("acme-lab") }, { replace: ["dev"] });
    await expect(replaced).rejects.toThrow(
      /Organization acme-dev could not be deleted: Avocado Connect cannot delete organizations: .*`pulumi state delete --force 'urn:/,
    );
    expect(operations(world)).toEqual(nothingMore);
    expect(world.emulator.state.organizations).toHaveLength(2);
  });

  test("is none where the replacement is the same organization", async () => {
    await world.engine.up(dev);
    operations(world);
    await world.engine.up(dev, { replace: ["dev"] });
    expect(world.engine.told).toEqual([
      expect.stringMatching(/^Organization acme-dev is still declared: .* nothing is deleted in Peridio\.$/),
    ]);
    expect(operations(world)).toEqual(nothingMore);
  });
});

test("a deletion is refused with the ways to let it go, and nothing is sent", async () => {
  await world.engine.up(dev);
  operations(world);
  const refused = world.engine.destroy();
  await expect(refused).rejects.toThrow(
    "Organization acme-dev could not be deleted: Avocado Connect cannot delete organizations: ask Peridio's support, or keep it: " +
      "set `deletionPolicy: retain` on the Organization, run `pulumi up`, and then delete the resource. " +
      "To remove it from the state only, run `pulumi state delete --force 'urn:pulumi:test::lifecycle::peridio:index:Organization::dev'`. This changes nothing in Peridio.",
  );
  await expect(refused).rejects.toThrow(overview);
  expect(operations(world)).toEqual(nothingMore);
  expect([...world.engine.state.keys()]).toEqual(["dev"]);
});

describe("a destroy", () => {
  const members = { "bob@acme.example": "member", "eve@acme.example": "member" } as const;

  test("of what is in an organization is refused, and names how to keep it", async () => {
    await world.engine.up({
      ...dev,
      bob: member("bob@acme.example", "member"),
      all: roster({ "eve@acme.example": "member" }, { ignore: ["bob@*"] }),
    });
    operations(world);
    for (const name of ["OrganizationMembers acme-dev", "Membership acme-dev/bob@acme.example"]) {
      await expect(world.engine.destroy()).rejects.toThrow(
        `${name} could not be deleted: this run does not keep its Organization, and Avocado Connect cannot delete organizations. ` +
          "The provider changed nothing in the organization. To keep the organization without this resource, set `deletionPolicy: retain`",
      );
      world.engine.state.delete(name.startsWith("Membership") ? "bob" : "all");
    }
    expect(operations(world)).toEqual(["Me_show", "Me_show"]);
  });

  test("of one that is retained removes people within the limits, and leaves it where it is", async () => {
    const retained = { dev: organization("acme-dev", { deletionPolicy: "retain" }) };
    await world.engine.up({ ...retained, all: roster(members) });
    await expect(world.engine.destroy()).rejects.toThrow(/maxRemovals \(25%\) allows 1/);
    await world.engine.up({ ...retained, all: roster(members, { maxRemovals: "100%" }) });
    operations(world);
    await world.engine.destroy();
    expect(
      operations(world).filter((line) => !/^(Me_show|Organization_members|OrgInvitation_index)$/.test(line)),
    ).toEqual(["OrgInvitation_delete", "OrgInvitation_delete"]);
    expect(world.engine.state.size).toBe(0);
    expect(world.emulator.state.organizations).toHaveLength(1);
  });
});

describe("people", () => {
  test("with the token's own user and the owner keep their roles, and the preview says so", async () => {
    const { control } = world.emulator;
    control.addMember("bob@acme.example", "acme-dev", "admin");
    await control.transferOwnership("bob@acme.example", "acme-dev");
    const program = { ...dev, ada: member("ada@acme.example", "member"), bob: member("bob@acme.example", "member") };
    operations(world);
    await world.engine.up(dev);
    for (const [name, reason] of [
      ["ada", "Peridio does not let an API key change its own user's role. Set `role: admin` for ada@acme.example"],
      ["bob", "Peridio does not let anyone change the owner's role. Set `role: admin` for bob@acme.example"],
    ] as const)
      await expect(world.engine.preview({ ...dev, [name]: program[name] })).rejects.toThrow(reason);
    expect(
      operations(world).filter((line) => !/^(Me_show|Organization_members|OrgInvitation_index)$/.test(line)),
    ).toEqual([]);
  });

  test("with the token's own user and the owner stay when they are declared no more, with a warning", async () => {
    const { control } = world.emulator;
    control.addMember("bob@acme.example", "acme-dev", "admin");
    await control.transferOwnership("bob@acme.example", "acme-dev");
    await world.engine.up({
      ...dev,
      ada: member("ada@acme.example", "admin"),
      bob: member("bob@acme.example", "admin"),
    });
    operations(world);
    await world.engine.up(dev);
    expect(world.engine.told.sort()).toEqual([
      expect.stringContaining("ada@acme.example stays in the organization as the user of this API key"),
      expect.stringContaining("bob@acme.example stays in the organization as the owner"),
    ]);
    expect(operations(world).filter((line) => line.startsWith("Organization_remove"))).toEqual([]);
  });
});

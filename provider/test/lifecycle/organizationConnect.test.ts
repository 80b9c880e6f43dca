import { getTypeName } from "#framework/messages";
import { resources } from "../../src/resources";
import { beginConnect, operations } from "../support/connect";
import { connect } from "../support/dialect";
import { dev, member, organization, roster } from "../support/programs";
import { getSample, isConnectOnly } from "../support/samples";
import type { World } from "../support/world";

let world: World;
beforeEach(async () => (world = await beginConnect()));
afterEach(() => world.end());

const prn = () => `prn:1:${world.emulator.control.getOrganization("acme-dev").id}`;
/** The only request of a run that reads nothing else. */
const onlyCheck = ["Me_show"];

describe("an organization", () => {
  test("that exists is adopted by its slug, and only the token's user is read", async () => {
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

  test("is known in the first preview, which therefore checks its members and seats", async () => {
    world.emulator.control.addMember("eve@acme.example", "acme-dev", "viewer");
    const program = { ...dev, all: roster({ "ada@acme.example": "admin" }), bob: member("bob@acme.example", "admin") };
    await expect(world.engine.preview({ ...dev, all: program.all })).rejects.toThrow(
      "OrganizationMembers acme-dev already exists with other people or roles: the program does not declare eve@acme.example",
    );
    world.emulator.control.setLimits("acme-dev", { users: 2 });
    await expect(world.engine.preview({ ...dev, bob: program.bob })).rejects.toThrow(
      "The organization has no free seat for 1 more person: limit 2, members 2, pending invitations 0",
    );
    expect(world.writes()).toEqual([]);
  });

  test("that the token cannot see is not imported", async () => {
    await expect(world.engine.import("dev", "Organization", "acme-prod")).rejects.toThrow(
      'this API key cannot see organization "acme-prod". Correct the name or id',
    );
    const id = "prn:1:eec5cabf-c4a8-46ab-ae5a-70ca847d558d";
    await expect(world.engine.import("dev", "Organization", id)).rejects.toThrow(
      /is not a member of this organization, or the organization does not exist\. Correct the id.* \(GET \/api\/me, HTTP 200\)/,
    );
  });
});

describe("a missing organization", () => {
  test("is rejected at preview with the visible organizations and the remedy", async () => {
    await world.emulator.control.createOrganization("acme-lab");
    operations(world);
    const refused = world.engine.preview({ dev: organization("Acme development") });
    await expect(refused).rejects.toThrow(
      "Organization Acme development could not be created: this API key cannot see an organization with this name. The API key can see acme-dev (Acme development), acme-lab. " +
        "Avocado Connect cannot create an organization: create it in Peridio's console, or set `name` to the slug of an existing organization.",
    );
    await expect(world.engine.up({ dev: organization("Acme development") })).rejects.toThrow(
      "cannot create an organization",
    );
    expect(operations(world)).toEqual(["Me_show", "Me_show"]);
    expect(world.engine.state.size).toBe(0);
  });

  test("may be one that a bound token cannot see, and the error says so", async () => {
    await world.emulator.control.createOrganization("acme-lab");
    const apiKey = world.emulator.control.addApiKey("ada@acme.example", { organization: "acme-lab" });
    const bound = world.with({ apiKey, backend: "connect" });
    await bound.up({ lab: organization("acme-lab") });
    await expect(bound.preview(dev)).rejects.toThrow(
      "this API key cannot see an organization with this name. The API key is bound to one organization and can see acme-lab.",
    );
  });
});

describe("the display name", () => {
  const labelled = (displayName: string) => ({ dev: organization("acme-dev", { displayName }) });
  const refusal =
    "Avocado Connect cannot rename an organization: remove `displayName` from the program, or declare the name that the provider last read: " +
    '"Acme development".';

  test("is adopted if it is equal, and rejected at preview if it differs", async () => {
    await world.engine.up(labelled("Acme development"));
    expect(await world.engine.preview(labelled("Acme development"))).toEqual([{ op: "same", name: "dev" }]);
    await expect(world.engine.preview(labelled("Acme tests"))).rejects.toThrow(
      `Organization acme-dev could not be updated: ${refusal}`,
    );
    await expect(world.engine.up(labelled("Acme tests"))).rejects.toThrow(refusal);
    expect(world.engine.state.get("dev")?.outputs).toMatchObject({ displayName: "Acme development" });
  });

  test("is rejected before an adoption if it differs", async () => {
    await expect(world.engine.preview(labelled("Acme tests"))).rejects.toThrow(
      `Organization acme-dev could not be created: ${refusal}`,
    );
    await expect(world.engine.up(labelled("Acme tests"))).rejects.toThrow(refusal);
    expect(world.engine.state.size).toBe(0);
    expect(new Set(operations(world))).toEqual(new Set(onlyCheck));
  });

  test("shows as drift after a change outside Pulumi, and the declaration of that value is not a change", async () => {
    await world.engine.up(labelled("Acme development"));
    await world.emulator.control.updateOrganization("acme-dev", { display_name: "Acme tests" });
    expect(await world.engine.refresh()).toEqual([{ op: "refresh", name: "dev", diff: { displayName: "update" } }]);
    await expect(world.engine.up(labelled("Acme development"))).rejects.toThrow(
      'or declare the name that the provider last read: "Acme tests"',
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

test("description and contactEmail are rejected by name at preview, and nothing is adopted", async () => {
  const program = { dev: organization("acme-dev", { description: "Here", contactEmail: "ops@acme.example" }) };
  const refused = world.engine.preview(program);
  const reason =
    "Avocado Connect does not support `description` or `contactEmail` of organizations: remove these properties from the program";
  await expect(refused).rejects.toThrow(`description: ${reason}\ncontactEmail: ${reason}`);
  expect(operations(world)).toEqual(onlyCheck);
});

describe("a forced replacement", () => {
  test("by another organization fails with the command that removes the first one from the state", async () => {
    await world.engine.up(dev);
    await world.emulator.control.createOrganization("acme-lab");
    operations(world);
    const replaced = world.engine.up({ dev: organization("acme-lab") }, { replace: ["dev"] });
    await expect(replaced).rejects.toThrow(
      /Organization acme-dev could not be deleted: Avocado Connect cannot delete organizations: .*`pulumi state delete --force 'urn:/,
    );
    expect(operations(world)).toEqual(onlyCheck);
    expect(world.emulator.state.organizations).toHaveLength(2);
  });

  test("by the same organization deletes nothing", async () => {
    await world.engine.up(dev);
    operations(world);
    await world.engine.up(dev, { replace: ["dev"] });
    expect(world.engine.warnings).toEqual([
      expect.stringMatching(/^Organization acme-dev is still declared, so the provider deletes nothing in Peridio\./),
    ]);
    expect(operations(world)).toEqual(onlyCheck);
  });
});

test("a deletion is rejected with the ways to keep the organization, and nothing is sent", async () => {
  await world.engine.up(dev);
  operations(world);
  const refused = world.engine.destroy();
  await expect(refused).rejects.toThrow(
    "Organization acme-dev could not be deleted: Avocado Connect cannot delete organizations: ask Peridio's support to delete the organization. To keep it, " +
      "set `deletionPolicy: retain` on the Organization, run `pulumi up`, and then delete the resource. " +
      "To remove the resource from the state only, run `pulumi state delete --force 'urn:pulumi:test::lifecycle::peridio:index:Organization::dev'`. This changes nothing in Peridio.",
  );
  expect(operations(world)).toEqual(onlyCheck);
  expect([...world.engine.state.keys()]).toEqual(["dev"]);
});

describe("a destroy", () => {
  const members = { "bob@acme.example": "member", "eve@acme.example": "member" } as const;

  test("of the people is rejected with the way to keep the organization", async () => {
    await world.engine.up({
      ...dev,
      bob: member("bob@acme.example", "member"),
      all: roster({ "eve@acme.example": "member" }, { ignore: ["bob@*"] }),
    });
    operations(world);
    for (const name of ["OrganizationMembers acme-dev", "Membership acme-dev/bob@acme.example"]) {
      await expect(world.engine.destroy()).rejects.toThrow(
        `${name} could not be deleted: this run may delete the Organization, but Avocado Connect cannot delete organizations. ` +
          "The provider changed nothing in the organization. Choose a remedy:\n- To keep the organization with its people and settings, set `deletionPolicy: retain`",
      );
      world.engine.state.delete(name.startsWith("Membership") ? "bob" : "all");
    }
    expect(operations(world)).toEqual(["Me_show", "Me_show"]);
  });

  test.each(resources.filter(isConnectOnly).map(getTypeName))(
    "of a %s is rejected, and deletes nothing",
    async (type) => {
      await world.engine.up(getSample(type, connect).made);
      operations(world);
      // Pulumi deletes dependents first, and stops after the first refusal.
      await expect(world.engine.destroy()).rejects.toThrow(
        new RegExp(`^${type} .* could not be deleted: this run may delete the Organization`),
      );
      expect(operations(world).filter((line) => line.endsWith("_delete"))).toEqual([]);
    },
  );

  test("of a retained organization removes people within the limits, and keeps the organization", async () => {
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

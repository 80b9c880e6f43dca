import { type Declared, Engine, type Program } from "../support/engine";
import { dev, member } from "../support/programs";
import { World } from "../support/world";

let world: World;
beforeEach(async () => {
  world = await World.begin();
  await world.engine.up(dev);
  world.requests();
});
afterEach(() => world.end());

const lovelace = "lovelace@acme.example";
const [ada, bob, carl] = ["ada@acme.example", "bob@acme.example", "carl@acme.example"];
const roster = ["GET invitations status:'pending'", "GET members"];
const transfer = (email: string) => `POST transfer-ownership {"new_owner":"${email}"}`;

/** The owner of the organization that the program calls `dev`. */
function owner(email: string): Declared {
  return { type: "OrganizationOwner", inputs: (id) => ({ organizationId: id("dev"), email }) };
}

const given: Program = { ...dev, owner: owner(bob) };

/** Makes people members, as if they had accepted. */
function join(...people: [email: string, role: "admin" | "viewer"][]): void {
  for (const [email, role] of people) world.emulator.control.addMember(email, "acme-dev", role);
}

/** Expects that both preview and `up` refuse a program with these words, and that nothing is written. */
async function refused(program: Program, words: string, hint = ""): Promise<void> {
  world.requests();
  await expect(world.engine.preview(program)).rejects.toThrow(new Error(words + hint));
  await expect(world.engine.up(program)).rejects.toThrow(new Error(words));
  expect(world.writes()).toEqual([]);
}

describe("declaring", () => {
  test("the current owner sends nothing, in any letter case", async () => {
    const program = { ...dev, owner: owner("Ada@Acme.example") };
    await world.engine.preview(program);
    expect(world.engine.warnings).toEqual([]);
    await world.engine.up(program);
    expect(world.writes()).toEqual([]);
    const { id, outputs } = world.engine.state.get("owner") ?? {};
    expect(id).toBe(world.engine.state.get("dev")?.id);
    expect(outputs?.email).toBe("Ada@Acme.example");
    expect(outputs?.userId).toMatch(/^prn:1:user:/);
    expect(await world.engine.refresh()).toEqual([]);
  });

  test("another admin transfers the ownership in one request", async () => {
    join([bob, "admin"]);
    await world.engine.up(given);
    expect(world.requests()).toEqual(["GET", ...roster, transfer(bob)]);
    expect(world.engine.state.get("owner")?.outputs).toMatchObject({ email: bob });
    expect(await world.engine.preview(given)).toEqual([
      { op: "same", name: "dev" },
      { op: "same", name: "owner" },
    ]);
    expect(await world.engine.refresh()).toEqual([]);
  });

  test("another admin causes a preview that names what the owner loses", async () => {
    join([bob, "admin"]);
    await world.engine.preview(given);
    expect(world.engine.warnings).toEqual([
      `This change transfers the ownership to ${bob}. ${ada} can then not delete the organization. Only ${bob} can transfer the ownership back.`,
    ]);
    expect(world.requests()).toEqual(["GET", ...roster]);
  });

  test("another admin later is an update, and another transfer", async () => {
    join([bob, "admin"]);
    await world.engine.up({ ...dev, owner: owner(ada) });
    expect(await world.engine.up(given)).toContainEqual({ op: "update", name: "owner", diff: { email: "update" } });
    expect(world.writes()).toEqual([transfer(bob)]);
    expect(world.engine.state.get("owner")?.outputs).toMatchObject({ email: bob });
  });
});

describe("preview and `up` reject", () => {
  const could = "OrganizationOwner acme-dev could not be created:";
  const rule = "Only a member with the role admin can own an organization.";
  const later =
    "Until the person has accepted an invitation, remove this resource from the program (in a layout, remove `owner`).";

  test("a person who is not in the organization", async () => {
    await refused(given, `${could} ${bob} is not in the organization. ${rule} Invite the person. ${later}`);
  });

  test("a person with a pending invitation, even as an admin of the program", async () => {
    await world.engine.up({ ...dev, bob: member(bob, "admin") });
    await refused(
      { ...dev, bob: member(bob, "admin"), owner: owner(bob) },
      `${could} ${bob} has not accepted the invitation. ${rule} ${later}`,
    );
  });

  test("a person with an expired invitation", async () => {
    await world.emulator.control.invite(bob, "acme-dev", "admin");
    world.emulator.control.advance(8 * 24 * 60 * 60);
    await refused(given, `${could} the invitation for ${bob} has expired. ${rule} Invite the person again. ${later}`);
  });

  test("a member who is neither an admin nor declared as one", async () => {
    join([bob, "viewer"]);
    await refused(
      given,
      `${could} ${bob} has the role viewer. ${rule} Make the person an admin first. If a resource in this program makes the person an admin, set \`dependsOn\` to that resource.`,
    );
  });

  test("another owner than the user of the API key, in the update that creates the organization", async () => {
    const created: Program = { new: { type: "Organization", inputs: () => ({ name: "acme-new" }) } };
    const declare = (email: string): Program => ({
      ...created,
      owner: { type: "OrganizationOwner", inputs: (id) => ({ organizationId: id("new"), email }) },
    });
    await world.engine.preview(declare("Ada@Acme.example"));
    const first = "An organization belongs at first to the user of the API key that creates it.";
    await expect(world.engine.preview(declare(bob))).rejects.toThrow(
      `could not be created: ${first} This is ${ada}, and ${bob} has no invitation yet. ${rule} ${later}`,
    );
    join([carl, "viewer"]);
    const key = world.emulator.control.addApiKey(carl);
    const environment = { PERIDIO_API_KEY: key, PERIDIO_BASE_URL: world.url, PERIDIO_PREVIEW_ONLY: "1" };
    const previewer = new Engine(environment, { maxRetries: "1" });
    await previewer.preview(declare(bob));
    expect(previewer.warnings).toEqual([
      `${first} If this is not ${bob}, the update creates the organization, and then fails.`,
    ]);
    expect(world.writes()).toEqual([]);
  });

  test("a transfer by a key that is not the owner's", async () => {
    join([bob, "admin"], [carl, "admin"]);
    await world.emulator.control.transferOwnership(bob, "acme-dev");
    await refused(
      { ...dev, owner: owner(carl) },
      `${could} ${ada} is an admin of organization acme-dev, but this operation requires the API key of the organization's owner, ${bob}. Use the API key of ${bob}, or ask ${bob} to transfer the ownership to ${ada} first.`,
      " To preview changes that another API key will apply, set PERIDIO_PREVIEW_ONLY=1.",
    );
  });
});

test("a member who becomes an admin in the program passes the preview, and becomes the owner in the same run", async () => {
  join([bob, "viewer"]);
  await world.engine.import("bob", "Membership", `acme-dev/${bob}`);
  world.requests();
  const program = { ...dev, bob: member(bob, "admin"), owner: owner(bob) };
  await world.engine.preview(program);
  expect(world.writes()).toEqual([]);
  await world.engine.up(program);
  expect(world.writes()).toEqual(['PATCH members {"role":"admin"}', transfer(bob)]);
  expect((await world.engine.preview(program)).map(({ op }) => op)).toEqual(["same", "same", "same"]);
});

test("a member who becomes an admin in the roster becomes the owner in the same run", async () => {
  join([bob, "viewer"]);
  await world.engine.import("people", "OrganizationMembers", "acme-dev");
  const people: Declared = {
    type: "OrganizationMembers",
    inputs: (id) => ({ organizationId: id("dev"), members: { [ada]: "admin", [bob]: "admin" } }),
  };
  const program = { ...dev, people, owner: owner(bob) };
  await world.engine.preview(program);
  world.requests();
  await world.engine.up(program);
  expect(world.writes()).toEqual(['PATCH members {"role":"admin"}', transfer(bob)]);
  expect((await world.engine.preview(program)).map(({ op }) => op)).toEqual(["same", "same", "same"]);
  expect(await world.engine.refresh()).toEqual([]);
});

test("a role change after the transfer stops the transfer, and nothing is lost", async () => {
  join([bob, "viewer"]);
  await world.engine.import("bob", "Membership", `acme-dev/${bob}`);
  world.requests();
  const reversed = { ...dev, owner: owner(bob), bob: member(bob, "admin") };
  await expect(world.engine.up(reversed)).rejects.toThrow(/has the role viewer\. .*`dependsOn`/);
  expect(world.writes()).toEqual([]);
});

test("a role change that Peridio refuses stops the transfer", async () => {
  join([bob, "viewer"]);
  await world.engine.import("bob", "Membership", `acme-dev/${bob}`);
  world.emulator.control.fault({ operation: "update-a-member", effect: { status: 403 }, times: "always" });
  world.requests();
  const program = { ...dev, bob: member(bob, "admin"), owner: owner(bob) };
  await expect(world.engine.up(program, { parallel: true })).rejects.toThrow("could not be updated");
  expect(world.writes()).toEqual(['PATCH members {"role":"admin"}']);
  expect([...world.engine.state.keys()]).toEqual(["dev", "bob"]);
});

test("memberships of the former and the new owner stay unchanged", async () => {
  join([bob, "admin"]);
  await world.engine.import("bob", "Membership", `acme-dev/${bob}`);
  const people = { ada: member(ada, "admin"), bob: member(bob, "admin") };
  const program = { ...dev, ...people, owner: owner(bob) };
  await world.engine.up(program);
  expect((await world.engine.preview(program)).map(({ op }) => op)).toEqual(["same", "same", "same", "same"]);
  expect(await world.engine.refresh()).toEqual([]);
  expect(world.engine.warnings).toEqual([]);
});

describe("a transfer with a lost response", () => {
  test("is found, and not repeated", async () => {
    join([bob, "admin"]);
    world.emulator.control.fault({ operation: "transfer-ownership", when: "after", effect: "drop" });
    await world.engine.up(given);
    expect(world.requests()).toEqual(["GET", ...roster, transfer(bob), "GET"]);
    expect(world.engine.state.get("owner")?.outputs).toMatchObject({ email: bob });
  });

  test("is found by the next run after a crash", async () => {
    join([bob, "admin"]);
    // After a crash, Peridio has the new owner, and the state has the former one.
    await world.emulator.control.transferOwnership(bob, "acme-dev");
    await world.engine.preview(given);
    expect(world.engine.warnings).toEqual([]);
    await world.engine.up(given);
    expect(world.writes()).toEqual([]);
    expect(world.engine.state.get("owner")?.outputs).toMatchObject({ email: bob });
  });

  test("is found by the next run of an update", async () => {
    join([bob, "admin"]);
    await world.engine.up({ ...dev, owner: owner(ada) });
    await world.emulator.control.transferOwnership(bob, "acme-dev");
    await world.engine.preview(given);
    expect(world.engine.warnings).toEqual([]);
    await world.engine.up(given);
    expect(world.writes()).toEqual([]);
    expect(world.engine.state.get("owner")?.outputs).toMatchObject({ email: bob });
  });
});

describe("an owner changed outside Pulumi", () => {
  beforeEach(async () => {
    join([bob, "admin"]);
    await world.engine.up({ ...dev, owner: owner(ada) });
    await world.emulator.control.transferOwnership(bob, "acme-dev");
  });

  test("is drift that a refresh shows, and that only the new owner's key repairs", async () => {
    expect(await world.engine.refresh()).toEqual([{ op: "refresh", name: "owner", diff: { email: "update" } }]);
    await refused(
      { ...dev, owner: owner(ada) },
      `OrganizationOwner acme-dev could not be updated: ${ada} is an admin of organization acme-dev, but this operation requires the API key of the organization's owner, ${bob}. Use the API key of ${bob}, or ask ${bob} to transfer the ownership to ${ada} first.`,
      " To preview changes that another API key will apply, set PERIDIO_PREVIEW_ONLY=1.",
    );
  });

  test("is not a difference if it is declared", async () => {
    await world.engine.refresh();
    expect(await world.engine.up({ ...dev, owner: owner(bob) })).toContainEqual({ op: "same", name: "owner" });
  });
});

test("an owner with a new address is the same owner, whichever address is declared, and a refresh says which to declare", async () => {
  await world.engine.up({ ...dev, owner: owner(ada) });
  world.emulator.control.changeEmail(ada, lovelace);
  expect(await world.engine.refresh()).toEqual([]);
  expect(world.engine.warnings).toEqual([`The owner has a new address: declare ${lovelace}.`]);
  expect(world.engine.state.get("owner")?.outputs).toMatchObject({ email: ada, currentEmail: lovelace });
  for (const email of [ada, lovelace]) {
    expect(await world.engine.up({ ...dev, owner: owner(email) })).toContainEqual({ op: "same", name: "owner" });
  }
  expect(await world.engine.refresh()).toEqual([]);
  expect(world.engine.warnings).toEqual([]);
  expect(world.engine.state.get("owner")?.outputs).toMatchObject({ email: lovelace });
  expect(world.writes().slice(1)).toEqual([]);
});

test("an owner with a new address stays the same owner before a refresh", async () => {
  await world.engine.up({ ...dev, owner: owner(ada) });
  world.emulator.control.changeEmail(ada, lovelace);
  world.requests();
  await world.engine.up({ ...dev, owner: owner(lovelace) });
  expect(world.writes()).toEqual([]);
});

test("a deletion keeps the owner, and says so", async () => {
  join([bob, "admin"]);
  await world.engine.up(given);
  world.requests();
  await world.engine.up(dev);
  expect(world.engine.warnings).toEqual([
    `Deleting this resource does not change the owner: ${bob} still owns the organization.`,
  ]);
  expect(world.requests()).toEqual(["GET"]);
});

test.each(["name", "PRN"])("an import takes the organization's %s", async (form) => {
  const prn = world.engine.state.get("dev")?.id ?? "";
  expect(await world.engine.import("owner", "OrganizationOwner", form === "name" ? "acme-dev" : prn)).toEqual({
    organizationId: prn,
    email: ada,
  });
});

test("two owners of one organization are rejected", async () => {
  await expect(world.engine.preview({ ...dev, first: owner(ada), second: owner(bob) })).rejects.toThrow(
    /^organizationId: is declared twice, here and by urn:\S+::first: keep one of the two$/,
  );
});

import { ForbiddenError, InvalidRequestError, type Peridio } from "../../src/api";
import { cacheReads } from "../../src/api/cachedClient";
import { locateOrganization } from "../../src/types/organizationId";
import { all, emulated, rejection, type Emulated } from "./emulated";

let peridio: Emulated;
beforeAll(async () => {
  peridio = await emulated();
});
beforeEach(() => {
  peridio.reset();
  peridio.emulator.control.addMember("bob@acme.example", "acme", "admin");
});
afterAll(async () => peridio.close());

const client = (): Peridio => cacheReads(peridio.client({ maxRetries: 0 }));
/** The same process in another operation of the engine. */
const otherOperation = (process: Peridio): Peridio => process.with({ signal: new AbortController().signal });

describe("billing settings", () => {
  test("are read once, and then taken from the answer to a change", async () => {
    const process = client();
    const initial = { billingEmail: null, paymentMethod: null, usageAlerts: [] };
    const read = [process, otherOperation(process)].map(async ({ billingSettings }) =>
      billingSettings.get(peridio.acme),
    );
    expect(await Promise.all(read)).toEqual([initial, initial]);
    await otherOperation(process).billingSettings.update(peridio.acme, { paymentMethod: "invoice" });
    expect(await process.billingSettings.get(peridio.acme)).toEqual({ ...initial, paymentMethod: "invoice" });
    expect(peridio.requests()).toEqual(["retrieve-billing-settings", "update-billing-settings"]);
  });

  test("are read again after a failed change", async () => {
    const { billingSettings } = client();
    await billingSettings.get(peridio.acme);
    peridio.emulator.control.fault({ method: "PATCH", when: "after", effect: "drop" });
    await rejection(billingSettings.update(peridio.acme, { billingEmail: "invoices@acme.example" }));
    expect(await billingSettings.get(peridio.acme)).toMatchObject({ billingEmail: "invoices@acme.example" });
  });

  test("are independent of the security settings", async () => {
    const { billingSettings, securitySettings } = client();
    await securitySettings.update(peridio.acme, { requireTwoFactor: true });
    expect(await billingSettings.get(peridio.acme)).not.toHaveProperty("requireTwoFactor");
    expect(await securitySettings.get(peridio.acme)).toMatchObject({ requireTwoFactor: true });
  });
});

describe("the list of organizations", () => {
  const names = async ({ organizations }: Peridio): Promise<string[]> => {
    const found: string[] = [];
    for await (const { name } of organizations.list()) found.push(name);
    return found;
  };

  test("is read once for all operations", async () => {
    const process = client();
    expect(await Promise.all([names(process), names(otherOperation(process))])).toEqual([["acme"], ["acme"]]);
    expect(peridio.requests()).toEqual(["list-organizations"]);
  });

  test("is read again after a change of this process, even if it failed", async () => {
    const process = client();
    await names(process);
    await process.organizations.create("globex", {});
    expect(await names(process)).toContain("globex");
    await rejection(process.organizations.create("globex", {}));
    await names(process);
    const lists = peridio.requests().filter((operation) => operation === "list-organizations");
    expect(lists).toHaveLength(3);
  });
});

test("limits are read once for each organization, independent of writes", async () => {
  await peridio.emulator.control.createOrganization("globex");
  peridio.emulator.control.setLimits("globex", { users: 60 });
  const globex = `prn:1:${peridio.emulator.control.getOrganization("globex").id}`;
  const process = client();
  const [here, there] = await Promise.all([process.limits(peridio.acme), otherOperation(process).limits(globex)]);
  await process.roster.invite(peridio.acme, "eve@acme.example", "viewer");
  expect(await otherOperation(process).limits(peridio.acme)).toEqual(here);
  expect([here.users, there.users]).toMatchObject([
    { limit: 50, used: 2 },
    { limit: 60, used: 1 },
  ]);
  expect(peridio.requests().filter((operation) => operation === "retrieve-limits")).toHaveLength(2);
});

describe("a transfer of ownership", () => {
  /** Reads the owner of acme from all sources. */
  async function owners(process: Peridio) {
    const { owner } = await process.organizations.get(peridio.acme);
    const people = await process.roster.list(peridio.acme);
    const { organizations: mine } = await process.caller();
    return {
      organization: owner?.email,
      roster: people.flatMap((place) => (place.kind === "member" && place.isOwner ? [place.email] : [])),
      callerIsOwner: mine.map(({ isOwner }) => isOwner),
    };
  }

  const adas = { organization: "ada@acme.example", roster: ["ada@acme.example"], callerIsOwner: [true] };
  const bobs = { organization: "bob@acme.example", roster: ["bob@acme.example"], callerIsOwner: [false] };

  test("updates all caches, and only the roster is read again", async () => {
    const process = client();
    expect(await owners(process)).toEqual(adas);
    const before = peridio.requests().length;
    await otherOperation(process).organizations.transferOwnership(peridio.acme, "bob@acme.example");
    expect(await owners(process)).toEqual(bobs);
    expect(peridio.requests().slice(before)).toEqual(["transfer-ownership", "list-invitations", "list-members"]);
  });

  test("of an organization that this process created updates the caller", async () => {
    const process = client();
    await process.caller();
    const { id } = await process.organizations.create("globex", {});
    peridio.emulator.control.addMember("bob@acme.example", "globex", "admin");
    await process.organizations.transferOwnership(id, "bob@acme.example");
    const { organizations } = await process.caller();
    expect(organizations.map(({ name, isOwner }) => [name, isOwner])).toEqual([
      ["acme", true],
      ["globex", false],
    ]);
  });

  test("with an ambiguous result discards all caches", async () => {
    const process = client();
    await owners(process);
    peridio.emulator.control.fault({ method: "POST", when: "after", effect: "drop" });
    peridio.emulator.control.fault({ operation: "retrieve-an-organization", effect: "html" });
    const transfer = process.organizations.transferOwnership(peridio.acme, "bob@acme.example");
    expect(String(await rejection(transfer))).toContain(
      "The provider could not check if the request took effect (HTTP 502).",
    );
    expect(await owners(process)).toEqual(bobs);
  });

  test("that is rejected after a transfer outside this process discards all caches", async () => {
    const process = client();
    await owners(process);
    await peridio.emulator.control.transferOwnership("bob@acme.example", "acme");
    const transfer = process.organizations.transferOwnership(peridio.acme, "bob@acme.example");
    expect(await rejection(transfer)).toBeInstanceOf(ForbiddenError);
    expect(await owners(process)).toEqual(bobs);
  });

  test("to someone who is not an admin changes nothing", async () => {
    const process = client();
    const transfer = process.organizations.transferOwnership(peridio.acme, "eve@acme.example");
    expect(await rejection(transfer)).toBeInstanceOf(InvalidRequestError);
    expect(await owners(process)).toEqual(adas);
  });
});

test("a new organization is in the caller's list once, before and after the caller is read", async () => {
  const process = client();
  await process.organizations.create("globex", {});
  await process.caller();
  await process.organizations.create("initech", {});
  const { organizations } = await process.caller();
  expect(organizations.map(({ name }) => name)).toEqual(["acme", "globex", "initech"]);
});

test("with connect, the caller, its organizations and their limits come from one answer", async () => {
  const connected = await emulated("connect");
  const { acme, emulator } = connected;
  const process = cacheReads(connected.client());
  const [{ organizations }, { name }, limits] = await Promise.all([
    process.caller(),
    otherOperation(process).organizations.get(acme),
    otherOperation(process).limits(acme),
  ]);
  expect(organizations).toEqual([{ id: acme, name, role: "owner", isOwner: true }]);
  expect(limits.users).toEqual({ limit: 50, used: undefined });
  await process.roster.list(acme);
  await process.roster.invite(acme, "eve@acme.example", "member");
  emulator.control.setLimits("acme", { users: 60 });
  expect(await otherOperation(process).limits(acme)).toEqual(limits);
  expect(connected.requests()).toEqual([
    "Me_show",
    "OrgInvitation_index",
    "Organization_members",
    "OrgInvitation_create",
  ]);
  await connected.close();
});

test("a deleted organization leaves the caller's list, and its name is free", async () => {
  const process = client();
  const { id } = await process.organizations.create("acme-brief", {});
  const another = client();
  expect((await another.caller()).organizations).toHaveLength(2);
  await another.organizations.delete(id);
  expect((await another.caller()).organizations.map(({ name }) => name)).toEqual(["acme"]);
  await another.organizations.create("acme-brief", {});
  expect((await another.caller()).organizations.map(({ name }) => name)).toEqual(["acme", "acme-brief"]);
  peridio.reset();
});

test("a name that no organization had is found after another process has created the organization", async () => {
  const process = client();
  expect(String(await rejection(locateOrganization(process, "globex")))).toContain("cannot see");
  await peridio.emulator.control.createOrganization("globex");
  const { id } = peridio.emulator.control.getOrganization("globex");
  expect(await locateOrganization(process, "globex")).toBe(`prn:1:${id}`);
  peridio.reset();
});

test("a list of groups that is read during a change is read again after the change", async () => {
  const connected = await emulated("connect");
  const { acme, emulator } = connected;
  const process = cacheReads(connected.client());
  const names = async () => (await all(process.groups.list(acme))).map(({ name }) => name);
  const group = await process.groups.create(acme, "field", {});
  const changes = [
    ["Group_update", async () => process.groups.update(group, { name: "service" }), ["field"], ["service"]],
    ["Group_delete", async () => process.groups.delete(group.id), ["service"], []],
  ] as const;
  for (const [operation, change, before, after] of changes) {
    const hold = emulator.control.hold({ operation });
    const changing = change();
    await hold.waitForArrivals();
    expect(await names()).toEqual(before);
    hold.release();
    await changing;
    expect(await names()).toEqual(after);
  }
  await connected.close();
});

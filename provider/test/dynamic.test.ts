import { log } from "@pulumi/pulumi";
import type { Values } from "#framework";
import { parentInput } from "#framework/definitions";
import { DynamicHost, type Properties, unknown } from "./support/dynamicHost";

let host: DynamicHost;
/** Where warnings go while there is no engine. */
let warn: jest.SpyInstance<void, unknown[]>;

beforeEach(async () => {
  host = await DynamicHost.begin();
  warn = jest.spyOn(console, "warn").mockImplementation();
});
afterEach(async () => {
  warn.mockRestore();
  await host.end();
});

const bob = (role: string) => ({
  __provider: "text",
  __urn: "urn:bob",
  organizationId: host.acme,
  email: "bob@acme.example",
  role,
});

const policy = (settings: Properties) => ({ __urn: "urn:policy", organizationId: host.acme, ...settings });

/** Returns the failures of a check, such as `role must be …`, or ` members: must …` without a property. */
async function complaints(type: string, olds: Properties, news: Properties): Promise<string> {
  const { failures = [] } = await host.provider(type).check(olds, news);
  return failures.map(({ property, reason }) => `${property} ${reason}`).join("\n");
}

/** A state and its id, as the host keeps them. */
async function made(type: string, inputs: Properties): Promise<{ id: string; state: Properties }> {
  const { id, outs = {} } = await host.provider(type).create(inputs);
  host.restart();
  host.requests();
  return { id, state: outs };
}

describe("check", () => {
  test("a mistake is reported with the path of its property", async () => {
    const inputs = policy({ ipAllowlist: [{ cidr: "10.0.0.0/8" }, { cidr: "10.0.0.1" }] });
    expect(await complaints("SecurityPolicy", {}, inputs)).toMatch(
      /^ ipAllowlist\[1\]\.cidr: "10\.0\.0\.1" is not a CIDR/,
    );
  });

  test("what is not known yet is passed on, and nothing is asked about it", async () => {
    const inputs = { ...bob("viewer"), organizationId: unknown };
    expect(await host.provider("Membership").check({}, inputs)).toEqual({
      inputs: { ...inputs, __parent: unknown },
      failures: [],
    });
    expect(host.requests()).toEqual([]);
  });

  test("a new name of an organization is refused, with the remedy", async () => {
    const { state } = await made("Organization", { __urn: "urn:qa", name: "acme-qa" });
    const complaint = await complaints("Organization", state, { __urn: "urn:qa", name: "acme-test" });
    expect(complaint).toMatch(
      /^name cannot be changed\. Declare "acme-qa" again\. To manage another Organization, declare it as a second/,
    );
  });

  test("a person who is declared twice is refused", async () => {
    expect(await complaints("Membership", {}, bob("viewer"))).toBe("");
    const complaint = await complaints("Membership", {}, { ...bob("admin"), __urn: "urn:robert" });
    expect(complaint).toMatch(/^email is declared twice, here and by urn:bob/);
  });

  test("a planned person with an invitation takes one seat, not two", async () => {
    const carl = { ...bob("viewer"), __urn: "urn:carl", email: "carl@acme.example" };
    const dora = { ...bob("viewer"), __urn: "urn:dora", email: "dora@acme.example" };
    host.emulator.control.setLimits("acme-dev", { users: 3 });
    const provider = host.provider("Membership");
    await provider.check({}, bob("viewer"));
    await provider.create(bob("viewer"));
    await expect(provider.check({}, carl)).resolves.toMatchObject({ failures: [] });
    await expect(provider.check({}, dora)).rejects.toThrow(
      "The organization has 1 free seat for 2 more people: limit 3, members 1, pending invitations 1",
    );
  });

  test("what exists already is refused before anything is done", async () => {
    const check = host.provider("Organization").check({}, { __urn: "urn:dev", name: "acme-dev" });
    await expect(check).rejects.toThrow('set the resource option `import: "acme-dev"`');
  });

  test("a role that is too low is refused, and read once a process", async () => {
    host.emulator.control.addMember("eve@acme.example", "acme-dev", "viewer");
    const settings = { "peridio:apiKey": host.emulator.control.addApiKey("eve@acme.example") };
    const requirement =
      "eve@acme.example is a viewer of organization acme-dev, but this operation requires at least the role manager";
    const provider = host.provider("SecurityPolicy", settings);
    const inputs = policy({ sessionTimeout: "8h" });
    await expect(provider.check({}, inputs)).rejects.toThrow(requirement);
    await expect(provider.create(inputs)).rejects.toThrow(requirement);
    expect(host.requests().filter((operation) => operation === "get-current-user")).toHaveLength(1);
  });

  test("without an API key the failure says how to give one", async () => {
    const check = host.provider("Membership", { "peridio:apiKey": "" }).check({}, bob("viewer"));
    await expect(check).rejects.toThrow("peridio:apiKey must not be empty. Correct it with `pulumi config set`");
  });
});

describe("the option import", () => {
  test("what is declared as it is comes into the state, and nothing is written", async () => {
    const inputs = { __urn: "urn:dev", __import: "acme-dev", name: "acme-dev" };
    const provider = host.provider("Organization");
    expect(await provider.check({}, inputs)).toEqual({ inputs, failures: [] });
    const { id, outs } = await provider.create(inputs);
    expect(id).toBe(host.acme);
    expect(outs).toMatchObject({ name: "acme-dev", __declared: ["name"], owner: { email: "ada@acme.example" } });
    expect(host.requests().filter((line) => !/^(get|retrieve)-/.test(line))).toEqual([]);
  });

  test("what is declared otherwise is refused, and the difference named", async () => {
    const inputs = { __urn: "urn:dev", __import: "acme-dev", name: "acme-dev", displayName: "Development" };
    await expect(host.provider("Organization").check({}, inputs)).rejects.toThrow(
      'Organization acme-dev was not imported: the program declares other values. The existing values are displayName = "acme-dev".',
    );
  });

  test("a roster that differs in several people is shown once", async () => {
    for (const email of ["bob@acme.example", "carl@acme.example"]) {
      host.emulator.control.addMember(email, "acme-dev", "viewer");
    }
    const members = { "ada@acme.example": "admin", "bob@acme.example": "admin", "carl@acme.example": "admin" };
    const inputs = { __urn: "urn:all", __import: "acme-dev", organizationId: host.acme, members };
    await expect(host.provider("OrganizationMembers").check({}, inputs)).rejects.toThrow(
      'the program declares other values. The existing values are members = {"ada@acme.example":"admin","bob@acme.example":"viewer","carl@acme.example":"viewer"}. Declare',
    );
  });

  test("what is not there is refused", async () => {
    const inputs = { ...bob("viewer"), __import: "acme-dev/bob@acme.example" };
    await expect(host.provider("Membership").check({}, inputs)).rejects.toThrow("it does not exist");
  });
});

describe("update", () => {
  test("a member's other role is one write", async () => {
    const { id, state } = await made("Membership", bob("viewer"));
    host.emulator.control.accept("bob@acme.example", "acme-dev");
    const provider = host.provider("Membership");
    expect(await provider.diff(id, state, bob("admin"))).toEqual({ changes: true, replaces: [] });
    const { outs } = await provider.update(id, state, bob("admin"));
    expect(outs).toMatchObject({ role: "admin", status: "active" });
    expect(host.requests().filter((line) => !/^(list|get)-/.test(line))).toEqual(['update-a-member {"role":"admin"}']);
  });

  test("another person replaces the membership", async () => {
    const { id, state } = await made("Membership", bob("viewer"));
    const inputs = { ...bob("viewer"), email: "carl@acme.example" };
    expect(await host.provider("Membership").diff(id, state, inputs)).toEqual({ changes: true, replaces: ["email"] });
  });

  test("another case of the address is no change", async () => {
    const { id, state } = await made("Membership", bob("viewer"));
    const inputs = { ...bob("viewer"), email: "Bob@ACME.example" };
    expect(await host.provider("Membership").diff(id, state, inputs)).toEqual({ changes: false, replaces: [] });
  });

  test("a removed setting returns to its default", async () => {
    const { id, state } = await made("SecurityPolicy", policy({ requireTwoFactor: true, sessionTimeout: "8h" }));
    const inputs = policy({ requireTwoFactor: true });
    const provider = host.provider("SecurityPolicy");
    expect(await provider.diff(id, state, inputs)).toMatchObject({ changes: true });
    await provider.update(id, state, inputs);
    expect(host.requests().at(-1)).toBe('update-security-settings {"session_timeout":null}');
  });

  test("a setting that was never declared is left alone, whatever it is", async () => {
    const { id, state } = await made("SecurityPolicy", policy({ requireTwoFactor: true }));
    await host.emulator.control.updateSecuritySettings("acme-dev", { session_timeout: 3600 });
    const { props = {} } = await host.provider("SecurityPolicy").read(id, state);
    expect(props).toMatchObject({ sessionTimeout: "1h" });
    const { changes } = await host.provider("SecurityPolicy").diff(id, props, policy({ requireTwoFactor: true }));
    expect(changes).toBe(false);
  });

  test("a preview warns of the e-mail that a pending person will get", async () => {
    const { id, state } = await made("Membership", bob("viewer"));
    await host.provider("Membership").diff(id, state, bob("admin"));
    expect(warn.mock.calls.flat().join("\n")).toContain("Peridio sends a new e-mail to bob@acme.example");
  });
});

test("a warning of a check is not repeated by the create of the same process", async () => {
  const provider = host.provider("SecurityPolicy");
  const { inputs = {} } = await provider.check({}, policy({ requireTwoFactor: true }));
  expect(warn).toHaveBeenCalledTimes(1);
  await provider.create(inputs);
  expect(warn.mock.calls.flat().join("\n")).toContain("because they have no second factor");
  expect(warn).toHaveBeenCalledTimes(1);
});

describe("read", () => {
  test("a read returns drift as state and as input", async () => {
    const { id, state } = await made("Membership", bob("viewer"));
    host.emulator.control.accept("bob@acme.example", "acme-dev");
    await host.emulator.control.setRole("bob@acme.example", "acme-dev", "admin");
    const { props, inputs } = await host.provider("Membership").read(id, state);
    expect(props).toMatchObject({ role: "admin", status: "active" });
    expect(inputs).toEqual({
      __urn: "urn:bob",
      organizationId: host.acme,
      email: "bob@acme.example",
      role: "admin",
    });
  });

  test("the comparison of a refresh refuses nothing, and the one of an update does", async () => {
    const members = { "ada@acme.example": "admin" };
    const roster = { __urn: "urn:roster", organizationId: host.acme, members };
    const { id, state } = await made("OrganizationMembers", roster);
    for (const name of ["bob", "carl", "dora"])
      host.emulator.control.addMember(`${name}@acme.example`, "acme-dev", "viewer");
    const provider = host.provider("OrganizationMembers");
    const { props = {}, inputs = {} } = await provider.read(id, state);
    expect(await provider.diff(id, props, roster)).toEqual({ changes: true, replaces: [] });
    const { inputs: news = {} } = await provider.check(inputs, roster);
    await expect(provider.diff(id, props, news)).rejects.toThrow("maxRemovals (25%) allows 1");
  });

  test("what is gone has no id", async () => {
    const { id, state } = await made("Membership", bob("viewer"));
    await host.emulator.control.revoke("bob@acme.example", "acme-dev");
    expect(await host.provider("Membership").read(id, state)).toEqual({});
  });

  test("all people of an organization are read with the same requests", async () => {
    const { id, state } = await made("Membership", bob("viewer"));
    const carl = await made("Membership", { ...bob("viewer"), __urn: "urn:carl", email: "carl@acme.example" });
    const provider = host.provider("Membership");
    await Promise.all([provider.read(id, state), provider.read(carl.id, carl.state)]);
    expect(host.requests()).toEqual(["list-invitations", "list-members"]);
  });
});

describe("delete", () => {
  /** Adds the marker that a Check writes if the program never declared the organization. */
  const marked = (state: Values, id = state.organizationId): Values => ({
    ...state,
    [parentInput]: { id, deletion: "undeclared" },
  });

  test("nothing is deleted without a marker", async () => {
    const { id, state } = await made("Membership", bob("viewer"));
    await expect(host.provider("Membership").delete(id, state)).rejects.toThrow(/run `pulumi up` once/);
    expect(host.requests()).not.toContain("revoke-an-invitation");
  });

  test("the invitation is revoked", async () => {
    const { id, state } = await made("Membership", bob("viewer"));
    await host.provider("Membership").delete(id, marked(state));
    expect(host.requests().slice(-3)).toEqual(["revoke-an-invitation", "list-invitations", "list-members"]);
  });

  test("only the settings that were declared go back", async () => {
    const { id, state } = await made("SecurityPolicy", policy({ requireTwoFactor: true }));
    await host.emulator.control.updateSecuritySettings("acme-dev", { session_timeout: 3600 });
    await host.provider("SecurityPolicy").delete(id, marked(state));
    expect(host.requests().at(-1)).toBe('update-security-settings {"two_factor_required":false}');
  });

  test("settings of an organization that was just deleted are gone with it, those of one that cannot be seen are not", async () => {
    const qa = await made("Organization", { __urn: "urn:qa", name: "acme-qa" });
    const settings = await made("SecurityPolicy", policy({ organizationId: qa.id, requireTwoFactor: true }));
    warn.mockClear();
    await host.provider("Organization").delete(qa.id, qa.state);
    await host.provider("SecurityPolicy").delete(settings.id, marked(settings.state));
    expect(warn.mock.calls).toEqual([]);
    expect(host.requests().filter((line) => line.startsWith("update-"))).toEqual([]);
    host.restart();
    await expect(host.provider("SecurityPolicy").delete(settings.id, marked(settings.state))).rejects.toThrow(
      /SecurityPolicy .* could not be deleted: Peridio returned 404: the Organization was deleted, or/,
    );
  });

  test("what the program still declares under another name stays", async () => {
    const { id, state } = await made("Membership", bob("viewer"));
    const provider = host.provider("Membership");
    await provider.check({}, { ...bob("viewer"), __urn: "urn:robert" });
    await provider.delete(id, state);
    expect(warn.mock.calls.flat().join("\n")).toContain("is still declared");
    expect(host.requests()).not.toContain("revoke-an-invitation");
  });
});

describe("what the program holds secret", () => {
  const zoe = () => ({ ...bob("viewer"), email: "zoe@acme.example", __secret: ["email"] });

  test("is in no warning and in no failure, also of a later operation", async () => {
    const { id, state } = await made("Membership", zoe());
    expect(state).toMatchObject({ email: "zoe@acme.example", __secret: ["email"] });
    await host.provider("Membership").diff(id, state, { ...zoe(), role: "admin" });
    expect(warn.mock.calls.flat().join("\n")).toContain("Peridio sends a new e-mail to [secret]");
    host.emulator.control.accept("zoe@acme.example", "acme-dev");
    const update = host
      .provider("Membership")
      .update("prn:1:other/zoe@acme.example", state, { ...zoe(), role: "admin" });
    await expect(update).rejects.toThrow(/^Membership acme-dev\/\[secret\] could not be updated/);
  });

  test("is not what a complaint points at, since Pulumi prints that", async () => {
    const inputs = { ...zoe(), email: "nowhere-at-all" };
    expect(await complaints("Membership", {}, inputs)).toBe(
      " email: must be an e-mail address, such as ada@acme.example",
    );
  });

  test("is in no complaint either when it was secret before and something else takes its place", async () => {
    const renamed = complaints(
      "Organization",
      { __urn: "urn:hush", name: "hush-old", __secret: ["name"] },
      { __urn: "urn:hush", name: "hush-new" },
    );
    await expect(renamed).resolves.toContain('Declare "[secret]" again');
  });

  test("is in no warning of a change either after which it is secret no more", async () => {
    const quo = { ...bob("viewer"), email: "quo@acme.example" };
    const { id, state } = await made("Membership", quo);
    await host.provider("Membership").diff(id, { ...state, __secret: ["email"] }, { ...quo, role: "admin" });
    expect(warn.mock.calls.flat().join("\n")).toContain("Peridio sends a new e-mail to [secret]");
  });

  test("is in no log", async () => {
    const debug = jest.spyOn(log, "debug").mockResolvedValue();
    await host.ask("getMembers", { organizationId: host.acme, __secret: ["organizationId"] });
    const lines = debug.mock.calls.map(([text]) => text).join("\n");
    debug.mockRestore();
    expect(lines).toContain("/v2/organizations/[secret]/members");
    expect(lines).not.toContain(host.acme);
  });

  test("stays secret after a refresh", async () => {
    const { id, state } = await made("Membership", zoe());
    const { props, inputs } = await host.provider("Membership").read(id, state);
    expect([props, inputs]).toMatchObject([{ __secret: ["email"] }, { __secret: ["email"] }]);
  });

  test("of a roster are the people, and no roles", async () => {
    const members = { "ada@acme.example": "admin", "yan@acme.example": "viewer" };
    const roster = { __urn: "urn:roster", organizationId: host.acme, members, __secret: ["members"] };
    const { id, state } = await made("OrganizationMembers", roster);
    const demotion = { ...roster, members: { "yan@acme.example": "admin", "ada@acme.example": "viewer" } };
    await expect(host.provider("OrganizationMembers").diff(id, state, demotion)).rejects.toThrow(
      /role admin for \[secret\], or transfer the ownership/,
    );
  });
});

describe("functions", () => {
  const members = async () => {
    const answer = await host.ask("getMembers", { organizationId: "acme-dev", withoutTwoFactor: undefined });
    return answer.members;
  };

  test("return the present values at each call", async () => {
    await made("Membership", bob("viewer"));
    expect(await members()).toMatchObject([
      { email: "ada@acme.example" },
      { email: "bob@acme.example", role: "viewer" },
    ]);
    await host.emulator.control.revoke("bob@acme.example", "acme-dev");
    expect(await members()).toMatchObject([{ email: "ada@acme.example" }]);
  });

  test("tell no secret argument, whatever is wrong with it", async () => {
    const response = host.ask("getMembers", { organizationId: "hush-hush", __secret: ["organizationId"] });
    await expect(response).rejects.toThrow("[secret]");
    await expect(response).rejects.not.toThrow("hush-hush");
  });

  test("name the argument that is wrong", async () => {
    await expect(host.ask("getMembers", { organizationId: "acme-dev", role: "boss" })).rejects.toThrow(
      "role: must be one of owner, admin, manager, developer, member, viewer",
    );
    await expect(host.ask("getPeople", {})).rejects.toThrow("has no function peridio:index:getPeople");
  });
});

test("values that are nested too deeply leave nothing in doubt", async () => {
  let deep: unknown = "bottom";
  for (let level = 0; level < 50_000; level += 1) deep = [deep];
  await expect(
    host.provider("Organization").create({ __urn: "urn:dev", name: "dev", description: deep }),
  ).rejects.toMatchObject({
    code: 9,
  });
  expect(host.requests()).toEqual([]);
});

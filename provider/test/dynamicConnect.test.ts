import { DynamicHost } from "./support/dynamicHost";
import { refusal } from "./support/refusal";

let host: DynamicHost;
beforeEach(async () => {
  host = await DynamicHost.begin();
  host.emulator.control.addMember("bob@acme.example", "acme-dev", "developer");
  host.requests();
});
afterEach(() => host.end());

const connect = { "peridio:backend": "connect" };
const bob = (role: string) => ({ __urn: "urn:bob", organizationId: host.acme, email: "bob@acme.example", role });

test("the stack's configuration selects the API, and Create adopts its organization", async () => {
  const provider = host.provider("Organization", connect);
  const inputs = { __urn: "urn:dev", name: "acme-dev" };
  expect(await provider.check({}, inputs)).toMatchObject({ failures: [] });
  const { id, outs } = await provider.create(inputs);
  expect(id).toBe(host.acme);
  expect(outs).toMatchObject({ name: "acme-dev", tier: "teams" });
  expect(host.requests()).toEqual(["Me_show"]);
});

test("an import, and another role, are what they are with the plugin", async () => {
  const provider = host.provider("Membership", connect);
  const { id, outs = {} } = await provider.create({ ...bob("member"), __import: "acme-dev/bob@acme.example" });
  host.restart();
  host.requests();
  await host.provider("Membership", connect).update(id, outs, bob("admin"));
  expect(host.requests().at(-1)).toBe('Organization_update_member_role {"role":"admin"}');
});

test.each([
  ["SecurityPolicy", { requireTwoFactor: true }, "Avocado Connect cannot manage security settings"],
  ["Membership", { email: "carl@acme.example", role: "viewer" }, "Avocado Connect has no role viewer"],
])("a %s that this API does not have fails the check, and nothing is sent", async (type, settings, reason) => {
  const inputs = { __urn: "urn:it", organizationId: host.acme, ...settings };
  const { failures } = await host.provider(type, connect).check({}, inputs);
  expect((failures ?? []).map((one) => one.reason)).toEqual([expect.stringContaining(reason)]);
  expect(host.requests()).toEqual([]);
});

test("a deletion of an organization is refused, with the way out of the state", async () => {
  const { id, outs = {} } = await host.provider("Organization", connect).create({ __urn: "urn:dev", name: "acme-dev" });
  host.restart();
  host.requests();
  await expect(host.provider("Organization", connect).delete(id, outs)).rejects.toThrow(
    "`pulumi state delete --force 'urn:dev'`",
  );
  expect(host.requests()).toEqual(["Me_show"]);
});

test("a backend that does not exist is refused with its name", async () => {
  const check = host.provider("Membership", { "peridio:backend": "conect" }).check({}, bob("member"));
  await expect(check).rejects.toThrow(
    "peridio:backend must be one of admin-v2, connect; did you mean connect? Correct it with `pulumi config",
  );
});

test("an import shows no observed value of a secret list", async () => {
  const provider = host.provider("Group", connect);
  const field = { __urn: "urn:field", organizationId: host.acme, name: "field", members: ["bob@acme.example"] };
  await provider.create(field);
  const members = ["ada@acme.example"];
  const imported = { ...field, members, __import: "acme-dev/field", __secret: ["members"] };
  host.restart();
  const checked = await refusal(Promise.resolve(host.provider("Group", connect).check({}, imported)));
  const created = await refusal(provider.create(imported));
  for (const text of [checked, created]) {
    expect(text).toContain("The existing values are members = [secret].");
    expect(text).not.toContain("@acme.example");
  }
});

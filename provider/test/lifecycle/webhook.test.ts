import { beginConnect, operations } from "../support/connect";
import { type Program, secret, type Wire } from "../support/engine";
import { dev, part } from "../support/programs";
import { World } from "../support/world";

let world: World;
beforeEach(async () => {
  world = await beginConnect();
});
afterEach(() => world.end());

const url = "https://hooks.acme.example/peridio";
const hook = (settings: Wire = {}): Program => ({ ...dev, hook: part("Webhook", { url, ...settings }) });
const stored = () => world.emulator.state.organizations[0]?.webhooks ?? [];
const outputs = () => world.engine.state.get("hook")?.outputs;
const writes = () => operations(world).filter((line) => /_create|_update|_delete/.test(line));

test("is created with a secret key, and an unchanged run sends no write", async () => {
  const program = hook({ name: "alerts", events: ["device.offline", "device.online"] });
  expect(await world.engine.preview(program)).toContainEqual({ op: "create", name: "hook" });
  expect(writes()).toEqual([]);
  await world.engine.up(program);
  expect(operations(world)).toEqual([
    "Me_show",
    "Webhook_index",
    `Webhook_create {"webhook_endpoint":{"name":"alerts","url":"${url}","events":["device.offline","device.online"]}}`,
  ]);
  expect(outputs()).toEqual({
    organizationId: world.engine.state.get("dev")?.id,
    name: "alerts",
    url,
    events: ["device.offline", "device.online"],
    enabled: true,
    webhookId: stored()[0]?.id,
    secret: secret(stored()[0]?.secret ?? ""),
  });
  const reordered = hook({ name: "alerts", events: ["device.online", "device.offline", "device.online"] });
  expect(await world.engine.up(reordered)).toContainEqual({ op: "same", name: "hook" });
  expect(await world.engine.refresh()).toEqual([]);
  expect(operations(world)).toEqual(["Me_show", "Me_show", "Webhook_show"]);
});

test("a change is made in place, with only the changed properties, and keeps the key", async () => {
  await world.engine.up(hook({ name: "alerts" }));
  const before = outputs()?.secret;
  writes();
  const changed = hook({ name: "alerts", enabled: false, url: `${url}/2` });
  expect(await world.engine.up(changed)).toContainEqual({
    op: "update",
    name: "hook",
    diff: { url: "update", enabled: "update" },
  });
  expect(writes()).toEqual([`Webhook_update {"webhook_endpoint":{"url":"${url}/2","enabled":false}}`]);
  expect(outputs()?.secret).toEqual(before);
});

test("removed properties return to their defaults", async () => {
  await world.engine.up(hook({ name: "alerts", events: ["device.offline"], enabled: false }));
  writes();
  await world.engine.up(hook());
  expect(writes()).toEqual(['Webhook_update {"webhook_endpoint":{"name":"","events":[],"enabled":true}}']);
  expect(stored()).toMatchObject([{ name: null, events: [], enabled: true }]);
});

test("a change outside Pulumi is drift, which the next update repairs, and the key stays", async () => {
  const program = hook({ events: ["device.offline"], enabled: true });
  await world.engine.up(program);
  const key = outputs()?.secret;
  Object.assign(stored()[0] ?? {}, { events: [], enabled: false });
  expect(await world.engine.refresh()).toEqual([
    { op: "refresh", name: "hook", diff: { events: "update", enabled: "update" } },
  ]);
  expect(outputs()?.secret).toEqual(key);
  writes();
  await world.engine.up(program);
  expect(writes()).toEqual(['Webhook_update {"webhook_endpoint":{"events":["device.offline"],"enabled":true}}']);
  expect(outputs()?.secret).toEqual(key);
});

test("that was deleted outside Pulumi is created again", async () => {
  await world.engine.up(hook());
  stored().pop();
  expect(await world.engine.refresh()).toEqual([{ op: "gone", name: "hook" }]);
  await world.engine.up(hook());
  expect(stored()).toHaveLength(1);
});

test("is deleted, also if it is already gone", async () => {
  await world.engine.up(hook());
  world.emulator.control.fault({ operation: "Webhook_delete", when: "after", effect: { status: 404 } });
  expect(await world.engine.up(dev)).toContainEqual({ op: "delete", name: "hook" });
  expect(stored()).toEqual([]);
});

test("two webhooks can have the same name and URL", async () => {
  await world.engine.up({ ...hook({ name: "alerts" }), twin: part("Webhook", { url, name: "alerts" }) });
  await world.engine.up(hook({ name: "alerts" }));
  expect(stored().map(({ id }) => id)).toEqual([outputs()?.webhookId]);
});

test.each(["name", "id"] as const)("an import by %s has no key", async (property) => {
  await world.engine.up(hook({ name: "alerts" }));
  world.engine.state.clear();
  const id = `acme-dev/${stored()[0]?.[property] ?? ""}`;
  expect(await world.engine.import("hook", "Webhook", id)).toMatchObject({ name: "alerts", url });
  expect(outputs()).not.toHaveProperty("secret");
  await world.engine.up(hook({ name: "alerts" }));
  expect(await world.engine.refresh()).toEqual([]);
});

test("a preview rejects a URL that is not absolute, or has another scheme", async () => {
  for (const wrong of ["/peridio", "ftp://acme.example", "https:///path"])
    await expect(world.engine.preview(hook({ url: wrong }))).rejects.toThrow(
      "url: must be an absolute http or https URL",
    );
});

test("is rejected by the Admin API at preview", async () => {
  const admin = await World.begin();
  await expect(admin.engine.preview(hook())).rejects.toThrow(
    "The provider manages no webhooks with Peridio's Admin API: remove them from the program, or use Avocado Connect",
  );
  expect(admin.writes()).toEqual([]);
  await admin.end();
});

import { type Client, listInvalidProperties, readText, readValue } from "../client";
import { createFixture } from "./fixture";

/** Creates a fixture with functions that create and change webhooks. */
async function stage() {
  const staged = await createFixture();
  const { ada, org, path } = staged;
  return {
    ...staged,
    create: (webhook_endpoint: unknown, client: Client = ada) => client.post(`${org}/webhooks`, { webhook_endpoint }),
    update: (webhook_endpoint: unknown) => ada.put(path("{webhook}"), { webhook_endpoint }),
    show: async () => readValue((await ada.get(path("{webhook}"))).body, "data"),
  };
}

test("only the response to a create contains the secret", async () => {
  const { emulator, ada, org, organization, create } = await stage();
  const url = "https://acme.example/hook?team=field#1";
  const { status, body } = await create({ name: "Field", url, events: ["device.online", "anything"], enabled: false });
  const secret = readText(body, "data.secret");
  const id = readText(body, "data.id");
  const shown = {
    id: organization.webhooks[1]?.id,
    organization_id: organization.id,
    name: "Field",
    url,
    events: ["device.online", "anything"],
    enabled: false,
    inserted_at: "2027-01-01T00:00:00Z",
    updated_at: "2027-01-01T00:00:00Z",
  };
  expect([status, body]).toEqual([201, { data: { ...shown, secret } }]);
  expect(secret).toMatch(/^whsec_.{32}$/);
  expect((await ada.get(`${org}/webhooks/${id}`)).body).toEqual({ data: shown });
  expect(readValue((await ada.get(`${org}/webhooks`)).body, "data.1")).toEqual(shown);
  const overview = await emulator.handle(new Request("http://emulator/_emulator/overview"));
  expect(`${JSON.stringify(emulator.requests())}${await overview.text()}`).not.toContain(secret);
});

test("a webhook without details has no name, is for all events and is enabled", async () => {
  const { create } = await stage();
  const { body } = await create({ url: "http://acme.example" });
  expect(readValue(body, "data")).toMatchObject({ name: null, events: [], enabled: true });
  expect(readValue((await create({ url: "http://acme.example", name: "" })).body, "data.name")).toBeNull();
});

test("several webhooks can have one name and one URL", async () => {
  const { create } = await stage();
  expect((await create({ name: "Alerts", url: "https://acme.example/alerts" })).status).toBe(201);
});

test("an update changes only the sent properties, and never the secret", async () => {
  const { emulator, organization, update, show } = await stage();
  const secret = organization.webhooks[0]?.secret;
  emulator.control.advance(60);
  const { status, body } = await update({ enabled: false, secret: "whsec_mine", id: "mine" });
  const changed = {
    id: organization.webhooks[0]?.id,
    organization_id: organization.id,
    name: "Alerts",
    url: "https://acme.example/alerts",
    events: [],
    enabled: false,
    inserted_at: "2027-01-01T00:00:00Z",
    updated_at: "2027-01-01T00:01:00Z",
  };
  expect([status, body]).toEqual([200, { data: changed }]);
  const rest = { name: "All", url: "http://acme.example/all", events: ["ping"], enabled: true };
  expect((await update(rest)).status).toBe(200);
  expect(await show()).toEqual({ ...changed, ...rest });
  expect(organization.webhooks[0]?.secret).toBe(secret);
});

test("an update without a difference does not change the time of the last change", async () => {
  const { emulator, update, show } = await stage();
  const before = await show();
  emulator.control.advance(60);
  for (const same of [{}, { name: "Alerts", events: [] }]) expect((await update(same)).status).toBe(200);
  expect(await show()).toEqual(before);
});

test("an empty name removes the name", async () => {
  const { update, show } = await stage();
  await update({ name: "" });
  expect(await show()).toMatchObject({ name: null });
});

test.each([
  [{}, ["url"]],
  [{ url: null }, ["url"]],
  [{ url: "" }, ["url"]],
  [{ url: "/alerts" }, ["url"]],
  [{ url: "acme.example/alerts" }, ["url"]],
  [{ url: "//acme.example" }, ["url"]],
  [{ url: "ftp://acme.example" }, ["url"]],
  [{ url: "https:acme.example" }, ["url"]],
  [{ url: "https:///alerts" }, ["url"]],
  [{ url: "https://acme.example:port" }, ["url"]],
  [{ url: "https://acme.example", name: null }, ["name"]],
  [{ url: "https://acme.example", events: "device.online" }, ["events"]],
  [{ url: "https://acme.example", events: [1] }, ["events"]],
  [{ url: "https://acme.example", enabled: "yes" }, ["enabled"]],
  [null, ["webhook_endpoint"]],
  [[], ["webhook_endpoint"]],
  [undefined, ["webhook_endpoint"]],
])("rejects %j", async (sent, properties) => {
  const { organization, create, update } = await stage();
  const { status, body } = await create(sent);
  expect([status, listInvalidProperties(body)]).toEqual([422, properties]);
  expect(organization.webhooks).toHaveLength(1);
  if (JSON.stringify(sent) !== "{}") {
    const answer = await update(sent);
    expect([answer.status, listInvalidProperties(answer.body)]).toEqual([422, properties]);
  }
  expect(organization.webhooks).toMatchObject([{ name: "Alerts", url: "https://acme.example/alerts" }]);
});

test("the limit of webhooks applies, and the Admin API counts them", async () => {
  const { emulator, ada, org, path, create } = await stage();
  emulator.control.setBelongings("acme-dev", { webhooks: 2 });
  emulator.control.setLimits("acme-dev", { webhooks: 4 });
  const limits = `/v2/organizations/${org.slice(-36)}/limits`;
  const count = async () => readValue((await ada.get(limits)).body, "data.webhooks.used");
  expect(await count()).toBe(3);
  expect((await create({ url: "https://acme.example" })).status).toBe(201);
  const { status, body } = await create({ url: "https://acme.example" });
  expect([status, body]).toEqual([
    422,
    { error: "limit_reached", message: "The organization has reached its limit of 4 webhooks." },
  ]);
  expect(() => {
    emulator.control.setBelongings("acme-dev", { webhooks: 3 });
  }).toThrow("limit_reached");
  expect((await ada.delete(path("{webhook}"))).status).toBe(200);
  expect(await count()).toBe(3);
  expect((await create({ url: "https://acme.example" })).status).toBe(201);
});

test("a deleted webhook does not exist", async () => {
  const { ada, org, path } = await stage();
  const { status, body } = await ada.delete(path("{webhook}"));
  expect([status, body]).toEqual([200, { ok: true }]);
  for (const where of [path("{webhook}"), `${org}/webhooks/Alerts`]) {
    const sent = { webhook_endpoint: { enabled: true } };
    for (const answer of [await ada.get(where), await ada.put(where, sent), await ada.delete(where)]) {
      expect([answer.status, readValue(answer.body, "error")]).toEqual([404, "not_found"]);
    }
  }
  expect((await ada.get(`${org}/webhooks`)).body).toEqual({ data: [] });
});

test("webhooks have pages", async () => {
  const { ada, org, create } = await stage();
  await create({ name: "second", url: "https://acme.example" });
  const first = await ada.get(`${org}/webhooks?limit=1`);
  expect(readValue(first.body, "data")).toMatchObject([{ name: "Alerts" }]);
  expect(readValue(first.body, "meta")).toMatchObject({ has_next: true, total: 2 });
  const second = await ada.get(`${org}/webhooks?limit=1&cursor=${readText(first.body, "meta.after")}`);
  expect(readValue(second.body, "data")).toMatchObject([{ name: "second" }]);
});

import { listInvalidProperties, readText, readValue } from "../client";
import { createFixture } from "./fixture";

/** Creates a fixture with a cohort, and with functions that create and change claim tokens. */
async function stage() {
  const staged = await createFixture();
  const { emulator, ada, org, path } = staged;
  const project = emulator.control.access.addProject("gateway", "acme-dev");
  const cohort = emulator.control.access.addCohort("pilot", "gateway", "acme-dev");
  return {
    ...staged,
    project,
    cohort,
    create: (claim_token: unknown) => ada.post(`${org}/claim_tokens`, { claim_token }),
    update: (claim_token: unknown) => ada.put(path("{claim}"), { claim_token }),
    show: async () => readValue((await ada.get(path("{claim}"))).body, "data"),
    consume: (device_id?: string) => {
      emulator.control.tokens.consumeClaimToken("factory", "acme-dev", { device_id });
    },
  };
}

const device = "0190f7a4-aaaa-7c1d-8a51-1b2f6f0c9e10";

// N7 names the limit. The rest is a decision: each token counts, also one that has no uses left.
test("the plan limits the number of claim tokens", async () => {
  const { emulator, create, consume } = await stage();
  emulator.control.setPlan("acme-dev", "development");
  expect(await create({ name: "second", max_uses: 1 })).toMatchObject({ status: 201 });
  const refused = await create({ name: "third" });
  expect(refused).toMatchObject({ status: 422, body: { error: "limit_reached" } });
  consume();
  expect(await create({ name: "third" })).toMatchObject({ status: 422 });
});

test("only the response to a create contains the token", async () => {
  const { emulator, ada, org, organization, cohort, userId, create } = await stage();
  const { status, body } = await create({
    name: "line 1",
    max_uses: 2,
    expires_at: "2027-02-01T01:00:00.500+01:00",
    cohort_id: cohort,
    tags: ["a", "B c"],
  });
  const token = readText(body, "data.token");
  const shown = {
    id: organization.claim_tokens[1]?.id,
    name: "line 1",
    expires_at: "2027-02-01T00:00:00Z",
    max_uses: 2,
    consume_count: 0,
    organization_id: organization.id,
    created_by_id: userId("ada@acme.example"),
    cohort_id: cohort,
    tags: ["a", "B c"],
    inserted_at: "2027-01-01T00:00:00Z",
    updated_at: "2027-01-01T00:00:00Z",
  };
  expect([status, body]).toEqual([201, { data: { ...shown, token } }]);
  expect(token).toMatch(/^claim_.{32}$/);
  const show = await ada.get(`${org}/claim_tokens/${readText(body, "data.id")}`);
  expect(show.body).toEqual({ data: { ...shown, uses: [] } });
  expect(readValue((await ada.get(`${org}/claim_tokens`)).body, "data.1")).toEqual(shown);
  const overview = await emulator.handle(new Request("http://emulator/_emulator/overview"));
  expect(`${JSON.stringify(emulator.requests())}${await overview.text()}`).not.toContain(token);
});

// N8: without an expiry, a token expires after 24 hours.
test("a token without details has no name, limit, cohort and tags, and expires after 24 hours", async () => {
  const { emulator, create, update, show, consume } = await stage();
  const none = { name: null, max_uses: null, expires_at: "2027-01-02T00:00:00Z", cohort_id: null, tags: [] };
  for (const sent of [{}, { name: "" }]) expect((await create(sent)).body).toMatchObject({ data: none });
  emulator.control.advance(12 * 60 * 60);
  expect((await create({})).body).toMatchObject({ data: { expires_at: "2027-01-02T12:00:00Z" } });
  // An update does not begin the 24 hours again.
  await update({ max_uses: 9 });
  expect(await show()).toMatchObject({ expires_at: "2027-01-02T00:00:00Z" });
  emulator.control.advance(12 * 60 * 60);
  expect(consume).toThrow("The claim token expired at 2027-01-02T00:00:00Z.");
});

// N8: without a cohort, the organization's default cohort is used.
test("a token without a cohort gets the default cohort of the organization, unless someone deleted it", async () => {
  const { emulator, ada, org, project, cohort, create } = await stage();
  emulator.control.access.setDefaultCohort("pilot", "gateway", "acme-dev");
  expect((await create({ name: "line 1" })).body).toMatchObject({ data: { cohort_id: cohort } });
  const other = emulator.control.access.addCohort("lab", "gateway", "acme-dev");
  expect((await create({ name: "line 2", cohort_id: other })).body).toMatchObject({ data: { cohort_id: other } });
  await ada.delete(`${org}/projects/${project}/cohorts/${cohort}`);
  expect((await create({ name: "line 3" })).body).toMatchObject({ data: { cohort_id: null } });
});

test("several tokens can have one name", async () => {
  const { create } = await stage();
  expect((await create({ name: "factory" })).status).toBe(201);
});

test("an update changes only the sent properties", async () => {
  const { emulator, organization, cohort, update, show } = await stage();
  const before = await show();
  emulator.control.advance(60);
  for (const same of [{}, { name: "factory", tags: [], unknown: 1 }]) expect((await update(same)).status).toBe(200);
  expect(await show()).toEqual(before);
  const changes = { name: "", max_uses: 1, expires_at: "2028-01-01T00:00:00Z", tags: ["new"] };
  const { status, body } = await update({ ...changes, cohort_id: cohort, token: "mine", consume_count: 7 });
  expect(status).toBe(200);
  expect(readText(body, "data.updated_at")).toBe("2027-01-01T00:01:00Z");
  expect(await show()).toMatchObject({ ...changes, name: null, cohort_id: null, consume_count: 0 });
  expect(organization.claim_tokens[0]?.token).not.toBe("mine");
});

test.each([
  [{ max_uses: 0 }, ["max_uses"]],
  [{ max_uses: -1 }, ["max_uses"]],
  [{ max_uses: 1.5 }, ["max_uses"]],
  [{ max_uses: null }, ["max_uses"]],
  [{ expires_at: "2027-01-01T00:00:00Z" }, ["expires_at"]],
  [{ expires_at: "2026-12-31T23:59:59Z" }, ["expires_at"]],
  [{ expires_at: "2027-01-01T01:00:00+02:00" }, ["expires_at"]],
  [{ expires_at: "2027-06-30T23:59:60Z" }, ["expires_at"]],
  [{ expires_at: "tomorrow" }, ["expires_at"]],
  [{ name: null }, ["name"]],
  [{ tags: "a" }, ["tags"]],
  [{ tags: [1] }, ["tags"]],
  [null, ["claim_token"]],
  [undefined, ["claim_token"]],
])("rejects %j", async (sent, properties) => {
  const { create, update, show, organization } = await stage();
  const before = await show();
  for (const { status, body } of [await create(sent), await update(sent)]) {
    expect([status, listInvalidProperties(body)]).toEqual([422, properties]);
  }
  expect(await show()).toEqual(before);
  expect(organization.claim_tokens).toHaveLength(1);
});

test("rejects a cohort that the organization does not have, with all other errors", async () => {
  const { emulator, create } = await stage();
  await emulator.control.createOrganization("elsewhere");
  emulator.control.access.addProject("other", "elsewhere");
  const foreign = emulator.control.access.addCohort("pilot", "other", "elsewhere");
  for (const cohort_id of [foreign, device, "pilot"]) {
    const { status, body } = await create({ cohort_id, expires_at: "2026-01-01T00:00:00Z" });
    expect([status, body]).toEqual([
      422,
      { errors: { cohort_id: ["does not exist"], expires_at: ["must be in the future"] } },
    ]);
  }
});

test("a use appears with its device, until the token has no uses left", async () => {
  const { emulator, ada, org, update, show, consume } = await stage();
  const before = await show();
  await update({ max_uses: 2 });
  emulator.control.advance(60);
  consume(device);
  emulator.control.advance(60);
  consume();
  const after = await show();
  expect(after).toEqual({
    ...Object(before),
    max_uses: 2,
    consume_count: 2,
    uses: [
      { device_id: device, claimed_at: "2027-01-01T00:01:00Z" },
      { device_id: readText(after, "uses.1.device_id"), claimed_at: "2027-01-01T00:02:00Z" },
    ],
  });
  expect(consume).toThrow("The claim token has no uses left (2).");
  expect((await update({ max_uses: 1 })).body).toMatchObject({ data: { max_uses: 1, consume_count: 2 } });
  expect(consume).toThrow("The claim token has no uses left (1).");
  expect(readValue((await ada.get(`${org}/claim_tokens`)).body, "data.0.uses")).toBeUndefined();
});

test("no device can join with an expired token, which stays in the list", async () => {
  const { emulator, update, show, consume } = await stage();
  await update({ expires_at: "2027-01-01T00:01:00Z" });
  emulator.control.advance(59);
  consume();
  emulator.control.advance(1);
  expect(consume).toThrow("The claim token expired at 2027-01-01T00:01:00Z.");
  expect(await show()).toMatchObject({ consume_count: 1, expires_at: "2027-01-01T00:01:00Z" });
});

test("the tokens of a project are those of its cohorts, and they outlive the cohort", async () => {
  const { emulator, ada, org, project, cohort, create } = await stage();
  emulator.control.access.addProject("other", "acme-dev");
  const other = emulator.control.access.addCohort("other", "other", "acme-dev");
  await create({ name: "other", cohort_id: other });
  await create({ name: "first", cohort_id: cohort });
  await create({ name: "second", cohort_id: cohort });
  const list = `${org}/projects/${project}/claim_tokens`;
  const { body } = await ada.get(list);
  expect(readValue(body, "data")).toMatchObject([{ name: "first" }, { name: "second" }]);
  const page = await ada.get(`${list}?limit=1`);
  expect(readValue(page.body, "meta")).toMatchObject({ has_next: true, total: 2 });
  const next = await ada.get(`${list}?limit=1&cursor=${readText(page.body, "meta.after")}`);
  expect(readValue(next.body, "data")).toMatchObject([{ name: "second" }]);
  const all = await ada.get(`${org}/claim_tokens?limit=1&cursor=${readText(page.body, "meta.after")}`);
  expect(all.status).toBe(422);

  expect((await ada.delete(`${org}/projects/${project}/cohorts/${cohort}`)).status).toBe(200);
  expect((await ada.get(list)).body).toEqual({ data: [] });
  const left = await ada.get(`${org}/claim_tokens`);
  expect(readValue(left.body, "data")).toMatchObject([
    { name: "factory", cohort_id: null },
    { name: "other", cohort_id: other },
    { name: "first", cohort_id: null },
    { name: "second", cohort_id: null },
  ]);
  expect((await ada.get(list.replace(project, device))).status).toBe(404);
});

test("a deleted token does not exist", async () => {
  const { ada, org, path } = await stage();
  const { status, body } = await ada.delete(path("{claim}"));
  expect([status, body]).toEqual([200, { ok: true }]);
  for (const where of [path("{claim}"), `${org}/claim_tokens/factory`]) {
    const sent = { claim_token: { name: "new" } };
    for (const answer of [await ada.get(where), await ada.put(where, sent), await ada.delete(where)]) {
      expect([answer.status, readValue(answer.body, "error")]).toEqual([404, "not_found"]);
    }
  }
  expect((await ada.get(`${org}/claim_tokens`)).body).toEqual({ data: [] });
});

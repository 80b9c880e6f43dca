import { listInvalidProperties, readText, readValue } from "../client";
import { bobId, createFixture, fieldId } from "./fixture";

const unknown = "00000000-0000-4000-8000-000000000000";

/** Creates a fixture with the ids of its people, and of the group `field` with carl. */
async function createGroups() {
  const fixture = await createFixture();
  const groups = `${fixture.org}/groups`;
  const add = (email: string) =>
    fixture.ada.post(`${fixture.path("{group}")}/members`, { user_id: fixture.userId(email) });
  const readEmails = async () => {
    const { body } = await fixture.ada.get(fixture.path("{group}"));
    const count = Number(readValue(body, "data.members.length"));
    return Array.from({ length: count }, (_, index) => readText(body, `data.members.${index}.email`));
  };
  return { ...fixture, groups, group: fixture.path("{group}"), add, readEmails };
}

test("creates groups and lists them, oldest first", async () => {
  const { ada, groups, organization } = await createGroups();
  const { status, body } = await ada.post(groups, { name: "office", description: "Planning" });
  const office = { id: organization.groups[1]?.id, name: "office", description: "Planning" };
  expect([status, body]).toEqual([201, { data: office }]);
  const field = { id: fieldId, name: "field", description: null };
  expect((await ada.get(groups)).body).toEqual({ data: [field, office] });
});

test("a list of groups has pages", async () => {
  const { ada, groups } = await createGroups();
  await ada.post(groups, { name: "office" });
  const first = await ada.get(`${groups}?limit=1`);
  expect(readValue(first.body, "data")).toMatchObject([{ name: "field" }]);
  expect(readValue(first.body, "meta")).toMatchObject({ has_next: true, total: 2 });
  const second = await ada.get(`${groups}?limit=1&cursor=${readText(first.body, "meta.after")}`);
  expect(readValue(second.body, "data")).toMatchObject([{ name: "office" }]);
  expect((await ada.get(`${groups}?search=field`)).status).toBe(422);
});

test("shows a group with its members as the list of members shows them", async () => {
  const { ada, org, group, add } = await createGroups();
  expect((await add("ada@acme.example")).status).toBe(201);
  const { body } = await ada.get(group);
  const all = (await ada.get(`${org}/members`)).body;
  expect(readValue(body, "data")).toEqual({
    id: fieldId,
    name: "field",
    description: null,
    members: [readValue(all, "data.2"), readValue(all, "data.0")],
  });
});

test("updates the properties that the request names", async () => {
  const { ada, group } = await createGroups();
  const update = async (body: object) => {
    const response = await ada.put(group, body);
    return [response.status, readValue(response.body, "data.name"), readValue(response.body, "data.description")];
  };
  expect(await update({ description: "On site" })).toEqual([200, "field", "On site"]);
  expect(await update({ name: "visitors" })).toEqual([200, "visitors", "On site"]);
  expect(await update({})).toEqual([200, "visitors", "On site"]);
  expect(await update({ name: "visitors", description: "" })).toEqual([200, "visitors", null]);
  expect(readValue((await ada.get(group)).body, "data")).toMatchObject({ name: "visitors", description: null });
});

test.each([
  [{}, { name: ["can't be blank"] }],
  [{ name: "" }, { name: ["can't be blank"] }],
  [{ name: " \t" }, { name: ["can't be blank"] }],
  // N10: names have up to 100 characters.
  [{ name: "x".repeat(101) }, { name: ["should be at most 100 character(s)"] }],
  [{ name: "field" }, { name: ["has already been taken"] }],
  [{ name: null }, { name: ["is invalid"] }],
  [{ name: "office", description: null }, { description: ["is invalid"] }],
])("rejects %j", async (sent, errors) => {
  const { ada, groups, organization } = await createGroups();
  const { status, body } = await ada.post(groups, sent);
  expect([status, body]).toEqual([422, { errors }]);
  expect(organization.groups).toHaveLength(1);
});

test("a group keeps its name if the new one is blank or taken", async () => {
  const { ada, groups, group } = await createGroups();
  expect((await ada.post(groups, { name: "Field" })).status).toBe(201);
  for (const [name, message] of [
    ["Field", "has already been taken"],
    [" ", "can't be blank"],
  ] as const) {
    const { status, body } = await ada.put(group, { name, description: "Other" });
    expect([status, body]).toEqual([422, { errors: { name: [message] } }]);
  }
  expect(readValue((await ada.get(group)).body, "data")).toMatchObject({ name: "field", description: null });
});

test("two organizations can have groups of the same name", async () => {
  const { emulator, ada } = await createGroups();
  await emulator.control.createOrganization("elsewhere");
  const { id } = emulator.control.getOrganization("elsewhere");
  expect((await ada.post(`/api/orgs/${id}/groups`, { name: "field" })).status).toBe(201);
});

test("the group of another organization is 404", async () => {
  const { emulator, ada, organization } = await createGroups();
  await emulator.control.createOrganization("elsewhere");
  const { id } = emulator.control.getOrganization("elsewhere");
  const there = `/api/orgs/${id}/groups/${fieldId}`;
  expect((await ada.get(there)).status).toBe(404);
  expect((await ada.delete(there)).status).toBe(404);
  expect(organization.groups).toHaveLength(1);
});

describe("a member of a group", () => {
  test("is added once", async () => {
    const { add, readEmails } = await createGroups();
    expect((await add("bob@acme.example")).status).toBe(201);
    expect((await add("bob@acme.example")).status).toBe(201);
    expect(await readEmails()).toEqual(["carl@acme.example", "bob@acme.example"]);
  });

  test("must be a member of the organization", async () => {
    const { emulator, ada, group, add, readEmails, organization } = await createGroups();
    emulator.control.addUser("mallory@elsewhere.example");
    expect((await add("mallory@elsewhere.example")).status).toBe(404);
    for (const user_id of [unknown, "bob@acme.example", `prn:1:user:${bobId}`, organization.members[1]?.id]) {
      expect((await ada.post(`${group}/members`, { user_id })).status).toBe(404);
    }
    for (const body of [{}, { user_id: null }]) {
      const { status, body: error } = await ada.post(`${group}/members`, body);
      expect([status, listInvalidProperties(error)]).toEqual([422, ["user_id"]]);
    }
    expect(await readEmails()).toEqual(["carl@acme.example"]);
  });

  test("is removed once and stays in the organization", async () => {
    const { ada, path, readEmails, organization } = await createGroups();
    const { status, body } = await ada.delete(path("{carlInGroup}"));
    expect([status, body]).toEqual([200, { ok: true }]);
    expect((await ada.delete(path("{carlInGroup}"))).status).toBe(404);
    expect([await readEmails(), organization.members.length]).toEqual([[], 4]);
  });

  test.each(["removal", "departure"])("leaves the group on a %s from the organization", async (event) => {
    const { emulator, ada, member, add, readEmails } = await createGroups();
    await add("eve@acme.example");
    if (event === "removal") await ada.delete(member("carl@acme.example"));
    else emulator.control.leave("carl@acme.example", "acme-dev");
    expect(await readEmails()).toEqual(["eve@acme.example"]);
  });

  test("can come from an invitation", async () => {
    const { emulator, ada, org, readEmails } = await createGroups();
    await ada.post(`${org}/invitations`, { email: "grace@acme.example", group_id: fieldId });
    expect(await readEmails()).toEqual(["carl@acme.example"]);
    emulator.control.accept("grace@acme.example", "acme-dev");
    emulator.control.accept("dora@acme.example", "acme-dev");
    expect(await readEmails()).toEqual(["carl@acme.example", "grace@acme.example"]);
  });
});

test("a deleted group disappears from lists and invitations, but its members stay", async () => {
  const { emulator, ada, org, groups, group, organization } = await createGroups();
  await ada.post(`${org}/invitations`, { email: "grace@acme.example", group_id: fieldId });
  const { status, body } = await ada.delete(group);
  expect([status, body]).toEqual([200, { ok: true }]);
  for (const { status } of [
    await ada.delete(group),
    await ada.get(group),
    await ada.put(group, { name: "office" }),
    await ada.post(`${group}/members`, { user_id: bobId }),
  ]) {
    expect(status).toBe(404);
  }
  expect((await ada.get(groups)).body).toEqual({ data: [] });
  expect(readValue((await ada.get(`${org}/invitations`)).body, "data.1.group")).toBeNull();
  expect(organization.invitations[1]?.group_id).toBeNull();
  emulator.control.accept("grace@acme.example", "acme-dev");
  expect(organization.members).toHaveLength(5);
});

test("groups of old data have pages and no members", async () => {
  const { emulator, ada, groups } = await createGroups();
  const names = ["one", "two", "three"];
  const old = names.map((name) => ({ id: crypto.randomUUID(), name }));
  const { organizations, ...rest } = emulator.snapshot();
  emulator.restore({ ...rest, organizations: organizations.map((one) => ({ ...one, groups: old })) });
  await ada.post(groups, { name: "four" });
  const pages = [];
  for (let cursor = ""; pages.length < 5;) {
    const { body } = await ada.get(`${groups}?limit=1${cursor}`);
    pages.push(readText(body, "data.0.name"));
    if (readValue(body, "meta.has_next") !== true) break;
    cursor = `&cursor=${readText(body, "meta.after")}`;
  }
  expect(pages).toEqual([...names, "four"]);
  const { body } = await ada.get(`${groups}/${old[0]?.id}`);
  expect(readValue(body, "data")).toEqual({ ...old[0], description: null, members: [] });
});

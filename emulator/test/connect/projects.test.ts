import { listInvalidProperties, readText, readValue } from "../client";
import { bobId, createFixture, fieldId } from "./fixture";

const unknown = "00000000-0000-4000-8000-000000000000";
const [owner, bob, carl, eve] = [
  "ada@acme.example",
  "bob@acme.example",
  "carl@acme.example",
  "eve@acme.example",
] as const;

/** Creates a fixture for the project `thermostat` or its cohort `berlin`, without grants. */
async function createAccessControlled(kind: string) {
  const fixture = await createFixture();
  const { emulator, organization, path, as } = fixture;
  const [project] = organization.projects;
  const stored = kind === "project" ? project : project?.cohorts[0];
  if (project === undefined || stored === undefined) throw new Error("The fixture is incomplete.");
  for (const one of [project, ...project.cohorts]) {
    one.user_ids.length = 0;
    one.group_ids.length = 0;
  }
  const object = path(`{${kind}}`);
  const list = object.slice(0, object.lastIndexOf("/"));
  const wrap = (settings: object) => ({ [kind]: settings });
  const add = (name: string) =>
    kind === "project"
      ? emulator.control.access.addProject(name, "acme-dev")
      : emulator.control.access.addCohort(name, "thermostat", "acme-dev");
  /** Returns the names in a list of the person. */
  const readNames = async (email: string, where = list) => {
    const { body } = await as(email).get(where);
    const count = Number(readValue(body, "data.length"));
    return Array.from({ length: count }, (_, index) => readText(body, `data.${index}.name`));
  };
  const readGrants = async () => {
    const { body } = await fixture.ada.get(object);
    const read = (property: string, what: string) =>
      Array.from({ length: Number(readValue(body, `data.${property}.length`)) }, (_, index) =>
        readText(body, `data.${property}.${index}.${what}`),
      );
    return [read("access_users", "email"), read("access_groups", "name")];
  };
  return { ...fixture, project, stored, object, list, wrap, add, readNames, readGrants };
}

describe.each([
  { kind: "project", name: "thermostat" },
  { kind: "cohort", name: "berlin" },
])("a $kind", ({ kind, name }) => {
  test("is created, shown and listed", async () => {
    const { emulator, ada, list, object, wrap, stored, organization, project } = await createAccessControlled(kind);
    emulator.control.advance(60);
    const sent = { name: "other", description: "Another one", everyone_enabled: false };
    const parent = kind === "project" ? { organization_id: organization.id } : { project_id: project.id };
    const { status, body } = await ada.post(list, wrap(sent));
    const id = readText(body, "data.id");
    const times = { inserted_at: "2027-01-01T00:01:00Z", updated_at: "2027-01-01T00:01:00Z" };
    expect([status, body]).toEqual([201, { data: { id, ...sent, ...parent, ...times } }]);
    const grants = { access_users: [], access_groups: [] };
    expect((await ada.get(`${list}/${id}`)).body).toEqual({ data: { id, ...sent, ...parent, ...times, ...grants } });
    expect((await ada.get(object)).body).toMatchObject({
      data: { id: stored.id, name, description: null, everyone_enabled: true, ...parent, ...grants },
    });
    const devices = kind === "project" ? {} : { device_count: 0 };
    const rows = readValue((await ada.get(list)).body, "data");
    expect(rows).toMatchObject([{ id: stored.id, name }, { id }]);
    expect(readValue(rows, "1")).toEqual({ id, ...sent, ...parent, ...times, ...devices });
  });

  test("is open to every member by default", async () => {
    const { ada, list, wrap } = await createAccessControlled(kind);
    const { body } = await ada.post(list, wrap({ name: "other" }));
    expect(readValue(body, "data")).toMatchObject({ everyone_enabled: true, description: null });
  });

  test("is in a list with pages", async () => {
    const { ada, list, add } = await createAccessControlled(kind);
    add("second");
    const first = await ada.get(`${list}?limit=1`);
    expect(readValue(first.body, "data")).toMatchObject([{ name }]);
    expect(readValue(first.body, "meta")).toMatchObject({ has_next: true, total: 2 });
    const second = await ada.get(`${list}?limit=1&cursor=${readText(first.body, "meta.after")}`);
    expect(readValue(second.body, "data")).toMatchObject([{ name: "second" }]);
    expect((await ada.get(`${list}?search=second`)).status).toBe(422);
  });

  test("changes the properties that the request names", async () => {
    const { emulator, ada, object, wrap } = await createAccessControlled(kind);
    const update = async (settings: object) => {
      emulator.control.advance(60);
      const { status, body } = await ada.put(object, wrap(settings));
      const read = (property: string) => readValue(body, `data.${property}`);
      expect([status, read("access_users")]).toEqual([200, undefined]);
      return ["name", "description", "everyone_enabled", "updated_at"].map(read);
    };
    expect(await update({ description: "New" })).toEqual([name, "New", true, "2027-01-01T00:01:00Z"]);
    expect(await update({ everyone_enabled: false })).toEqual([name, "New", false, "2027-01-01T00:02:00Z"]);
    expect(await update({ name: "renamed" })).toEqual(["renamed", "New", false, "2027-01-01T00:03:00Z"]);
    expect(await update({})).toEqual(["renamed", "New", false, "2027-01-01T00:03:00Z"]);
    expect(await update({ name: "renamed", description: "New" })).toEqual([
      "renamed",
      "New",
      false,
      "2027-01-01T00:03:00Z",
    ]);
    expect(await update({ description: "" })).toEqual(["renamed", null, false, "2027-01-01T00:06:00Z"]);
  });

  test.each([
    [{}, { name: ["can't be blank"] }],
    [{ name: "" }, { name: ["can't be blank"] }],
    [{ name: "\n " }, { name: ["can't be blank"] }],
    [{ name: null }, { name: ["is invalid"] }],
    [{ name }, { name: ["has already been taken"] }],
    [{ name: "other", description: 1 }, { description: ["is invalid"] }],
    [{ name: "other", everyone_enabled: "yes" }, { everyone_enabled: ["is invalid"] }],
  ])("cannot be created with %j", async (settings, errors) => {
    const { ada, list, wrap, readNames } = await createAccessControlled(kind);
    const { status, body } = await ada.post(list, wrap(settings));
    expect([status, body]).toEqual([422, { errors }]);
    expect(await readNames(owner)).toEqual([name]);
  });

  test("cannot be created without a wrapper", async () => {
    const { ada, list, object } = await createAccessControlled(kind);
    for (const { status, body } of [
      await ada.post(list, { name: "other" }),
      await ada.post(list, { [kind]: "other" }),
      await ada.put(object, { name: "other" }),
    ]) {
      expect([status, listInvalidProperties(body)]).toEqual([422, [kind]]);
    }
  });

  test("keeps its properties if the new name is blank or taken", async () => {
    const { ada, object, wrap, add } = await createAccessControlled(kind);
    add("Other");
    for (const [sent, message] of [
      ["Other", "has already been taken"],
      [" ", "can't be blank"],
    ]) {
      const { status, body } = await ada.put(object, wrap({ name: sent, description: "New" }));
      expect([status, body]).toEqual([422, { errors: { name: [message] } }]);
    }
    expect((await ada.put(object, wrap({ name: "other" }))).status).toBe(200);
    expect(readValue((await ada.get(object)).body, "data.description")).toBeNull();
  });

  test("can have the name of one in another parent", async () => {
    const { emulator, ada, org } = await createAccessControlled(kind);
    await emulator.control.createOrganization("elsewhere");
    const elsewhere = `/api/orgs/${emulator.control.getOrganization("elsewhere").id}/projects`;
    const gateway = `${org}/projects/${emulator.control.access.addProject("gateway", "acme-dev")}/cohorts`;
    const [where, body] = kind === "project" ? [elsewhere, { project: { name } }] : [gateway, { cohort: { name } }];
    expect((await ada.post(where, body)).status).toBe(201);
  });

  test("is 404 in another parent", async () => {
    const { emulator, ada, object, org, stored } = await createAccessControlled(kind);
    await emulator.control.createOrganization("elsewhere");
    const { id } = emulator.control.getOrganization("elsewhere");
    const other = emulator.control.access.addProject("gateway", "acme-dev");
    const parents = [`/api/orgs/${id}/projects`, `${org}/projects/${other}/cohorts`, `${org}/projects`];
    for (const parent of kind === "project" ? parents.slice(0, 1) : parents.slice(1)) {
      expect((await ada.get(`${parent}/${stored.id}`)).status).toBe(404);
      expect((await ada.delete(`${parent}/${stored.id}`)).status).toBe(404);
    }
    expect((await ada.get(object)).status).toBe(200);
  });

  describe("that is not open to every member", () => {
    async function createClosed() {
      const restricted = await createAccessControlled(kind);
      restricted.stored.everyone_enabled = false;
      restricted.add("open");
      return restricted;
    }

    test("is accessible to admins and the owner", async () => {
      const { as, object, readNames } = await createClosed();
      for (const email of [owner, bob]) {
        expect((await as(email).get(object)).status).toBe(200);
        expect(await readNames(email)).toEqual([name, "open"]);
      }
    });

    test("is missing for other members", async () => {
      const { as, object, list, readNames } = await createClosed();
      const client = as(eve);
      const { status, body } = await client.get(object);
      expect([status, readValue(body, "error")]).toEqual([404, "not_found"]);
      expect(await readNames(eve)).toEqual(["open"]);
      const page = await client.get(`${list}?limit=5`);
      expect(readValue(page.body, "meta")).toMatchObject({ total: 1, has_next: false });
      const below = kind === "project" ? ["runtimes", "cohorts"] : ["tunnel-policy"];
      for (const path of below) expect((await client.get(`${object}/${path}`)).status).toBe(404);
      // The role is checked first.
      expect((await client.delete(object)).status).toBe(403);
    });

    test("is accessible to a person with a grant until the grant is revoked", async () => {
      const { ada, as, object, userId } = await createClosed();
      const client = as(eve);
      await ada.post(`${object}/access/users`, { user_id: userId(eve) });
      expect((await client.get(object)).status).toBe(200);
      const { status, body } = await ada.delete(`${object}/access/users/${userId(eve)}`);
      expect([status, body]).toEqual([200, { ok: true }]);
      expect((await client.get(object)).status).toBe(404);
    });

    test("is accessible to the members of a group with a grant", async () => {
      const { ada, as, object, path } = await createClosed();
      expect((await as(carl).get(object)).status).toBe(404);
      expect((await ada.post(`${object}/access/groups`, { group_id: fieldId })).status).toBe(200);
      expect((await as(eve).get(object)).status).toBe(404);
      expect((await as(carl).get(object)).status).toBe(200);
      await ada.delete(path("{carlInGroup}"));
      expect((await as(carl).get(object)).status).toBe(404);
    });
  });

  test("shows its grants in the order in which they were given", async () => {
    const { emulator, ada, object, userId, readGrants, stored } = await createAccessControlled(kind);
    const office = emulator.control.addGroup("office", "acme-dev");
    await ada.post(`${object}/access/users`, { user_id: userId(eve) });
    await ada.post(`${object}/access/groups`, { group_id: office });
    await ada.post(`${object}/access/groups`, { group_id: fieldId });
    emulator.control.advance(60);
    const { status, body } = await ada.post(`${object}/access/users`, { user_id: bobId });
    const shown = (await ada.get(object)).body;
    expect([status, body]).toEqual([200, shown]);
    expect(readValue(shown, "data")).toMatchObject({
      id: stored.id,
      updated_at: "2027-01-01T00:00:00Z",
      access_users: [
        { id: userId(eve), name: eve, email: eve, username: null },
        { id: bobId, name: "Bob", email: bob, username: "bob" },
      ],
      access_groups: [
        { id: office, name: "office" },
        { id: fieldId, name: "field" },
      ],
    });
    await ada.post(`${object}/access/users`, { user_id: userId(eve) });
    await ada.post(`${object}/access/groups`, { group_id: office });
    expect(await readGrants()).toEqual([
      [eve, bob],
      ["office", "field"],
    ]);
  });

  test("grants access only to members of the organization and to existing groups", async () => {
    const { emulator, ada, object, readGrants } = await createAccessControlled(kind);
    const mallory = emulator.control.addUser("mallory@elsewhere.example");
    await emulator.control.createOrganization("elsewhere");
    const foreign = emulator.control.addGroup("field", "elsewhere");
    for (const user_id of [mallory.id, unknown, eve, `prn:1:user:${bobId}`]) {
      expect((await ada.post(`${object}/access/users`, { user_id })).status).toBe(404);
    }
    for (const group_id of [foreign, unknown, "field"]) {
      expect((await ada.post(`${object}/access/groups`, { group_id })).status).toBe(404);
    }
    for (const [list, property] of [
      ["users", "user_id"],
      ["groups", "group_id"],
    ] as const) {
      const { status, body } = await ada.post(`${object}/access/${list}`, { [property]: null });
      expect([status, listInvalidProperties(body)]).toEqual([422, [property]]);
    }
    expect(await readGrants()).toEqual([[], []]);
  });

  test("has no grant to revoke for others", async () => {
    const { ada, object } = await createAccessControlled(kind);
    await ada.post(`${object}/access/groups`, { group_id: fieldId });
    expect((await ada.delete(`${object}/access/users/${bobId}`)).status).toBe(404);
    expect((await ada.delete(`${object}/access/groups/${fieldId}`)).status).toBe(200);
    expect((await ada.delete(`${object}/access/groups/${fieldId}`)).status).toBe(404);
  });

  test("loses the grants of a deleted group and of a former member", async () => {
    const { ada, object, path, userId, member, readGrants } = await createAccessControlled(kind);
    for (const email of [eve, carl]) await ada.post(`${object}/access/users`, { user_id: userId(email) });
    await ada.post(`${object}/access/groups`, { group_id: fieldId });
    await ada.delete(member(eve));
    expect(await readGrants()).toEqual([[carl], ["field"]]);
    await ada.delete(path("{group}"));
    expect(await readGrants()).toEqual([[carl], []]);
  });

  test("is deleted with its contents", async () => {
    const { emulator, ada, object, list, org, path, readNames } = await createAccessControlled(kind);
    emulator.control.access.setDevices("berlin", "thermostat", "acme-dev", 5);
    const { status, body } = await ada.delete(object);
    expect([status, body]).toEqual([200, { ok: true }]);
    expect(await readNames(owner)).toEqual([]);
    expect(await readNames("ada@acme.example", `${org}/cohorts`)).toEqual([]);
    for (const { status } of [
      await ada.get(object),
      await ada.delete(object),
      await ada.put(object, { [kind]: { name: "other" } }),
      await ada.post(`${object}/access/users`, { user_id: bobId }),
      await ada.get(path("{cohort}")),
    ]) {
      expect(status).toBe(404);
    }
    expect((await ada.post(list, { [kind]: { name } })).status).toBe(201);
  });
});

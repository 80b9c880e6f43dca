import { readText, readValue } from "../client";
import { createFixture } from "./fixture";

test("lists runtimes of a project, oldest first", async () => {
  const { ada, path, organization } = await createFixture();
  const [project] = organization.projects;
  const { body } = await ada.get(path("{project}/runtimes"));
  expect(readValue(body, "data")).toMatchObject([{ version: "1.0.0" }, { version: "1.1.0" }, { version: "1.2.0" }]);
  expect(readValue(body, "data.0")).toEqual({
    id: project?.runtimes[0]?.id,
    version: "1.0.0",
    // N9: awaiting_upload, draft, published or deprecated.
    status: "published",
    project_id: project?.id,
    inserted_at: "2027-01-01T00:00:00Z",
    updated_at: "2027-01-01T00:00:00Z",
  });
});

test("counts runtimes with one page of one row", async () => {
  const { ada, path } = await createFixture();
  const { body } = await ada.get(path("{project}/runtimes?limit=1"));
  expect([readValue(body, "data.length"), readValue(body, "meta.total")]).toEqual([1, 3]);
  const next = await ada.get(path(`{project}/runtimes?limit=1&cursor=${readText(body, "meta.after")}`));
  expect(readText(next.body, "data.0.version")).toBe("1.1.0");
});

test.each([
  ["search=1.1", 1],
  ["search=1.", 3],
  ["search=beta", 0],
  ["status=published", 3],
  ["status=PUBLISHED", 0],
  ["status=published&search=.2.", 1],
])("%s selects %i runtimes", async (query, count) => {
  const { ada, path } = await createFixture();
  const { body } = await ada.get(path(`{project}/runtimes?${query}`));
  expect(readValue(body, "data.length")).toBe(count);
});

test("a cursor is valid only for the same search and status", async () => {
  const { ada, path } = await createFixture();
  const { body } = await ada.get(path("{project}/runtimes?limit=1&status=published"));
  const cursor = readText(body, "meta.after");
  expect((await ada.get(path(`{project}/runtimes?status=published&cursor=${cursor}`))).status).toBe(200);
  expect((await ada.get(path(`{project}/runtimes?cursor=${cursor}`))).status).toBe(422);
  expect((await ada.get(path(`{project}/runtimes?status=published&search=1&cursor=${cursor}`))).status).toBe(422);
});

test("the runtimes of an unknown project are 404", async () => {
  const { ada, org } = await createFixture();
  for (const id of [crypto.randomUUID(), "thermostat"]) {
    expect((await ada.get(`${org}/projects/${id}/runtimes`)).status).toBe(404);
  }
});

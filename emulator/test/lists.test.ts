import { createAcme, readValue, readText } from "./client";

async function crowd(count: number) {
  const fixture = await createAcme();
  for (let index = 0; index < count; index++) {
    fixture.emulator.control.addMember(
      `user${index}@acme.example`,
      "acme-dev",
      index % 2 === 0 ? "viewer" : "developer",
    );
    fixture.emulator.control.advance(1);
  }
  return { ...fixture, members: `${fixture.acmeDev}/members` };
}

test("a page has ten rows by default, oldest first, and the cursor of the next page", async () => {
  const { ada, members } = await crowd(10);
  const first = await ada.get(members);
  expect(readValue(first.body, "data.length")).toBe(10);
  expect(readValue(first.body, "data.0.email")).toBe("ada@acme.example");
  const second = await ada.get(`${members}?page=${readText(first.body, "next_page")}`);
  expect(second.body).toMatchObject({ data: [{ email: "user9@acme.example" }], next_page: null });
});

test("desc reverses the order", async () => {
  const { ada, members } = await crowd(3);
  const { body } = await ada.get(`${members}?order=desc&limit=2`);
  expect(readValue(body, "data")).toMatchObject([{ email: "user2@acme.example" }, { email: "user1@acme.example" }]);
});

test("lists ten thousand members in a hundred pages", async () => {
  const { emulator, ada, members } = await crowd(0);
  const home = emulator.control.getOrganization("acme-dev");
  const [owner] = home.members;
  if (owner === undefined) throw new Error("There is no owner.");
  for (let sequence = 10; sequence < 10_009; sequence++) home.members.push({ ...owner, sequence });
  expect(await ada.list(members)).toHaveLength(10_000);
  expect(emulator.requests({ operation: "list-members" })).toHaveLength(100);
});

test.each([
  ["email:'user1@acme.example'", 1],
  ["email-'USER1'", 1],
  ["role:'viewer' and inserted_at>='2027-01-01T00:00:02Z'", 1],
  ["is_owner:true", 1],
  ["is_owner:false and role:'developer'", 1],
  ["name~'Ada'", 1],
  ["last_active_at<'2027-01-01T00:00:01Z'", 1],
])("members are searched by %s", async (search, count) => {
  const { ada, members } = await crowd(3);
  expect(await ada.list(`${members}?search=${encodeURIComponent(search)}`, 1)).toHaveLength(count);
});

test.each([
  ["name:'acme-dev'", ["acme-dev"]],
  ["name~'acme'", ["acme-dev", "acme-prod"]],
  ["display_name-'PRODUCTION'", ["acme-prod"]],
  ["inserted_at>'2027-01-01T00:00:00Z' and updated_at>'2027-01-01T00:00:00Z'", ["acme-prod"]],
])("organizations are searched by %s", async (search, names) => {
  const { emulator, ada } = await createAcme();
  emulator.control.advance(60);
  await emulator.control.createOrganization("acme-prod", { display_name: "Acme production" });
  expect(await ada.list(`/v2/organizations?search=${encodeURIComponent(search)}`)).toMatchObject(
    names.map((name) => ({ name })),
  );
});

test("organizations are searched by PRN", async () => {
  const { emulator, ada } = await createAcme();
  await emulator.control.createOrganization("acme-prod");
  const { id } = emulator.control.getOrganization("acme-prod");
  expect(await ada.list(`/v2/organizations?search=prn:'prn:1:${id}'`)).toMatchObject([{ name: "acme-prod" }]);
});

test.each([
  ["status:'pending'", ["new@acme.example"]],
  ["status:'expired'", ["old@acme.example"]],
  ["status:'accepted'", ["bob@acme.example"]],
  ["email~'@acme' and role:'viewer'", ["bob@acme.example", "old@acme.example", "new@acme.example"]],
  ["expires_at>'2027-01-09T00:00:00Z'", ["new@acme.example"]],
  ["inserted_at<='2027-01-01T00:00:00Z'", ["bob@acme.example", "old@acme.example"]],
])("invitations are searched by %s", async (search, emails) => {
  const { emulator, ada, acmeDev } = await createAcme();
  for (const email of ["bob@acme.example", "old@acme.example"])
    await emulator.control.invite(email, "acme-dev", "viewer");
  emulator.control.accept("bob@acme.example", "acme-dev");
  emulator.control.advance(8 * 86_400);
  await emulator.control.invite("new@acme.example", "acme-dev", "viewer");
  const found = await ada.list(`${acmeDev}/invitations?search=${encodeURIComponent(search)}`);
  expect(found).toMatchObject(emails.map((email) => ({ email })));
});

test.each(["search=prn:'x'", "search=", "search=role~'v'", "page=abc", "page="])(
  "the list of members rejects ?%s",
  async (query) => {
    const { ada, members } = await crowd(0);
    const { status, body } = await ada.get(`${members}?${query}`);
    expect([status, readValue(body, "errors.0.context.parameter")]).toEqual([400, query.split("=")[0]]);
  },
);

test("rejects the cursor of another organization's list", async () => {
  const { emulator, ada, members } = await crowd(1);
  await emulator.control.createOrganization("acme-prod");
  const { body } = await ada.get(`${members}?limit=1`);
  const { id } = emulator.control.getOrganization("acme-prod");
  expect((await ada.get(`/v2/organizations/${id}/members?limit=1&page=${readText(body, "next_page")}`)).status).toBe(
    400,
  );
});

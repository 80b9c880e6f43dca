import { at } from "../client";
import { stage } from "./stage";

const everybody = ["ada", "bob", "carl", "eve"];
const admins = ["ada", "bob"];

/** Who may do what: ada is the owner, bob an admin, carl a manager and eve a viewer of the store. */
test.each([
  [everybody, "GET", "{org}/members", undefined],
  [admins, "PUT", "{victim}/role", { role: "admin" }],
  [admins, "DELETE", "{victim}", undefined],
  [admins, "GET", "{org}/invitations", undefined],
  [admins, "POST", "{org}/invitations", { email: "grace@acme.example" }],
  [admins, "DELETE", "{dora}", undefined],
])("only %j may %s %s", async (may, method, template, body) => {
  for (const who of everybody) {
    const { emulator, as, member, path } = await stage();
    emulator.control.addMember("victim@acme.example", "acme-dev", "developer");
    const where = path(template).replace("victim", member("victim@acme.example"));
    const answer = await as(`${who}@acme.example`).call(method, where, body);
    if (may.includes(who)) expect([who, answer.status < 300]).toEqual([who, true]);
    else expect([who, answer.status, at(answer.body, "error")]).toEqual([who, 403, "forbidden"]);
  }
});

test("who may not do it learns that before what is wrong with the request", async () => {
  const { as, org, role } = await stage();
  const eve = as("eve@acme.example");
  expect((await eve.put(role("bob@acme.example"), { role: "boss" })).status).toBe(403);
  expect((await eve.get(`${org}/invitations?limit=x`)).status).toBe(403);
  expect((await eve.put(role("bob@acme.example"), "{")).status).toBe(400);
});

test("the allowlist covers what is on the organization, and not the caller", async () => {
  const { emulator, ada, org } = await stage();
  await emulator.control.updateSecuritySettings("acme-dev", {
    ip_allowlist: [{ cidr: "192.0.2.0/24", description: null }],
  });
  const { status, body } = await ada.get(`${org}/members`);
  expect([status, at(body, "error")]).toEqual([403, "forbidden"]);
  expect((await ada.get("/api/me")).status).toBe(200);
});

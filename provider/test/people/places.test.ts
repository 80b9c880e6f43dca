import { z } from "zod";
import { filter, placesIn, type Filter } from "../../src/resources/people/places";
import { Acme } from "./acme";

let acme: Acme;
beforeAll(async () => {
  acme = await Acme.begin();
});
beforeEach(() => acme.reset());
afterAll(() => acme.close());

const week = 7 * 24 * 3_600;

async function found(asked: Filter): Promise<string[]> {
  const places = await placesIn(acme.as("ada"), acme.id, asked);
  return places.map(({ email, role }) => `${email.replace("@acme.example", "")} ${role}`);
}

test("without a filter, members and people who wait are meant", async () => {
  expect(await found({})).toEqual(["ada admin", "bob admin", "carl viewer", "eve developer"]);
});

test.each<[Filter, string[]]>([
  [{ role: "admin" }, ["ada admin", "bob admin"]],
  [{ status: "active" }, ["ada admin", "bob admin", "carl viewer"]],
  [{ status: "pending" }, ["eve developer"]],
  [{ role: "viewer", status: "pending" }, []],
  [{ role: "viewer", status: "active" }, ["carl viewer"]],
  [{ status: "expired" }, []],
])("by %j, others are left out", async (asked, expected) => {
  expect(await found(asked)).toEqual(expected);
});

test("people with only expired invitations are expired, each once, by the newest", async () => {
  await acme.control.invite("fred@acme.example", "acme", "viewer");
  acme.control.advance(week + 1);
  await acme.control.invite("eve@acme.example", "acme", "developer");
  await acme.control.invite("Fred@acme.example", "acme", "manager");
  await acme.control.invite("gina@acme.example", "acme", "viewer");
  acme.control.advance(week + 1);
  await acme.control.invite("eve@acme.example", "acme", "developer");
  acme.control.addMember("gina@acme.example", "acme", "viewer");
  expect(await found({ status: "expired" })).toEqual(["Fred manager"]);
  expect(await found({ status: "expired", role: "viewer" })).toEqual([]);
});

test("a query says what may be asked", () => {
  expect(filter.role.description).toBe(
    "Returns only people with this role: `admin`, `manager`, `developer`, `member` or `viewer`.",
  );
  expect(filter.status.description).toBe(
    "Returns only people with this status: `pending`, `active` or `expired`. Default: `pending` and `active`.",
  );
});

test("a query may name roles and statuses, and no others", () => {
  const query = z.object(filter);
  const reasons = (asked: Filter) => query.safeParse(asked).error?.issues.map(({ message }) => message) ?? [];
  expect(reasons({})).toEqual([]);
  expect(reasons({ role: "manager", status: "expired" })).toEqual([]);
  expect(reasons({ role: "boss", status: "gone" })).toEqual([
    "must be one of admin, manager, developer, member, viewer",
    "must be one of pending, active, expired",
  ]);
});

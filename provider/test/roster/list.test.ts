import { z } from "zod";
import { peopleFilter, listPeople, type PeopleFilter } from "../../src/roster/list";
import { Acme } from "./acme";

let acme: Acme;
beforeAll(async () => {
  acme = await Acme.begin();
});
beforeEach(() => acme.reset());
afterAll(() => acme.close());

const week = 7 * 24 * 3_600;

async function list(filter: PeopleFilter): Promise<string[]> {
  const people = await listPeople(acme.as("ada"), acme.id, filter);
  return people.map(({ email, role }) => `${email.replace("@acme.example", "")} ${role}`);
}

test("without a filter, the list has members and pending invitations", async () => {
  expect(await list({})).toEqual(["ada admin", "bob admin", "carl viewer", "eve developer"]);
});

test.each<[PeopleFilter, string[]]>([
  [{ role: "admin" }, ["ada admin", "bob admin"]],
  [{ status: "active" }, ["ada admin", "bob admin", "carl viewer"]],
  [{ status: "pending" }, ["eve developer"]],
  [{ role: "viewer", status: "pending" }, []],
  [{ role: "viewer", status: "active" }, ["carl viewer"]],
  [{ status: "expired" }, []],
])("the filter %j selects the people who meet all conditions", async (filter, expected) => {
  expect(await list(filter)).toEqual(expected);
});

test("an expired person has only expired invitations, and the newest one counts", async () => {
  await acme.control.invite("fred@acme.example", "acme", "viewer");
  acme.control.advance(week + 1);
  await acme.control.invite("eve@acme.example", "acme", "developer");
  await acme.control.invite("Fred@acme.example", "acme", "manager");
  await acme.control.invite("gina@acme.example", "acme", "viewer");
  acme.control.advance(week + 1);
  await acme.control.invite("eve@acme.example", "acme", "developer");
  acme.control.addMember("gina@acme.example", "acme", "viewer");
  expect(await list({ status: "expired" })).toEqual(["Fred manager"]);
  expect(await list({ status: "expired", role: "viewer" })).toEqual([]);
});

test("the descriptions name the permitted values", () => {
  expect(peopleFilter.role.description).toBe(
    "Returns only people with this role: `owner`, `admin`, `manager`, `developer`, `member` or `viewer`.",
  );
  expect(peopleFilter.status.description).toBe(
    "Returns only people with this status: `pending`, `active` or `expired`. Default: `pending` and `active`.",
  );
});

test("the filter accepts only known roles and statuses", () => {
  const query = z.object(peopleFilter);
  const reasons = (filter: PeopleFilter) => query.safeParse(filter).error?.issues.map(({ message }) => message) ?? [];
  expect(reasons({})).toEqual([]);
  expect(reasons({ role: "manager", status: "expired" })).toEqual([]);
  expect(reasons({ role: "boss", status: "gone" })).toEqual([
    "must be one of owner, admin, manager, developer, member, viewer",
    "must be one of pending, active, expired",
  ]);
});

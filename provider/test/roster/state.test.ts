import type { Role } from "../../src/api";
import { readRosterState } from "../../src/roster/state";
import { dialects } from "../support/dialect";
import { Acme } from "./acme";

describe.each(dialects)("with $backend", (dialect) => {
  const {
    roles: { low },
    stored,
    operations,
    sends,
  } = dialect;
  let acme: Acme;
  beforeAll(async () => {
    acme = await Acme.begin(dialect);
  });
  beforeEach(() => acme.reset());
  afterAll(() => acme.close());

  const week = 7 * 24 * 3_600;
  const names = (people: readonly { readonly email: string }[]) =>
    people.map(({ email }) => email.replace(/@acme\.example/i, ""));
  const read = (members: Record<string, Role>, ignore?: string[]) =>
    readRosterState({ api: acme.as("ada"), forAnotherKey: false }, acme.id, { members, ...(ignore && { ignore }) });

  test("the state has members, pending invitations and desired roles", async () => {
    const { people, desired } = await read({ "bob@acme.example": low });
    expect(names(people)).toEqual(["ada", "bob", "carl", "eve"]);
    expect(desired).toEqual({ "bob@acme.example": low });
  });

  test("the state has expired invitations only of declared people", async () => {
    await acme.control.invite("fred@acme.example", "acme", "viewer");
    await acme.control.invite("gina@acme.example", "acme", "viewer");
    acme.control.advance(week + 1);
    await acme.control.invite("eve@acme.example", "acme", "viewer");
    const { people } = await read({ "EVE@acme.example": low, "FRED@acme.example": low });
    expect(names(people)).toEqual(["ada", "bob", "carl", "eve", "fred"]);
    expect(people.at(-1)?.person).toMatchObject({ status: "expired" });
  });

  test("the newest of several expired invitations counts", async () => {
    for (const role of ["viewer", "manager", "admin"] as const) {
      await acme.control.invite("fred@acme.example", "acme", role);
      acme.control.advance(week + 1);
    }
    const { people } = await read({ "fred@acme.example": low });
    expect(people.filter(({ email }) => email === "fred@acme.example")).toMatchObject([{ person: { role: "admin" } }]);
  });

  test("expired invitations are read only for absent people, and only if another list has them", async () => {
    const lists = async (members: Record<string, Role>) => {
      await acme.reset();
      await read(members);
      return acme.requests(operations.listInvitations);
    };
    expect(await lists({ "Ada@acme.example": "admin", "eve@acme.example": low })).toBe(1);
    expect(await lists({ "fred@acme.example": low })).toBe(1 + sends.expired.length);
  });

  describe("a declared user with a new address", () => {
    const move = async () => {
      const { userId } = await acme.member("carl");
      acme.control.changeEmail("carl@acme.example", "karl@acme.example");
      return new Map([["carl@acme.example", { userId }]]);
    };
    const readWith = async (members: Record<string, Role>, prior: Map<string, { userId: string }>) =>
      readRosterState({ api: acme.as("ada"), forAnotherKey: false }, acme.id, { members }, prior);

    test("is listed under the declared one", async () => {
      const { people } = await readWith({ "Carl@acme.example": low }, await move());
      expect(names(people)).toEqual(["ada", "bob", "Carl", "eve"]);
      expect(people[2]?.person.email).toBe("karl@acme.example");
    });

    test("is listed under the new one if the program declares both", async () => {
      const members = { "carl@acme.example": low, "KARL@acme.example": low };
      const { people } = await readWith(members, await move());
      expect(names(people)).toEqual(["ada", "bob", "karl", "eve"]);
    });

    test("is listed under the new one if another user has the declared one", async () => {
      const prior = await move();
      acme.control.addMember("carl@acme.example", "acme", stored.low);
      const { people } = await readWith({ "carl@acme.example": low }, prior);
      expect(names(people)).toEqual(["ada", "bob", "karl", "carl", "eve"]);
    });

    test("is listed under the declared one, and an invitation to it is orphaned", async () => {
      const prior = await move();
      await acme.control.invite("Carl@acme.example", "acme", stored.low);
      const { people, orphanedInvitations } = await readWith({ "carl@acme.example": low }, prior);
      expect(names(people)).toEqual(["ada", "bob", "carl", "eve"]);
      expect(people[2]?.person).toMatchObject({ kind: "member", email: "karl@acme.example" });
      expect(names(orphanedInvitations)).toEqual(["Carl"]);
    });

    test("is listed under the new one without a prior state", async () => {
      await move();
      const { people } = await readWith({ "carl@acme.example": low }, new Map());
      expect(names(people)).toEqual(["ada", "bob", "karl", "eve"]);
    });
  });

  test("the owner and the API key's user are protected", async () => {
    const { people, isProtected } = await readRosterState({ api: acme.as("bob"), forAnotherKey: false }, acme.id, {});
    const protectedPeople = people.filter(({ person }) => person.kind === "member" && isProtected(person));
    expect(names(protectedPeople)).toEqual(["ada", "bob"]);
  });

  test("an empty declaration desires and ignores no one", async () => {
    const { desired, isIgnored } = await readRosterState({ api: acme.as("ada"), forAnotherKey: false }, acme.id, {});
    expect(desired).toEqual({});
    expect(isIgnored("bob@acme.example")).toBe(false);
  });

  test("patterns select the ignored people", async () => {
    const { isIgnored } = await read({}, ["*@partner.example"]);
    expect([isIgnored("bob@partner.example"), isIgnored("bob@acme.example")]).toEqual([true, false]);
  });
});

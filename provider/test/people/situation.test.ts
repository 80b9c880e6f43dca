import type { Role } from "../../src/api";
import { situation } from "../../src/resources/people/situation";
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
  const found = (members: Record<string, Role>, ignore?: string[]) =>
    situation({ api: acme.as("ada") }, acme.id, { members, ...(ignore && { ignore }) });

  test("contains members, pending people and their desired roles", async () => {
    const { people, wanted } = await found({ "bob@acme.example": low });
    expect(names(people)).toEqual(["ada", "bob", "carl", "eve"]);
    expect(wanted).toEqual({ "bob@acme.example": low });
  });

  test("an invitation that has run out is there for those who are declared and nowhere else", async () => {
    await acme.control.invite("fred@acme.example", "acme", "viewer");
    await acme.control.invite("gina@acme.example", "acme", "viewer");
    acme.control.advance(week + 1);
    await acme.control.invite("eve@acme.example", "acme", "viewer");
    const { people } = await found({ "EVE@acme.example": low, "FRED@acme.example": low });
    expect(names(people)).toEqual(["ada", "bob", "carl", "eve", "fred"]);
    expect(people.at(-1)?.place).toMatchObject({ status: "expired" });
  });

  test("of several that have run out the newest counts", async () => {
    for (const role of ["viewer", "manager", "admin"] as const) {
      await acme.control.invite("fred@acme.example", "acme", role);
      acme.control.advance(week + 1);
    }
    const { people } = await found({ "fred@acme.example": low });
    expect(people.filter(({ email }) => email === "fred@acme.example")).toMatchObject([{ place: { role: "admin" } }]);
  });

  test("reads expired invitations only if a person is missing and the list does not contain them", async () => {
    const lists = async (members: Record<string, Role>) => {
      await acme.reset();
      await found(members);
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
    const foundAs = async (members: Record<string, Role>, known: Map<string, { userId: string }>) =>
      situation({ api: acme.as("ada") }, acme.id, { members }, known);

    test("goes by the declared one", async () => {
      const { people } = await foundAs({ "Carl@acme.example": low }, await move());
      expect(names(people)).toEqual(["ada", "bob", "Carl", "eve"]);
      expect(people[2]?.place.email).toBe("karl@acme.example");
    });

    test("goes by the new one if that is declared too", async () => {
      const members = { "carl@acme.example": low, "KARL@acme.example": low };
      const { people } = await foundAs(members, await move());
      expect(names(people)).toEqual(["ada", "bob", "karl", "eve"]);
    });

    test("differs if another person has the declared one", async () => {
      const known = await move();
      acme.control.addMember("carl@acme.example", "acme", stored.low);
      const { people } = await foundAs({ "carl@acme.example": low }, known);
      expect(names(people)).toEqual(["ada", "bob", "karl", "carl", "eve"]);
    });

    test("also uses the declared one while an undeclared person is invited there", async () => {
      const known = await move();
      await acme.control.invite("Carl@acme.example", "acme", stored.low);
      const { people, strays } = await foundAs({ "carl@acme.example": low }, known);
      expect(names(people)).toEqual(["ada", "bob", "carl", "eve"]);
      expect(people[2]?.place).toMatchObject({ kind: "member", email: "karl@acme.example" });
      expect(names(strays)).toEqual(["Carl"]);
    });

    test("is not known without the state", async () => {
      await move();
      const { people } = await foundAs({ "carl@acme.example": low }, new Map());
      expect(names(people)).toEqual(["ada", "bob", "karl", "eve"]);
    });
  });

  test("the owner and the key's own user are fixed", async () => {
    const { people, fixed } = await situation({ api: acme.as("bob") }, acme.id, {});
    const those = people.filter(({ place }) => place.kind === "member" && fixed(place));
    expect(names(those)).toEqual(["ada", "bob"]);
  });

  test("nothing declared wants nobody and ignores nobody", async () => {
    const { wanted, ignored } = await situation({ api: acme.as("ada") }, acme.id, {});
    expect(wanted).toEqual({});
    expect(ignored("bob@acme.example")).toBe(false);
  });

  test("who is ignored is so by pattern", async () => {
    const { ignored } = await found({}, ["*@partner.example"]);
    expect([ignored("bob@partner.example"), ignored("bob@acme.example")]).toEqual([true, false]);
  });
});

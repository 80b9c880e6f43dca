import { rejectOwnerChange, type OwnerChange } from "../../src/roster/owners";
import { connect } from "../support/dialect";
import { Acme } from "./acme";

let acme: Acme;
beforeAll(async () => {
  acme = await Acme.begin(connect);
});
beforeEach(() => acme.reset());
afterAll(() => acme.close());

const nobody: OwnerChange = { invited: [], promoted: [], lowered: [] };

/** Checks a change with the API key of that person. */
async function check(name: "ada" | "bob", change: Partial<OwnerChange>, forAnotherKey = false): Promise<void> {
  await rejectOwnerChange({ api: acme.as(name), forAnotherKey }, acme.id, { ...nobody, ...change });
}

// N1: only owners grant and take the role `owner`, and an organization keeps at least one owner.
describe("a change of owners", () => {
  test("by an owner is permitted", async () => {
    const bob = await acme.member("bob");
    await expect(check("ada", { promoted: [bob] })).resolves.toBeUndefined();
    await expect(check("ada", { invited: ["fred@acme.example"] })).resolves.toBeUndefined();
    await expect(check("ada", { promoted: [bob], lowered: [await acme.member("ada")] })).resolves.toBeUndefined();
  });

  test("by an admin is rejected, and the error names the people", async () => {
    const change = { invited: ["fred@acme.example"], promoted: [await acme.member("carl")] };
    await expect(check("bob", change)).rejects.toThrow(
      "only owners can grant or take the role owner, or invite owners. The API key's user, bob@acme.example, has the role admin in organization acme, " +
        "but this change concerns fred@acme.example, carl@acme.example. Use an owner's API key.",
    );
  });

  test("by an admin is permitted in a preview for another key, and if it concerns nobody", async () => {
    await expect(check("bob", { promoted: [await acme.member("carl")] }, true)).resolves.toBeUndefined();
    await expect(check("bob", {})).resolves.toBeUndefined();
  });

  test("must leave an owner, also in a preview for another key", async () => {
    const ada = await acme.member("ada");
    const refusal =
      "an organization keeps at least one owner, but this change takes the role owner from ada@acme.example. Make another member an owner first. Invitations do not count.";
    await expect(check("ada", { lowered: [ada] })).rejects.toThrow(refusal);
    await expect(check("ada", { lowered: [ada] }, true)).rejects.toThrow(refusal);
    acme.control.addMember("gina@acme.example", "acme", "owner");
    await expect(check("ada", { lowered: [ada] })).resolves.toBeUndefined();
    await expect(check("ada", { lowered: [ada, await acme.member("gina")] })).rejects.toThrow("at least one owner");
  });

  test("must leave an owner, and the error does not name the people who become owners", async () => {
    const change = { lowered: [await acme.member("ada")], invited: ["fred@acme.example"] };
    await expect(check("ada", change)).rejects.toThrow("this change takes the role owner from ada@acme.example. Make");
  });
});

import type { Member, Peridio, RosterEntry } from "../../src/api";
import { UserError } from "#framework";
import { cannotChange, inviteAgain, remove, setRole, unchangeable } from "../../src/resources/people/place";
import { dialects } from "../support/dialect";
import { Acme } from "./acme";

describe.each(dialects)("with $backend", (dialect) => {
  const {
    roles: { high, low },
    operations,
  } = dialect;
  let acme: Acme;
  beforeAll(async () => {
    acme = await Acme.begin(dialect);
  });
  beforeEach(() => acme.reset());
  afterAll(() => acme.close());

  const conflict = { effect: { status: 409 } } as const;
  const fault = { effect: { status: 500 } } as const;

  test.each([
    ["ada", "ada", true],
    ["ada", "bob", false],
    ["bob", "ada", true],
    ["bob", "bob", true],
    ["bob", "carl", false],
  ] as const)("with the key of %s, that %s cannot be changed is %p", async (key, name, expected) => {
    expect(await cannotChange({ api: acme.as(key) }, await acme.member(name))).toBe(expected);
  });

  test("it is said why, and what to do", async () => {
    expect(unchangeable(await acme.member("ada"))).toBe(
      "ada@acme.example owns the organization and so has the role admin. Declare that role, or have somebody else own the organization first.",
    );
    expect(unchangeable(await acme.member("bob"))).toBe(
      "bob@acme.example is the user of this API key, whose own role (admin) Peridio does not let it change. Declare that role, or use the key of another admin.",
    );
  });

  describe("a role", () => {
    test("is set with one request", async () => {
      expect(await setRole(acme.as("ada"), await acme.member("carl"), high)).toMatchObject({ role: high });
      expect(acme.writes()).toEqual([`${operations.setRole} carl@acme.example {"role":"${high}"}`]);
    });

    test("that the member has already is no request", async () => {
      const carl = await acme.member("carl");
      expect(await setRole(acme.as("ada"), carl, low)).toBe(carl);
      expect(acme.writes()).toEqual([]);
    });

    test("that cannot be changed is explained, with what Peridio said", async () => {
      const attempt = setRole(acme.as("bob"), await acme.member("ada"), low);
      await expect(attempt).rejects.toThrow(/^ada@acme\.example owns .* first\. .*HTTP 4(09|22)/);
      await expect(attempt).rejects.toThrow(UserError);
    });

    test.each([fault, conflict])("that fails otherwise fails as it did: %j", async (broken) => {
      acme.control.fault({ operation: operations.setRole, ...broken });
      await expect(setRole(acme.as("ada"), await acme.member("carl"), "admin")).rejects.toThrow(
        new RegExp(`^(?!carl@acme\\.example is the user).*HTTP ${broken.effect.status}`),
      );
    });
  });

  describe("who waits and gets another role", () => {
    test("is invited again", async () => {
      const again = await inviteAgain(acme.as("ada"), await acme.invitation("eve"), low);
      expect(again).toMatchObject({ kind: "invitation", role: low, status: "pending" });
      expect(acme.writes()).toEqual([
        operations.revoke,
        `${operations.invite} {"email":"eve@acme.example","role":"${low}"}`,
      ]);
    });

    test("keeps the place and gets the role if it was accepted meanwhile", async () => {
      const api = acme.as("ada");
      const invitation = await acme.invitation("eve", api);
      acme.control.accept("eve@acme.example", "acme");
      expect(await inviteAgain(api, invitation, low)).toMatchObject({ kind: "member", role: low });
      expect(acme.writes()).toEqual([operations.revoke, `${operations.setRole} eve@acme.example {"role":"${low}"}`]);
    });

    test("is not invited again if the invitation could not be revoked", async () => {
      const api = acme.as("ada");
      const invitation = await acme.invitation("eve", api);
      for (const broken of [conflict, fault]) {
        acme.control.fault({ operation: operations.revoke, ...broken });
        await expect(inviteAgain(api, invitation, low)).rejects.toThrow(`HTTP ${broken.effect.status}`);
      }
      expect(acme.writes()).toEqual([operations.revoke, operations.revoke]);
    });

    test("whose invitation is gone, which Peridio refuses to revoke, is invited where the list is proof of that", async () => {
      const api = acme.as("ada");
      const invitation = await acme.invitation("eve", api);
      await acme.control.revoke("eve@acme.example", "acme");
      acme.control.fault({ operation: operations.revoke, ...conflict });
      const again = inviteAgain(api, invitation, low);
      if (dialect.backend === "connect") await expect(again).resolves.toMatchObject({ status: "pending", role: low });
      else await expect(again).rejects.toThrow("HTTP 409");
      const sent = acme.writes().map((line) => line.split(" ")[0]);
      expect(sent).toEqual([operations.revoke, ...(dialect.backend === "connect" ? [operations.invite] : [])]);
    });

    test("is unmanaged if the invitation could not be revoked, for members and others", async () => {
      const api = acme.as("ada");
      const invitation = await acme.invitation("eve", api);
      acme.control.accept("eve@acme.example", "acme");
      acme.control.fault({ operation: operations.revoke, ...fault });
      await expect(inviteAgain(api, invitation, low)).rejects.toThrow("HTTP 500");
      expect(acme.writes()).toEqual([operations.revoke]);
    });
  });

  describe("who goes", () => {
    let warnings: string[];
    beforeEach(() => {
      warnings = [];
    });
    const go = (api: Peridio, place: RosterEntry) => remove({ api, warn: (text) => warnings.push(text) }, place);

    test("is removed, if a member", async () => {
      await go(acme.as("bob"), await acme.member("carl"));
      expect(acme.writes()).toEqual([`${operations.remove} carl@acme.example`]);
      expect(warnings).toEqual([]);
    });

    test("may be gone already", async () => {
      const api = acme.as("ada");
      const carl = await acme.member("carl", api);
      acme.control.leave("carl@acme.example", "acme");
      await go(api, carl);
      expect(acme.writes()).toEqual([`${operations.remove} carl@acme.example`]);
    });

    test("may be gone already, and be invited", async () => {
      const api = acme.as("ada");
      const carl = await acme.member("carl", api);
      acme.control.leave("carl@acme.example", "acme");
      await acme.control.invite("carl@acme.example", "acme", "viewer");
      await go(api, carl);
      expect(acme.writes()).toEqual([`${operations.remove} carl@acme.example`]);
    });

    test("is not taken for gone while a member", async () => {
      const api = acme.as("ada");
      const carl = await acme.member("carl", api);
      acme.control.fault({ operation: operations.remove, effect: { status: 404 } });
      const attempt = go(api, carl);
      await expect(attempt).rejects.toThrow(/^carl@acme\.example is still a member\. .*HTTP 404/);
      await expect(attempt).rejects.toThrow(UserError);
    });

    test("is not taken for gone after another error", async () => {
      const api = acme.as("ada");
      const carl = await acme.member("carl", api);
      acme.control.fault({ operation: operations.remove, ...fault });
      await expect(go(api, carl)).rejects.toThrow(/^(?!carl@acme\.example is still).*HTTP 500/);
    });

    test("loses the invitation, if that waits", async () => {
      await go(acme.as("ada"), await acme.invitation("eve"));
      expect(acme.writes()).toEqual([operations.revoke]);
      expect(await acme.people()).toEqual(["ada admin", "bob admin", `carl ${low}`]);
    });

    test("is removed, if the invitation was accepted meanwhile", async () => {
      const api = acme.as("ada");
      const invitation = await acme.invitation("eve", api);
      acme.control.accept("eve@acme.example", "acme");
      await go(api, invitation);
      expect(acme.writes()).toEqual([operations.revoke, `${operations.remove} eve@acme.example`]);
    });

    test("stays, if the invitation could not be revoked and there is no such member", async () => {
      const api = acme.as("ada");
      const invitation = await acme.invitation("eve", api);
      for (const broken of [conflict, fault]) {
        acme.control.fault({ operation: operations.revoke, ...broken });
        await expect(go(api, invitation)).rejects.toThrow(`HTTP ${broken.effect.status}`);
      }
      expect(acme.writes()).toEqual([operations.revoke, operations.revoke]);
    });

    test("stays after an error that says nothing of an acceptance", async () => {
      const api = acme.as("ada");
      const invitation = await acme.invitation("eve", api);
      acme.control.accept("eve@acme.example", "acme");
      acme.control.fault({ operation: operations.revoke, ...fault });
      await expect(go(api, invitation)).rejects.toThrow("HTTP 500");
      expect(acme.writes()).toEqual([operations.revoke]);
    });

    test.each<["ada" | "bob", "ada" | "bob", string]>([
      ["bob", "ada", "the owner"],
      ["ada", "ada", "the owner"],
      ["bob", "bob", "the user of this API key"],
    ])("with the key of %s, %s stays as %s, with a warning", async (key, name, who) => {
      const member: Member = await acme.member(name);
      await go(acme.as(key), member);
      expect(acme.writes()).toEqual([]);
      expect(warnings).toEqual([
        `${name}@acme.example stays in the organization as ${who}: Peridio does not allow removing that member.`,
      ]);
    });
  });
});

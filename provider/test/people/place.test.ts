import type { Member, Peridio, Place } from "../../src/api";
import { Refusal } from "../../src/core/errors";
import { cannotChange, inviteAgain, remove, setRole, unchangeable } from "../../src/resources/people/place";
import { Acme } from "./acme";

let acme: Acme;
beforeAll(async () => {
  acme = await Acme.begin();
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
  expect(await cannotChange(acme.as(key), await acme.member(name))).toBe(expected);
});

test("it is said why, and what to do", async () => {
  expect(unchangeable(await acme.member("ada"))).toBe(
    "ada@acme.example owns the organization and so has the role admin. Declare that role, or transfer the ownership first.",
  );
  expect(unchangeable(await acme.member("bob"))).toBe(
    "bob@acme.example is the user of this API key, whose own role (admin) Peridio does not let it change. Declare that role, or use the key of another admin.",
  );
});

describe("a role", () => {
  test("is set with one request", async () => {
    expect(await setRole(acme.as("ada"), await acme.member("carl"), "manager")).toMatchObject({ role: "manager" });
    expect(acme.writes()).toEqual(['update-a-member carl@acme.example {"role":"manager"}']);
  });

  test("that the member has already is no request", async () => {
    const carl = await acme.member("carl");
    expect(await setRole(acme.as("ada"), carl, "viewer")).toBe(carl);
    expect(acme.writes()).toEqual([]);
  });

  test("that cannot be changed is explained, with what Peridio said", async () => {
    const attempt = setRole(acme.as("bob"), await acme.member("ada"), "viewer");
    await expect(attempt).rejects.toThrow(/^ada@acme\.example owns .* first\. .*HTTP 409/);
    await expect(attempt).rejects.toThrow(Refusal);
  });

  test("that fails otherwise fails as it did", async () => {
    acme.control.fault({ operation: "update-a-member", ...fault });
    await expect(setRole(acme.as("ada"), await acme.member("carl"), "admin")).rejects.toThrow(
      /^(?!carl@acme\.example is the user).*HTTP 500/,
    );
  });
});

describe("who waits and gets another role", () => {
  test("is invited again", async () => {
    const again = await inviteAgain(acme.as("ada"), await acme.invitation("eve"), "viewer");
    expect(again).toMatchObject({ kind: "invitation", role: "viewer", status: "pending" });
    expect(acme.writes()).toEqual([
      "revoke-an-invitation",
      'create-an-invitation {"email":"eve@acme.example","role":"viewer"}',
    ]);
  });

  test("keeps the place and gets the role if it was accepted meanwhile", async () => {
    const api = acme.as("ada");
    const invitation = await acme.invitation("eve", api);
    acme.control.accept("eve@acme.example", "acme");
    expect(await inviteAgain(api, invitation, "viewer")).toMatchObject({ kind: "member", role: "viewer" });
    expect(acme.writes()).toEqual(["revoke-an-invitation", 'update-a-member eve@acme.example {"role":"viewer"}']);
  });

  test("is not invited again if the invitation could not be revoked", async () => {
    const api = acme.as("ada");
    const invitation = await acme.invitation("eve", api);
    for (const broken of [conflict, fault]) {
      acme.control.fault({ operation: "revoke-an-invitation", ...broken });
      await expect(inviteAgain(api, invitation, "viewer")).rejects.toThrow(`HTTP ${broken.effect.status}`);
    }
    expect(acme.writes()).toEqual(["revoke-an-invitation", "revoke-an-invitation"]);
  });

  test("is not invited again if the invitation is gone, and Peridio refuses all the same", async () => {
    const api = acme.as("ada");
    const invitation = await acme.invitation("eve", api);
    await acme.control.revoke("eve@acme.example", "acme");
    acme.control.fault({ operation: "revoke-an-invitation", ...conflict });
    await expect(inviteAgain(api, invitation, "viewer")).rejects.toThrow("HTTP 409");
    expect(acme.writes()).toEqual(["revoke-an-invitation"]);
  });

  test("is nobody's business if the invitation could not be revoked, member or not", async () => {
    const api = acme.as("ada");
    const invitation = await acme.invitation("eve", api);
    acme.control.accept("eve@acme.example", "acme");
    acme.control.fault({ operation: "revoke-an-invitation", ...fault });
    await expect(inviteAgain(api, invitation, "viewer")).rejects.toThrow("HTTP 500");
    expect(acme.writes()).toEqual(["revoke-an-invitation"]);
  });
});

describe("who goes", () => {
  let warnings: string[];
  beforeEach(() => {
    warnings = [];
  });
  const go = (api: Peridio, place: Place) => remove({ api, warn: (text) => warnings.push(text) }, place);

  test("is removed, if a member", async () => {
    await go(acme.as("bob"), await acme.member("carl"));
    expect(acme.writes()).toEqual(["remove-a-member carl@acme.example"]);
    expect(warnings).toEqual([]);
  });

  test("may be gone already", async () => {
    const api = acme.as("ada");
    const carl = await acme.member("carl", api);
    acme.control.leave("carl@acme.example", "acme");
    await go(api, carl);
    expect(acme.writes()).toEqual(["remove-a-member carl@acme.example"]);
  });

  test("may be gone already, and be invited", async () => {
    const api = acme.as("ada");
    const carl = await acme.member("carl", api);
    acme.control.leave("carl@acme.example", "acme");
    await acme.control.invite("carl@acme.example", "acme", "viewer");
    await go(api, carl);
    expect(acme.writes()).toEqual(["remove-a-member carl@acme.example"]);
  });

  test("is not taken for gone while a member", async () => {
    const api = acme.as("ada");
    const carl = await acme.member("carl", api);
    acme.control.fault({ operation: "remove-a-member", effect: { status: 404 } });
    const attempt = go(api, carl);
    await expect(attempt).rejects.toThrow(/^carl@acme\.example is still a member\. .*HTTP 404/);
    await expect(attempt).rejects.toThrow(Refusal);
  });

  test("is not taken for gone after another error", async () => {
    const api = acme.as("ada");
    const carl = await acme.member("carl", api);
    acme.control.fault({ operation: "remove-a-member", ...fault });
    await expect(go(api, carl)).rejects.toThrow(/^(?!carl@acme\.example is still).*HTTP 500/);
  });

  test("loses the invitation, if that waits", async () => {
    await go(acme.as("ada"), await acme.invitation("eve"));
    expect(acme.writes()).toEqual(["revoke-an-invitation"]);
    expect(await acme.people()).toEqual(["ada admin", "bob admin", "carl viewer"]);
  });

  test("is removed, if the invitation was accepted meanwhile", async () => {
    const api = acme.as("ada");
    const invitation = await acme.invitation("eve", api);
    acme.control.accept("eve@acme.example", "acme");
    await go(api, invitation);
    expect(acme.writes()).toEqual(["revoke-an-invitation", "remove-a-member eve@acme.example"]);
  });

  test("stays, if the invitation could not be revoked and there is no such member", async () => {
    const api = acme.as("ada");
    const invitation = await acme.invitation("eve", api);
    for (const broken of [conflict, fault]) {
      acme.control.fault({ operation: "revoke-an-invitation", ...broken });
      await expect(go(api, invitation)).rejects.toThrow(`HTTP ${broken.effect.status}`);
    }
    expect(acme.writes()).toEqual(["revoke-an-invitation", "revoke-an-invitation"]);
  });

  test("stays after an error that says nothing of an acceptance", async () => {
    const api = acme.as("ada");
    const invitation = await acme.invitation("eve", api);
    acme.control.accept("eve@acme.example", "acme");
    acme.control.fault({ operation: "revoke-an-invitation", ...fault });
    await expect(go(api, invitation)).rejects.toThrow("HTTP 500");
    expect(acme.writes()).toEqual(["revoke-an-invitation"]);
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
      `${name}@acme.example stays in the organization as ${who}: Peridio does not allow removing that member. The membership ends when the organization is deleted.`,
    ]);
  });
});

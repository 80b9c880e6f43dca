import type { Member, Peridio, RosterEntry } from "../../src/api";
import { UserError } from "#framework";
import { applyRosterPlan, inviteAgain, removePerson, setRole } from "../../src/roster/apply";
import { isProtected } from "../../src/roster/protection";
import type { RosterPlan } from "../../src/roster/steps";
import { dialects } from "../support/dialect";
import { Acme } from "./acme";

describe.each(dialects)("with $backend", (dialect) => {
  const {
    roles: { high, low },
    operations,
    ownerRole,
  } = dialect;
  const owner =
    ownerRole === "owner"
      ? "an owner: the provider never removes owners. To remove this person, first declare another role than owner"
      : "the owner: Peridio does not let anyone remove the owner";
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
  ] as const)("with the key of %s, the protection of %s is %p", async (key, name, expected) => {
    expect(await isProtected({ api: acme.as(key) }, await acme.member(name))).toBe(expected);
  });

  describe("setRole", () => {
    test("sends one request", async () => {
      expect(await setRole(acme.as("ada"), await acme.member("carl"), high)).toMatchObject({ role: high });
      expect(acme.writes()).toEqual([`${operations.setRole} carl@acme.example {"role":"${high}"}`]);
    });

    test("sends no request for the present role", async () => {
      const carl = await acme.member("carl");
      expect(await setRole(acme.as("ada"), carl, low)).toBe(carl);
      expect(acme.writes()).toEqual([]);
    });

    test("explains a protected member, with Peridio's message", async () => {
      const attempt = setRole(acme.as("bob"), await acme.member("ada"), low);
      const reason =
        ownerRole === "owner"
          ? /Only owners can grant or remove the role owner/
          : /^Peridio does not let anyone change the owner's role\. .* first\. .*HTTP 409/;
      await expect(attempt).rejects.toThrow(reason);
    });

    test.each([fault, conflict])("passes other errors on: %j", async (broken) => {
      acme.control.fault({ operation: operations.setRole, ...broken });
      await expect(setRole(acme.as("ada"), await acme.member("carl"), "admin")).rejects.toThrow(
        new RegExp(`^(?!Peridio does not let).*HTTP ${broken.effect.status}`),
      );
    });
  });

  describe("inviteAgain", () => {
    test("revokes and invites", async () => {
      const again = await inviteAgain(acme.as("ada"), await acme.invitation("eve"), low);
      expect(again).toMatchObject({ kind: "invitation", role: low, status: "pending" });
      expect(acme.writes()).toEqual([
        operations.revoke,
        `${operations.invite} {"email":"eve@acme.example","role":"${low}"}`,
      ]);
    });

    test("sets the role of a person who has accepted meanwhile", async () => {
      const api = acme.as("ada");
      const invitation = await acme.invitation("eve", api);
      acme.control.accept("eve@acme.example", "acme");
      expect(await inviteAgain(api, invitation, low)).toMatchObject({ kind: "member", role: low });
      expect(acme.writes()).toEqual([operations.revoke, `${operations.setRole} eve@acme.example {"role":"${low}"}`]);
    });

    test("does not invite if revoking fails", async () => {
      const api = acme.as("ada");
      const invitation = await acme.invitation("eve", api);
      for (const broken of [conflict, fault]) {
        acme.control.fault({ operation: operations.revoke, ...broken });
        await expect(inviteAgain(api, invitation, low)).rejects.toThrow(`HTTP ${broken.effect.status}`);
      }
      expect(acme.writes()).toEqual([operations.revoke, operations.revoke]);
    });

    test("invites after a refused revocation only if the list of invitations proves that the invitation is gone", async () => {
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

    test("changes no member if revoking fails", async () => {
      const api = acme.as("ada");
      const invitation = await acme.invitation("eve", api);
      acme.control.accept("eve@acme.example", "acme");
      acme.control.fault({ operation: operations.revoke, ...fault });
      await expect(inviteAgain(api, invitation, low)).rejects.toThrow("HTTP 500");
      expect(acme.writes()).toEqual([operations.revoke]);
    });
  });

  describe("removePerson", () => {
    let warnings: string[];
    beforeEach(() => {
      warnings = [];
    });
    const leave = (api: Peridio, person: RosterEntry) =>
      removePerson({ api, warn: (text) => warnings.push(text) }, person);

    test("removes a member", async () => {
      await leave(acme.as("bob"), await acme.member("carl"));
      expect(acme.writes()).toEqual([`${operations.remove} carl@acme.example`]);
      expect(warnings).toEqual([]);
    });

    test("accepts that the member is gone", async () => {
      const api = acme.as("ada");
      const carl = await acme.member("carl", api);
      acme.control.leave("carl@acme.example", "acme");
      await leave(api, carl);
      expect(acme.writes()).toEqual([`${operations.remove} carl@acme.example`]);
    });

    test("accepts that the member is gone and invited again", async () => {
      const api = acme.as("ada");
      const carl = await acme.member("carl", api);
      acme.control.leave("carl@acme.example", "acme");
      await acme.control.invite("carl@acme.example", "acme", "viewer");
      await leave(api, carl);
      expect(acme.writes()).toEqual([`${operations.remove} carl@acme.example`]);
    });

    test("rejects a 404 for a person who is still a member", async () => {
      const api = acme.as("ada");
      const carl = await acme.member("carl", api);
      acme.control.fault({ operation: operations.remove, effect: { status: 404 } });
      const attempt = leave(api, carl);
      await expect(attempt).rejects.toThrow(
        /^Peridio returned 404 for the removal of carl@acme\.example, but carl@acme\.example is still a member\. .*HTTP 404/,
      );
      await expect(attempt).rejects.toThrow(UserError);
    });

    test("passes other errors of a removal on", async () => {
      const api = acme.as("ada");
      const carl = await acme.member("carl", api);
      acme.control.fault({ operation: operations.remove, ...fault });
      await expect(leave(api, carl)).rejects.toThrow(/^(?!.*is still a member).*HTTP 500/);
    });

    test("revokes an invitation", async () => {
      await leave(acme.as("ada"), await acme.invitation("eve"));
      expect(acme.writes()).toEqual([operations.revoke]);
      expect(await acme.people()).toEqual([`ada ${ownerRole}`, "bob admin", `carl ${low}`]);
    });

    test("removes a person who has accepted meanwhile", async () => {
      const api = acme.as("ada");
      const invitation = await acme.invitation("eve", api);
      acme.control.accept("eve@acme.example", "acme");
      await leave(api, invitation);
      expect(acme.writes()).toEqual([operations.revoke, `${operations.remove} eve@acme.example`]);
    });

    test("fails if revoking fails and the person is no member", async () => {
      const api = acme.as("ada");
      const invitation = await acme.invitation("eve", api);
      for (const broken of [conflict, fault]) {
        acme.control.fault({ operation: operations.revoke, ...broken });
        await expect(leave(api, invitation)).rejects.toThrow(`HTTP ${broken.effect.status}`);
      }
      expect(acme.writes()).toEqual([operations.revoke, operations.revoke]);
    });

    test("removes no member if revoking fails for another reason", async () => {
      const api = acme.as("ada");
      const invitation = await acme.invitation("eve", api);
      acme.control.accept("eve@acme.example", "acme");
      acme.control.fault({ operation: operations.revoke, ...fault });
      await expect(leave(api, invitation)).rejects.toThrow("HTTP 500");
      expect(acme.writes()).toEqual([operations.revoke]);
    });

    test.each<["ada" | "bob", "ada" | "bob", string]>([
      ["bob", "ada", owner],
      ["ada", "ada", owner],
      ["bob", "bob", "the user of this API key: Peridio does not let an API key remove its own user"],
    ])("with the key of %s, keeps %s, with a warning", async (key, name, why) => {
      const member: Member = await acme.member(name);
      await leave(acme.as(key), member);
      expect(acme.writes()).toEqual([]);
      expect(warnings).toEqual([`${name}@acme.example stays in the organization as ${why}.`]);
    });
  });

  describe("applyRosterPlan", () => {
    const empty: RosterPlan = { makeRoom: [], grant: [], demote: [], remove: [] };

    /** Applies the plan with the key of ada, and returns the warnings. */
    async function apply(plan: Partial<RosterPlan>): Promise<string[]> {
      const warnings: string[] = [];
      const context = { api: acme.as("ada"), warn: (text: string) => warnings.push(text) };
      await applyRosterPlan(context, acme.id, { ...empty, ...plan });
      return warnings;
    }

    const email = (name: string): string => `${name}@acme.example`;
    const remove = async (name: string) =>
      ({ kind: "remove", email: email(name), person: await acme.member(name) }) as const;
    const invite = (name: string) => ({ kind: "invite", email: email(name), role: low }) as const;

    /** Creates a plan with a step of each kind in each phase. */
    async function createPlan(): Promise<RosterPlan> {
      acme.control.addMember("dora@acme.example", "acme", "viewer");
      acme.control.addMember("fred@acme.example", "acme", "admin");
      return {
        makeRoom: [await remove("carl")],
        grant: [
          invite("gina"),
          { kind: "setRole", email: email("dora"), person: await acme.member("dora"), role: high },
        ],
        demote: [{ kind: "inviteAgain", email: email("eve"), person: await acme.invitation("eve"), role: low }],
        remove: [await remove("fred")],
      };
    }

    const invited = `${operations.invite} {"email":"gina@acme.example","role":"${low}"}`;
    const promoted = `${operations.setRole} dora@acme.example {"role":"${high}"}`;

    test("makes room, grants, demotes and removes, in this order", async () => {
      expect(await apply(await createPlan())).toEqual([]);
      const [first, second, third, ...rest] = acme.writes();
      expect(first).toBe(`${operations.remove} carl@acme.example`);
      expect([second, third].sort()).toEqual([invited, promoted]);
      expect(rest).toEqual([
        operations.revoke,
        `${operations.invite} {"email":"eve@acme.example","role":"${low}"}`,
        `${operations.remove} fred@acme.example`,
      ]);
      expect(await acme.people()).toEqual([
        `ada ${ownerRole}`,
        "bob admin",
        `dora ${high}`,
        `(gina ${low})`,
        `(eve ${low})`,
      ]);
    });

    test.each([
      ["makeRoom", { operation: operations.remove }, 1],
      ["grant", { operation: operations.invite }, 3],
      ["demote", { operation: operations.revoke }, 4],
      ["remove", { operation: operations.remove, skip: 1 }, 6],
    ])("starts no phase after a failure in the phase %s", async (_, where, requests) => {
      const plan = await createPlan();
      acme.control.fault({ ...where, effect: { status: 500 } });
      await expect(apply(plan)).rejects.toThrow("HTTP 500");
      expect(acme.writes()).toHaveLength(requests);
    });

    test("completes the phase of a failure, and names the person", async () => {
      acme.control.fault({ operation: operations.invite, effect: { status: 500 } });
      const attempt = apply({ grant: [invite("gina"), invite("hans"), invite("ines")] });
      await expect(attempt).rejects.toThrow(/^(gina|hans|ines)@acme\.example: (?!.*@acme\.example: ).*HTTP 500/);
      expect(acme.writes()).toHaveLength(3);
      expect(await acme.people()).toHaveLength(6);
    });

    test("names five of many failures", async () => {
      acme.control.fault({ operation: operations.invite, effect: { status: 500 }, times: "always" });
      const names = ["a", "b", "c", "d", "e", "f", "g"];
      const error: unknown = await apply({ grant: names.map(invite) }).catch((error: unknown) => error);
      const text = String(error);
      expect(text.match(/\w@acme\.example: /g)).toEqual(names.slice(0, 5).map((name) => `${name}@acme.example: `));
      expect(text).toMatch(/\); b@acme.*; and 2 more$/);
    });

    test("names all of five failures", async () => {
      acme.control.fault({ operation: operations.invite, effect: { status: 500 }, times: "always" });
      await expect(apply({ grant: ["a", "b", "c", "d", "e"].map(invite) })).rejects.toThrow(
        /\); e@acme\.example: Peridio or a proxy failed\.[^)]*\)$/,
      );
    });

    test("explains a full organization", async () => {
      acme.control.setLimits("acme", { users: 4 });
      await expect(apply({ grant: [invite("gina")] })).rejects.toThrow(
        "gina@acme.example: The organization has no free seat. Ask Peridio to raise the limit, or declare fewer people. ",
      );
    });

    test("makes a later removal first if an invitation finds no seat, and only once", async () => {
      const leaving = await acme.invitation("eve");
      acme.control.setLimits("acme", { users: 4 });
      const remove = [{ kind: "remove", email: leaving.email, person: leaving }] as const;
      expect(await apply({ grant: [invite("gina")], remove })).toEqual([]);
      expect(acme.writes()).toEqual([invited, operations.revoke, invited]);
      expect(await acme.people()).toEqual([`ada ${ownerRole}`, "bob admin", `carl ${low}`, `(gina ${low})`]);
    });

    test("makes no later removal for another failure, or for more people than it invites", async () => {
      const leaving = await acme.invitation("eve");
      const remove = [
        { kind: "remove", email: leaving.email, person: leaving },
        { kind: "remove", email: email("carl"), person: await acme.member("carl") },
      ] as const;
      acme.control.fault({ operation: operations.invite, effect: { status: 500 } });
      await expect(apply({ grant: [invite("gina")], remove })).rejects.toThrow("HTTP 500");
      expect(acme.writes()).toEqual([invited]);
      acme.control.setLimits("acme", { users: 2 });
      await expect(apply({ grant: [invite("gina")], remove })).rejects.toThrow("no free seat");
      expect(acme.writes().filter((line) => /revoke|cancel|remove|delete/i.test(line)).length).toBeLessThan(2);
    });

    test("names the failure of a removal that should free a seat, and of the invitation", async () => {
      const leaving = await acme.invitation("eve");
      acme.control.setLimits("acme", { users: 4 });
      acme.control.fault({ operation: operations.revoke, effect: { status: 500 } });
      const remove = [{ kind: "remove", email: leaving.email, person: leaving }] as const;
      await expect(apply({ grant: [invite("gina")], remove })).rejects.toThrow(
        /^eve@acme\.example: .*HTTP 500.*; gina@acme\.example: The organization has no free seat/,
      );
      expect(acme.writes()).toEqual([invited, operations.revoke]);
    });

    /** Lets the API answer the next change of a role with this role, and change nothing. */
    function answerOnly({ userId, email }: Member, role: string): void {
      const data = {
        // Each API looks for other properties.
        id: "a4e1a5b0-8f4f-4b52-a3fb-c6a2f1b0f3c1",
        organization_prn: acme.id,
        user_prn: userId,
        email,
        username: null,
        name: null,
        role,
        is_owner: false,
        two_factor_enabled: false,
        last_active_at: null,
      };
      acme.control.fault({ operation: operations.setRole, effect: { status: 200, body: { data } } });
    }

    test("rejects an answer with another role", async () => {
      const carl = await acme.member("carl");
      answerOnly(carl, low);
      await expect(
        apply({ grant: [{ kind: "setRole", email: carl.email, person: carl, role: "admin" }] }),
      ).rejects.toThrow(
        `carl@acme.example: Peridio returned the role ${low} instead of admin. Run \`pulumi up --refresh\` to read the live role and set the declared one.`,
      );
    });

    describe("after a promotion that Peridio answers and does not apply", () => {
      const promote = async () => {
        const carl = await acme.member("carl");
        answerOnly(carl, "admin");
        return { kind: "setRole", email: carl.email, person: carl, role: "admin" } as const;
      };
      const sent = `${operations.setRole} carl@acme.example {"role":"admin"}`;

      test("demotes and removes no admin", async () => {
        const refusal =
          `Peridio accepted the request but did not apply it as requested: carl@acme.example has the role ${low} instead of admin. ` +
          "The provider demoted no one, and made no further removal. Run `pulumi up --refresh`.";
        const eve = { kind: "remove", email: email("eve"), person: await acme.invitation("eve") } as const;
        await expect(apply({ grant: [await promote()], remove: [eve, await remove("bob")] })).rejects.toThrow(refusal);
        const demote = [{ kind: "setRole", email: email("bob"), person: await acme.member("bob"), role: low }] as const;
        await expect(apply({ grant: [await promote()], demote, remove: [eve] })).rejects.toThrow(refusal);
        expect(acme.writes()).toEqual([sent, sent]);
      });

      test("removes people who are no admins, without another look", async () => {
        acme.control.addMember("dora@acme.example", "acme", "viewer");
        await apply({ grant: [await promote()], remove: [await remove("dora")] });
        expect(acme.writes()).toEqual([sent, `${operations.remove} dora@acme.example`]);
      });
    });

    test("keeps a protected member, with a warning", async () => {
      expect(await apply({ remove: [await remove("ada")] })).toEqual([
        expect.stringMatching(/^ada@acme\.example stays in the organization as (the|an) owner/),
      ]);
    });
  });
});

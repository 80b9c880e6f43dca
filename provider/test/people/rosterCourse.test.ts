import { carryOut } from "../../src/resources/people/rosterCourse";
import type { RosterChange } from "../../src/resources/people/rosterChange";
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

  const nothing: RosterChange = { makeRoom: [], give: [], demote: [], remove: [] };

  /** Carries it out with the key of ada; the warnings. */
  async function course(change: Partial<RosterChange>): Promise<string[]> {
    const warnings: string[] = [];
    const context = { api: acme.as("ada"), warn: (text: string) => warnings.push(text) };
    await carryOut(context, acme.id, { ...nothing, ...change });
    return warnings;
  }

  const email = (name: string): string => `${name}@acme.example`;
  const remove = async (name: string) =>
    ({ kind: "remove", email: email(name), place: await acme.member(name) }) as const;
  const invite = (name: string) => ({ kind: "invite", email: email(name), role: low }) as const;

  /** A step of each sort, in each phase. */
  async function everything(): Promise<RosterChange> {
    acme.control.addMember("dora@acme.example", "acme", "viewer");
    acme.control.addMember("fred@acme.example", "acme", "admin");
    return {
      makeRoom: [await remove("carl")],
      give: [invite("gina"), { kind: "setRole", email: email("dora"), place: await acme.member("dora"), role: high }],
      demote: [{ kind: "inviteAgain", email: email("eve"), place: await acme.invitation("eve"), role: low }],
      remove: [await remove("fred")],
    };
  }

  const invited = `${operations.invite} {"email":"gina@acme.example","role":"${low}"}`;
  const promoted = `${operations.setRole} dora@acme.example {"role":"${high}"}`;

  test("what makes room comes first, then what gives, then what takes, and removals last", async () => {
    expect(await course(await everything())).toEqual([]);
    const [first, second, third, ...rest] = acme.writes();
    expect(first).toBe(`${operations.remove} carl@acme.example`);
    expect([second, third].sort()).toEqual([invited, promoted]);
    expect(rest).toEqual([
      operations.revoke,
      `${operations.invite} {"email":"eve@acme.example","role":"${low}"}`,
      `${operations.remove} fred@acme.example`,
    ]);
    expect(await acme.people()).toEqual(["ada admin", "bob admin", `dora ${high}`, `(gina ${low})`, `(eve ${low})`]);
  });

  test.each([
    ["makeRoom", { operation: operations.remove }, 1],
    ["give", { operation: operations.invite }, 3],
    ["demote", { operation: operations.revoke }, 4],
    ["remove", { operation: operations.remove, skip: 1 }, 6],
  ])("after a failure in the phase %s no other begins", async (_, where, requests) => {
    const change = await everything();
    acme.control.fault({ ...where, effect: { status: 500 } });
    await expect(course(change)).rejects.toThrow("HTTP 500");
    expect(acme.writes()).toHaveLength(requests);
  });

  test("what belongs to the same phase is done in spite of a failure, which names the person", async () => {
    acme.control.fault({ operation: operations.invite, effect: { status: 500 } });
    const attempt = course({ give: [invite("gina"), invite("hans"), invite("ines")] });
    await expect(attempt).rejects.toThrow(/^(gina|hans|ines)@acme\.example: (?!.*@acme\.example: ).*HTTP 500/);
    expect(acme.writes()).toHaveLength(3);
    expect(await acme.people()).toHaveLength(6);
  });

  test("reports five of many failures", async () => {
    acme.control.fault({ operation: operations.invite, effect: { status: 500 }, times: "always" });
    const names = ["a", "b", "c", "d", "e", "f", "g"];
    const error: unknown = await course({ give: names.map(invite) }).catch((error: unknown) => error);
    const text = String(error);
    expect(text.match(/\w@acme\.example: /g)).toEqual(names.slice(0, 5).map((name) => `${name}@acme.example: `));
    expect(text).toMatch(/\); b@acme.*; and 2 more$/);
  });

  test("reports five failures without a rest", async () => {
    acme.control.fault({ operation: operations.invite, effect: { status: 500 }, times: "always" });
    await expect(course({ give: ["a", "b", "c", "d", "e"].map(invite) })).rejects.toThrow(
      /\); e@acme\.example: Peridio failed\.[^)]*\)$/,
    );
  });

  test("an organization that is full by then is explained", async () => {
    acme.control.setLimits("acme", { users: 4 });
    await expect(course({ give: [invite("gina")] })).rejects.toThrow(
      "gina@acme.example: the organization is full. Have Peridio raise the limit, or remove people first and add others in a second run",
    );
  });

  test("an answer with another role is no success", async () => {
    const carl = await acme.member("carl");
    const data = {
      // Each API looks for other properties.
      id: "a4e1a5b0-8f4f-4b52-a3fb-c6a2f1b0f3c1",
      organization_prn: acme.id,
      user_prn: carl.userId,
      email: carl.email,
      username: null,
      name: null,
      role: low,
      is_owner: false,
      two_factor_enabled: false,
      last_active_at: null,
    };
    acme.control.fault({ operation: operations.setRole, effect: { status: 200, body: { data } } });
    await expect(
      course({ give: [{ kind: "setRole", email: carl.email, place: carl, role: "admin" }] }),
    ).rejects.toThrow(
      `carl@acme.example: Peridio answered with the role ${low} instead of admin. Run \`pulumi up --refresh\` to see what Peridio has, and to repair it.`,
    );
  });

  test("who may not be removed stays, with a warning", async () => {
    expect(await course({ remove: [await remove("ada")] })).toEqual([
      expect.stringMatching(/^ada@acme\.example stays in the organization as the owner/),
    ]);
  });
});

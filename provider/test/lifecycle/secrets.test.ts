import { z } from "zod";
import { beginConnect } from "../support/connect";
import { dialects } from "../support/dialect";
import { type Program, secret, unknown, type Wire } from "../support/engine";
import { dev, member, organization, part, policy, roster } from "../support/programs";
import { refusal } from "../support/refusal";
import { World } from "../support/world";

const [bob, carl] = ["bob@acme.example", "carl@acme.example"];

let world: World;
afterEach(() => world.end());

describe("secrets and unknowns", () => {
  beforeEach(async () => (world = await World.begin()));

  test("a secret input is a secret output, and its text is in no message", async () => {
    const program = { dev: organization("acme-dev", { description: secret("the hidden purpose") }) };
    await world.engine.up(program);
    expect(world.engine.state.get("dev")?.outputs).toMatchObject({ description: secret("the hidden purpose") });
    expect(await world.engine.refresh()).toEqual([]);
    expect(world.engine.state.get("dev")?.inputs).toMatchObject({ description: secret("the hidden purpose") });
    const wrong = { ...dev, policy: policy({ ipAllowlist: secret([{ cidr: "hidden-block" }]) }) };
    await expect(world.engine.up(wrong)).rejects.toThrow(/^ipAllowlist\[0\]\.cidr: "\[secret\]" is not a CIDR block/);
  });

  test("an output that repeats a secret input is secret", async () => {
    await world.engine.up({ dev: organization("", { name: secret("acme-hidden") }) });
    expect(world.engine.state.get("dev")?.outputs).toMatchObject({
      name: secret("acme-hidden"),
      displayName: secret("acme-hidden"),
    });
  });

  test("a failure of a secret property names no property, because the engine would print its value", async () => {
    const wrong = (contactEmail: Wire[string]) => ({ dev: organization("acme-dev", { contactEmail }) });
    await expect(world.engine.up(wrong(secret("hidden-address")))).rejects.toMatchObject({
      message: "contactEmail: must be an e-mail address, such as ada@acme.example",
      named: [],
    });
    await expect(world.engine.up(wrong("address"))).rejects.toMatchObject({ named: ["contactEmail"] });
  });

  test("a failure of a part of a value names no property, because the engine would find no value", async () => {
    const wrong = { ...dev, policy: policy({ ipAllowlist: [{ cidr: "10.0.0.0/33" }] }) };
    await expect(world.engine.preview(wrong)).rejects.toMatchObject({
      message:
        'ipAllowlist[0].cidr: "10.0.0.0/33" is not a CIDR block: write a block such as 203.0.113.0/24 or 2001:db8::/32',
      named: [],
    });
  });

  test("an unknown value stays unknown in a preview, and the other values are checked", async () => {
    const steps = await world.engine.preview({ ...dev, bob: member("bob@acme.example", "developer") });
    expect(steps.map(({ op }) => op)).toEqual(["create", "create"]);
    const bad = { ...dev, policy: policy({ ipAllowlist: [{ cidr: unknown }, { cidr: "nonsense" }] }) };
    await expect(world.engine.preview(bad)).rejects.toThrow(/^ipAllowlist\[1\]\.cidr: "nonsense" is not a CIDR block/);
    expect(world.writes()).toEqual([]);
  });

  test("an unknown organization replaces a membership", async () => {
    await world.engine.up({ ...dev, bob: member("bob@acme.example", "developer") });
    const bob = {
      type: "Membership",
      inputs: () => ({ organizationId: unknown, email: "bob@acme.example", role: "viewer" }),
    } as const;
    expect(await world.engine.preview({ ...dev, bob })).toContainEqual({
      op: "replace",
      name: "bob",
      diff: { organizationId: "update-replace", role: "update" },
    });
  });
});

describe.each(dialects)("with $backend", ({ backend, ownerNotes, roles: { low }, stored }) => {
  beforeEach(async () => (world = await World.on(backend)));

  describe("secret members", () => {
    const hidden = (members: Record<string, string>) => ({ ...dev, all: roster({}, { members: secret(members) }) });

    test("are secret in the state, both after an `up` and after a refresh that finds others", async () => {
      const isClosed = (property: string): boolean => {
        const { value, ...mark } = z
          .looseObject({ value: z.unknown() })
          .parse(world.engine.state.get("all")?.outputs[property]);
        expect(Object.keys(z.record(z.string(), z.unknown()).parse(value))).not.toEqual([]);
        return Object.keys(mark).length === 1;
      };
      await world.engine.up(hidden({ [bob]: low, [carl]: low }));
      expect([isClosed("members"), isClosed("people")]).toEqual([true, true]);
      await world.emulator.control.revoke(bob, "acme-dev");
      await world.emulator.control.revoke(carl, "acme-dev");
      world.emulator.control.addMember("mallory@acme.example", "acme-dev", stored.low);
      expect(await world.engine.refresh()).toEqual([{ op: "refresh", name: "all", diff: { members: "update" } }]);
      expect(JSON.stringify(world.engine.state.get("all")?.outputs.people)).toContain("mallory@acme.example");
      expect([isClosed("members"), isClosed("people")]).toEqual([true, true]);
    });

    test("show roles and statuses in messages, but no address in any spelling", async () => {
      await world.engine.up(hidden({ "Bob@Acme.example": low, [carl]: low }));
      world.emulator.control.setLimits("acme-dev", { users: 2 });
      const refused = await refusal(world.engine.up(hidden({ "Bob@Acme.example": "admin", [carl]: low })));
      expect(refused).toContain("members 1, pending invitations 2. Even after revoking the invitation for [secret], ");
      world.emulator.control.setLimits("acme-dev", { users: 20 });
      await world.engine.preview(hidden({ "bob@acme.example": "admin", [carl]: low }));
      expect(world.engine.warnings).toEqual([
        // The program does not declare this address, so it is no secret.
        ...ownerNotes.omitted,
        expect.stringMatching(/^Peridio sends a new e-mail to \[secret\]: Peridio/),
      ]);
      const unfit = await refusal(world.engine.up(hidden({ [bob]: "boss", [carl]: low })));
      expect(unfit).toMatch(/must be one of owner, admin, .*viewer/);
      expect(unfit).not.toContain("bob@");
    });
  });
});

describe("secret people with access", () => {
  const mallory = "mallory@acme.example";
  beforeEach(async () => {
    world = await beginConnect();
    world.emulator.control.addMember(bob, "acme-dev", "viewer");
    world.emulator.control.addMember(mallory, "acme-dev", "viewer");
  });

  const closed = { everyoneEnabled: false, name: "field" };
  type Declare = (people: readonly string[]) => Program;
  const cohort = (access: Wire): Program => ({
    ...dev,
    firmware: part("Project", { name: "firmware", everyoneEnabled: true }),
    field: { type: "Cohort", inputs: (id) => ({ projectId: id("firmware"), ...closed, access }) },
  });
  const project = (access: Wire[string]): Program => ({ ...dev, field: part("Project", { ...closed, access }) });
  const programs: readonly (readonly [string, string, Declare])[] = [
    [
      "members of a Group",
      "members",
      (people) => ({ ...dev, field: part("Group", { name: "field", members: secret([...people]) }) }),
    ],
    [
      "members of a Group, one by one",
      "members",
      (people) => ({ ...dev, field: part("Group", { name: "field", members: people.map(secret) }) }),
    ],
    ["access to a Project", "access", (people) => project(secret({ users: [...people] }))],
    ["users with access to a Project", "access", (people) => project({ users: secret([...people]) })],
    ["users with access to a Cohort", "access", (people) => cohort({ users: secret([...people]) })],
  ];

  /** Returns the outputs of `field` that are not secret, as text. */
  const plainOutputs = (): string => {
    const outputs = Object.entries(world.engine.state.get("field")?.outputs ?? {});
    return JSON.stringify(Object.fromEntries(outputs.filter(([, value]) => !JSON.stringify(value).includes(mark))));
  };
  /** The mark of a secret in a message. */
  const mark = JSON.stringify(secret("")).slice(1, 34);

  describe.each(programs)("%s", (_, property, declare) => {
    const opened = () => {
      expect(plainOutputs()).not.toMatch(/@|userIds|pending/);
    };

    test("are secret in all outputs, after a creation, a refresh and a failure", async () => {
      await world.engine.up(declare([bob, carl]));
      opened();
      for (const { user_ids } of findObjects()) user_ids.push(world.emulator.state.user_ids[mallory] ?? mallory);
      await world.engine.refresh();
      expect(JSON.stringify(world.engine.state.get("field")?.outputs[property])).toContain(mallory);
      opened();
      world.emulator.control.fault({ method: "DELETE", effect: "acknowledge" });
      const text = await refusal(world.engine.up(declare([bob, carl])));
      expect(text).toContain(`\`${property}\` differs from the requested secret value`);
      expect(text).not.toContain("@");
      opened();
    });

    test("are secret if a creation fails", async () => {
      world.emulator.control.fault({ method: "POST", skip: 1, times: "always", effect: { status: 422 } });
      await refusal(world.engine.up(declare([bob, carl])));
      opened();
    });

    test("are in no warning and in no error", async () => {
      await world.engine.up(declare([bob]));
      await world.engine.preview(declare([bob, carl]));
      expect(world.engine.warnings.join()).toMatch(/^\[secret\] is not a member of the organization yet\./);
      world.emulator.control.changeEmail(bob, "robert@acme.example");
      world.emulator.control.addMember(bob, "acme-dev", "viewer");
      const text = await refusal(world.engine.up(declare([bob, carl])));
      expect(text).toContain("The address [secret] belongs to a different user");
      await world.engine.refresh();
      expect([text, ...world.engine.warnings].join()).not.toContain("@");
    });

    test("are in no failure of Check", async () => {
      const text = await refusal(world.engine.preview(declare([bob, "bob@acme", bob])));
      expect(text).toMatch(/(members|access\.users)\[1\]: must be an e-mail address/);
      expect(text).not.toContain("bob");
    });
  });

  function findObjects() {
    const [organization] = world.emulator.state.organizations;
    const projects = organization?.projects ?? [];
    return [...(organization?.groups ?? []), ...projects, ...projects.flatMap(({ cohorts }) => cohorts)];
  }
});

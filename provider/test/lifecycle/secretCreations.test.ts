import { randomUUID } from "node:crypto";
import type { FaultRule } from "#emulator";
import { beginConnect, operations } from "../support/connect";
import { inProcess } from "../property/harness/inProcess";
import { Engine, type Program } from "../support/engine";
import { dev, part } from "../support/programs";
import { refusal } from "../support/refusal";
import { apiKey, type World } from "../support/world";

let world: World;
beforeEach(async () => {
  world = await beginConnect();
});
afterEach(() => world.end());

const time = "2027-01-01T00:00:00Z";
const url = "https://hooks.acme.example/peridio";
const organization = () => world.emulator.control.getOrganization("acme-dev");
/** The organization whose changes take effect. */
const live = () => {
  const [found] = world.emulator.state.organizations;
  if (found === undefined) throw new Error("the emulator has no organization");
  return found;
};

interface Kind {
  readonly kind: string;
  readonly program: Program;
  /** The beginning of the names of the operations. */
  readonly prefix: string;
  readonly collection: string;
  /** The path of the secret in the response to a creation. */
  readonly secret: string;
  /** The path of the list in the response. */
  readonly items: string;
  /** A change of the list that hides which request an object comes from. */
  readonly disguise: FaultRule["effect"];
  readonly stored: () => readonly { readonly id: string; readonly name: string | null; readonly secret: string }[];
  /** Adds an object with the same name, as another pipeline of the same user does. */
  readonly addTwin: (id: string) => void;
}

const kinds: readonly Kind[] = [
  {
    kind: "API token",
    program: { ...dev, ci: part("OrganizationApiToken", { name: "ci" }) },
    prefix: "OrgApiToken",
    collection: "api-tokens",
    secret: "data.token.token",
    items: "data.tokens",
    disguise: { omit: "data.tokens.*.owner" },
    stored: () => organization().api_tokens.map(({ id, name, token }) => ({ id, name, secret: token })),
    addTwin: (id) => {
      const [user_id = ""] = organization().members.map((member) => member.user_id);
      const dates = { last_used_at: null, expires_at: null, inserted_at: time };
      live().api_tokens.push({ sequence: 1_000_000, id, name: "ci", user_id, token: "avo_twin", ...dates });
    },
  },
  {
    kind: "webhook",
    program: { ...dev, ci: part("Webhook", { name: "ci", url }) },
    prefix: "Webhook",
    collection: "webhooks",
    secret: "data.secret",
    items: "data",
    disguise: { set: { "data.*.url": "https://hooks.acme.example:443/peridio" } },
    stored: () => organization().webhooks.map(({ id, name, secret }) => ({ id, name, secret })),
    addTwin: (id) => {
      const settings = { name: "ci", url, events: [], enabled: true, secret: "whsec_twin" };
      live().webhooks.push({ sequence: 1_000_000, id, ...settings, inserted_at: time, updated_at: time });
    },
  },
  {
    kind: "claim token",
    program: { ...dev, ci: part("ClaimToken", { name: "ci" }) },
    prefix: "ClaimToken",
    collection: "claim_tokens",
    secret: "data.token",
    items: "data",
    // Without a cohort, Peridio uses the default cohort of the organization.
    disguise: { set: { "data.*.cohort_id": randomUUID() } },
    stored: () => organization().claim_tokens.map(({ id, name, token }) => ({ id, name, secret: token })),
    addTwin: (id) => {
      const settings = { name: "ci", max_uses: null, expires_at: null, cohort_id: null, tags: [], uses: [] };
      const [created_by_id = ""] = organization().members.map((member) => member.user_id);
      const rest = { created_by_id, token: "claim_twin", inserted_at: time, updated_at: time };
      live().claim_tokens.push({ sequence: 1_000_000, id, ...settings, ...rest });
    },
  },
];

describe.each(kinds)("if the response to the creation of one $kind is lost", (subject) => {
  const { kind, program, prefix, collection, secret, items, disguise, stored, addTwin } = subject;
  const [create, index] = [`${prefix}_create`, `${prefix}_index`];
  const fault = (rule: Partial<FaultRule> & Pick<FaultRule, "effect">) => {
    world.emulator.control.fault({ operation: create, ...rule });
  };
  const lose = () => {
    fault({ when: "after", effect: "drop" });
  };
  const address = () => `${world.url}/api/orgs/${organization().id}/${collection}`;
  const curl = (options: string, path: string) =>
    `\`curl ${options}-H "Authorization: Bearer $PERIDIO_API_KEY" ${address()}${path}\``;
  const removal = (id: string) => `To delete the ${kind} "ci" (${id}), run ${curl("-X DELETE ", `/${id}`)}.`;
  const mayExist =
    `Peridio may have created the ${kind} "ci", whose secret is lost. ` +
    "The provider deleted nothing, and did not repeat the request.";
  const count = (number: number) => `The list contains ${number} new ${kind}${number === 1 ? "" : "s"}.`;
  const sent = () =>
    operations(world)
      .map((line) => line.replace(/ .*/, ""))
      .filter((line) => line !== "Me_show");

  /** Expects a message with the command that deletes each remaining object, and no secret. Returns the message. */
  async function expectLost(up: Promise<unknown>, objects = 1): Promise<string> {
    const refused = await refusal(up);
    expect(refused).toContain(`${mayExist} ${count(objects)}`);
    expect(stored()).toHaveLength(objects);
    for (const { id } of stored()) expect(refused).toContain(removal(id));
    for (const text of [apiKey, ...stored().map((one) => one.secret)]) expect(refused).not.toContain(text);
    expect(refused).toContain(`Then run \`pulumi up\` again, which creates a new ${kind}.`);
    expect(world.engine.state.has("ci")).toBe(false);
    return refused;
  }

  test("the error names the object with the command that deletes it, and nothing is deleted or repeated", async () => {
    lose();
    expect(await expectLost(world.engine.up(program))).toContain(
      "Reason: Peridio cannot be reached at " + world.url + ": the connection closed before the response was complete.",
    );
    expect(sent()).toEqual([index, create, index]);
    await world.engine.up(program);
    expect(stored()).toHaveLength(2);
  });

  test.each<[string, FaultRule["effect"]]>([
    ["HTTP 500", { status: 500 }],
    ["HTTP 408", { status: 408 }],
    ["a redirect", { status: 307 }],
    ["a body that is not JSON", { status: 201, body: "<html>" }],
  ])("because of %s, the error names the object", async (_, effect) => {
    fault({ when: "after", effect });
    await expectLost(world.engine.up(program));
    expect(sent()).toEqual([index, create, index]);
  });

  test("because the response has no secret, the error names the object", async () => {
    fault({ effect: { omit: secret } });
    expect(await expectLost(world.engine.up(program))).toContain(`The response is invalid at ${secret}`);
    expect(sent()).toEqual([index, create, index]);
  });

  test("and the list shows other properties than the requested ones, the error names the object", async () => {
    lose();
    world.emulator.control.fault({ operation: index, times: "always", effect: disguise });
    await expectLost(world.engine.up(program));
    expect(sent()).toEqual([index, create, index]);
  });

  test("after Ctrl-C, the error names the object", async () => {
    lose();
    expect(await expectLost(world.upCancelled(program, create))).toContain("The operation was cancelled.");
    expect(sent()).toEqual([index, create, index]);
  });

  test("and another pipeline of the same user creates one with the same name, both stay, and the error names both", async () => {
    lose();
    const other = randomUUID();
    const refused = await expectLost(
      world.upDuring(program, create, () => {
        addTwin(other);
      }),
      2,
    );
    expect(refused).toContain("Keep an object that another program has created in the meantime.");
    expect(sent()).toEqual([index, create, index]);
  });

  test("the error does not name objects that existed before", async () => {
    const other = randomUUID();
    addTwin(other);
    lose();
    const refused = await refusal(world.engine.up(program));
    expect(refused).toContain(count(1));
    expect(refused).not.toContain(other);
  });

  /** Expects a message with the command that lists the objects. */
  async function expectAdvice(up: Promise<unknown>, reason: string): Promise<void> {
    const refused = await refusal(up);
    expect(refused).toContain(`${mayExist} ${reason}`);
    expect(refused).toContain(
      ` List the ${kind}s again: run ${curl("", "")}. ` +
        `If the list contains a new ${kind} that no program uses, replace ID with its id and run ${curl("-X DELETE ", "/ID")}. ` +
        `Then run \`pulumi up\` again, which creates a new ${kind}. Reason: `,
    );
    expect(world.engine.state.has("ci")).toBe(false);
  }

  test("and the list lags behind, the error says how to check", async () => {
    lose();
    world.emulator.control.fault({ operation: index, skip: 1, effect: { set: { [items]: [] } } });
    await expectAdvice(
      world.engine.up(program),
      `The list contains no new ${kind}, but it may lag behind the creation.`,
    );
    expect(sent()).toEqual([index, create, index]);
  });

  test("and the list fails, the error says so with the reason", async () => {
    lose();
    world.emulator.control.fault({ operation: index, skip: 1, effect: { status: 403 } });
    await expectAdvice(
      world.engine.up(program),
      `The provider could not list the ${kind}s: The API key is not allowed to do this.`,
    );
    expect(sent()).toEqual([index, create, index]);
  });

  test("because the request did not arrive, the error says how to check", async () => {
    fault({ effect: "drop" });
    await expectAdvice(world.engine.up(program), `The list contains no new ${kind}`);
    expect(sent()).toEqual([index, create, index]);
  });

  describe("because of HTTP 429", () => {
    const effect = { status: 429, headers: { "retry-after": "0" } };

    test("and the list contains a new object, the request is not repeated", async () => {
      fault({ when: "after", effect });
      await expectLost(world.engine.up(program));
      expect(sent()).toEqual([index, create, index]);
    });

    test("and the list fails, the request is not repeated", async () => {
      fault({ when: "after", effect });
      world.emulator.control.fault({ operation: index, skip: 1, effect: { status: 403 } });
      await expectAdvice(world.engine.up(program), `The provider could not list the ${kind}s: `);
      expect(sent()).toEqual([index, create, index]);
    });

    test("and the list contains no new object, the request is repeated", async () => {
      fault({ times: 2, effect });
      await world.engine.up(program);
      expect(sent()).toEqual([index, create, index, create, index, create, index]);
      expect(world.engine.warnings.join()).not.toContain("secret is lost");
      expect(stored()).toHaveLength(1);
    });

    test("for longer than the deadline, the creation fails, and creates nothing", async () => {
      fault({ times: "always", effect });
      const environment = { PERIDIO_API_KEY: apiKey, PERIDIO_BASE_URL: "http://emulator", PERIDIO_BACKEND: "connect" };
      // In this process, waits take no time.
      const engine = new Engine(
        environment,
        {},
        inProcess((request) => world.emulator.handle(request)),
      );
      const refused = await refusal(engine.up(program));
      expect(refused).toMatch(
        /could not be created: Peridio limits the rate of requests\..* The provider gave up because Peridio has rejected this request for 3\d\d s\. \(POST /,
      );
      expect(stored()).toEqual([]);
    });

    test("a late effect is found after a rejection of the next attempt", async () => {
      fault({ when: "after", effect });
      fault({ effect: { status: 422 } });
      world.emulator.control.fault({ operation: index, skip: 1, effect: { set: { [items]: [] } } });
      await expectLost(world.engine.up(program));
      expect(sent()).toEqual([index, create, index, create, index]);
    });

    test("a late effect is found after the success of the next attempt, and a warning names the object", async () => {
      fault({ when: "after", effect });
      world.emulator.control.fault({ operation: index, skip: 1, effect: { set: { [items]: [] } } });
      await world.engine.up(program);
      expect(sent()).toEqual([index, create, index, create, index]);
      const [late, kept] = stored();
      expect(world.engine.state.get("ci")?.id).toContain(kept?.id);
      expect(world.engine.warnings).toContain(
        `Peridio rejected the first request for the ${kind} "ci" with HTTP 429, but it may have created another one, whose secret is lost. ` +
          `${count(1)} Keep an object that another program has created in the meantime. ${removal(late?.id ?? "")}`,
      );
    });
  });
});

import { EventEmitter, once } from "node:events";
import { credentials } from "@grpc/grpc-js";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import {
  ConfigureRequest,
  type ConfigureResponse,
  CreateRequest,
  ListRequest,
  ProviderHandshakeRequest,
} from "@pulumi/pulumi/proto/provider_pb";
import { PluginAttach } from "@pulumi/pulumi/proto/plugin_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import type { AnyResource } from "#framework";
import { type EngineLog, Provider, serve } from "#framework/testing";
import { operations, thingIn, urnOf, Warehouse } from "#framework/support";
import { cacheReads } from "../../src/api/cachedClient";
import { provider } from "../../src/provider";
import { emulated, type Emulated } from "../api/emulated";
import { secret } from "../support/engine";
import { dev, member, organization, policy } from "../support/programs";
import { refusal } from "../support/refusal";
import { apiKey, World } from "../support/world";

let world: World;
beforeEach(async () => (world = await World.begin()));
afterEach(() => world.end());

describe("an operation that fails", () => {
  const program = { ...dev, bob: member("bob@acme.example", "developer") };

  test.each<[string, object, RegExp]>([
    ["401", { status: 401, body: { errors: [{ code: "unauthenticated", context: { api_key: apiKey } }] } }, /API key/],
    ["403", { status: 403, body: { errors: [{ code: "unauthorized", context: {} }] } }, /HTTP 403/],
    ["500", { status: 500, body: { errors: { detail: "Internal Server Error" } } }, /HTTP 500/],
  ])("HTTP %s is reported in one error without the key, and the state stays", async (_, answer, reason) => {
    await world.engine.up(program);
    const before = structuredClone([...world.engine.state]);
    world.emulator.control.fault({
      method: "GET",
      path: "/v2/organizations/**",
      times: "always",
      effect: { status: 500, body: null, ...answer },
    });
    const failed = await world.engine.refresh().catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(Error);
    const { message } = failed instanceof Error ? failed : { message: "" };
    expect(message).toMatch(reason);
    expect(message).toMatch(
      /^(Organization acme-dev|Membership acme-dev\/bob@acme\.example) could not be read: .*request /,
    );
    expect(message).not.toContain(apiKey);
    expect([...world.engine.state]).toEqual(before);
  });

  test.each<[string, "html" | { omit: string } | { status: number; body: string }, RegExp]>([
    ["HTML instead of JSON", { status: 200, body: "<title>Welcome</title>" }, /HTML instead of JSON/],
    ["a proxy's error page", "html", /HTTP 502/],
    ["a missing field", { omit: "data.name" }, /data\.name/],
  ])("%s is named", async (_, effect, reason) => {
    await world.engine.up(dev);
    world.emulator.control.fault({ operation: "retrieve-an-organization", times: "always", effect });
    await expect(world.engine.refresh()).rejects.toThrow(reason);
    expect([...world.engine.state.keys()]).toEqual(["dev"]);
  });

  test("objects created before a failure are in the state, and the next run creates the others", async () => {
    world.emulator.control.fault({
      operation: "create-an-invitation",
      effect: { status: 403, body: { status: "forbidden" } },
    });
    await expect(world.engine.up(program)).rejects.toThrow(/Membership .*bob@acme\.example could not be created: /);
    expect([...world.engine.state.keys()]).toEqual(["dev"]);
    await world.engine.up(program);
    expect([...world.engine.state.keys()]).toEqual(["dev", "bob"]);
  });

  test("after a lost response, an invitation is not sent again", async () => {
    await world.engine.up(dev);
    world.requests();
    world.emulator.control.fault({ operation: "create-an-invitation", when: "after", effect: "drop" });
    await world.engine.up(program);
    expect(world.writes()).toHaveLength(1);
    expect(world.engine.state.get("bob")?.outputs).toMatchObject({ status: "pending" });
  });

  test("customTimeouts end an operation without a response, and the error says so", async () => {
    await world.engine.up(dev);
    world.emulator.control.fault({ operation: "list-members", times: "always", effect: "hang" });
    const bob = member("bob@acme.example", "developer", { timeout: 0.2 });
    await expect(world.engine.up({ ...dev, bob })).rejects.toThrow(
      /Membership acme-dev\/bob@acme\.example could not be created: The operation took longer than the 0\.2 seconds that `customTimeouts` allows\./,
    );
  });

  test("Ctrl-C lets a running write finish for the state, and prevents further writes", async () => {
    const cancelled = world.upCancelled(program, "create-an-organization");
    await expect(cancelled).rejects.toThrow(/bob@acme\.example could not be created: The operation was cancelled\./);
    expect([...world.engine.state.keys()]).toEqual(["dev"]);
    expect(world.writes()).toEqual(['POST organizations {"name":"acme-dev"}']);
  });

  test("a state of another version of the provider is accepted", async () => {
    await world.engine.up({ ...program, policy: policy({ requireTwoFactor: true }) });
    for (const [name, kept] of world.engine.state) {
      const { status, owner, ...outputs } = kept.outputs;
      world.engine.state.set(name, {
        ...kept,
        outputs: { ...outputs, colour: "red", status: status ?? "?", nick: owner ?? "?" },
      });
    }
    const steps = await world.engine.up({ ...program, policy: policy({ requireTwoFactor: true }) });
    expect(steps.map(({ op }) => op)).toEqual(["same", "same", "same"]);
    expect(world.writes().slice(3)).toEqual([]);
    await world.engine.destroy();
  });
});

/** Has Peridio refuse the organization with this text. */
function refusing(text: string, times = 1): void {
  world.emulator.control.fault({
    operation: "create-an-organization",
    times,
    effect: { status: 422, body: { errors: { name: [text] } } },
  });
}

describe("a text from Peridio", () => {
  test("that is cut inside a character reaches the user", async () => {
    for (const start of ["", "x"]) {
      refusing(start + "😀".repeat(400));
      expect(await refusal(world.engine.up(dev))).toMatch(/Peridio refuses the request: name x?(😀)+…/u);
    }
  });

  test("with a lone surrogate reaches the user", async () => {
    refusing("is odd: \uD83D");
    expect(await refusal(world.engine.up(dev))).toContain("name is odd: \u{FFFD}.");
  });

  test("shows no part of a secret of any length", async () => {
    const hidden = "the-hidden-purpose-".repeat(13);
    refusing(`${"is odd, ".repeat(10)}${hidden} is odd`);
    const message = await refusal(world.engine.up({ dev: organization("acme-dev", { description: secret(hidden) }) }));
    expect(message).toContain("odd, [secret] is odd.");
    expect(message).not.toContain("hidden");
  });

  test("controls neither a terminal nor a pipeline", async () => {
    refusing("is odd\r\n::add-mask::acme\u001B[2J\u202E ##[group]x");
    const message = await refusal(world.engine.up(dev));
    expect(message).toContain("name is odd \\::add-mask::acme\u{FFFD}[2J\u{FFFD} ##\\[group]x.");
    expect(message.split("\n")).toHaveLength(1);
  });
});

test("a lone surrogate in a response is neither an error nor a change", async () => {
  await world.engine.up({ dev: organization("acme-dev") });
  const id = String(world.engine.state.get("dev")?.id);
  await world.emulator.control.updateOrganization(id, { description: "odd \uD83D" });
  await world.engine.refresh();
  expect(world.engine.state.get("dev")?.outputs).toMatchObject({ description: "odd \u{FFFD}" });
  expect(await world.engine.refresh()).toEqual([]);
});

describe("a plugin", () => {
  /** Configures a provider with a key that Peridio refuses, so that it sends messages to the engine. */
  async function refusedKey(engineAddress: string, engine?: EngineLog): Promise<string> {
    const environment = { PERIDIO_API_KEY: "wrong", PERIDIO_BASE_URL: world.url };
    const served = await serve(new Provider(provider, environment, engineAddress, engine));
    const client = new ResourceProviderClient(`127.0.0.1:${served.port}`, credentials.createInsecure());
    const request = new ConfigureRequest().setArgs(Struct.fromJavaScript({}));
    try {
      for (const greet of [
        (done: () => void) => client.handshake(new ProviderHandshakeRequest().setEngineAddress(engineAddress), done),
        (done: () => void) => client.attach(new PluginAttach().setAddress(engineAddress), done),
      ]) {
        await new Promise<void>((resolve) => greet(resolve));
      }
      return await refusal(
        new Promise<ConfigureResponse>((resolve, reject) => {
          client.configure(request, (error, response) => {
            if (error === null) resolve(response);
            else reject(new Error(error.details));
          });
        }),
      );
    } finally {
      client.close();
      served.close();
    }
  }

  test.each(["", "no address at all"])("reports its failures without an engine at %j", async (address) => {
    expect(await refusedKey(address)).toMatch(/^Peridio does not accept the API key\./);
  });

  test("sends its debug lines before the failure of a list", async () => {
    const events: string[] = [];
    const flush = (includesDebug = false) => {
      events.push(includesDebug ? "debug lines" : "warnings");
      return Promise.resolve();
    };
    const served = await serve(new Provider(provider, {}, undefined, { log: () => undefined, flush }));
    const client = new ResourceProviderClient(`127.0.0.1:${served.port}`, credentials.createInsecure());
    try {
      await new Promise<void>((resolve) => {
        const listed = client.list(new ListRequest().setToken("peridio:index:Organization"));
        listed.on("error", (error) => {
          events.push(error.message);
          resolve();
        });
      });
    } finally {
      client.close();
      served.close();
    }
    expect(events).toEqual(["debug lines", expect.stringContaining("used before it was configured")]);
  });

  test("ends an operation that the engine abandons, and sends no further write", async () => {
    const events = new EventEmitter();
    const log = (level: string) => level === "info" && events.emit("waits");
    const flush = (includesDebug = false) => {
      if (includesDebug) events.emit("failed");
      return Promise.resolve();
    };
    const environment = { PERIDIO_API_KEY: world.emulator.apiKey, PERIDIO_BASE_URL: world.url };
    const served = await serve(new Provider(provider, environment, undefined, { log, flush }));
    const client = new ResourceProviderClient(`127.0.0.1:${served.port}`, credentials.createInsecure());
    try {
      await new Promise((resolve) => client.configure(new ConfigureRequest().setArgs(new Struct()), resolve));
      const effect = { status: 429, body: "", headers: { "retry-after": "250" } };
      world.emulator.control.fault({ operation: "create-an-organization", effect });
      world.requests();
      const properties = Struct.fromJavaScript({ name: "acme-dev" });
      const request = new CreateRequest().setType("peridio:index:Organization").setProperties(properties);
      const [waits, failed] = [once(events, "waits"), once(events, "failed")];
      const call = client.create(
        request.setUrn("urn:pulumi:test::test::peridio:index:Organization::dev"),
        () => undefined,
      );
      await waits;
      call.cancel();
      await failed;
      expect(world.writes()).toEqual(['POST organizations {"name":"acme-dev"}']);
    } finally {
      client.close();
      served.close();
    }
  }, 60_000);

  test("answers even if reporting a failure fails", async () => {
    const engine = { log: () => undefined, flush: () => Promise.reject(new Error("odd")) };
    expect(await refusedKey("", engine)).toMatch(/^The operation failed, and the provider could not send the reason\./);
  });
});

describe("a message names an organization by its name", () => {
  let peridio: Emulated;
  beforeAll(async () => (peridio = await emulated()));
  afterAll(() => peridio.close());

  const urn = urnOf("bob");
  const begin = (warnings: string[] = []) =>
    new operations.Run(provider.service, cacheReads(peridio.client()), {
      log: (_level, _urn, text) => warnings.push(text),
      toImport: () => "import it",
    });

  test("in an error", async () => {
    const failing: AnyResource = {
      ...thingIn(new Warehouse()),
      findExisting: () => Promise.reject(new Error("no line")),
    };
    const declared = { shelf: peridio.acme, name: "bob" };
    await expect(operations.create(begin(), failing, { urn, declared })).rejects.toThrow(
      "Thing acme/bob could not be created: no line",
    );
  });

  test("in a warning", async () => {
    const warnings: string[] = [];
    const thing = thingIn(new Warehouse());
    const declared = { shelf: peridio.acme, name: "bob" };
    const run = begin(warnings);
    operations.check(run, thing, { urn, declared }, undefined);
    await operations.delete(run, thing, { urn, id: "any", priorInputs: {}, state: declared });
    expect(warnings).toEqual([
      "Thing acme/bob is still declared, so the provider deletes nothing in Peridio. Pulumi only removes the old entry from the state.",
    ]);
  });
});

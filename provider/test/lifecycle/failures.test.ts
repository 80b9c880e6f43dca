import { credentials } from "@grpc/grpc-js";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import { ConfigureRequest, type ConfigureResponse, ProviderHandshakeRequest } from "@pulumi/pulumi/proto/provider_pb";
import { PluginAttach } from "@pulumi/pulumi/proto/plugin_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { type EngineLog, Provider, serve } from "#framework/plugin";
import { provider } from "../../src/provider";
import { secret } from "../support/engine";
import { dev, organization } from "../support/programs";
import { refusal } from "../support/refusal";
import { World } from "../support/world";

let world: World;
beforeEach(async () => (world = await World.begin()));
afterEach(() => world.end());

/** Has Peridio refuse the organization with this text. */
function refusing(text: string, times = 1): void {
  world.emulator.control.fault({
    operation: "create-an-organization",
    times,
    effect: { status: 422, body: { errors: { name: [text] } } },
  });
}

describe("a text of Peridio's", () => {
  test("that is cut inside a character reaches the user", async () => {
    for (const start of ["", "x"]) {
      refusing(start + "😀".repeat(400));
      expect(await refusal(world.engine.up(dev))).toMatch(/Peridio refuses the values: name x?(😀)+…/u);
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

test("a lone surrogate in an answer is neither an error nor a change", async () => {
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

  test("answers even if reporting a failure fails", async () => {
    const engine = { log: () => undefined, flush: () => Promise.reject(new Error("odd")) };
    expect(await refusedKey("", engine)).toMatch(/^The operation failed, and the provider could not send the reason\./);
  });
});

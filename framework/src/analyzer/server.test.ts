import { credentials, type ServiceError } from "@grpc/grpc-js";
import { AnalyzerClient } from "@pulumi/pulumi/proto/analyzer_grpc_pb";
import {
  AnalyzeRequest,
  type AnalyzeResponse,
  type AnalyzerInfo,
  AnalyzerPropertyDependencies,
  AnalyzerProviderResource,
  AnalyzerResource,
  AnalyzerResourceOptions,
  AnalyzerStackConfigureRequest,
  AnalyzeStackRequest,
  ConfigureAnalyzerRequest,
  EnforcementLevel,
  PolicyConfig,
  PolicySeverity,
  type RemediateResponse,
} from "@pulumi/pulumi/proto/analyzer_pb";
import type { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { UserError } from "../errors";
import type { AnalyzedResource, PolicyPack, PolicyViolation, StackResource, StackRun } from "./pack";
import type { Served } from "../plugin/serve";
import { servePolicyPack } from "./server";

/** A pack over real gRPC, as the engine calls it. */

const secret = (value: string) => ({ "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", value });

/** Records what it receives. */
class Recorder implements PolicyPack {
  readonly name = "pack";
  readonly displayName = "Pack";
  readonly version = "1.2.3";
  readonly description = "Records calls.";
  readonly calls: unknown[] = [];
  violations: readonly PolicyViolation[] = [];

  listPolicies() {
    return [{ name: "rule", description: "A rule.", effect: "mandatory", severity: "critical" }] as const;
  }
  configureStack(run: StackRun): void {
    this.calls.push(run);
  }
  configure(effects: ReadonlyMap<string, string>): void {
    if (effects.has("other")) throw new UserError("There is no rule named other.");
    this.calls.push([...effects]);
  }
  analyze(resource: AnalyzedResource) {
    this.calls.push(resource);
    return this.violations;
  }
  analyzeStack(resources: readonly StackResource[]) {
    this.calls.push(resources);
    return this.violations;
  }
}

let pack: Recorder;
let served: Served;
let client: AnalyzerClient;
beforeEach(async () => {
  pack = new Recorder();
  served = await servePolicyPack(pack);
  client = new AnalyzerClient(`127.0.0.1:${served.port}`, credentials.createInsecure());
});
afterEach(() => {
  client.close();
  served.close();
});

/** Resolves with the response of one call. */
function call<Response>(
  send: (callback: (error: ServiceError | null, response: Response) => void) => unknown,
): Promise<Response> {
  return new Promise((resolve, reject) => {
    send((error, response) => {
      if (error === null) resolve(response);
      else reject(error);
    });
  });
}

test("lists the policies", async () => {
  const info = await call<AnalyzerInfo>((callback) => client.getAnalyzerInfo(new Empty(), callback));
  expect([info.getName(), info.getVersion(), info.getSupportsconfig()]).toEqual(["pack", "1.2.3", true]);
  const [policy] = info.getPoliciesList();
  expect([policy?.getName(), policy?.getDescription()]).toEqual(["rule", "A rule."]);
  expect([policy?.getEnforcementlevel(), policy?.getSeverity()]).toEqual([
    EnforcementLevel.MANDATORY,
    PolicySeverity.POLICY_SEVERITY_CRITICAL,
  ]);
});

test("receives a resource and its provider without the contents of secrets", async () => {
  pack.violations = [{ policy: "rule", message: "Bad.", effect: "advisory", urn: "urn:one" }];
  const provider = new AnalyzerProviderResource()
    .setUrn("urn:provider")
    .setProperties(Struct.fromJavaScript({ apiKey: secret("key"), endpoint: "https://x.example" }));
  const options = new AnalyzerResourceOptions().setProtect(true).setIgnorechangesList(["role"]);
  const request = new AnalyzeRequest()
    .setUrn("urn:one")
    .setProperties(Struct.fromJavaScript({ url: secret("hidden"), role: "admin" }))
    .setOptions(options)
    .setProvider(provider);
  const response = await call<AnalyzeResponse>((callback) => client.analyze(request, callback));
  expect(pack.calls).toEqual([
    {
      urn: "urn:one",
      values: { url: "[secret]", role: "admin" },
      isProtected: true,
      ignoredChanges: ["role"],
      provider: { urn: "urn:provider", inputs: { apiKey: "[secret]", endpoint: "https://x.example" } },
    },
  ]);
  const [diagnostic] = response.getDiagnosticsList();
  expect(diagnostic?.toObject()).toMatchObject({
    policyname: "rule",
    policypackname: "pack",
    policypackversion: "1.2.3",
    description: "A rule.",
    message: "Bad.",
    enforcementlevel: EnforcementLevel.ADVISORY,
    urn: "urn:one",
  });
});

test("receives the resources of a stack with their dependencies", async () => {
  const resource = new AnalyzerResource().setUrn("urn:one");
  resource
    .getPropertydependenciesMap()
    .set("organizationId", new AnalyzerPropertyDependencies().setUrnsList(["urn:two"]));
  const request = new AnalyzeStackRequest().setResourcesList([resource]);
  await call((callback) => client.analyzeStack(request, callback));
  expect(pack.calls).toMatchObject([[{ urn: "urn:one", values: {}, dependencies: { organizationId: ["urn:two"] } }]]);
});

test("receives the configuration of the stack without its secrets", async () => {
  const request = new AnalyzerStackConfigureRequest().setProject("acme").setStack("dev").setDryRun(true);
  request.setConfigSecretKeysList(["acme:token"]);
  request.getConfigMap().set("acme:token", "hidden").set("acme:name", "dev");
  await call((callback) => client.configureStack(request, callback));
  expect(pack.calls).toEqual([{ stack: "acme/dev", isPreview: true, configuration: { "acme:name": "dev" } }]);
});

test("receives the effects of policies, and reports an error", async () => {
  const configure = (name: string, level: EnforcementLevel) => {
    const request = new ConfigureAnalyzerRequest();
    request.getPolicyconfigMap().set(name, new PolicyConfig().setEnforcementlevel(level));
    return call((callback) => client.configure(request, callback));
  };
  await configure("rule", EnforcementLevel.DISABLED);
  await configure("rule", EnforcementLevel.REMEDIATE);
  expect(pack.calls).toEqual([[["rule", "disabled"]], [["rule", "mandatory"]]]);
  await expect(configure("other", EnforcementLevel.ADVISORY)).rejects.toThrow("There is no rule named other.");
});

test("answers the calls around an analysis", async () => {
  expect((await call<PluginInfo>((callback) => client.getPluginInfo(new Empty(), callback))).getVersion()).toBe(
    "1.2.3",
  );
  expect(
    (
      await call<RemediateResponse>((callback) => client.remediate(new AnalyzeRequest(), callback))
    ).getRemediationsList(),
  ).toEqual([]);
  await call((callback) => client.cancel(new Empty(), callback));
});

import { type sendUnaryData, type ServerUnaryCall, status } from "@grpc/grpc-js";
import { AnalyzerService, type IAnalyzerServer } from "@pulumi/pulumi/proto/analyzer_grpc_pb";
import {
  AnalyzeDiagnostic,
  type AnalyzeRequest,
  AnalyzeResponse,
  AnalyzerHandshakeResponse,
  AnalyzerInfo,
  type AnalyzerResource,
  type AnalyzerStackConfigureRequest,
  AnalyzerStackConfigureResponse,
  type AnalyzeStackRequest,
  type ConfigureAnalyzerRequest,
  EnforcementLevel,
  PolicyInfo,
  PolicySeverity,
  RemediateResponse,
} from "@pulumi/pulumi/proto/analyzer_pb";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { getErrorMessage } from "../errors";
import { type Served, serveLocally } from "../plugin/serve";
import { printValues } from "../plugin/struct";
import { watchEngine } from "../plugin/watch";
import type { AnalyzedResource, Effect, Policy, PolicyPack, PolicyViolation } from "./pack";

/** Serves a policy pack to the engine at an address, until the engine ends. */
export async function runPolicyPack(pack: PolicyPack, engineAddress: string): Promise<void> {
  const { port } = await servePolicyPack(pack);
  // The engine reads the port from the first line of the standard output.
  process.stdout.write(`${port}\n`);
  watchEngine(engineAddress, () => process.exit(0));
}

/** Serves a policy pack on a free port of this machine. */
export function servePolicyPack(pack: PolicyPack): Promise<Served> {
  return serveLocally(AnalyzerService, createService(pack));
}

function createService(pack: PolicyPack): IAnalyzerServer {
  const respond = (violations: readonly PolicyViolation[]) => {
    const descriptions = new Map(pack.listPolicies().map(({ name, description }) => [name, description]));
    return new AnalyzeResponse().setDiagnosticsList(
      violations.map((violation) => createDiagnostic(pack, violation, descriptions.get(violation.policy) ?? "")),
    );
  };
  return {
    handshake: createHandler(() => new AnalyzerHandshakeResponse()),
    getPluginInfo: createHandler(() => new PluginInfo().setVersion(pack.version)),
    getAnalyzerInfo: createHandler(() => createInfo(pack)),
    configureStack: createHandler((request: AnalyzerStackConfigureRequest) => {
      const secret = new Set(request.getConfigSecretKeysList());
      const entries = [...request.getConfigMap().entries()].filter(([key]) => !secret.has(key));
      const stack = `${request.getProject()}/${request.getStack()}`;
      pack.configureStack({ stack, isPreview: request.getDryRun(), configuration: Object.fromEntries(entries) });
      return new AnalyzerStackConfigureResponse();
    }),
    configure: createHandler((request: ConfigureAnalyzerRequest) => {
      const configured = [...request.getPolicyconfigMap().entries()];
      pack.configure(new Map(configured.map(([name, policy]) => [name, readEffect(policy.getEnforcementlevel())])));
      return new Empty();
    }),
    remediate: createHandler(() => new RemediateResponse()),
    analyze: createHandler((request: AnalyzeRequest) => respond(pack.analyze(readResource(request)))),
    analyzeStack: createHandler((request: AnalyzeStackRequest) =>
      respond(
        pack.analyzeStack(
          request.getResourcesList().map((resource) => {
            const dependencies = [...resource.getPropertydependenciesMap().entries()];
            return {
              ...readResource(resource),
              dependencies: Object.fromEntries(dependencies.map(([name, list]) => [name, list.getUrnsList()])),
            };
          }),
        ),
      ),
    ),
    cancel: createHandler(() => new Empty()),
  };
}

function createHandler<Request, Response>(handle: (request: Request) => Response) {
  return ({ request }: ServerUnaryCall<Request, Response>, callback: sendUnaryData<Response>): void => {
    try {
      callback(null, handle(request));
    } catch (error) {
      callback({ code: status.FAILED_PRECONDITION, details: getErrorMessage(error).toWellFormed() });
    }
  };
}

function createInfo(pack: PolicyPack): AnalyzerInfo {
  return new AnalyzerInfo()
    .setName(pack.name)
    .setDisplayname(pack.displayName)
    .setVersion(pack.version)
    .setDescription(pack.description)
    .setSupportsconfig(true)
    .setPoliciesList(pack.listPolicies().map(createPolicy));
}

function createPolicy({ name, description, effect, severity }: Policy): PolicyInfo {
  return new PolicyInfo()
    .setName(name)
    .setDisplayname(name)
    .setDescription(description)
    .setEnforcementlevel(levels[effect])
    .setSeverity(severities[severity]);
}

function createDiagnostic(
  { name, version }: PolicyPack,
  { policy, message, effect, urn = "" }: PolicyViolation,
  description: string,
): AnalyzeDiagnostic {
  return new AnalyzeDiagnostic()
    .setPolicyname(policy)
    .setPolicypackname(name)
    .setPolicypackversion(version)
    .setDescription(description)
    .setMessage(message)
    .setEnforcementlevel(levels[effect])
    .setUrn(urn);
}

const levels: Readonly<Record<Effect, EnforcementLevel>> = {
  advisory: EnforcementLevel.ADVISORY,
  mandatory: EnforcementLevel.MANDATORY,
  disabled: EnforcementLevel.DISABLED,
};

/** A pack without remediations stops the operation instead, as Pulumi does. */
function readEffect(level: EnforcementLevel): Effect {
  if (level === EnforcementLevel.ADVISORY) return "advisory";
  return level === EnforcementLevel.DISABLED ? "disabled" : "mandatory";
}

const severities: Readonly<Record<Policy["severity"], PolicySeverity>> = {
  low: PolicySeverity.POLICY_SEVERITY_LOW,
  medium: PolicySeverity.POLICY_SEVERITY_MEDIUM,
  critical: PolicySeverity.POLICY_SEVERITY_CRITICAL,
};

function readResource(message: AnalyzeRequest | AnalyzerResource): AnalyzedResource {
  const [options, provider] = [message.getOptions(), message.getProvider()];
  return {
    urn: message.getUrn(),
    values: printValues(message.getProperties()),
    isProtected: options?.getProtect() ?? false,
    ignoredChanges: options?.getIgnorechangesList() ?? [],
    provider: provider && { urn: provider.getUrn(), inputs: printValues(provider.getProperties()) },
  };
}

import type {
  CheckRequest,
  CheckResponse,
  ConfigureRequest,
  DiffRequest,
  DiffResponse,
} from "@pulumi/pulumi/proto/provider_pb";
import type { AnyClient } from "../client";
import type { Confidential } from "../confidential";
import { checkSettings, decodeSettings, type Environment, type Output, readSwitches } from "../configuration";
import { findSecrets } from "../property";
import { Run } from "../operations";
import type { AnyProvider } from "../provider";
import type { AnyResource } from "../resource";
import { openLedger } from "../sharedLedger";
import { hasUnknowns, isSameValue, type Values } from "../values";
import type { Level } from "./engine";
import { keepSecrets, ResourceOperations } from "./resources";
import { checkResponse, diffResponse } from "./responses";
import { nothingSecret, receive } from "./struct";

/** The settings that the engine adds for itself. */
const engineSettings = ["version", "pluginDownloadURL"];

/** The parts of a configured provider. */
export interface Configured {
  readonly api: AnyClient;
  readonly resources: ResourceOperations;
}

/** The process in which a provider runs. */
export interface ProviderHost {
  readonly environment: Environment;
  /** Empty without an engine. */
  readonly engineAddress: string;
  readonly signal: AbortSignal;
  readonly log: (level: Level, urn: string, text: string) => void;
  readonly findResource: (token: string) => AnyResource;
}

/** The settings of a provider, in Pulumi's protocol. */
export class Configuration {
  readonly #secret: ReadonlySet<string>;

  constructor(
    private readonly definition: AnyProvider,
    private readonly confidential: Confidential,
  ) {
    this.#secret = new Set(findSecrets(definition.configuration));
  }

  check(request: CheckRequest): CheckResponse {
    const values = this.#receive(request.getNews());
    const secret = this.#secret;
    const failures = checkSettings(this.definition.configuration, withoutEngineSettings(values));
    return checkResponse(
      values,
      { ...nothingSecret, secret },
      this.confidential.redactFailures(failures, values, secret),
    );
  }

  diff(request: DiffRequest): DiffResponse {
    const before = this.#receive(request.getOldInputs());
    const changed = listChangedSettings(before, this.#receive(request.getNews()));
    return diffResponse(
      changed.map((property) => ({ property, path: property, kind: "update", replace: false, input: true })),
      [],
    );
  }

  /** Connects to the API with the settings of a program. */
  async apply(request: ConfigureRequest, host: ProviderHost): Promise<Configured> {
    const { confidential } = this;
    const { configuration, service } = this.definition;
    const sent = withoutEngineSettings(this.#receive(request.getArgs()));
    const settings = configuration.parse(decodeSettings(configuration, sent));
    const output: Output = {
      log: (level, text) => {
        host.log(level, "", text);
      },
      redact: (text) => confidential.redact(text),
      keep: (secret) => {
        confidential.keep(secret);
      },
    };
    const switches = readSwitches(service.environmentPrefix, host.environment);
    const { client, scope } = this.definition.connect(settings, host.environment, output);
    const api = client.with?.({ signal: host.signal }) ?? client;
    await this.definition.verify(api);
    const ledger = openLedger(this.definition.package.name, host.environment, host.engineAddress);
    const run = new Run(service, api, { log: host.log, toImport, scope, ...switches }, ledger);
    return { api, resources: new ResourceOperations(host.findResource, run, confidential) };
  }

  #receive(message: Parameters<typeof receive>[0]): Values {
    return keepSecrets(this.confidential, receive(message)).values;
  }
}

function withoutEngineSettings(sent: Values): Values {
  return Object.fromEntries(Object.entries(sent).filter(([name]) => !engineSettings.includes(name)));
}

/** Returns the settings that differ. A changed setting never replaces the provider, because that would replace every resource. */
function listChangedSettings(before: Values, after: Values): string[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].filter((name) => hasUnknowns(after[name]) || !isSameValue(before[name], after[name]));
}

function toImport({ token }: AnyResource, name: string, id: string): string {
  return `run \`pulumi import ${token} ${quoteForShell(name)} ${quoteForShell(id)}\``;
}

function quoteForShell(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

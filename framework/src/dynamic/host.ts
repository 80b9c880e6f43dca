import { DependencyResource, type dynamic, log, runtime } from "@pulumi/pulumi";
import { validate } from "../validation";
import { decodedSettings, type Output, switchesIn } from "../configuration";
import { getErrorMessage, UserError } from "../errors";
import { callFunction } from "../function";
import { Lifecycle } from "../operations/lifecycle";
import type { LifecycleHost } from "../operations/run";
import type { AnyProvider } from "../provider";
import { openLedger } from "../sharedLedger";
import type { Values } from "../values";
import type { Host } from "./program/host";
import { failureLine, keepSecrets, receive, secrets } from "./properties";
import { resourceProvider } from "./provider";

/** Serves the resources and functions of a provider to Pulumi's dynamic host. */
export function dynamicHost(provider: AnyProvider): Host {
  const sessions = new Sessions(provider);
  return {
    serve: (token, config) => {
      prepareProcess();
      const resource = provider.resources.find((one) => one.token === token);
      if (resource === undefined) throw missing(provider, `resource ${token}`);
      return resourceProvider(resource, () => sessions.get(config));
    },
    /** Connects for each call, so that the result does not come from earlier reads. */
    ask: async (token, config, args) => {
      keepSecrets(args);
      try {
        return await answer(provider, token, config, receive(args).values);
      } catch (error) {
        throw new UserError(secrets.redact(getErrorMessage(error)));
      }
    },
  };
}

async function answer(provider: AnyProvider, token: string, config: dynamic.Config, args: Values): Promise<Values> {
  const callable = provider.functions.find((one) => one.token === token);
  if (callable === undefined) throw missing(provider, `function ${token}`);
  const { client } = provider.connect(settingsOf(provider, config), process.env, output);
  return callFunction(callable, { api: client, warn: (text) => void log.warn(secrets.redact(text)) }, args);
}

/** The output of this process, without secrets. */
const output: Output = {
  log: (level, text) => void log[level](secrets.redact(text)),
  redact: (text) => secrets.redact(text),
  keep: (secret) => {
    secrets.keep(secret);
  },
};

function missing({ package: { name } }: AnyProvider, what: string): UserError {
  return new UserError(
    `The installed version of pulumi-resource-${name} has no ${what}. Update the package in the program's folder.`,
  );
}

/** Returns the address of the engine, with which Pulumi starts the host. Empty outside of the host. */
function engineAddress(): string {
  const [, , argument = ""] = process.argv;
  return /^\S+:\d+$/.test(argument) ? argument : "";
}

let isPrepared = false;

/** Prepares the process of Pulumi's dynamic host, which also serves other providers. */
function prepareProcess(): void {
  if (isPrepared) return;
  isPrepared = true;
  // The SDK's log needs the address of the engine.
  runtime.resetOptions("", "", 1, engineAddress(), "", false, "");
  // The host prints failures, and also responds with them. Without this, the CLI would show each failure twice.
  const print = console.error;
  console.error = (...texts: unknown[]) => {
    if (texts[0] !== failureLine) print(...texts);
  };
}

/** A provider with the settings of one stack. Its resources share reads and declarations. */
export class Session {
  readonly lifecycle: Lifecycle;
  /** The URNs of resources that have been read, but not checked since then. */
  readonly refreshing = new Set<string>();
  readonly #warnings = new Set<Promise<void>>();

  constructor(provider: AnyProvider, settings: Values) {
    const { service } = provider;
    const { client, world = "" } = provider.connect(settings, process.env, output);
    const host: LifecycleHost = {
      world,
      ...switchesIn(service.environmentPrefix, process.env),
      warn: (urn, text) => {
        this.#warnings.add(log.warn(secrets.redact(text), new DependencyResource(urn)));
      },
      toImport: (_, __, id) => `set the resource option \`import: ${JSON.stringify(id)}\``,
    };
    // A program may also use the plugin, which runs in its own process.
    const ledger = openLedger(provider.package.name, process.env, engineAddress());
    this.lifecycle = new Lifecycle(service, client, host, ledger);
  }

  /** Resolves when all warnings have arrived, because they must precede the response. */
  async flush(): Promise<void> {
    await Promise.all(this.#warnings);
    this.#warnings.clear();
  }
}

/** The sessions of this process, by settings. */
class Sessions {
  readonly #known = new Map<string, Session>();

  constructor(private readonly provider: AnyProvider) {}

  /** @throws UserError for invalid settings, and without an API key */
  get(config: dynamic.Config): Session {
    const settings = settingsOf(this.provider, config);
    const key = JSON.stringify(settings);
    const session = this.#known.get(key) ?? new Session(this.provider, settings);
    this.#known.set(key, session);
    return session;
  }
}

/**
 * Returns the provider's settings in a stack's configuration, such as `acme:apiKey`.
 * @throws UserError for invalid settings
 */
export function settingsOf(
  { package: { name }, configuration }: Pick<AnyProvider, "package" | "configuration">,
  config: dynamic.Config,
): Values {
  const given = Object.keys(configuration.shape).flatMap((setting) => {
    const text = config.get(`${name}:${setting}`);
    return text === undefined ? [] : [[setting, text] as const];
  });
  const decoded = decodedSettings(configuration, Object.fromEntries(given));
  const { values, failures } = validate(configuration, decoded, "the provider's configuration");
  if (failures.length > 0) {
    const reasons = failures.map(({ path, reason }) => `${name}:${path} ${reason}`).join("; ");
    throw new UserError(`The stack's configuration is invalid: ${reasons}. Correct it with \`pulumi config set\`.`);
  }
  return configuration.parse(values);
}

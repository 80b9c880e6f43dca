import { DependencyResource, type dynamic, log } from "@pulumi/pulumi";
import { decodeSettings, type Output, readSwitches } from "../configuration";
import { UserError } from "../errors";
import { Run, type RunHost } from "../operations";
import type { AnyProvider } from "../provider";
import { openLedger } from "../sharedLedger";
import { validate } from "../validation";
import type { Values } from "../values";
import { secrets } from "./properties";

/** A provider with the settings of one stack. Its resources share reads and declarations. */
export class Session {
  readonly run: Run;
  /**
   * The URNs of resources that have been read, but not checked since then. `read` and `check` of a resource maintain it, and `diff`
   * uses it to distinguish a refresh from an update.
   */
  readonly refreshing = new Set<string>();
  readonly #pendingLogs = new Set<Promise<void>>();

  constructor(provider: AnyProvider, settings: Values) {
    const { service } = provider;
    const { client, scope } = provider.connect(settings, process.env, processOutput);
    const host: RunHost = {
      scope,
      ...readSwitches(service.environmentPrefix, process.env),
      log: (level, urn, text) => {
        const show = level === "warning" ? log.warn : log.info;
        this.#pendingLogs.add(show(secrets.redact(text), new DependencyResource(urn)));
      },
      // Only the command of the CLI needs the type and the name.
      toImport: (_resource, _name, id) => `set the resource option \`import: ${JSON.stringify(id)}\``,
    };
    // A program may also use the plugin, which runs in another process. Both share their declarations through the ledger.
    const ledger = openLedger(provider.package.name, process.env, getEngineAddress());
    this.run = new Run(service, client, host, ledger);
  }

  /** Resolves when all logs have arrived, because they must precede the response. */
  async flush(): Promise<void> {
    await Promise.all(this.#pendingLogs);
    this.#pendingLogs.clear();
  }
}

/** The sessions of this process, by settings. */
export class Sessions {
  readonly #known = new Map<string, Session>();

  constructor(private readonly provider: AnyProvider) {}

  /** @throws UserError for invalid settings, and without an API key */
  get(config: dynamic.Config): Session {
    const settings = readSettings(this.provider, config);
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
export function readSettings(
  { package: { name }, configuration }: Pick<AnyProvider, "package" | "configuration">,
  config: dynamic.Config,
): Values {
  const given = Object.keys(configuration.shape).flatMap((setting) => {
    const text = config.get(`${name}:${setting}`);
    return text === undefined ? [] : [[setting, text] as const];
  });
  const decoded = decodeSettings(configuration, Object.fromEntries(given));
  const { values, failures } = validate(configuration, decoded, "the provider's configuration");
  if (failures.length > 0) {
    const reasons = failures.map(({ path, reason }) => `${name}:${path} ${reason}`).join("; ");
    throw new UserError(
      `The stack's configuration is invalid: ${reasons}${reasons.endsWith("?") ? "" : "."} Correct it with \`pulumi config set\`.`,
    );
  }
  return values;
}

/** The output of this process, without secrets. */
export const processOutput: Output = {
  log: (level, text) => void log[level](secrets.redact(text)),
  redact: (text) => secrets.redact(text),
  keep: (secret) => {
    secrets.keep(secret);
  },
};

/** Returns the address of the engine, with which Pulumi starts the host. Empty outside of the host. */
export function getEngineAddress(): string {
  const [, , argument = ""] = process.argv;
  return /^\S+:\d+$/.test(argument) ? argument : "";
}

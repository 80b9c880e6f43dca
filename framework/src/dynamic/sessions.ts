import { DependencyResource, type dynamic, log } from "@pulumi/pulumi";
import { check } from "../check";
import { decodedSettings, switchesIn } from "../configuration";
import { UserError } from "../errors";
import { Lifecycle } from "../lifecycle";
import type { AnyProvider } from "../provider";
import type { Values } from "../values";
import { secrets } from "./secrets";

/** A provider with one stack's settings: its resources share what has been read and declared. */
export class Session {
  readonly lifecycle: Lifecycle;
  readonly #warnings = new Set<Promise<void>>();

  constructor(provider: AnyProvider, settings: Values) {
    const { service } = provider;
    const { client } = provider.connect(settings, process.env, {
      log: (level, text) => void log[level](secrets.redact(text)),
      redact: (text) => secrets.redact(text),
      keep: (secret) => {
        secrets.keep(secret);
      },
    });
    this.lifecycle = new Lifecycle(service, client, {
      ...switchesIn(service.environmentPrefix, process.env),
      warn: (urn, text) => {
        this.#warnings.add(log.warn(secrets.redact(text), new DependencyResource(urn)));
      },
      toImport: (_, __, id) => `give the resource the option \`import: ${JSON.stringify(id)}\``,
    });
  }

  /** Resolves when every warning has arrived: it must come before the answer that it belongs to. */
  async warned(): Promise<void> {
    await Promise.all(this.#warnings);
    this.#warnings.clear();
  }
}

/** The sessions of this process, by settings. */
export class Sessions {
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
  const { values, failures } = check(configuration, decoded, "the provider's configuration");
  if (failures.length > 0) {
    const reasons = failures.map(({ path, reason }) => `${name}:${path} ${reason}`).join("; ");
    throw new UserError(`The stack's configuration is not right: ${reasons}. Correct it with \`pulumi config set\`.`);
  }
  return configuration.parse(values);
}

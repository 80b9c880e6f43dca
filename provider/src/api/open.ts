import type { UnsupportedFeature } from "#framework";
import { adminV2 } from "./adminV2";
import { explainUnsupported as explainAdminV2 } from "./adminV2/features";
import { connect } from "./connect";
import { explainUnsupported as explainConnect } from "./connect/features";
import { cacheReads } from "./cachedClient";
import type { Backend, Feature, Peridio } from "./client";
import type { Transport, TransportOverrides } from "#framework/http";
import { providerSettings, type SettingNames } from "./settingNames";
import { createTransport, type TransportConfig } from "./transport";

/** The APIs that this provider supports. */
export const backends = ["admin-v2", "connect"] as const;
export type BackendName = (typeof backends)[number];

/** The default endpoint of each API. */
export const endpoints: Readonly<Record<BackendName, string>> = {
  "admin-v2": "https://api.peridio.com",
  connect: "https://connect.peridio.com",
};

/** The hosts that serve only one API. */
export const hosts: Readonly<Record<BackendName, readonly string[]>> = {
  "admin-v2": ["api.peridio.com"],
  connect: ["connect.peridio.com", "connect.staging.peridio.com"],
};

export interface ApiConfig extends TransportConfig {
  readonly backend: BackendName;
  /** The connection to which the settings belong (`peridio:connection`), such as `live`. A layout has a name for each API that it uses. */
  readonly connection?: string | undefined;
  /** The address blocks of this provider's calls. */
  readonly runnerCidrs?: readonly string[] | undefined;
}

const adapters: Readonly<Record<BackendName, (transport: Transport, settings: SettingNames) => Backend>> = {
  "admin-v2": adminV2,
  connect,
};

/** The properties of an API that need no key. */
interface Traits {
  /** `settings` names the settings in the messages; by default, as the provider does. */
  explainUnsupported(feature: Feature, settings?: SettingNames): UnsupportedFeature | undefined;
}

export const traits: Readonly<Record<BackendName, Traits>> = {
  "admin-v2": { explainUnsupported: explainAdminV2 },
  connect: { explainUnsupported: explainConnect },
};

/**
 * Creates the process's client. Sends nothing until the first read or write.
 *
 * @throws Error if the API key, the endpoint or the CA path is invalid.
 */
export function open(config: ApiConfig, overrides?: TransportOverrides): Peridio {
  const { apiKey, backend, connection, runnerCidrs, settings = providerSettings } = config;
  const opened = adapters[backend](createTransport(config, overrides), settings);
  const explain = (feature: Feature) =>
    explainOtherConnection(feature, connection) ?? opened.explainUnsupported(feature);
  return cacheReads({ ...opened, explainUnsupported: explain }, { runnerCidrs, isApiKey: (text) => text === apiKey });
}

/**
 * An organization of a layout requires its connection as the feature `connection NAME`. Explains that the provider has another one, whose API can
 * have an organization of the same name. A provider without a connection is refused too, because it can use any API.
 */
function explainOtherConnection(feature: Feature, connection: string | undefined): UnsupportedFeature | undefined {
  const [, name] = /^connection (.+)$/.exec(feature) ?? [];
  if (name === undefined || name === connection) return undefined;
  if (connection === undefined) {
    return {
      reason: `The provider has no connection, but the organization has the connection ${name}: set \`peridio:connection\` to \`${name}\``,
    };
  }
  return {
    reason:
      `The provider has the connection ${connection}, but the organization has the connection ${name}: set ` +
      `\`peridio:connection\` to \`${name}\`, or set \`connection\` on the Layout to \`${connection}\``,
  };
}

import * as http from "#framework/http";
import type { SettingNames } from "./settingNames";
import { providerSettings } from "./settingNames";

/** The connection to Peridio. */
export interface TransportConfig extends Pick<
  http.HttpConfig,
  "apiKey" | "endpoint" | "caPath" | "maxRetries" | "maxConcurrency" | "requestTimeout" | "deadline" | "log" | "redact"
> {
  /** Follows the provider's own name in the User-Agent header. */
  readonly userAgentSuffix?: string | undefined;
  /** The provider's version. */
  readonly version: string;
  /** The settings in messages; by default those of the provider. */
  readonly settings?: SettingNames | undefined;
}

/** Describes Peridio to the HTTP client. */
function describe({ version, userAgentSuffix, settings = providerSettings, ...config }: TransportConfig) {
  const name = `pulumi-peridio/${version}`;
  return {
    ...config,
    settings,
    service: "Peridio",
    userAgent: userAgentSuffix ? `${name} ${userAgentSuffix}` : name,
    requestIdHeader: "peridio-request-id",
  };
}

/**
 * Creates the process's connection to Peridio.
 *
 * @throws Error if the API key, the endpoint or the CA path is invalid.
 */
export function createTransport(config: TransportConfig, overrides?: http.TransportOverrides): http.Transport {
  return http.createTransport(describe(config), overrides);
}

/**
 * Creates a connection to Peridio that can only read.
 *
 * @throws Error if the API key, the endpoint or the CA path is invalid.
 */
export function createRawReader(config: TransportConfig): http.RawReader {
  return http.createRawReader(describe(config));
}

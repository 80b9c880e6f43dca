import * as z from "zod";
import {
  type ApiConfig,
  type BackendName,
  backends,
  endpoints,
  hosts,
  createRawReader,
  open,
  type RawReader,
  providerSettings,
  type SettingNames,
  type Peridio,
  type TransportOverrides,
} from "./api";
import { cidr } from "./cidr";
import { type Environment, type Output, UserError } from "#framework";
import { backend } from "./types/backend";
import { connectionName } from "./types/connection";
import { version } from "./version";

/**
 * The provider's settings, as a program or `pulumi config` sets them. All settings are optional.
 *
 * The provider reads the environment when it starts. Values from it never become settings, so an API key from the environment
 * reaches neither the state nor the engine.
 */
export const configuration = z.object({
  apiKey: z.string().min(1, "must not be empty").optional().meta({
    secret: true,
    description: "The API key. Default: the environment variable `PERIDIO_API_KEY`.",
  }),
  endpoint: z
    .url({ protocol: /^https?$/, error: "must be an HTTP or HTTPS URL, such as https://api.peridio.com" })
    .optional()
    .meta({
      description:
        "The URL of the API, without the path `/v2` or `/api`. Default: the environment variable " +
        "`PERIDIO_BASE_URL`. If the variable is not set, the default is `https://connect.peridio.com` for the " +
        "backend `connect`, and `https://api.peridio.com` otherwise.",
    }),
  backend: backend.optional().meta({
    description:
      "The API to use: `admin-v2` for the Admin API, or `connect` for Avocado Connect, the API that Peridio " +
      "serves today. Avocado Connect supports fewer features. Default: the environment variable " +
      "`PERIDIO_BACKEND`. If the variable is not set, the default is `connect` for an endpoint on " +
      "connect.peridio.com, and `admin-v2` otherwise.",
  }),
  connection: connectionName.optional().meta({
    description:
      "The name of one of several connections, such as `live`. The provider then reads `PERIDIO_API_KEY_LIVE`, " +
      "`PERIDIO_BASE_URL_LIVE` and `PERIDIO_BACKEND_LIVE` in the place of the variables without the name, and never " +
      "those. Use this setting if one pipeline has an API key for each stack.",
  }),
  caPath: z
    .string()
    .min(1, "must not be empty")
    .optional()
    .meta({
      description:
        "The path of a PEM file with certificates to trust in addition to the system's. Default: the environment " +
        "variable `PERIDIO_CA_PATH`.",
    }),
  maxRetries: z
    .int("must be a whole number")
    .min(0, "must not be negative")
    .max(20, "must be at most 20")
    .optional()
    .meta({
      description:
        "The maximum number of times that the provider repeats a request after a temporary failure: 0 to 20. " +
        "Default: 4. Repetitions because of Peridio's rate limit (HTTP 429) do not count.",
    }),
  maxConcurrency: z
    .int("must be a whole number")
    .min(1, "must be at least 1")
    .max(100, "must be at most 100")
    .optional()
    .meta({
      description:
        "The maximum number of simultaneous requests, 1 to 100. Default: the environment variable " +
        "`PERIDIO_MAX_CONCURRENCY`, or else 10.",
    }),
  requestTimeout: z
    .int("must be a whole number of seconds")
    .min(1, "must be at least 1 second")
    .max(600, "must be at most 600 seconds")
    .optional()
    .meta({ description: "The time limit of one attempt of a request, in seconds: 1 to 600. Default: 30." }),
  userAgentSuffix: z
    .string()
    .regex(/^[\x21-\x7e]+( [\x21-\x7e]+)*$/, "must be words of printable ASCII, separated by single spaces")
    .optional()
    .meta({
      description: "A text at the end of the User-Agent of every request, to recognize pipelines in logs of requests.",
    }),
  runnerCidrs: z
    .array(cidr)
    .max(100, "must have at most 100 blocks")
    .optional()
    .meta({
      description:
        "The provider's own addresses, such as those of the pipeline's runners, as IPv4 or IPv6 blocks. The " +
        "provider rejects a new allowlist that excludes any of these addresses. Without this setting, it rejects " +
        "every new allowlist, unless the program sets `allowLockout` on the SecurityPolicy.",
    }),
});

export type Configuration = z.output<typeof configuration>;

/**
 * Returns a client for the API that the settings and the environment select. Sends no request.
 * @throws UserError if there is no API key, or if the API key belongs to another API
 */
export function peridio(
  settings: Configuration,
  environment: Environment,
  output: Output,
  { names, ...overrides }: TransportOverrides & { readonly names?: SettingNames } = {},
): Peridio {
  return open(configure(settings, environment, output, names), overrides);
}

/**
 * Returns a function that only reads, and returns responses as they are. Sends no request.
 * @throws UserError as `peridio` does
 */
export function rawReader(
  settings: Configuration,
  environment: Environment,
  output: Output,
  names?: SettingNames,
): RawReader {
  return createRawReader(configure(settings, environment, output, names));
}

function configure(
  settings: Configuration,
  environment: Environment,
  { log, redact, keep }: Output,
  names: SettingNames | undefined,
): ApiConfig {
  const apiKey = settings.apiKey ?? readVariable("PERIDIO_API_KEY", settings, environment);
  if (apiKey === undefined) {
    throw new UserError(
      `Peridio requires an API key. Run \`pulumi config set --secret peridio:apiKey\`, or set the environment variable ${nameVariable("PERIDIO_API_KEY", settings)}.`,
    );
  }
  keep(apiKey);
  const where = getDestination(settings, environment, names);
  const { backend, endpoint } = where;
  if (isMisdirected(apiKey, where)) {
    throw new UserError(
      "The API key is a token of Avocado Connect (`avo_…`), but the backend is admin-v2. The provider did not send the API key. " +
        `Run \`pulumi config set peridio:backend connect\`, or set the environment variable ${nameVariable("PERIDIO_BACKEND", settings)} to connect.`,
    );
  }
  if (isReadableOnTheWay(endpoint)) {
    log(
      "info",
      `The endpoint ${endpoint} has no TLS, so others on the network can read the API key. Use an https:// URL.`,
    );
  }
  return {
    backend,
    connection: settings.connection,
    apiKey,
    endpoint,
    caPath: settings.caPath ?? ignoreEmpty(environment.PERIDIO_CA_PATH),
    maxRetries: settings.maxRetries,
    maxConcurrency: settings.maxConcurrency ?? readMaxConcurrency(environment),
    userAgentSuffix: settings.userAgentSuffix,
    requestTimeout: settings.requestTimeout,
    version,
    log,
    redact,
    runnerCidrs: settings.runnerCidrs,
    settings: nameSettings(names ?? providerSettings, settings),
  };
}

/** An API, and its URL. */
export interface Destination {
  readonly backend: BackendName;
  /** Without a slash at its end, and with the host in lower case. */
  readonly endpoint: string;
}

/** Returns true if the provider would send a token of Avocado Connect to the Admin API. */
export function isMisdirected(apiKey: string, { backend }: Destination): boolean {
  return backend !== "connect" && apiKey.startsWith("avo_");
}

/**
 * Returns the API that the settings or the environment select, or the default.
 * @throws UserError for an unknown backend, for a backend that the endpoint does not serve, because the API key would reach the wrong
 * API, and for one of Peridio's own hosts without TLS
 */
export function getDestination(
  settings: Configuration,
  environment: Environment,
  names = providerSettings,
): Destination {
  const endpoint = findEndpoint(settings, environment);
  const backend = chooseBackend(settings, environment, names);
  if (endpoint !== undefined && findServedBackend(endpoint) !== undefined && isReadableOnTheWay(endpoint)) {
    throw new UserError(
      `The endpoint ${endpoint} has no TLS, so others on the network can read the API key. Nothing was sent. ` +
        `Use an https:// URL in ${nameSettings(names, settings).endpoint}.`,
    );
  }
  return { backend, endpoint: endpoint === undefined ? endpoints[backend] : normalize(endpoint) };
}

/**
 * Returns the backend that the settings or the environment choose, or the default.
 * @throws UserError as `getDestination` does
 */
export function chooseBackend(
  settings: Configuration,
  environment: Environment,
  names = providerSettings,
): BackendName {
  const endpoint = findEndpoint(settings, environment);
  const variable = nameVariable("PERIDIO_BACKEND", settings);
  const named = settings.backend ?? parseBackend(readVariable("PERIDIO_BACKEND", settings, environment), variable);
  const served = findServedBackend(endpoint);
  if (served !== undefined && named !== undefined && served !== named) {
    const own = nameSettings(names, settings);
    throw new UserError(
      `The backend is ${named}, but the endpoint ${String(endpoint)} serves ${served}, so nothing was sent. ` +
        `Correct the backend (${own.backend}), or the endpoint (${own.endpoint}).`,
    );
  }
  return getBackend({ backend: named ?? served });
}

/** The variables that each connection has for itself. */
const ownVariables = ["PERIDIO_API_KEY", "PERIDIO_BASE_URL", "PERIDIO_BACKEND"] as const;
type OwnVariable = (typeof ownVariables)[number];

/** Returns the name of an environment variable of a connection, such as `PERIDIO_API_KEY_LIVE`; without a connection, the variable itself. */
export function nameVariable(variable: OwnVariable, { connection }: Pick<Configuration, "connection">): string {
  return connection === undefined ? variable : `${variable}_${connection.toUpperCase().replace(/-/g, "_")}`;
}

/** Returns the value of a variable of the connection. Another connection's value could send the API key to the wrong server. */
function readVariable(variable: OwnVariable, settings: Configuration, environment: Environment): string | undefined {
  return ignoreEmpty(environment[nameVariable(variable, settings)]);
}

/** Returns the names of settings with the environment variables of the connection. */
function nameSettings(names: SettingNames, settings: Configuration): SettingNames {
  const rename = (text: string) =>
    ownVariables.reduce((renamed, variable) => renamed.replace(variable, nameVariable(variable, settings)), text);
  const { apiKey, backend, endpoint } = names;
  return { ...names, apiKey: rename(apiKey), backend: rename(backend), endpoint: rename(endpoint) };
}

function findEndpoint(settings: Configuration, environment: Environment): string | undefined {
  return settings.endpoint ?? readVariable("PERIDIO_BASE_URL", settings, environment);
}

function parseBackend(name: string | undefined, variable: string): BackendName | undefined {
  const found = backends.find((one) => one === name);
  if (name === undefined || found !== undefined) return found;
  throw new UserError(
    `${variable} is ${JSON.stringify(name)}: it must be one of ${backends.join(", ")}. Correct or remove this environment variable.`,
  );
}

/** Returns the API that these settings select if the environment sets no API. */
export function getBackend({ backend, endpoint }: Configuration): BackendName {
  return backend ?? findServedBackend(endpoint) ?? "admin-v2";
}

/** Returns true if requests leave this machine without encryption. */
function isReadableOnTheWay(endpoint: string): boolean {
  if (!URL.canParse(endpoint)) return false;
  const { protocol, hostname } = new URL(endpoint);
  return protocol === "http:" && !/^(localhost|.*\.localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname);
}

/** Returns the API that a known host serves. */
function findServedBackend(endpoint: string | undefined): BackendName | undefined {
  if (endpoint === undefined || !URL.canParse(endpoint)) return undefined;
  const { hostname } = new URL(endpoint);
  return backends.find((one) => hosts[one].includes(hostname));
}

/** Returns the endpoint in canonical form. */
function normalize(endpoint: string): string {
  return URL.canParse(endpoint) ? new URL(endpoint).href.replace(/\/+$/, "") : endpoint;
}

function readMaxConcurrency({ PERIDIO_MAX_CONCURRENCY: set }: Environment): number | undefined {
  const text = ignoreEmpty(set);
  if (text === undefined) return undefined;
  const { data } = configuration.shape.maxConcurrency.safeParse(/^\d+$/.test(text) ? Number(text) : text);
  if (data !== undefined) return data;
  throw new UserError(
    `PERIDIO_MAX_CONCURRENCY is ${JSON.stringify(text)}: it must be a whole number from 1 to 100. Correct or remove this environment variable.`,
  );
}

function ignoreEmpty(value: string | undefined): string | undefined {
  return value === "" ? undefined : value;
}

import {
  type BackendName,
  type Peridio,
  type Destination,
  getDestination as getProviderDestination,
  isMisdirected,
  nameVariable,
  peridio,
  type RawReader,
  rawReader,
  type SettingNames,
} from "#provider";
import type { Output } from "#framework";
import { Confidential } from "#framework/messages";
import type { Layout } from "#layout";
import { CommandError } from "./exit";
import type { Terminal } from "./terminal/terminal";
import { joinAnd, joinOr } from "./wording";

/** The options of commands that call Peridio. The API key is not an option, because other users see command lines. */
export interface ConnectionOptions {
  readonly endpoint?: string;
  readonly backend?: BackendName;
  /** One of several connections. The command reads the environment variables with its name. */
  readonly connection?: string;
}

/** The settings of commands that call Peridio, for messages. */
const settingNames: SettingNames = {
  program: "peridio-gitops",
  apiKey: "PERIDIO_API_KEY",
  backend: "--backend or PERIDIO_BACKEND",
  endpoint: "--endpoint or PERIDIO_BASE_URL",
  caPath: "PERIDIO_CA_PATH",
};

/** The settings of commands that select an API without a call. */
export const offlineSettingNames: SettingNames = { ...settingNames, endpoint: "PERIDIO_BASE_URL" };

/** Returns the API and its address from the options and the environment. */
export function getDestination(options: ConnectionOptions, { environment }: Terminal): Destination {
  const { endpoint, backend, connection } = options;
  return getProviderDestination({ endpoint, backend, connection }, environment, settingNames);
}

/** Returns the API client for the options and the environment. Sends no request; announces long waits. */
export function connect(options: ConnectionOptions, terminal: Terminal): Peridio {
  requireApiKey(options, terminal);
  return peridio(getSettings(options), terminal.environment, createOutput(terminal), { names: settingNames });
}

/** Returns the API key for the options and the environment, and a function that reads a path with it. Sends no request. */
export function createRawReader(
  options: ConnectionOptions,
  terminal: Terminal,
): { readonly read: RawReader; readonly apiKey: string } {
  const apiKey = requireApiKey(options, terminal);
  return { read: rawReader(getSettings(options), terminal.environment, createOutput(terminal), settingNames), apiKey };
}

function getSettings({ endpoint, backend, connection }: ConnectionOptions) {
  return { endpoint, backend, connection, userAgentSuffix: "peridio-gitops" };
}

function createOutput(terminal: Terminal): Output {
  const log: Output["log"] = (level, text) => {
    // Messages of the level `debug` are for the log of Pulumi.
    if (level === "info") terminal.say(`peridio-gitops: ${text}\n`);
  };
  // The client itself redacts the API key only as it is. This also redacts it as JSON and in URLs.
  const confidential = new Confidential();
  return {
    log,
    redact: (text) => confidential.redact(text),
    keep: (text) => {
      confidential.keep(text);
    },
  };
}

/** Returns the API key. @throws CommandError without an API key, or if it belongs to another API. */
function requireApiKey(options: ConnectionOptions, terminal: Terminal): string {
  const { environment } = terminal;
  const { connection } = options;
  const variable = nameVariable("PERIDIO_API_KEY", options);
  const key = environment[variable];
  if (key === undefined || key === "")
    throw new CommandError(
      `The API key is missing. Set the environment variable ${variable} to an API key of Peridio.`,
    );
  // Only tokens of Avocado Connect have a prefix by which `isMisdirected` knows them.
  if (isMisdirected(key, getDestination(options, terminal))) {
    const remedy =
      connection === undefined
        ? "Add --backend connect, or set PERIDIO_BACKEND=connect."
        : `Correct ${variable}, or set \`backend\` of the connection ${connection} to connect.`;
    throw new CommandError(
      `The API key is a token of Avocado Connect (\`avo_…\`), but the command uses another API. The command did not send the token. ${remedy}`,
    );
  }
  return key;
}

/**
 * Returns the API client of each of a layout's connections. The key and the address of each come from the environment.
 * @throws CommandError if a key is missing, or if a setting is ambiguous.
 */
function openConnections(
  connections: ReadonlyMap<string, BackendName>,
  options: ConnectionOptions,
  terminal: Terminal,
): ReadonlyMap<string, Peridio> {
  const { environment } = terminal;
  const names = [...connections.keys()];
  const isSet = (variable: string) => environment[variable] !== undefined && environment[variable] !== "";
  const ambiguous = [
    ...(options.endpoint === undefined ? [] : ["--endpoint"]),
    ...(options.backend === undefined ? [] : ["--backend"]),
    ...["PERIDIO_BASE_URL", "PERIDIO_BACKEND"].filter(isSet),
  ];
  if (ambiguous.length > 0) {
    const variables = names.map((name) => nameVariable("PERIDIO_BASE_URL", { connection: name }));
    throw new CommandError(
      `The layout has the connections ${names.join(", ")}, so ${ambiguous.join(" and ")} ${ambiguous.length === 1 ? "is" : "are"} ambiguous. ` +
        `Each connection has its API in the layout. For its address, use ${joinOr(variables)}.`,
    );
  }
  const missing = names
    .map((name) => nameVariable("PERIDIO_API_KEY", { connection: name }))
    .filter((variable) => !isSet(variable));
  if (missing.length > 0) {
    throw new CommandError(
      `The layout has the connections ${names.join(", ")}. Set ${joinAnd(missing)}, because each connection has its own API key.`,
    );
  }
  return new Map([...connections].map(([name, backend]) => [name, connect({ backend, connection: name }, terminal)]));
}

/**
 * Returns the API client of each connection that organizations of a layout name. If none names one, returns the client of the options
 * and the environment: if any organization of a layout names a connection, each one does.
 * @throws CommandError if a key is missing, or if a setting is ambiguous.
 */
export function connectLayout(
  layout: Pick<Layout, "organizations" | "connections"> | undefined,
  options: ConnectionOptions,
  terminal: Terminal,
): readonly (readonly [connection: string | undefined, api: Peridio])[] {
  const names = new Set(layout?.organizations.map(({ connection }) => connection));
  const used = new Map([...(layout?.connections ?? [])].filter(([name]) => names.has(name)));
  return used.size === 0 ? [[undefined, connect(options, terminal)]] : [...openConnections(used, options, terminal)];
}

import { InvalidArgumentError, Option } from "commander";
import {
  type BackendName,
  backends,
  endpoints,
  type Peridio,
  configuration,
  type Destination,
  getDestination as getProviderDestination,
  isMisdirected,
  peridio,
  type SettingNames,
} from "#provider";
import { type Output, printable } from "#framework";
import { CommandError } from "./exit";
import type { Terminal } from "./terminal/terminal";

/** The options of commands that call Peridio. The API key is not an option, because other users see command lines. */
export interface ConnectionOptions {
  readonly endpoint?: string;
  readonly backend?: BackendName;
}

/** The environment variables of such commands, for their help. */
export const connectionHelp = [
  "PERIDIO_API_KEY   the API key of a viewer or a person with a higher role,",
  "                  or, for the backend connect, an admin's token (avo_…)",
  "PERIDIO_BACKEND   the API: admin-v2, or connect for Avocado Connect;",
  "                  by default, the API that the host in the address serves, or else admin-v2",
  `PERIDIO_BASE_URL  the address of the API; by default ${endpoints["admin-v2"]},`,
  `                  or ${endpoints.connect} for the backend connect`,
  "PERIDIO_CA_PATH   a PEM file with additional trusted certificates",
];

export function createEndpointOption(): Option {
  return new Option("--endpoint <url>", "the address of the API; by default PERIDIO_BASE_URL").argParser((text) => {
    const { data, error } = configuration.shape.endpoint.safeParse(text);
    if (error !== undefined)
      throw new InvalidArgumentError(`It ${error.issues.map(({ message }) => message).join(", ")}.`);
    return data;
  });
}

export function createBackendOption(description = "the API; by default PERIDIO_BACKEND"): Option {
  return new Option("--backend <backend>", description).choices(backends);
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
export function getDestination({ endpoint, backend }: ConnectionOptions, { environment }: Terminal): Destination {
  return getProviderDestination({ endpoint, backend }, environment, settingNames);
}

/** Returns the API client for the options and the environment. Sends no request; announces long waits. */
export function connect(options: ConnectionOptions, terminal: Terminal): Peridio {
  const { environment } = terminal;
  const { PERIDIO_API_KEY: key } = environment;
  if (key === undefined || key === "") {
    throw new CommandError(
      "The API key is missing. Set the environment variable PERIDIO_API_KEY to an API key of Peridio.",
    );
  }
  if (isMisdirected(key, getDestination(options, terminal))) {
    throw new CommandError(
      "The API key is a token of Avocado Connect (`avo_…`), but the command uses another API. The command did not send the token. Add --backend connect, or set PERIDIO_BACKEND=connect.",
    );
  }
  const { endpoint, backend } = options;
  const log: Output["log"] = (level, text) => {
    if (level === "info") terminal.say(`peridio-gitops: ${text}\n`);
  };
  const settings = { endpoint, backend, userAgentSuffix: "peridio-gitops" };
  const output: Output = { log, redact: printable, keep: () => undefined };
  return peridio(settings, environment, output, { names: settingNames });
}

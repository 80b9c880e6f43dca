import { InvalidArgumentError, Option } from "commander";
import type { Peridio } from "../../provider/src/api";
import { configuration, peridio } from "../../provider/src/core/configuration";
import { Failure } from "./failure";
import type { Terminal } from "./terminal/terminal";

/** What commands that ask Peridio say of it on the command line. The key is never there: others could read it. */
export interface ConnectionOptions {
  readonly endpoint?: string;
}

/** The environment that such commands read, for their help. */
export const connectionHelp = [
  "PERIDIO_API_KEY   the API key to ask with; a viewer's is enough",
  "PERIDIO_BASE_URL  where the API is served, if not at https://api.peridio.com",
  "PERIDIO_CA_PATH   a PEM file with certificates to trust besides the usual ones",
];

export function endpointOption(): Option {
  return new Option("--endpoint <url>", "where the API is served, rather than PERIDIO_BASE_URL").argParser((text) => {
    const { data, error } = configuration.shape.endpoint.safeParse(text);
    if (error !== undefined)
      throw new InvalidArgumentError(`It ${error.issues.map(({ message }) => message).join(", ")}.`);
    return data;
  });
}

/** Peridio as the options and the environment name it. Asks nobody yet; waits that people would notice are said. */
export function connection({ endpoint }: ConnectionOptions, terminal: Terminal): Peridio {
  const { environment } = terminal;
  if (environment.PERIDIO_API_KEY === undefined || environment.PERIDIO_API_KEY === "") {
    throw new Failure("Peridio needs an API key: set the environment variable PERIDIO_API_KEY.");
  }
  return peridio({ endpoint, userAgentSuffix: "peridio-gitops" }, environment, (level, text) => {
    if (level === "info") terminal.say(`peridio-gitops: ${text}\n`);
  });
}

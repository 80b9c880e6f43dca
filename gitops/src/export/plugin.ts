import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { version } from "../../../provider/src/core/version";
import { type ConnectionOptions, destinationOf } from "../connection";
import { Failure } from "../failure";
import type { Terminal } from "../terminal/terminal";

/**
 * The folder of the provider's plugin: the one that is named, else the one that this program is in, else the one where Pulumi has
 * installed this version.
 * @throws Failure if it is in none
 */
export function pluginFolder(given: string | undefined, { environment, folder }: Terminal): string {
  const home = environment.PULUMI_HOME ?? join(homedir(), ".pulumi");
  const candidates =
    given === undefined ? [__dirname, join(home, "plugins", `resource-peridio-v${version}`)] : [resolve(folder, given)];
  const found = candidates.find((candidate) => existsSync(join(candidate, "pulumi-resource-peridio")));
  if (found !== undefined) return found;
  throw new Failure(
    given === undefined
      ? `The provider's plugin ${version} is not installed. Install it with \`pulumi plugin install resource peridio ${version}\`, or name its folder with --plugin.`
      : `There is no pulumi-resource-peridio in ${given}: name the folder of the provider's plugin.`,
  );
}

/** The environment in which the plugin reaches the Peridio of this command line, from whatever folder it runs in. */
export function pluginEnvironment(options: ConnectionOptions, terminal: Terminal): Terminal["environment"] {
  const { environment, folder } = terminal;
  const { PERIDIO_CA_PATH: certificates } = environment;
  const { backend, endpoint } = destinationOf(options, terminal);
  return {
    ...environment,
    PERIDIO_BASE_URL: endpoint,
    PERIDIO_BACKEND: backend,
    ...(certificates && { PERIDIO_CA_PATH: resolve(folder, certificates) }),
  };
}

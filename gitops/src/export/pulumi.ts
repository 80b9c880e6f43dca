import { type ChildProcess, execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, existsSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve, dirname } from "node:path";
import { getPulumiHome } from "#framework/definitions";
import { version } from "#provider";
import { type ConnectionOptions, getDestination } from "../connection";
import { CommandError } from "../exit";
import type { Terminal } from "../terminal/terminal";
import type { Verification } from "./report";

/** The exit code and the output of a Pulumi command. */
interface CommandResult {
  readonly code: number;
  readonly output: string;
}

/** The Pulumi CLI with its own temporary folder, state and home. It does not see the user's login and stacks. */
export class Pulumi {
  readonly #base: string;
  readonly #environment: Terminal["environment"];
  #running: ChildProcess | undefined;
  #isInterrupted = false;

  /** @param command the name or the path of the CLI */
  constructor(
    private readonly command: string,
    environment: Terminal["environment"],
  ) {
    this.#base = mkdtempSync(join(tmpdir(), "peridio-export-"));
    for (const folder of [this.folder, this.#state, join(this.#base, "home")]) mkdirSync(folder);
    const others = Object.entries(environment).filter(([name]) => !name.startsWith("PULUMI_"));
    this.#environment = {
      ...Object.fromEntries(others),
      PULUMI_HOME: join(this.#base, "home"),
      PULUMI_BACKEND_URL: `file://${this.#state}`,
      // The state contains no secret, and is temporary.
      PULUMI_CONFIG_PASSPHRASE: "",
      PULUMI_SKIP_CHECKPOINTS: "true",
      PULUMI_SKIP_UPDATE_CHECK: "true",
    };
  }

  /** The folder of the program. */
  get folder(): string {
    return join(this.#base, "program");
  }

  get #state(): string {
    return join(this.#base, "state");
  }

  /** Runs a command to its end. @throws CommandError if the CLI is missing or was interrupted. */
  run(...args: readonly string[]): Promise<CommandResult> {
    const options = { cwd: this.folder, env: { ...this.#environment }, maxBuffer: Infinity };
    return new Promise((done, fail) => {
      const all = [...args, "--non-interactive", "--color", "never"];
      this.#running = execFile(this.command, all, options, (error, stdout, stderr) => {
        const code = error === null ? 0 : error.code;
        if (this.#isInterrupted)
          fail(new CommandError("The export is written, but its verification was interrupted. Run the command again."));
        else if (typeof code === "number") done({ code, output: [stdout, stderr].join("\n").trim() });
        else
          fail(
            new CommandError(
              `The Pulumi CLI ${this.command} does not run: ${error?.message ?? "the process was ended"}. Install Pulumi, or set --pulumi to the path of its CLI.`,
            ),
          );
      });
    });
  }

  /** Ends the running command, so that it does not write into the removed folder. The second call kills it. */
  interrupt(): void {
    this.#running?.kill(this.#isInterrupted ? "SIGKILL" : "SIGTERM");
    this.#isInterrupted = true;
  }

  /** Removes everything after the last command. */
  end(): void {
    rmSync(this.#base, { recursive: true, force: true });
  }
}

/** Returns the CLI of an option. A path starts from the terminal's folder; a name is looked up in PATH. */
export function getCommand(given: string | undefined, { folder }: Terminal): string {
  if (given === undefined) return "pulumi";
  return /[\\/]/.test(given) ? resolve(folder, given) : given;
}

/** The plugin, also on Windows. */
const plugins = ["pulumi-resource-peridio", "pulumi-resource-peridio.exe"];

/**
 * Returns the folder of the provider's plugin: the given folder, else the folder of this program, else the folder in
 * which Pulumi installed this version.
 * @throws CommandError if no folder has the plugin.
 */
export function findPlugin(given: string | undefined, { environment, folder }: Terminal): string {
  // A compiled program finds its folder in execPath, and a script in __dirname.
  const beside = [dirname(process.execPath), __dirname];
  const candidates =
    given === undefined
      ? [...beside, join(getPulumiHome(environment), "plugins", `resource-peridio-v${version}`)]
      : [resolve(folder, given)];
  const plugin = candidates.find((candidate) => plugins.some((name) => existsSync(join(candidate, name))));
  if (plugin !== undefined) return plugin;
  throw new CommandError(
    given === undefined
      ? `The provider's plugin ${version} is not installed. Run \`pulumi plugin install resource peridio ${version} --file PATH\` with the executable or archive of the plugin, or set --plugin to the folder that contains pulumi-resource-peridio.`
      : `${given} does not contain the executable pulumi-resource-peridio. Set --plugin to the folder that contains it.`,
  );
}

/** Returns the environment in which the plugin reaches the same Peridio as this command, from any folder. */
export function createPluginEnvironment(options: ConnectionOptions, terminal: Terminal): Terminal["environment"] {
  const { environment, folder } = terminal;
  const { PERIDIO_CA_PATH: certificates } = environment;
  const { backend, endpoint } = getDestination(options, terminal);
  return {
    ...environment,
    PERIDIO_BASE_URL: endpoint,
    PERIDIO_BACKEND: backend,
    ...(certificates && { PERIDIO_CA_PATH: resolve(folder, certificates) }),
  };
}

/**
 * Verifies an export with the Pulumi CLI in a temporary stack: an import, then a preview. Neither writes to Peridio.
 * @throws CommandError if the verification cannot run.
 */
export async function verify(
  files: ReadonlyMap<string, string>,
  plugin: string,
  pulumi: Pulumi,
): Promise<Verification> {
  for (const [path, text] of files) {
    mkdirSync(dirname(join(pulumi.folder, path)), { recursive: true });
    writeFileSync(join(pulumi.folder, path), text);
  }
  const runRequired = async (...args: readonly string[]) => {
    const { code, output } = await pulumi.run(...args);
    if (code !== 0) throw new CommandError(`The verification failed at \`pulumi ${args.join(" ")}\`:\n${output}`);
  };
  await runRequired("plugin", "install", "resource", "peridio", version, "--file", plugin);
  await runRequired("stack", "init", "export");
  const options = ["--file", "import.json", "--generate-code=false", "--skip-preview", "--yes"];
  const imported = await pulumi.run("import", ...options);
  if (imported.code !== 0) return createFailure("The import failed", imported);
  const preview = await pulumi.run("preview", "--diff", "--expect-no-changes");
  return preview.code === 0
    ? { passed: true, differences: "" }
    : createFailure("The preview after the import is not empty", preview);
}

function createFailure(step: string, { output }: CommandResult): Verification {
  return { passed: false, differences: `${step}:\n${output}` };
}

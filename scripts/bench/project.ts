import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { text } from "node:stream/consumers";
import type { ProgramResources } from "./program";
import { type Usage, watch } from "./usage";

export const pulumi = join(__dirname, "../../.pulumi/bin/pulumi");
const plugin = "pulumi-resource-peridio";

/** The time and resources that a command used. */
export interface Taken {
  readonly seconds: number;
  /** The usage of the plugin's processes. Undefined if the system does not report it. */
  readonly plugin: Usage | undefined;
}

/** A Pulumi program with a new stack and a local state. */
export class Project {
  private constructor(
    private readonly folder: string,
    private readonly environment: Readonly<Record<string, string>>,
  ) {}

  /** Creates the stack. `pluginFolder` contains the provider. */
  static async begin(
    resources: ProgramResources,
    pluginFolder: string,
    environment: Readonly<Record<string, string>>,
  ): Promise<Project> {
    const folder = mkdtempSync(join(tmpdir(), "peridio-bench-"));
    for (const name of ["home", "state"]) mkdirSync(join(folder, name));
    const plugins = { providers: [{ name: "peridio", path: pluginFolder }] };
    // Every JSON document is a YAML document.
    writeFileSync(join(folder, "Pulumi.yaml"), JSON.stringify({ name: "bench", runtime: "yaml", plugins, resources }));
    const project = new Project(folder, {
      ...getNeutralEnvironment(),
      PATH: [join(pulumi, ".."), process.env.PATH].join(delimiter),
      PULUMI_HOME: join(folder, "home"),
      PULUMI_BACKEND_URL: `file://${join(folder, "state")}`,
      PULUMI_CONFIG_PASSPHRASE: "a passphrase for the bench",
      PULUMI_SKIP_UPDATE_CHECK: "true",
      ...environment,
    });
    await project.run("stack", "init", "bench");
    return project;
  }

  /** Returns the same project, whose commands get more environment variables. */
  with(environment: Readonly<Record<string, string>>): Project {
    return new Project(this.folder, { ...this.environment, ...environment });
  }

  /** Runs `pulumi`. If it fails, rejects with its output. */
  async run(...args: readonly string[]): Promise<Taken> {
    const taken = await this.runWithin(undefined, args);
    if (taken === undefined) throw new Error(`pulumi ${args.join(" ")} was interrupted.`);
    return taken;
  }

  /** Runs `pulumi`, and interrupts it after this number of seconds: the result is then undefined. */
  async runWithin(limit: number | undefined, args: readonly string[]): Promise<Taken | undefined> {
    const started = performance.now();
    const child = spawn(pulumi, args, {
      cwd: this.folder,
      env: this.environment,
      stdio: ["ignore", "pipe", "pipe"],
      ...(limit !== undefined && { timeout: 1000 * limit, killSignal: "SIGINT" }),
    });
    const stopWatching = watch(child.pid ?? 0, plugin);
    const said = Promise.all([text(child.stdout), text(child.stderr)]);
    await once(child, "exit");
    const seconds = (performance.now() - started) / 1000;
    const usage = stopWatching();
    const output = (await said).join("\n");
    if (child.killed) return undefined;
    if (child.exitCode !== 0) throw new Error(`pulumi ${args.join(" ")} failed:\n${output}`);
    return { seconds, plugin: usage };
  }

  end(): void {
    rmSync(this.folder, { recursive: true });
  }
}

/** Returns the environment without settings of Pulumi and Peridio, and without proxies: all servers are on this machine. */
export function getNeutralEnvironment(): Record<string, string> {
  const entries = Object.entries(process.env).flatMap(([name, value]) =>
    value === undefined || /^(PULUMI|PERIDIO)_|_proxy$/i.test(name) ? [] : [[name, value] as const],
  );
  return Object.fromEntries(entries);
}

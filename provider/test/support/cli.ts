import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { type Emulator, serve } from "#emulator";

const repository = join(__dirname, "../../..");

/** What a command left behind. */
export interface Run {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command under way. */
export interface Running {
  readonly ended: Promise<Run>;
  /** The output so far. */
  readonly printed: () => string;
  /** Presses Ctrl-C. */
  readonly interrupt: () => void;
}

export interface StackOptions {
  /** The folder of a Pulumi program. It is copied, so that runs leave nothing in it. Left out where `prepare` writes one. */
  readonly program?: string;
  /** The Peridio that the program acts on. */
  readonly emulator: Emulator;
  /** Installs what the program needs, in its copy. */
  readonly prepare?: (folder: string) => Promise<unknown>;
  /** Where the copy is put. Outside of this repository by default, where the program finds only what it has installed. */
  readonly parent?: string;
  /** Variables besides the usual ones; an empty text takes one away. */
  readonly environment?: Readonly<Record<string, string>>;
}

const steps = z.object({
  steps: z.array(z.object({ op: z.string(), urn: z.string() })).default([]),
});

/** A program with a stack of its own, driven by the real Pulumi CLI. Its state is in files beside it. */
export class Stack {
  constructor(
    /** The copy of the program. */
    readonly folder: string,
    /** Where the stack's state is. */
    readonly backend: string,
    private readonly environment: Environment,
    private readonly close: () => Promise<void>,
  ) {}

  /** Runs `pulumi` in the program's folder. Never rejects because of what the command answers. */
  async pulumi(...args: string[]): Promise<Run> {
    return this.start(...args).ended;
  }

  /** Starts `pulumi` in the program's folder. */
  start(...args: string[]): Running {
    return start(join(repository, ".pulumi/bin/pulumi"), args, this.folder, this.environment);
  }

  /** The same stack for commands with other variables. */
  with(environment: Readonly<Record<string, string>>): Stack {
    return new Stack(this.folder, this.backend, { ...this.environment, ...environment }, this.close);
  }

  /** Runs `pulumi` and expects it to succeed; the error shows all that it said. */
  async succeed(...args: string[]): Promise<string> {
    const { code, stdout, stderr } = await this.pulumi(...args);
    if (code !== 0) throw new Error(`pulumi ${args.join(" ")} ended with ${code}:\n${stdout}\n${stderr}`);
    return stdout;
  }

  /** Runs `pulumi` with `--json`, expects it to succeed, and returns what it printed. */
  async json(...args: string[]): Promise<unknown> {
    return JSON.parse(await this.succeed(...args, "--json"));
  }

  /** What a command with `--json` is going to do: operations by resource name, without what stays the same. */
  async plan(...args: string[]): Promise<Record<string, string>> {
    const planned = steps.parse(await this.json(...args)).steps.filter(({ op }) => op !== "same");
    return Object.fromEntries(planned.map(({ op, urn }) => [urn.split("::").slice(3).join("::"), op]));
  }

  /** Removes the program and its state, and stops serving the emulator. */
  async end(): Promise<void> {
    await this.close();
    await rm(this.folder, { recursive: true, force: true });
    await rm(this.backend, { recursive: true, force: true });
  }
}

/** Copies a program, makes a stack `test` for it and serves the emulator to it. The caller must `end` the stack. */
export async function newStack({ program, emulator, prepare, parent, environment }: StackOptions): Promise<Stack> {
  const server = await serve(emulator, { port: 0 });
  const folder = await mkdtemp(join(parent ?? tmpdir(), "peridio-program-"));
  const backend = await mkdtemp(join(tmpdir(), "peridio-state-"));
  const home = join(backend, "home");
  await mkdir(home);
  if (program !== undefined) {
    await cp(program, folder, { recursive: true, filter: (source) => !source.endsWith("node_modules") });
  }
  const variables: Record<string, string | undefined> = {
    ...process.env,
    PATH: [join(repository, ".pulumi/bin"), process.env.PATH].join(delimiter),
    PULUMI_HOME: home,
    PULUMI_BACKEND_URL: `file://${backend}`,
    PULUMI_CONFIG_PASSPHRASE: "a passphrase for tests",
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PULUMI_ACCESS_TOKEN: undefined,
    PERIDIO_BASE_URL: server.url,
    PERIDIO_API_KEY: emulator.apiKey,
    ...environment,
  };
  const given = Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== ""));
  const stack = new Stack(folder, backend, given, () => server.close());
  try {
    await prepare?.(folder);
    await stack.succeed("stack", "init", "test");
  } catch (error) {
    await stack.end();
    throw error;
  }
  return stack;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Runs a program to its end, whatever that is. */
export async function run(
  command: string,
  args: readonly string[],
  cwd: string,
  env: Environment = process.env,
): Promise<Run> {
  return start(command, args, cwd, env).ended;
}

/** Disturbs a command at a moment, if it has not ended before, and waits for its end. */
export async function disturb(
  { ended }: Running,
  moment: () => boolean,
  disturbance: () => void | Promise<void>,
): Promise<Run> {
  const state = { ended: false };
  void ended.then(() => (state.ended = true));
  while (!state.ended && !moment()) await sleep(20);
  await disturbance();
  return ended;
}

function start(command: string, args: readonly string[], cwd: string, env: Environment): Running {
  let interrupt = (): void => undefined;
  let output = "";
  const ended = new Promise<Run>((resolve) => {
    const child = execFile(command, args, { cwd, env, maxBuffer: 64 * 1024 * 1024 }, (error, stdout, stderr) => {
      // What could not be started has a text for a code.
      const code = error === null ? 0 : typeof error.code === "number" ? error.code : 1;
      resolve({ code, stdout, stderr: error !== null && stderr === "" ? error.message : stderr });
    });
    child.stdout?.on("data", (text: string) => (output += text));
    interrupt = () => void child.kill("SIGINT");
  });
  return { ended, printed: () => output, interrupt };
}

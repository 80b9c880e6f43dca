import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { type KeyService, startKeyService } from "./keyService";

/** The folder of the CLI, if the working directory has its own. Otherwise, the CLI is on PATH. */
const ownTools = join(process.cwd(), ".pulumi/bin");

/** The exit code and the output of a command that ended. */
export interface Run {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A running command. */
export interface Running {
  readonly ended: Promise<Run>;
  /** The output so far. */
  readonly printed: () => string;
  /** Presses Ctrl-C. */
  readonly interrupt: () => void;
  /** Sends `kill -9`. */
  readonly kill: () => void;
}

/** The program of a stack, and its environment. */
export interface StackOptions {
  /** The folder of a Pulumi program, which is copied. By default, `prepare` writes one. */
  readonly program?: string;
  /** Writes or installs what the program needs, in its copy. */
  readonly prepare?: (folder: string) => Promise<unknown>;
  /** The folder for the copy. By default, it is outside the working directory, so that a program finds only its own packages. */
  readonly parent?: string;
  /** More environment variables. An empty text removes one. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Called when the stack ends, such as to stop a server. */
  readonly close?: () => Promise<void>;
}

const steps = z.object({
  steps: z.array(z.object({ op: z.string(), urn: z.string() })).default([]),
});

/** A program with its own stack, for the real Pulumi CLI. Its state is in files. */
export class Stack {
  constructor(
    /** The copy of the program. */
    readonly folder: string,
    /** The folder of the state. */
    readonly backend: string,
    private readonly environment: Environment,
    private readonly keys: KeyService,
    private readonly close: () => Promise<void>,
  ) {}

  /** Runs `pulumi` in the program's folder. Resolves with any exit code. */
  async pulumi(...args: string[]): Promise<Run> {
    return this.start(...args).ended;
  }

  /** Starts `pulumi` in the program's folder. */
  start(...args: string[]): Running {
    // As in the pipelines, previews do not build the state after each step.
    const isPreview = args[0] === "preview" || args.includes("--preview-only");
    const environment = { ...(isPreview && { PULUMI_SKIP_CHECKPOINTS: "true" }), ...this.environment };
    return start("pulumi", args, this.folder, environment);
  }

  /** Runs commands of bash in the program's folder, until one fails. Resolves with any exit code. */
  async bash(commands: string): Promise<Run> {
    return run("bash", ["-e", "-c", commands], this.folder, this.environment);
  }

  /** Returns a variable of the commands. */
  variable(name: string): string | undefined {
    return this.environment[name];
  }

  /** Returns the same stack, whose commands get other variables. */
  with(environment: Readonly<Record<string, string>>): Stack {
    return new Stack(this.folder, this.backend, { ...this.environment, ...environment }, this.keys, this.close);
  }

  /** Makes another stack of the program, and selects it. */
  async init(name: string): Promise<void> {
    await this.succeed("stack", "init", name, "--secrets-provider", this.keys.provider);
  }

  /** Runs `pulumi` and returns its output. Rejects with all output if it fails. */
  async succeed(...args: string[]): Promise<string> {
    const { code, stdout, stderr } = await this.pulumi(...args);
    if (code !== 0) throw new Error(`pulumi ${args.join(" ")} ended with ${code}:\n${stdout}\n${stderr}`);
    return stdout;
  }

  /** Runs `pulumi` with `--json` and returns the parsed output. Rejects if it fails. */
  async json(...args: string[]): Promise<unknown> {
    return JSON.parse(await this.succeed(...args, "--json"));
  }

  /** Returns the operations that a command with `--json` plans, by resource name, without `same`. */
  async plan(...args: string[]): Promise<Record<string, string>> {
    const planned = steps.parse(await this.json(...args)).steps.filter(({ op }) => op !== "same");
    return Object.fromEntries(planned.map(({ op, urn }) => [urn.split("::").slice(3).join("::"), op]));
  }

  /** Removes the program and its state. */
  async end(): Promise<void> {
    await this.close();
    await this.keys.close();
    await rm(this.folder, { recursive: true, force: true });
    await rm(this.backend, { recursive: true, force: true });
  }
}

/** Copies a program and makes its stack `test`. The caller must `end` the stack. */
export async function newStack({
  program,
  prepare,
  parent,
  environment,
  close = () => Promise.resolve(),
}: StackOptions): Promise<Stack> {
  const folder = await mkdtemp(join(parent ?? tmpdir(), "program-"));
  const backend = await mkdtemp(join(tmpdir(), "state-"));
  const home = join(backend, "home");
  await mkdir(home);
  if (program !== undefined) {
    await cp(program, folder, { recursive: true, filter: (source) => !source.endsWith("node_modules") });
  }
  const keys = await startKeyService();
  const variables: Record<string, string | undefined> = {
    ...process.env,
    PATH: [ownTools, process.env.PATH].join(delimiter),
    PULUMI_HOME: home,
    PULUMI_BACKEND_URL: `file://${backend}`,
    // For stacks that the commands of a guide make.
    PULUMI_CONFIG_PASSPHRASE: "a passphrase for tests",
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PULUMI_ACCESS_TOKEN: undefined,
    // The CLI and its language hosts are written in Go, and end before they need much memory, so they collect no garbage below this limit.
    GOGC: "off",
    GOMEMLIMIT: "1GiB",
    ...keys.environment,
    ...environment,
  };
  const given = Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== ""));
  const stack = new Stack(folder, backend, given, keys, close);
  try {
    await prepare?.(folder);
    await stack.init("test");
  } catch (error) {
    await stack.end();
    throw error;
  }
  return stack;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Runs a command to its end. Resolves with any exit code. */
export async function run(
  command: string,
  args: readonly string[],
  cwd: string,
  env: Environment = process.env,
): Promise<Run> {
  return start(command, args, cwd, env).ended;
}

/** Disturbs a command at a moment, unless it has ended, and waits for its end. */
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
  let signal: (name: NodeJS.Signals) => void = () => undefined;
  let output = "";
  const ended = new Promise<Run>((resolve) => {
    const child = execFile(command, args, { cwd, env, maxBuffer: 64 * 1024 * 1024 }, (error, stdout, stderr) => {
      // The code of a command that did not start is a text.
      const code = error === null ? 0 : typeof error.code === "number" ? error.code : 1;
      resolve({ code, stdout, stderr: error !== null && stderr === "" ? error.message : stderr });
    });
    child.stdout?.on("data", (text: string) => (output += text));
    signal = (name) => void child.kill(name);
  });
  const interrupt = () => {
    signal("SIGINT");
  };
  const kill = () => {
    signal("SIGKILL");
  };
  return { ended, printed: () => output, interrupt, kill };
}

import { spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, createWriteStream, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, delimiter, dirname, join } from "node:path";
import {
  type CommandBody,
  type CommandName,
  Emulator,
  readOverview,
  RemoteControl,
  serve,
  type Server,
} from "#emulator";

export interface ShellResult {
  readonly code: number;
  readonly stdout: string;
  /** Standard output and standard error in their order. */
  readonly text: string;
}

/** A shell with its own directory and environment. It writes all output to a log file. */
export class Shell {
  constructor(
    private readonly directory: string,
    private readonly environment: Readonly<Record<string, string>>,
    private readonly log: string,
  ) {}

  /** Runs a command as a user would type it. */
  async run(command: string): Promise<ShellResult> {
    const child = spawn(command, {
      shell: true,
      cwd: this.directory,
      env: this.environment,
      stdio: ["ignore", "pipe", "pipe"],
    });
    const log = createWriteStream(this.log, { flags: "a" });
    log.write(`$ ${command}\n`);
    let [stdout, text] = ["", ""];
    child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
      stdout += chunk;
      text += chunk;
      log.write(chunk);
    });
    child.stderr.setEncoding("utf8").on("data", (chunk: string) => {
      text += chunk;
      log.write(chunk);
    });
    await once(child, "close");
    const code = child.exitCode ?? 1;
    log.end(`exit code ${code}\n\n`);
    return { code, stdout, text };
  }
}

const root = join(__dirname, "../..");
const demoFolder = join(root, ".demo");
/** The folders of the Pulumi CLI and of the programs of this repository. */
const tools = [join(root, ".pulumi/bin"), join(root, "bin")];

/** A copy of an example, in which commands run. */
interface Program {
  readonly shell: Shell;
  /** The path of the file that edits change. */
  readonly file: string;
}

/** The setting of one run of the demo: a new emulator, copies of examples, and a shell with a separate Pulumi state. */
export class Stage {
  static readonly log = ".demo/demo.log";
  readonly #control: RemoteControl;
  #program: Program | undefined;

  static async create(colored: boolean): Promise<Stage> {
    rmSync(demoFolder, { recursive: true, force: true });
    mkdirSync(join(demoFolder, "state"), { recursive: true });
    const emulator = new Emulator();
    return new Stage(emulator, await serve(emulator, { port: 0 }), colored);
  }

  private constructor(
    private readonly emulator: Emulator,
    private readonly server: Server,
    private readonly colored: boolean,
  ) {
    this.#control = new RemoteControl(server.url);
  }

  /** Opens a copy of an example, such as `environments`. Edits change its `file`. */
  open(example: string, file: string): void {
    // The copy has the same depth as the original, so that its relative paths work.
    const folder = join(demoFolder, example);
    cpSync(join(root, "examples", example), folder, {
      recursive: true,
      filter: (source) => !/[/\\](node_modules|Pulumi\.[^/\\]+\.yaml)$/.test(source),
    });
    const shell = new Shell(folder, { ...getInheritedEnvironment(), ...this.#environment }, join(root, Stage.log));
    this.#program = { shell, file: join(folder, file) };
  }

  /** The shell of the open example. */
  get shell(): Shell {
    return this.#opened.shell;
  }

  /** The name of the file that edits change. */
  get file(): string {
    return basename(this.#opened.file);
  }

  get #opened(): Program {
    if (this.#program === undefined) throw new Error("no example is open");
    return this.#program;
  }

  /** The address of the local Peridio's console. */
  get console(): string {
    return `${this.server.url}/`;
  }

  /** The environment variables for another terminal. */
  get exports(): Readonly<Record<string, string>> {
    return {
      PATH: [...tools, "$PATH"].join(delimiter),
      PULUMI_HOME: join(demoFolder, "home"),
      PERIDIO_BASE_URL: this.server.url,
      PERIDIO_API_KEY: this.emulator.apiKey,
      PULUMI_BACKEND_URL: `file://${join(demoFolder, "state")}`,
      PULUMI_CONFIG_PASSPHRASE: "",
    };
  }

  /** The environment variables for the commands of the demo. */
  get #environment(): Record<string, string> {
    const hostsWithoutProxy = [process.env.no_proxy ?? process.env.NO_PROXY ?? "", "127.0.0.1"].filter(
      (host) => host !== "",
    );
    return {
      ...this.exports,
      PATH: [...tools, process.env.PATH].join(delimiter),
      PULUMI_SKIP_UPDATE_CHECK: "true",
      PULUMI_OPTION_COLOR: this.colored ? "always" : "never",
      no_proxy: hostsWithoutProxy.join(","),
    };
  }

  /** Makes a change outside Pulumi. */
  async changeOutsidePulumi<Name extends CommandName>(command: Name, body: CommandBody<Name>): Promise<void> {
    await this.#control.send(command, body);
  }

  /** Replaces a text in a file of the example. Removes a line that becomes empty. Returns the line before and after. */
  edit(before: string, after: string, name = this.file): [string, string] {
    const file = join(dirname(this.#opened.file), name);
    const lines = readFileSync(file, "utf8").split("\n");
    const index = lines.findIndex((line) => line.includes(before));
    const line = lines[index];
    if (line === undefined) throw new Error(`${file} has no line with ${before}`);
    const edited = line.replace(before, after);
    writeFileSync(file, (edited.trim() === "" ? lines.toSpliced(index, 1) : lines.with(index, edited)).join("\n"));
    return [line, edited];
  }

  /** Returns the roster of an organization in the emulator, such as `bob@acme.example: developer (invited)`. */
  readPeople(name: string): string[] {
    const organization = this.#readOrganization(name);
    const pending = organization?.invitations.filter(({ status }) => status === "pending") ?? [];
    return [
      ...(organization?.members.map(({ email, role }) => `${email}: ${role}`) ?? []),
      ...pending.map(({ email, role }) => `${email}: ${role} (invited)`),
    ].sort();
  }

  requiresTwoFactor(name: string): boolean | undefined {
    return this.#readOrganization(name)?.security.two_factor_required;
  }

  listOrganizations(): string[] {
    return readOverview(this.emulator)
      .organizations.map(({ name }) => name)
      .sort();
  }

  /** Returns the write requests since the last `forgetRequests`. */
  listWrites(): string[] {
    return this.emulator
      .requests()
      .filter(({ method }) => method !== "GET")
      .map(({ method, operation, path, body }) =>
        `${method} ${operation ?? path} ${body === null ? "" : JSON.stringify(body)}`.trimEnd(),
      );
  }

  forgetRequests(): void {
    this.emulator.traffic.log.clear();
  }

  close(): Promise<void> {
    return this.server.close();
  }

  #readOrganization(name: string) {
    return readOverview(this.emulator).organizations.find((organization) => organization.name === name);
  }
}

/** Returns the environment without settings of Pulumi and Peridio. */
function getInheritedEnvironment(): Record<string, string> {
  const entries = Object.entries(process.env).flatMap(([name, value]) =>
    value === undefined || /^(PULUMI|PERIDIO)_/.test(name) ? [] : [[name, value] as const],
  );
  return Object.fromEntries(entries);
}

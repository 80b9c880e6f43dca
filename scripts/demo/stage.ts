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
} from "../../emulator/src";

export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  /** Standard output and standard error, as they came. */
  readonly text: string;
}

/** A shell in a directory, with an environment of its own. Everything it prints is kept in a log file. */
export class Shell {
  constructor(
    private readonly directory: string,
    private readonly environment: Readonly<Record<string, string>>,
    private readonly log: string,
  ) {}

  /** Runs a command as a user would type it. */
  async run(command: string): Promise<Outcome> {
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
const place = join(root, ".demo");
/** The Pulumi CLI, and the project's own programs. */
const tools = [join(root, ".pulumi/bin"), join(root, "bin")];

/** A copy of an example that commands run in. */
interface Program {
  readonly shell: Shell;
  /** The file that edits change, as seen from the repository. */
  readonly file: string;
}

/** What a run of the demo needs, made anew: an emulator, copies of examples, and shells with a state of their own. */
export class Stage {
  static readonly log = ".demo/demo.log";
  readonly #control: RemoteControl;
  #program: Program | undefined;

  static async set(colored: boolean): Promise<Stage> {
    rmSync(place, { recursive: true, force: true });
    mkdirSync(join(place, "state"), { recursive: true });
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

  /** Goes on in a copy of an example, such as `environments`, whose `file` edits change. */
  open(example: string, file: string): void {
    // At the same depth as the original, so that its paths to the SDK and the plugin hold.
    const folder = join(place, example);
    cpSync(join(root, "examples", example), folder, {
      recursive: true,
      filter: (source) => !/[/\\](node_modules|Pulumi\.[^/\\]+\.yaml)$/.test(source),
    });
    const shell = new Shell(folder, { ...inherited(), ...this.#settings(this.colored) }, join(root, Stage.log));
    this.#program = { shell, file: join(folder, file) };
  }

  /** Where commands run. */
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

  /** The local Peridio's web page, which shows everything as it is. */
  get console(): string {
    return `${this.server.url}/`;
  }

  /** What somebody has to set who wants to follow by hand. */
  get exports(): Readonly<Record<string, string>> {
    return {
      PATH: [...tools, "$PATH"].join(delimiter),
      PULUMI_HOME: join(place, "home"),
      PERIDIO_BASE_URL: this.server.url,
      PERIDIO_API_KEY: this.emulator.apiKey,
      PULUMI_BACKEND_URL: `file://${join(place, "state")}`,
      PULUMI_CONFIG_PASSPHRASE: "",
    };
  }

  #settings(colored: boolean): Record<string, string> {
    const here = [process.env.no_proxy ?? process.env.NO_PROXY ?? "", "127.0.0.1"].filter((host) => host !== "");
    return {
      ...this.exports,
      PATH: [...tools, process.env.PATH].join(delimiter),
      PULUMI_SKIP_UPDATE_CHECK: "true",
      PULUMI_OPTION_COLOR: colored ? "always" : "never",
      no_proxy: here.join(","),
    };
  }

  /** Changes something past Pulumi, as a person would in Peridio's console. */
  async byHand<Name extends CommandName>(command: Name, body: CommandBody<Name>): Promise<void> {
    await this.#control.send(command, body);
  }

  /** Replaces a text in a file of the example, or removes a line that is nothing else. @returns the line before and after */
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

  /** Who is in an organization, as Peridio has it: `bob@acme.example: developer (invited)`. */
  people(name: string): string[] {
    const organization = this.#organization(name);
    const pending = organization?.invitations.filter(({ status }) => status === "pending") ?? [];
    return [
      ...(organization?.members.map(({ email, role }) => `${email}: ${role}`) ?? []),
      ...pending.map(({ email, role }) => `${email}: ${role} (invited)`),
    ].sort();
  }

  requiresTwoFactor(name: string): boolean | undefined {
    return this.#organization(name)?.security.two_factor_required;
  }

  organizations(): string[] {
    return readOverview(this.emulator)
      .organizations.map(({ name }) => name)
      .sort();
  }

  /** The requests since the last `forget` that were to change something. */
  writes(): string[] {
    return this.emulator
      .requests()
      .filter(({ method }) => method !== "GET")
      .map(({ method, operation, path, body }) =>
        `${method} ${operation ?? path} ${body === null ? "" : JSON.stringify(body)}`.trimEnd(),
      );
  }

  forget(): void {
    this.emulator.traffic.log.clear();
  }

  close(): Promise<void> {
    return this.server.close();
  }

  #organization(name: string) {
    return readOverview(this.emulator).organizations.find((organization) => organization.name === name);
  }
}

/** The environment without the settings of somebody's own Pulumi and Peridio. */
function inherited(): Record<string, string> {
  const entries = Object.entries(process.env).flatMap(([name, value]) =>
    value === undefined || /^(PULUMI|PERIDIO)_/.test(name) ? [] : [[name, value] as const],
  );
  return Object.fromEntries(entries);
}

import { chmodSync, cpSync, mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { version } from "../../../../package.json";
import { Emulator, readOverview, serve, type Server } from "#emulator";
import { run } from "#provider/testing";
import { Repository } from "./repository";

const root = join(__dirname, "../../../..");
/** The README says to remove these lines of Pulumi.yaml. */
const pluginOfRepository = `plugins:
  providers:
    - name: peridio
      path: ../../bin
`;

export type Variables = Readonly<Record<string, string>>;

/** The variables of a pipeline. */
export const secrets = {
  PULUMI_CONFIG_PASSPHRASE: "a passphrase that nobody tells",
  PERIDIO_VIEWER_API_KEY: "key-of-preview-that-nobody-tells",
  PERIDIO_ADMIN_API_KEY: "key-of-pipeline-that-nobody-tells",
} as const;

/** A team that has copied examples/ci, created its stacks, and works with pull requests. */
export class Team {
  readonly backend: string;
  /** The days by which the clock of the jobs' machines is ahead. */
  daysAhead = 0;
  /** The same for `pulumi up`, if it differs. */
  daysAheadOfUp: number | undefined;
  /** The stack whose updates fail before their first request; by default, none. */
  failingStack = "";
  readonly #tools: string;

  private constructor(
    readonly scratch: string,
    readonly emulator: Emulator,
    readonly repository: Repository,
    private readonly server: Server,
  ) {
    this.backend = join(scratch, "state");
    this.#tools = join(scratch, "tools");
    for (const folder of [this.backend, this.#tools, join(scratch, "home")]) mkdirSync(folder);
    writeFileSync(join(scratch, "clock.cjs"), clock);
  }

  static async begin(): Promise<Team> {
    const scratch = mkdtempSync(join(tmpdir(), "pipelines-"));
    const emulator = new Emulator();
    const team = new Team(scratch, emulator, new Repository(scratch), await serve(emulator, { port: 0 }));
    team.install(
      "pulumi",
      `[ "$1 $3" != "up $FAILING_STACK" ] || exit 255; [ "$1" != up ] || export DAYS_AHEAD=$DAYS_AHEAD_OF_UP; exec ${join(root, ".pulumi/bin/pulumi")} "$@"`,
    );
    team.install("peridio-gitops", `exec ${join(root, "bin/peridio-gitops")} "$@"`);
    try {
      await team.#bringUp();
    } catch (error) {
      await team.end();
      throw error;
    }
    return team;
  }

  /** Puts a program of one line of shell on the PATH of jobs. */
  private install(name: string, line: string): void {
    writeFileSync(join(this.#tools, name), `#!/bin/sh\n${line}\n`);
    chmodSync(join(this.#tools, name), 0o755);
  }

  /** Runs a script, as both kinds of pipelines do. `output` is its whole output. */
  async bash(script: string, folder: string, variables: Variables): Promise<{ code: number; output: string }> {
    const file = join(this.scratch, "script.sh");
    writeFileSync(file, script);
    const args = ["--noprofile", "--norc", "-eo", "pipefail", file];
    const { code, stdout, stderr } = await run("bash", args, folder, { ...this.machine, ...variables });
    return { code, output: stdout + stderr };
  }

  /** Returns the writes since the last call: `PATCH update-a-member {"role":"viewer"}`. */
  writes(): string[] {
    const written = this.emulator.requests().filter(({ method }) => method !== "GET");
    this.emulator.traffic.log.clear();
    return written.map(({ method, operation, path, body }) =>
      [method, operation ?? path, ...(body === null ? [] : [JSON.stringify(body)])].join(" "),
    );
  }

  /** Returns the roles of all members and invitations of an organization. */
  people(organization: string): Record<string, string> {
    const found = readOverview(this.emulator).organizations.find(({ name }) => name === organization);
    const invited = found?.invitations.filter(({ status }) => status === "pending") ?? [];
    return Object.fromEntries([...(found?.members ?? []), ...invited].map(({ email, role }) => [email, role]));
  }

  async end(): Promise<void> {
    await this.server.close();
    await rm(this.scratch, { recursive: true, force: true });
  }

  /** The PATH of jobs. */
  get path(): string {
    return [this.#tools, join(root, ".pulumi/bin"), process.env.PATH ?? ""].join(delimiter);
  }

  /** The variables of the machine of a job. */
  get machine(): Variables {
    return {
      PATH: this.path,
      HOME: join(this.scratch, "home"),
      // Without it, Pulumi finds the home of the user, and could start a plugin of another version there.
      PULUMI_HOME: join(this.scratch, "home", ".pulumi"),
      TMPDIR: this.scratch,
      LANG: "C.UTF-8",
      CI: "true",
      PULUMI_SKIP_UPDATE_CHECK: "true",
      // As in other tests, the CLI collects no garbage below this limit.
      GOGC: "off",
      GOMEMLIMIT: "1GiB",
      PERIDIO_BASE_URL: this.server.url,
      BUN_OPTIONS: `--preload=${join(this.scratch, "clock.cjs")}`,
      FAILING_STACK: this.failingStack,
      DAYS_AHEAD: String(this.daysAhead),
      DAYS_AHEAD_OF_UP: String(this.daysAheadOfUp ?? this.daysAhead),
    };
  }

  async #bringUp(): Promise<void> {
    const { folder } = this.repository;
    cpSync(join(root, "examples/ci"), folder, { recursive: true });
    this.repository.edit("Pulumi.yaml", [pluginOfRepository, ""], ["[203.0.113.0/24]", "[127.0.0.0/8]"]);
    // The machines of the jobs send requests from this address.
    this.repository.edit("layout.yaml", ["[203.0.113.0/24]", "[203.0.113.0/24, 127.0.0.0/8]"]);
    this.repository.edit("access-rules.yaml", ["[203.0.113.0/24,", "[203.0.113.0/24, 127.0.0.0/8,"]);
    const install = `pulumi plugin install resource peridio ${version} --file ${join(root, "bin/pulumi-resource-peridio")}`;
    const init = ["dev", "production"].map((stack) => `pulumi stack init ${stack}`);
    const up = ["dev", "production"].map((stack) => `pulumi up --yes --skip-preview --stack ${stack}`);
    const { code, output } = await this.bash([install, ...init, ...up].join("\n"), folder, {
      PERIDIO_API_KEY: this.emulator.apiKey,
      PULUMI_BACKEND_URL: `file://${this.backend}`,
      PULUMI_CONFIG_PASSPHRASE: secrets.PULUMI_CONFIG_PASSPHRASE,
    });
    if (code !== 0) throw new Error(output);
    this.repository.push("Begin");
    this.#settle();
  }

  /** All people accept, and set up a second factor. */
  #settle(): void {
    const { control } = this.emulator;
    for (const organization of readOverview(this.emulator).organizations) {
      for (const { email } of organization.invitations) control.accept(email, organization.name);
    }
    for (const { email } of Object.values(this.emulator.state.users)) control.setTwoFactor(email, true);
    control.addApiKey("preview@acme.example", { key: secrets.PERIDIO_VIEWER_API_KEY });
    control.addApiKey("pipeline@acme.example", { key: secrets.PERIDIO_ADMIN_API_KEY });
    this.emulator.traffic.log.clear();
  }
}

/** Sets the clock of the provider and of peridio-gitops forward. */
const clock = `
const ahead = Number(process.env.DAYS_AHEAD) * 86_400_000;
const Now = Date;
if (ahead > 0)
  globalThis.Date = class Date extends Now {
    constructor(...given) { given.length > 0 ? super(...given) : super(Now.now() + ahead); }
    static now() { return Now.now() + ahead; }
  };
`;

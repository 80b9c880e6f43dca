import { execFile, type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import type * as z from "zod";
import { findFreePort } from "./port";

const pulumi = join(__dirname, "../../.pulumi");
const [program, runner] = [join(pulumi, "gitea/gitea"), join(pulumi, "bin/gitea-runner")];

/** True if `make gitea` has built both programs. */
export const hasGitea = existsSync(program) && existsSync(runner);

/** The password of each user. */
export const giteaPassword = "a password for tests";

type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

/** The response to a request: its status, and its JSON; undefined without a body. */
interface Response {
  readonly status: number;
  readonly body: unknown;
}

/** A real Gitea with a runner that executes jobs on this machine, without containers. */
export class GiteaServer {
  readonly #tokens = new Map<string, string>();
  readonly #processes: ChildProcess[] = [];

  private constructor(
    private readonly folder: string,
    readonly port: number,
  ) {}

  /** Starts the server with an administrator `root`. The caller must end it. */
  static async begin(folder: string): Promise<GiteaServer> {
    const server = new GiteaServer(folder, await findFreePort());
    mkdirSync(folder, { recursive: true });
    writeFileSync(server.#configuration, server.#settings());
    try {
      await server.#call("migrate");
      await server.#start(program, ["--config", server.#configuration, "web"], { ...process.env }, "gitea");
      while ((await fetch(`${server.url}/api/v1/version`).catch(() => undefined))?.ok !== true) await server.#wait();
      await server.addPerson("root", "--admin");
    } catch (error) {
      await server.end();
      throw error;
    }
    return server;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Adds a user with a token. */
  async addPerson(login: string, ...options: readonly string[]): Promise<void> {
    const user = ["--username", login, "--email", `${login}@acme.example`, "--password", giteaPassword];
    await this.#call("admin", "user", "create", ...user, "--must-change-password=false", ...options);
    const token = ["--username", login, "--scopes", "all", "--token-name", "tests", "--raw"];
    this.#tokens.set(login, (await this.#call("admin", "user", "generate-access-token", ...token)).trim());
  }

  /** Starts a runner with the label, whose jobs have these variables. */
  async addRunner(label: string, environment: Readonly<Record<string, string>>): Promise<void> {
    const token = (await this.#call("actions", "generate-runner-token")).trim();
    const home = join(this.folder, "runner");
    mkdirSync(home);
    const file = join(home, "config.yaml");
    const runnerSettings = { file: join(home, "registration"), fetch_interval: "200ms", fetch_interval_max: "200ms" };
    const settings = {
      runner: { ...runnerSettings, labels: [`${label}:host`], state_report_interval: "200ms" },
      cache: { enabled: false },
      host: { workdir_parent: join(home, "jobs") },
    };
    writeFileSync(file, JSON.stringify(settings));
    const args = ["register", "--no-interactive", "--instance", this.url, "--token", token, "--config", file];
    await promisify(execFile)(runner, args, { cwd: home, env: environment });
    await this.#start(runner, ["daemon", "--config", file], environment, "runner");
  }

  /** Returns the address of a repository, with the token of a person. */
  remote(login: string, repository: string): string {
    return `http://${login}:${this.#tokens.get(login) ?? ""}@127.0.0.1:${this.port}/${repository}.git`;
  }

  /** Sends a request of a person. */
  async send(login: string, method: Method, path: string, fields?: object): Promise<Response> {
    const response = await fetch(`${this.url}/api/v1/${path}`, {
      method,
      headers: {
        authorization: `Bearer ${this.#tokens.get(login) ?? ""}`,
        ...(fields && { "content-type": "application/json" }),
      },
      ...(fields && { body: JSON.stringify(fields) }),
    });
    const text = await response.text();
    return { status: response.status, body: parse(text) };
  }

  /**
   * Sends a request of a person, and returns the answer.
   * @throws Error if Gitea refuses the request.
   */
  async request<T>(login: string, [method, path, fields]: Call, schema: z.ZodType<T>): Promise<T> {
    const { status, body } = await this.send(login, method, path, fields);
    if (status >= 300) throw new Error(`${method} ${path}: ${status} ${JSON.stringify(body)}\n${this.#log("gitea")}`);
    return schema.parse(body);
  }

  /** Downloads a file as a person. */
  async download(login: string, url: string): Promise<Uint8Array> {
    const response = await fetch(url, { headers: { authorization: `Bearer ${this.#tokens.get(login) ?? ""}` } });
    return new Uint8Array(await response.arrayBuffer());
  }

  async end(): Promise<void> {
    for (const child of this.#processes.reverse()) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      child.kill();
      await once(child, "exit");
    }
  }

  /** The last lines of a log. */
  #log(name: string): string {
    return readFileSync(join(this.folder, `${name}.log`), "utf8").slice(-3000);
  }

  get #configuration(): string {
    return join(this.folder, "app.ini");
  }

  async #call(...args: readonly string[]): Promise<string> {
    return (await promisify(execFile)(program, ["--config", this.#configuration, ...args])).stdout;
  }

  async #start(file: string, args: readonly string[], env: NodeJS.ProcessEnv, name: string): Promise<void> {
    const log = openSync(join(this.folder, `${name}.log`), "a");
    const child = spawn(file, args, { cwd: this.folder, env, stdio: ["ignore", log, log] });
    await once(child, "spawn");
    closeSync(log);
    this.#processes.push(child);
  }

  async #wait(): Promise<void> {
    if (this.#processes.some(({ exitCode }) => exitCode !== null)) throw new Error(this.#log("gitea"));
    await sleep(100);
  }

  #settings(): string {
    const sections: Readonly<Record<string, Readonly<Record<string, string | number | boolean>>>> = {
      server: {
        HTTP_ADDR: "127.0.0.1",
        HTTP_PORT: this.port,
        ROOT_URL: `${this.url}/`,
        STATIC_ROOT_PATH: join(pulumi, "gitea"),
        DISABLE_SSH: true,
        OFFLINE_MODE: true,
      },
      database: { DB_TYPE: "sqlite3", PATH: join(this.folder, "gitea.db") },
      security: { INSTALL_LOCK: true, SECRET_KEY: "a key for tests", PASSWORD_HASH_ALGO: "pbkdf2_v1" },
      actions: { ENABLED: true },
      git: { PULL_REQUEST_PUSH_MESSAGE: false },
      log: { MODE: "console", LEVEL: "Warn" },
      cron: { ENABLED: false },
      "cron.start_schedule_tasks": { ENABLED: true, SCHEDULE: "@every 1s" },
    };
    const root = `RUN_MODE = prod\nWORK_PATH = ${this.folder}\nI_AM_BEING_UNSAFE_RUNNING_AS_ROOT = true\n`;
    const lines = Object.entries(sections).map(([name, settings]) => {
      const own = Object.entries(settings).map(([key, value]) => `${key} = ${value}\n`);
      return `[${name}]\n${own.join("")}`;
    });
    return root + lines.join("");
  }
}

/** A request: its method, its path below `/api/v1`, and its fields. */
export type Call = readonly [method: Method, path: string, fields?: object];

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text === "" ? undefined : text;
  }
}

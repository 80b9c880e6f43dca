import { type ChildProcess, execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { Failure } from "../failure";
import type { Terminal } from "../terminal/terminal";

/** How a command of Pulumi ended, and all that it said. */
export interface Ended {
  readonly code: number;
  readonly said: string;
}

/** The Pulumi CLI with a folder, a state and a home of its own, which end with it. It knows nothing of the user's login and stacks. */
export class Pulumi {
  readonly #base: string;
  readonly #environment: Terminal["environment"];
  #running: ChildProcess | undefined;
  #interrupted = false;

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
      // There is no secret in the state, and it is removed.
      PULUMI_CONFIG_PASSPHRASE: "",
      PULUMI_SKIP_UPDATE_CHECK: "true",
    };
  }

  /** Where the program belongs. */
  get folder(): string {
    return join(this.#base, "program");
  }

  get #state(): string {
    return join(this.#base, "state");
  }

  /** Runs a command to its end. @throws Failure if there is no such CLI, or if it was interrupted */
  run(...args: readonly string[]): Promise<Ended> {
    const options = { cwd: this.folder, env: { ...this.#environment }, maxBuffer: Infinity };
    return new Promise((done, fail) => {
      const all = [...args, "--non-interactive", "--color", "never"];
      this.#running = execFile(this.command, all, options, (error, stdout, stderr) => {
        const code = error === null ? 0 : error.code;
        if (this.#interrupted) fail(new Failure("The export is written, but its proof was interrupted."));
        else if (typeof code === "number") done({ code, said: [stdout, stderr].join("\n").trim() });
        else
          fail(
            new Failure(
              `The Pulumi CLI ${this.command} cannot be run: ${error?.message ?? "it was ended"}. Name another one with --pulumi.`,
            ),
          );
      });
    });
  }

  /** Has the command that runs end, so that nothing writes any more when the folder goes; the second time at once. */
  interrupt(): void {
    this.#running?.kill(this.#interrupted ? "SIGKILL" : "SIGTERM");
    this.#interrupted = true;
  }

  /** Removes everything, when no command runs any more. */
  end(): void {
    rmSync(this.#base, { recursive: true, force: true });
  }
}

/** The CLI that an option names: a path starts from the terminal's folder, a mere name is looked up on PATH. */
export function commandOf(given: string | undefined, { folder }: Terminal): string {
  if (given === undefined) return "pulumi";
  return /[\\/]/.test(given) ? resolve(folder, given) : given;
}

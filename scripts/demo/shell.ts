import { spawn } from "node:child_process";
import { once } from "node:events";
import { createWriteStream } from "node:fs";

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

import { spawn } from "node:child_process";
import { createWriteStream } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { unescape } from "node:querystring";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { stripVTControlCharacters } from "node:util";
import { Confidential, getErrorMessage } from "#framework/messages";
import { CommandError } from "../exit";
import { formatFailedPreview } from "../preview/document";
import { readText, writeText } from "../terminal/files";
import type { Terminal } from "../terminal/terminal";

/** The options of the previews of stacks. */
interface PreviewOptions {
  /** The folder of the previews, in the folder for the files of the job. */
  readonly folder: string;
  /** The folder in which Pulumi saves its plans; undefined for none. */
  readonly plans?: string;
  readonly kind?: "change" | "drift";
  /** The words before the name of a stack in messages. By default, none. */
  readonly subject?: string;
}

/** Runs Pulumi in the folder of the terminal. Writes standard output to a file, or passes it on as messages. */
export type RunPulumi = (
  args: readonly string[],
  options: { readonly environment?: Readonly<Record<string, string>>; readonly output?: string },
  terminal: Terminal,
) => Promise<{ readonly code: number; readonly messages: string }>;

/** The environment of a job of a pipeline. */
export interface PipelineTerminal extends Terminal {
  readonly runPulumi: RunPulumi;
}

/** The preview of one stack. */
export interface StackPreview {
  /** `project/stack`. */
  readonly stack: string;
  /** The file with the output of Pulumi. */
  readonly file: string;
  readonly hasSucceeded: boolean;
}

/** Returns the name of a stack without its project. */
export function getStackName(stack: string): string {
  return stack.slice(stack.indexOf("/") + 1);
}

/** Returns the file in which Pulumi saves what a preview would do. */
export function getPlanFile(folder: string, stack: string): string {
  return join(folder, `plan-${getStackName(stack)}.json`);
}

/** The parts of a job that previews need. */
interface PreviewingJob {
  readonly terminal: PipelineTerminal;
  readonly forge: { readonly work: string };
  readonly options: { readonly parallel: number };
}

/** Previews stacks, some at the same time. A preview that fails leaves a file with its errors, which a review reports. */
export async function previewStacks(
  { terminal, forge, options: { parallel } }: PreviewingJob,
  stacks: readonly string[],
  { folder, plans, kind = "change", subject = "" }: PreviewOptions,
): Promise<readonly StackPreview[]> {
  const command = kind === "drift" ? ["refresh", "--preview-only"] : ["preview", "--refresh", "--show-sames"];
  const target = join(forge.work, folder);
  await mkdir(target, { recursive: true });
  const preview = async (stack: string): Promise<StackPreview> => {
    const name = getStackName(stack);
    const file = join(target, `${name}.json`);
    const saving = plans === undefined ? [] : ["--save-plan", getPlanFile(plans, stack)];
    terminal.say(`Previewing ${subject}${stack}\n`);
    // The checkpoints of a preview only cost time. An update needs them.
    const environment = { PULUMI_SKIP_CHECKPOINTS: "true", ...shareRequests(terminal, parallel) };
    const args = [...command, "--stack", name, "--json", ...saving];
    const { code, messages } = await terminal.runPulumi(args, { environment, output: file }, terminal);
    if (code !== 0) {
      const output = redact(readText(terminal, file), terminal);
      writeText(terminal, file, formatFailedPreview(output, redact(messages, terminal), code));
    }
    return { stack, file, hasSucceeded: code === 0 };
  };
  return mapConcurrently(stacks, parallel, preview);
}

/** The variables whose values are secrets. A forge hides them in a log, but not in a comment. */
const secretNames = /(KEY|TOKEN|SECRET|PASSPHRASE|PASSWORD)(_ID)?$/i;

/** Returns messages of Pulumi without secrets and without colours. */
export function redact(text: string, { environment }: Terminal): string {
  const confidential = new Confidential();
  for (const password of listPasswords(environment.PULUMI_BACKEND_URL ?? "")) {
    confidential.keep(password);
    confidential.keep(unescape(password));
  }
  for (const [name, value] of Object.entries(environment))
    if (secretNames.test(name) && value !== undefined) confidential.keep(value);
  return confidential.redact(stripVTControlCharacters(text));
}

/** Lists the passwords in the address of a state, as they are written: before the host, and in parameters. */
export function listPasswords(address: string): readonly string[] {
  const [, password = ""] = /^[^:/]+:\/\/[^/@:]*:(.+)@/.exec(address) ?? [];
  const parameters = [...address.matchAll(/[?&]\w*password=([^&#]+)/gi)].map(([, value = ""]) => value);
  return [password, ...parameters].filter((one) => one !== "");
}

/** Divides the requests that the pipeline may send at the same time among previews. The provider rejects a text that is no number. */
function shareRequests(
  { environment: { PERIDIO_MAX_CONCURRENCY: all = "" } }: Terminal,
  parallel: number,
): Readonly<Record<string, string>> {
  if (!/^[1-9]\d{0,2}$/.test(all)) return {};
  return { PERIDIO_MAX_CONCURRENCY: String(Math.max(1, Math.floor(Number(all) / parallel))) };
}

/** Calls a function for each item, for at most `limit` items at the same time. Returns the results in the order of the items. */
async function mapConcurrently<T, R>(
  items: readonly T[],
  limit: number,
  act: (item: T) => Promise<R>,
): Promise<readonly R[]> {
  const results = new Map<number, R>();
  const rest = items.entries();
  const work = async () => {
    for (const [index, item] of rest) results.set(index, await act(item));
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, work));
  return items.flatMap((_, index) => results.get(index) ?? []);
}

/** A preview runs code of a branch, which must not write in the name of the pipeline. */
const withoutTokens = {
  GITHUB_TOKEN: undefined,
  ACCESS_REVIEW_TOKEN: undefined,
  PULL_REQUEST_TOKEN: undefined,
  // Gitea passes these to every step.
  ACTIONS_RUNTIME_TOKEN: undefined,
  ACTIONS_ID_TOKEN_REQUEST_TOKEN: undefined,
};

/** Runs the Pulumi CLI on the PATH. Jobs call it through their terminal, which a dry run replaces. */
export const spawnPulumi: RunPulumi = async (args, { environment, output }, terminal) => {
  const child = spawn("pulumi", [...args, "--non-interactive"], {
    cwd: terminal.folder,
    env: { ...terminal.environment, ...withoutTokens, ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  // A cancelled job must not leave an update behind.
  const ignoreInterrupts = terminal.onInterrupt(() => {
    child.kill("SIGINT");
  });
  let messages = "";
  const passOn = (input: Readable) => {
    createInterface({ input }).on("line", (line) => {
      if (line.startsWith(usualPlugin)) return;
      messages += `${line}\n`;
      // A terminal recognizes a workflow command at the start of a line only.
      terminal.say(`${line}\n`);
    });
  };
  const ended = new Promise<number>((resolve, reject) => {
    child.on("error", (error) => {
      reject(new CommandError(`Cannot run Pulumi: ${error.message}. Install the Pulumi CLI.`));
    });
    child.on("close", (code) => {
      resolve(code ?? 1);
    });
  }).finally(ignoreInterrupts);
  passOn(child.stderr);
  if (output === undefined) {
    passOn(child.stdout);
    return { code: await ended, messages };
  }
  // Node.js discards the output of a program that ends before someone reads it. If Pulumi does not start, that error explains more.
  const [code, writing] = await Promise.allSettled([ended, pipeline(child.stdout, createWriteStream(output))]);
  if (code.status === "rejected") throw code.reason;
  if (writing.status === "rejected")
    throw new CommandError(`Cannot write ${output}: ${getErrorMessage(writing.reason)}.`);
  return { code: code.value, messages };
};

/** A warning of the CLI about the usual installation in a pipeline. */
const usualPlugin = "warning: using pulumi-resource-peridio from $PATH";

import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { CommandError, exitCodes, type ExitCode } from "../../exit";
import { readRulesFiles } from "../../rules/readRules";
import type { Terminal } from "../../terminal/terminal";
import { readText } from "../../terminal/files";
import { joinAnd } from "../../wording";
import type { PipelineFiles } from "../checkout";
import { parseStacks } from "../controls";
import { formatCommand } from "../../terminal/text";
import { getStackName, listPasswords } from "../previews";
import { type Existing, findExisting } from "./existing";
import { createPipeline, findPlatform, type Platform, pipelineFiles, writeFiles, type WrittenFile } from "./files";
import { nameServer, services } from "./platform";
import type { Choices } from "./setting";

/** The options of the two tasks that set a repository up. */
export interface SetupOptions extends PipelineFiles {
  readonly platform?: Platform;
  readonly directory: string;
  readonly checksums?: string;
}

/** Writes the files of a repository, and prints the rest as commands. */
export async function initializeRepository(options: SetupOptions, terminal: Terminal): Promise<ExitCode> {
  const folder = resolve(terminal.folder, options.directory);
  const platform = choosePlatform(options, folder);
  const pipeline = await createPipeline(platform, options.checksums, terminal);
  const written = writeFiles(folder, platform, pipeline);
  terminal.say(written.map(formatFile).join(""));
  const here = { ...terminal, folder };
  const [choices, stacks] = [readChoices(options, here), readStacks(options, here)];
  terminal.print(
    formatSteps({ ...options, platform }, choices, here, stacks, await findExisting(options, stacks, here)),
  );
  const isOther = written.some(({ file, result }) => file === pipelineFiles[platform] && result === "differs");
  return isOther ? exitCodes.attention : exitCodes.passed;
}

/** Returns the platform of the options or else the one whose pipeline the folder contains. */
export function choosePlatform({ platform }: SetupOptions, folder: string): Platform {
  return platform ?? findPlatform(folder, "folder", "Add --platform github, gitlab or gitea.");
}

/**
 * Reads the access rules, and the address of the state in the environment.
 * @throws CommandError if the address contains a password, because it becomes a variable that people can read.
 */
export function readChoices({ rules: file }: SetupOptions, { folder, environment }: Terminal): Choices {
  const rules = file === undefined ? [] : readRulesFiles([file], folder).rules;
  const { PULUMI_BACKEND_URL: backend } = environment;
  if (listPasswords(backend ?? "").length > 0)
    throw new CommandError(
      "PULUMI_BACKEND_URL contains a password, and the platform shows it as a plain variable. Remove the password from the address, and set it as a secret: PGPASSWORD for PostgreSQL.",
    );
  const [credentials = []] = stateSecrets.flatMap(([pattern, names]) => (pattern.test(backend ?? "") ? [names] : []));
  return {
    approvers: [...new Set(rules.flatMap(({ approvers = [] }) => approvers))],
    secrets: ["PERIDIO_VIEWER_API_KEY", ...credentials],
    backend: backend === "" ? undefined : backend,
  };
}

const passphrase = "PULUMI_CONFIG_PASSPHRASE";

/** The secrets that the pipelines pass on, by the address of the state. */
const stateSecrets: readonly (readonly [RegExp, readonly string[]])[] = [
  // Pulumi Cloud encrypts the secrets of stacks.
  [/^$|^https?:/, ["PULUMI_ACCESS_TOKEN"]],
  [/^s3:/, [passphrase, "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"]],
  [/^postgres:/, [passphrase, "PGPASSWORD"]],
  [/^/, [passphrase]],
];

/** Returns the list of stacks; empty if there is no list. */
export function readStacks({ stacks: file }: SetupOptions, terminal: Terminal): readonly string[] {
  return existsSync(resolve(terminal.folder, file)) ? parseStacks(readText(terminal, file), file) : [];
}

function formatFile({ file, result }: WrittenFile): string {
  const words = {
    wrote: `Wrote ${file}`,
    equal: `Kept ${file}, which is as in this release`,
    differs: file.endsWith(".yml")
      ? `Kept ${file}, which differs from this release. To replace it, remove it, and run this command again`
      : `Kept ${file}`,
  };
  return `${words[result]}\n`;
}

/** Formats the steps after the files as comments and commands of a shell, in their order. */
function formatSteps(
  { platform, checksums }: SetupOptions & { readonly platform: Platform },
  choices: Choices,
  terminal: Terminal,
  stacks: readonly string[],
  { exports, imports }: Existing,
): string {
  const { environment } = terminal;
  const service = services[platform];
  const { createSettings, start, howToGetToken, settingsNote } = service;
  const isMissing = (name: string) => [undefined, ""].includes(environment[name]);
  // Pulumi Cloud needs neither an address nor a passphrase.
  const isCloud = choices.backend === undefined && !isMissing("PULUMI_ACCESS_TOKEN");
  const state = isCloud ? [] : ["PULUMI_BACKEND_URL", ...(choices.backend === undefined ? [passphrase] : [])];
  const missing = [...new Set([...choices.secrets, "PERIDIO_ADMIN_API_KEY", ...state])].filter(isMissing);
  const settings = createSettings(choices).filter(({ commands }) => commands.length > 0);
  const owners = platform === "gitea" ? [] : ["CODEOWNERS"];
  const edited = ["Pulumi.yaml", "stacks.txt", "layout.yaml", "access-rules.yaml", ...owners];
  const steps: readonly Step[] = [
    ...onlyIf(exports.length > 0, [
      "The API key sees organizations that the layout does not declare. Export those to manage here, and add the users of both API keys.",
      exports,
    ]),
    [
      `Replace the names, addresses, logins and teams in ${joinAnd(edited)}. Pulumi.yaml selects the organizations of a stack with \`only\`, and stacks.txt lists the stacks. Then check the files. If you change the approvers or the stacks, run this command again.`,
      ["peridio-gitops validate layout.yaml --rules access-rules.yaml"],
    ],
    ...onlyIf(missing.length > 0, [
      "Set these variables, and run this command again: the steps below depend on the state. Pulumi Cloud has no PULUMI_BACKEND_URL.",
      missing.map((name) => `export ${name}=`),
    ]),
    [
      imports === undefined
        ? "Create the stacks. If the organizations exist, replace layout.yaml by the output of `peridio-gitops export`, and import them, before the updates."
        : "Create the stacks. Import the organizations that exist, unless a stack already manages them.",
      [
        'export PERIDIO_API_KEY="$PERIDIO_ADMIN_API_KEY"',
        ...(imports?.files ?? []),
        ...stacks.flatMap((stack) => [
          `pulumi stack init ${getStackName(stack)}`,
          ...[imports?.commands.get(stack) ?? []].flat(),
        ]),
        ...stacks.map((stack) => `pulumi up --stack ${getStackName(stack)}`),
      ],
    ],
    [
      "In Peridio, accept the invitations of the viewer. The admin has none: it created the organizations, or was an admin before.",
      [],
    ],
    ["Push the files to main. The run of this push fails, because it has no base.", push],
    [
      ["Make the settings.", settingsNote ?? []].flat().join(" "),
      [...nameServer(service, terminal), ...settings.flatMap(({ name, commands }) => [`# ${name}`, ...commands])],
    ],
    [
      `Check them. ${howToGetToken}`,
      [
        'export PERIDIO_API_KEY="$PERIDIO_VIEWER_API_KEY"',
        formatCommand([
          ...["peridio-gitops", "ci", "check", "--platform", platform],
          ...(checksums === undefined ? [] : ["--checksums", checksums]),
        ]),
      ],
    ],
    ["Start the pipeline. Another person approves its first run, which shows no change.", start],
  ];
  return steps.map(([text, commands], index) => [`\n# ${index + 1}. ${text}`, ...commands, ""].join("\n")).join("");
}

/** A step for a person: its text, and its commands. */
type Step = readonly [text: string, commands: readonly string[]];

function onlyIf(isNeeded: boolean, step: Step): readonly Step[] {
  return isNeeded ? [step] : [];
}

const push = ["git add --all", "git commit --message 'Manage access by pull request'", "git push origin HEAD:main"];

import { sep } from "node:path";
import { Argument, type Command, CommanderError } from "commander";
import { getErrorMessage } from "#framework/messages";
import { printAffected } from "../ci/affected";
import { affectedFormats } from "../ci/affectedReport";
import { expireAccess } from "../ci/expireAccess";
import { findAppliedStacks } from "../ci/appliedStacks";
import { applyChange } from "../ci/applyChange";
import { Checkout } from "../ci/checkout";
import { createDryRun, printControls } from "../ci/dryRun";
import type { Forge } from "../ci/forge";
import { Gitea } from "../ci/gitea";
import { GitHub } from "../ci/github";
import { GitLab } from "../ci/gitlab";
import { Laptop } from "../ci/laptop";
import { watchAccess } from "../ci/nightly";
import { prepareChange } from "../ci/prepareChange";
import { spawnPulumi } from "../ci/previews";
import { recordApply } from "../ci/recordApply";
import type { Ended, Job, PipelineOptions } from "../ci/review";
import { reviewChange } from "../ci/reviewChange";
import { checkRepository } from "../ci/setup/check";
import { findJobPlatform, platforms } from "../ci/setup/files";
import { initializeRepository, type SetupOptions } from "../ci/setup/init";
import { CommandError, type ExitCode, exitCodes, MisuseError } from "../exit";
import { usualRulesFile } from "../rules/usualFile";
import { momentVariable, type Terminal } from "../terminal/terminal";
import { createAuditCommand } from "./audit";
import { type CommandFactory, createCommand } from "./command";
import { createConfirmCommand } from "./confirm";
import { createPlanCommand } from "./plan";
import { createRenewCommand } from "./renew";
import { createReviewCommand } from "./review";
import { createSyncCommand } from "./sync";

interface Options extends Omit<PipelineOptions, "rules">, Omit<SetupOptions, "rules"> {
  readonly rules: string;
  readonly noRules?: true;
  readonly base: string;
  readonly dryRun?: true;
  readonly json?: true;
}

/** The jobs of a pipeline. */
const jobs = {
  review: reviewChange,
  prepare: prepareChange,
  apply: applyChange,
  expire: expireAccess,
  nightly: watchAccess,
  affected: printAffected,
} as const;

type JobName = keyof typeof jobs;

/** The tasks that set a repository up, on the machine of a person. */
const tasks = { init: initializeRepository, check: checkRepository } as const;

type TaskName = keyof typeof tasks;

/** The options of these tasks only. */
const taskOptions = ["platform", "directory", "checksums", "json"];

export const createCiCommand: CommandFactory = (terminal, end) =>
  createCommand("ci", {
    summary: "run a job of a pipeline: review, apply or audit access",
    description:
      "Runs a job of a pipeline on GitHub, GitLab or Gitea, in the checkout of the repository. `review` previews all stacks, also without the change, and comments on the pull request. `prepare` reviews a merged change again, compares it with the review of the pull request, and saves Pulumi's plans. `apply` applies these plans after the approval. `expire` applies the ends of access that have passed, without an approval, if nothing else changes. `nightly` keeps one issue with changes outside Pulumi and the findings of an audit. `affected` lists the stacks that a pull request may affect. On a developer's machine, `review` prints the review of the branch, `init` writes the files of a repository and prints the commands that set it up, and `check` reads from the platform whether these settings are made.",
    examples: [
      "peridio-gitops ci init --platform github",
      "peridio-gitops ci check",
      "peridio-gitops ci review",
      "peridio-gitops ci review --base origin/main",
      "peridio-gitops ci nightly --layout layouts",
      "peridio-gitops ci nightly --pull-request --renew-by 90",
      "peridio-gitops ci affected --format matrix",
      "peridio-gitops ci nightly --dry-run",
      "peridio-gitops ci review --json-file /tmp/review.json",
    ],
    codes: {
      passed:
        "the change passes, or is applied; on GitHub and Gitea also a change that needs approval, for which the run on the main branch asks; for `nightly`, the report is made, with or without findings",
      failed: "the job failed: standard error has the reason",
      attention:
        "the change needs approval; for `init`, a pipeline differs from this release; for `check`, a setting is wrong or not checked",
      refused: "a rule refuses the change, or stacks contradict each other",
    },
  })
    .addArgument(new Argument("<job>", "the job").choices([...Object.keys(jobs), ...Object.keys(tasks)]))
    .option("--stacks <file>", "the file with one stack on each line, as `project/stack`", "stacks.txt")
    .option("--rules <file>", "the file of access rules", usualRulesFile)
    .addNoRulesOption("without access rules: a change of high risk needs approval")
    .option("--layout <path>", "the layout, a file or a folder", "layout.yaml")
    .option("--title <title>", "the title of the review, by which later runs find its comment", "Access review")
    .addNumberOption("--parallel <count>", "the number of stacks that Pulumi previews at the same time", 4, 64)
    .option(
      "--evidence <folder>",
      "for `apply`: a folder outside the checkout with the records of all applies, such as a mounted bucket",
    )
    .option(
      "--pull-request",
      "for `nightly`: keep one pull request that removes people who have left or declined from the layout, with the token in PULL_REQUEST_TOKEN",
    )
    .addNumberOption(
      "--renew-by <days>",
      "for `nightly`: keep one pull request that renews access which ends within 14 days by this number of days, with the token in PULL_REQUEST_TOKEN",
      undefined,
      3650,
    )
    .addChoiceOption("--format <format>", "the format of the list of `affected`", affectedFormats, "text")
    .option(
      "--base <revision>",
      "on a developer's machine, the branch with which `review` and `affected` compare",
      "origin/main",
    )
    .option(
      "--json-file <file>",
      "also write the result of the job as JSON to this file: the review, the record of the apply, the report of the night or the affected stacks",
    )
    .addChoiceOption(
      "--platform <platform>",
      "for `init` and `check`: the platform; by default, the one whose pipeline the folder contains",
      platforms,
    )
    .option("--directory <folder>", "for `init` and `check`: the folder of the repository", ".")
    .option(
      "--checksums <file>",
      "for `init` and `check`: the file SHA256SUMS of this release; by default, the one on the page of the release",
    )
    .option("--json", "for `check`: print JSON instead of text")
    .option("--dry-run", "print the steps of a job, without Pulumi and without a request that writes")
    .addEnvironmentHelp([
      "PERIDIO_API_KEY      the viewer's API key or, for `apply` and `expire`, the admin's; for `init`, either or none",
      "GITHUB_TOKEN         the token of the job on GitHub or Gitea; for `check`, that of an admin, from `gh auth token`",
      "GITLAB_TOKEN, GITEA_TOKEN",
      "                     for `check`, an access token of a maintainer or an administrator",
      "ACCESS_REVIEW_TOKEN  an access token of the project on GitLab, with the role Reporter and the scope `api`",
      "PULL_REQUEST_TOKEN   for `nightly --pull-request` and `--renew-by`, a token that pushes branches and opens pull requests",
      "PERIDIO_NOW          the moment at which the job judges ends of access; by default, its start",
    ])
    .action(
      async (
        name: JobName | TaskName,
        { rules: file, noRules, base, dryRun, ...options }: Options,
        command: Command,
      ) => {
        const rules = noRules === true ? undefined : file;
        const given = taskOptions.find((option) => command.getOptionValueSource(option) === "cli");
        if (name === "init" || name === "check") {
          if (dryRun === true || options.jsonFile !== undefined)
            throw new MisuseError(`\`ci ${name}\` has neither --dry-run nor --json-file. Remove the option.`);
          if (name === "init" && options.json === true) throw new MisuseError("`ci init` has no --json. Remove it.");
          end(await tasks[name]({ ...options, rules }, { ...terminal, runPulumi: spawnPulumi }));
          return;
        }
        if (given !== undefined)
          throw new MisuseError(`--${given} belongs to \`ci init\` and \`ci check\`. Remove it.`);
        if (name !== "affected" && command.getOptionValueSource("format") === "cli")
          throw new MisuseError("Only `ci affected` has a format. Remove --format.");
        if (dryRun === true && name === "affected")
          throw new MisuseError("`ci affected` only lists stacks. Remove --dry-run.");
        if (dryRun === true && name === "expire")
          throw new MisuseError("`ci expire` decides by its review, which a dry run does not have. Remove --dry-run.");
        if (options.jsonFile !== undefined && dryRun === true)
          throw new MisuseError("A dry run has no result. Remove --json-file or --dry-run.");
        const checkout = new Checkout(terminal);
        // Previews, judgements and updates of one job agree on the ends that have passed.
        const environment = { ...terminal.environment, [momentVariable]: terminal.now.toISOString() };
        const forge = await findForge(terminal, checkout, base);
        const real: Job = {
          checkout,
          forge,
          terminal: { ...terminal, environment, runPulumi: spawnPulumi },
          options: { ...options, rules },
          run: async (args) => {
            const ended = await runCommand(args, terminal);
            // Nobody can open the copies of a job. Their names in its folder, such as `change/access-rules.yaml`, say whose they are.
            return { ...ended, messages: ended.messages.replaceAll(`${forge.work}${sep}`, "") };
          },
          recordApply,
          findAppliedStacks,
        };
        const job = dryRun === true ? createDryRun(real) : real;
        try {
          end(await jobs[name](job));
          if (dryRun === true) printControls(job, terminal);
        } catch (error) {
          // On a developer's machine, the error of the command is enough.
          if (error instanceof CommandError && forge.publishes) job.forge.announce("error", error.message);
          throw error;
        } finally {
          if (forge instanceof Laptop) forge.remove();
        }
      },
    );

async function findForge(terminal: Terminal, checkout: Checkout, base: string): Promise<Forge> {
  const platform = findJobPlatform(terminal);
  if (platform === "gitea") return Gitea.open(terminal, checkout);
  if (platform === "github") return new GitHub(terminal, checkout);
  return platform === "gitlab" ? new GitLab(terminal, checkout) : new Laptop(terminal, checkout, base);
}

/** The commands that jobs run. */
const commands: Readonly<Record<string, CommandFactory>> = {
  review: createReviewCommand,
  plan: createPlanCommand,
  confirm: createConfirmCommand,
  audit: createAuditCommand,
  renew: createRenewCommand,
  sync: createSyncCommand,
};

/** Runs a command, and keeps what it prints. */
async function runCommand([name = "", ...args]: readonly string[], terminal: Terminal): Promise<Ended> {
  let code: ExitCode = exitCodes.passed;
  let [output, messages] = ["", ""];
  const keep = (text: string) => void (output += text);
  const say = (text: string) => void (messages += text);
  const create = commands[name];
  if (create === undefined) throw new TypeError(`there is no command ${name}`);
  const command = create(
    { ...terminal, isInteractive: false, hasColors: false, print: keep, printMarked: keep, say },
    (ended) => (code = ended),
  );
  command.exitOverride().configureOutput({ writeErr: say, outputError: say });
  try {
    await command.parseAsync(args, { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) say(`peridio-gitops: ${getErrorMessage(error)}\n`);
    code = exitCodes.failed;
  }
  return { code, output, messages };
}

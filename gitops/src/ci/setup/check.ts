import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import * as z from "zod";
import { getErrorMessage } from "#framework/messages";
import { version } from "#provider";
import { parseLayoutAt } from "../../access/layout";
import { connectLayout, createRawReader, getDestination } from "../../connection";
import { examine } from "../../doctor/doctor";
import { hasDifferences } from "../../doctor/report";
import { chooseExitCode, CommandError, type ExitCode } from "../../exit";
import { readText } from "../../terminal/files";
import { formatJson, parseJson } from "../../terminal/text";
import { getStackName, type PipelineTerminal, redact } from "../previews";
import { type ForgeApi, ignoreGone } from "../requests";
import { comparePipelines } from "./comparison";
import { createPipeline, type Platform, pipelineFiles } from "./files";
import { choosePlatform, readChoices, readStacks, type SetupOptions } from "./init";
import { openRepository, requireMain, type Service, services } from "./platform";
import { checkReport, type CheckReport, formatCheck } from "./report";
import { checkSetting, createFileSetting, findOpenFiles, type Problem, type Setting } from "./setting";

const repositoryOf = z.object({ default_branch: z.string() });
const visibilityOf = z.object({ private: z.boolean().optional(), visibility: z.string().optional() });
const stackList = z.array(z.object({ name: z.string() }));

/** Reads the settings of a repository, and reports those that are not as the pipeline needs them. Changes nothing. */
export async function checkRepository(
  options: SetupOptions & { readonly json?: true },
  terminal: PipelineTerminal,
): Promise<ExitCode> {
  const folder = resolve(terminal.folder, options.directory);
  const here = { ...terminal, folder };
  const platform = choosePlatform(options, folder);
  const pipeline = await createPipeline(platform, options.checksums, terminal);
  const choices = readChoices(options, here);
  const { repository, api } = await openRepository(platform, here);
  await requireRepository(api, repository);
  const service = services[platform];
  const settings = [
    privacy,
    createFileSetting(
      pipelineFiles[platform],
      `Remove ${pipelineFiles[platform]} if it exists, run \`peridio-gitops ci init\` again, and merge the file.`,
      async (api) => service.readFile(api, pipelineFiles[platform]),
      (text) => comparePipelines(text, pipeline),
    ),
    ...(service.ownerFiles.length === 0 ? [] : createOwnerSettings(service, options.layout)),
    ...service.createSettings(choices),
    createStateSetting(platform, readStacks(options, here), here),
    createKeySetting(options.layout, here),
  ];
  const results = (await Promise.all(settings.map(async (setting) => checkSetting(setting, api)))).flat();
  const report: CheckReport = { version: 1, platform, repository, settings: results };
  terminal.print(options.json === true ? formatJson(checkReport.parse(report)) : formatCheck(report));
  return chooseExitCode({ needsAttention: results.some(({ result }) => result !== "set") });
}

/** @throws CommandError if the token does not show the repository, so that nothing in it counts as missing, or if it follows another branch. */
async function requireRepository(api: ForgeApi, repository: string): Promise<void> {
  const found = await api.json("", repositoryOf).catch(ignoreGone);
  if (found === undefined)
    throw new CommandError(`The token does not show the repository ${repository}. Check the token and the remote.`);
  requireMain(found);
}

/** The layout contains addresses and roles of people. GitLab has no property `private`. */
const privacy: Setting = {
  name: "private repository",
  commands: ["# Make the repository private in its settings: it contains the addresses and roles of people."],
  find: async (api) => {
    const found = await api.json("", visibilityOf);
    const isPrivate = found.private ?? (found.visibility === undefined ? undefined : found.visibility === "private");
    if (isPrivate === true) return [];
    return isPrivate === false
      ? [{ reason: "other people can read it" }]
      : [{ reason: "the token does not show who can read it", isUnknown: true }];
  },
};

function createOwnerSettings({ readFile, findOwnerErrors, ownerFiles }: Service, layout: string): readonly Setting[] {
  const remedy = "Correct CODEOWNERS, and merge it: every file except the layout and documentation needs owners.";
  const read = async (api: ForgeApi) =>
    (await Promise.all(ownerFiles.map(async (place) => readFile(api, place)))).find((text) => text !== undefined);
  const owners = createFileSetting("CODEOWNERS", remedy, read, (text) => findOpenFiles(text, layout));
  return [
    {
      ...owners,
      find: async (api) => [...(await owners.find(api)), ...((await findOwnerErrors?.(api)) ?? [])],
    },
  ];
}

function createStateSetting(platform: Platform, stacks: readonly string[], terminal: PipelineTerminal): Setting {
  return {
    name: "stacks in the state",
    commands: stacks.map((stack) => `pulumi stack init ${getStackName(stack)}`),
    find: async () => {
      if (terminal.environment.PULUMI_BACKEND_URL?.startsWith("file:") === true) return [createFolderProblem(platform)];
      if (stacks.length === 0) return [{ reason: "the list of stacks is missing", commands: [] }];
      const work = mkdtempSync(join(tmpdir(), "peridio-"));
      const silent = { ...terminal, say: () => undefined };
      try {
        const output = join(work, "stacks.json");
        const { code, messages } = await terminal.runPulumi(["stack", "ls", "--json"], { output }, silent);
        const listed = stackList.safeParse(parseJson(readText(terminal, output)));
        if (code !== 0 || !listed.success)
          return [
            {
              reason: `Pulumi cannot read the state: ${redact(messages, terminal).trim().replace(/\s+/g, " ")}`,
              commands: ["# Set PULUMI_BACKEND_URL and the credentials of the state."],
            },
          ];
        // Pulumi Cloud adds the organization.
        const names = new Set(listed.data.map(({ name }) => name.slice(name.lastIndexOf("/") + 1)));
        return stacks
          .filter((stack) => !names.has(getStackName(stack)))
          .map((stack) => ({ reason: `${stack} is missing`, commands: [`pulumi stack init ${getStackName(stack)}`] }));
      } finally {
        rmSync(work, { recursive: true });
      }
    },
  };
}

/** The jobs at GitHub run on its own machines. Other platforms may have runners on which the folder is mounted. */
function createFolderProblem(platform: Platform): Problem {
  const commands = [
    "# Use a state that the runners reach, such as a bucket: docs/operations.md#where-teams-keep-the-state",
  ];
  return platform === "github"
    ? { reason: "the state is a folder (`file:`), which the runners do not reach", commands }
    : {
        reason: "the state is a folder (`file:`), which only self-hosted runners can reach",
        commands,
        isUnknown: true,
      };
}

/**
 * Compares the user of the key on this machine with the layout, and the API with the assumptions of this project. No platform shows the values
 * of its secrets.
 */
function createKeySetting(layout: string, terminal: PipelineTerminal): Setting {
  return {
    name: "PERIDIO_API_KEY on this machine",
    commands: ["peridio-gitops doctor"],
    find: async () => {
      const { read, apiKey } = createRawReader({}, terminal);
      const { backend } = getDestination({}, terminal);
      const problems = await findUserProblems(layout, terminal).catch((error: unknown): readonly Problem[] => [
        { reason: `its user cannot be compared with the layout: ${getErrorMessage(error)}`, isUnknown: true },
      ]);
      try {
        const report = await examine(read, { backend, apiKey, version });
        const reasons = [
          ...(report.complete ? [] : [`the comparison is incomplete: ${report.gaps.join("; ")}`]),
          ...(hasDifferences(report) ? ["the API differs from an assumption of this release"] : []),
        ];
        return [...problems, ...reasons.map((reason): Problem => ({ reason }))];
      } catch (error) {
        if (error instanceof CommandError) return [...problems, { reason: error.message }];
        throw error;
      }
    },
  };
}

/** Finds organizations of the layout in which the key's user is not a viewer. */
async function findUserProblems(path: string, terminal: PipelineTerminal): Promise<readonly Problem[]> {
  const layout = parseLayoutAt(path, terminal);
  const found = connectLayout(layout, {}, terminal).map(async ([connection, api]) => {
    const { email, boundTo, organizations } = await api.caller();
    const visible = organizations.filter(({ id }) => boundTo === null || id === boundTo);
    const declared = layout.organizations.filter((one) => one.connection === connection);
    const missing = declared.filter(({ name }) => !visible.some((one) => one.name === name));
    // The key of an admin on this machine makes the check of the viewer's key worthless, in any organization.
    const others = visible.filter(({ role, isOwner }) => role !== "viewer" || isOwner);
    return [
      ...missing.map(({ name }) => ({
        reason: `${email} does not see ${name}`,
        commands: [`# Accept the invitations of ${email}, or use the viewer's key of the whole account.`],
      })),
      ...others.map(({ name }) => ({
        reason: `${email} is not only a viewer in ${name}`,
        commands: ['# Use the viewer\'s key: export PERIDIO_API_KEY="$PERIDIO_VIEWER_API_KEY"'],
      })),
    ];
  });
  return (await Promise.all(found)).flat();
}

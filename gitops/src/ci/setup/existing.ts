import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { getErrorMessage } from "#framework/messages";
import { parseLayoutAt } from "../../access/layout";
import { connect } from "../../connection";
import { listOrganizations } from "../../model/live";
import { readText } from "../../terminal/files";
import type { Terminal } from "../../terminal/terminal";
import type { PipelineFiles } from "../checkout";
import { formatCommand } from "../../terminal/text";
import { readProject } from "../layoutProgram";
import { getStackName } from "../previews";
import { getImportFile } from "../stackImports";

/** The commands for organizations that exist. */
export interface Existing {
  /** Write the organizations that the layout does not declare. */
  readonly exports: readonly string[];
  /** Import the organizations of each stack. Undefined if nothing shows which of them exist, or which ones a stack declares. */
  readonly imports:
    | {
        /** Write the files of the imports. */
        readonly files: readonly string[];
        readonly commands: ReadonlyMap<string, string>;
      }
    | undefined;
}

/** The folder of the files for the imports, beside the repository. */
const importFolder = "../import";

/**
 * Lists the organizations that the API key of the environment sees, and returns the commands for them. Only reads. `file` is the list of
 * the stacks.
 */
export async function findExisting(
  { layout, stacks: file }: Pick<PipelineFiles, "layout" | "stacks">,
  stacks: readonly string[],
  terminal: Terminal,
): Promise<Existing> {
  const names = await listNames(terminal);
  if (names.length === 0) return { exports: [], imports: undefined };
  const declared = new Set(listDeclared(layout, terminal));
  const others = names.filter((name) => !declared.has(name));
  const hasProgram = existsSync(resolve(terminal.folder, "Pulumi.yaml"));
  const read = hasProgram ? readProject(readText(terminal, "Pulumi.yaml"), layout).program : undefined;
  // The export refuses a program with connections too.
  const program = read?.hasConnections === true ? undefined : read;
  const declares = (stack: string, name: string) => program?.declares(stack, name) === true;
  const declaring = stacks.filter((stack) => names.some((name) => declares(stack, name)));
  const imported = names.filter((name) => stacks.some((stack) => declares(stack, name)));
  const imports = declaring.map((stack) => {
    const input = ["--file", `${importFolder}/${getImportFile(stack)}`];
    const words = ["pulumi", "import", "--stack", getStackName(stack), ...input, "--generate-code=false", "--yes"];
    return [stack, formatCommand(words)] as const;
  });
  return {
    exports: [
      ...(others.length === 0 ? [] : [formatExport(others, "../export")]),
      ...(others.length === names.length ? [formatCommand(["cp", "../export/layout.yaml", layout])] : []),
    ],
    imports: program && {
      files: imported.length === 0 ? [] : [formatExport(imported, importFolder, "--stacks", file)],
      commands: new Map(imports),
    },
  };
}

/** Returns no names without an API key. A machine without access to Peridio can prepare a repository too. */
async function listNames(terminal: Terminal): Promise<readonly string[]> {
  const { PERIDIO_API_KEY, PERIDIO_ADMIN_API_KEY } = terminal.environment;
  const key = [PERIDIO_API_KEY, PERIDIO_ADMIN_API_KEY].find(Boolean);
  if (key === undefined) return [];
  const environment = { ...terminal.environment, PERIDIO_API_KEY: key };
  try {
    return (await listOrganizations(connect({}, { ...terminal, environment }))).map(({ name }) => name);
  } catch (error) {
    terminal.say(`The organizations that exist are unknown: ${getErrorMessage(error)}\n`);
    return [];
  }
}

/** Returns no names for a layout with a mistake, which `validate` reports. */
function listDeclared(layout: string, terminal: Terminal): readonly string[] {
  try {
    return parseLayoutAt(layout, terminal).organizations.map(({ name }) => name);
  } catch {
    return [];
  }
}

function formatExport(names: readonly string[], folder: string, ...options: readonly string[]): string {
  const chosen = names.flatMap((name) => ["--organization", name]);
  return formatCommand(["peridio-gitops", "export", ...chosen, ...options, "--out", folder]);
}

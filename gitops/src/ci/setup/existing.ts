import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { getErrorMessage } from "#framework/messages";
import { parseLayout, readLayoutFiles } from "#layout";
import { version } from "#provider";
import { connect } from "../../connection";
import { listOrganizations } from "../../model/live";
import { readText } from "../../terminal/files";
import type { Terminal } from "../../terminal/terminal";
import { formatCommand } from "../dryRun";
import { readProject } from "../layoutProgram";
import { getStackName } from "../previews";

/** The commands for organizations that exist. */
export interface Existing {
  /** Write the organizations that the layout does not declare. */
  readonly exports: readonly string[];
  /** Import the organizations of each stack. Undefined if nothing shows which of them exist, or which ones a stack declares. */
  readonly imports: ReadonlyMap<string, readonly string[]> | undefined;
}

/** Lists the organizations that the API key of the environment sees, and returns the commands for them. Only reads. */
export async function findExisting(layout: string, stacks: readonly string[], terminal: Terminal): Promise<Existing> {
  const names = await listNames(terminal);
  if (names.length === 0) return { exports: [], imports: undefined };
  const declared = new Set(listDeclared(layout, terminal));
  const others = names.filter((name) => !declared.has(name));
  const hasProgram = existsSync(resolve(terminal.folder, "Pulumi.yaml"));
  const program = hasProgram ? readProject(readText(terminal, "Pulumi.yaml"), layout).program : undefined;
  const imports = stacks.map((stack) => {
    const [name, own] = [getStackName(stack), names.filter((one) => program?.declares(stack, one))];
    const folder = `../export-${name}`;
    const file = `${folder}/import.json`;
    return [
      stack,
      own.length === 0
        ? []
        : [
            formatExport(own, folder),
            formatCommand(["pulumi", "import", "--stack", name, "--file", file, "--generate-code=false", "--yes"]),
          ],
    ] as const;
  });
  return {
    exports: [
      ...(others.length === 0 ? [] : [formatExport(others, "../export")]),
      ...(others.length === names.length ? [formatCommand(["cp", "../export/layout.yaml", layout])] : []),
    ],
    imports: program && new Map(imports),
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
function listDeclared(layout: string, { folder, now }: Terminal): readonly string[] {
  try {
    return parseLayout(readLayoutFiles(layout, folder), { now, version }).organizations.map(({ name }) => name);
  } catch {
    return [];
  }
}

function formatExport(names: readonly string[], folder: string): string {
  const chosen = names.flatMap((name) => ["--organization", name]);
  return formatCommand(["peridio-gitops", "export", ...chosen, "--out", folder]);
}

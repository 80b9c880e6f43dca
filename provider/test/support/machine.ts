import { existsSync } from "node:fs";
import { mkdir, symlink } from "node:fs/promises";
import { basename, join } from "node:path";

const repository = join(__dirname, "../../..");

/** This machine, as the names of archives say it. */
export const platform = `${process.platform}-${process.arch === "x64" ? "amd64" : process.arch}`;

function findCoreProgram(name: string): string {
  const file = ["/bin", "/usr/bin"].map((folder) => join(folder, name)).find(existsSync);
  if (file === undefined) throw new Error(`/bin and /usr/bin have no ${name}`);
  return file;
}

/**
 * Makes the environment of a machine with an empty home, where PATH contains only the Pulumi CLI and coreutils: neither Node.js nor
 * anything of this repository.
 */
export async function makeEmptyMachine(folder: string): Promise<Readonly<Record<string, string>>> {
  const [tools, home] = [join(folder, "tools"), join(folder, "home")];
  await Promise.all([mkdir(tools, { recursive: true }), mkdir(home, { recursive: true })]);
  const core = ["cat", "cp", "env", "ls", "mkdir", "mv", "rm", "sh", "uname"].map(findCoreProgram);
  const pulumi = ["pulumi", "pulumi-language-yaml"].map((name) => join(repository, ".pulumi/bin", name));
  for (const program of [...core, ...pulumi]) await symlink(program, join(tools, basename(program)));
  return { PATH: tools, HOME: home, PULUMI_HOME: join(home, ".pulumi") };
}

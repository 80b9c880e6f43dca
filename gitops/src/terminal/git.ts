import { spawnSync } from "node:child_process";
import { CommandError } from "../exit";
import type { Terminal } from "./terminal";

/** The folder and the environment in which Git runs. */
export type GitContext = Pick<Terminal, "folder" | "environment">;

/** The output of one run of Git. */
interface GitRun {
  readonly output: Buffer;
  readonly warnings: string;
  readonly hasFailed: boolean;
}

/** Runs Git without a shell, in the repository of a folder. Commands that only read run no filter and no hook of the repository. */
export function tryGit(args: readonly string[], { folder, environment }: GitContext, input = ""): GitRun {
  // A branch can contain a bare repository, which must not answer for the folder that contains it.
  const { error, status, stdout, stderr } = spawnSync("git", ["-c", "safe.bareRepository=explicit", ...args], {
    cwd: folder,
    input,
    maxBuffer: 1 << 30,
    env: {
      ...environment,
      // A hook of Git sets these for its own folder and index.
      GIT_DIR: undefined,
      GIT_WORK_TREE: undefined,
      GIT_INDEX_FILE: undefined,
      LC_ALL: "C",
      GIT_LITERAL_PATHSPECS: "1",
      GIT_NO_REPLACE_OBJECTS: "1",
      // Without this, a partial clone would use the network.
      GIT_NO_LAZY_FETCH: "1",
    },
  });
  if (error !== undefined) throw new CommandError(`Cannot run Git: ${error.message}. Install Git.`);
  return { output: stdout, warnings: stderr.toString().trim().replace(/\s+/g, " "), hasFailed: status !== 0 };
}

/** Returns the id of the commit that a revision names, or else the reason. Git warns about a name that a branch and a tag share. */
export function findCommit(revision: string, context: GitContext): { readonly id?: string; readonly warnings: string } {
  const args = ["rev-parse", "--verify", "--end-of-options", `${revision}^{commit}`];
  const { output, warnings } = tryGit(["-c", "core.warnAmbiguousRefs=true", ...args], context);
  const id = output.toString().trim();
  return warnings === "" && /^[0-9a-f]{40,64}$/.test(id) ? { id, warnings } : { warnings };
}

import { CommandError } from "../exit";
import { type GitContext, tryGit } from "../terminal/git";

/** The names of the files that a pipeline reads, below the folder of the repository. */
export interface PipelineFiles {
  /** The list of stacks. */
  readonly stacks: string;
  /** The access rules; undefined without rules. */
  readonly rules: string | undefined;
  /** The layout, a file or a folder. */
  readonly layout: string;
}

/** The clone of the repository in which the pipeline runs. */
export class Checkout {
  constructor(private readonly context: GitContext) {}

  get folder(): string {
    return this.context.folder;
  }

  /** Returns the id of the commit that a revision names; undefined if it names none. */
  find(revision: string): string | undefined {
    const { output, hasFailed } = this.#try(
      "rev-parse",
      "--verify",
      "--quiet",
      "--end-of-options",
      `${revision}^{commit}`,
    );
    return hasFailed ? undefined : output.toString().trim();
  }

  /** @throws CommandError if the revision names no commit. */
  resolve(revision: string): string {
    const commit = this.find(revision);
    if (commit === undefined)
      throw new CommandError(
        `The checkout does not contain ${revision}. Fetch the whole history before \`peridio-gitops ci\`, for example with \`fetch-depth: 0\`.`,
      );
    return commit;
  }

  isAncestor(commit: string, revision: string): boolean {
    return !this.#try("merge-base", "--is-ancestor", "--end-of-options", commit, revision).hasFailed;
  }

  /** Returns the commits of the branch after one of them, without those of merged branches. */
  listCommits(after: string, revision: string): readonly string[] {
    return this.#run("rev-list", "--first-parent", "--end-of-options", `${after}..${revision}`)
      .split("\n")
      .filter(Boolean);
  }

  /** Fetches a branch. A tag can have the same name. @returns its commit */
  fetch(remote: string, branch: string): string {
    this.#run("fetch", "--quiet", "--end-of-options", remote, `refs/heads/${branch}`);
    return this.resolve("FETCH_HEAD");
  }

  /**
   * Merges a commit into the checkout, for previews only.
   * @throws CommandError if the two conflict.
   */
  merge(commit: string): void {
    const author = ["-c", "user.name=peridio-gitops", "-c", "user.email=peridio-gitops@localhost"];
    const options = ["-c", "commit.gpgSign=false", "merge", "--quiet", "--no-edit", "--no-verify"];
    const { output, warnings, hasFailed } = this.#try(...author, ...options, commit);
    if (!hasFailed) return;
    const reason = [warnings, output.toString().trim().replace(/\s+/g, " ")].filter(Boolean).join(" ");
    throw new CommandError(
      `The branch cannot be merged with its base: ${reason}. Merge the base into the branch, and resolve the conflicts.`,
    );
  }

  /** Returns the contents of a file in a commit; undefined if the commit does not contain the file. */
  read(commit: string, path: string): Buffer | undefined {
    const { output, hasFailed } = this.#try("cat-file", "blob", `${commit}:${path}`);
    return hasFailed ? undefined : output;
  }

  /**
   * Checks that no path leads out of the checkout, for example to the environment of a process.
   * @throws CommandError if the head contains a symbolic link or a submodule.
   */
  rejectLinks(): void {
    const entries = this.#run("ls-tree", "-r", "-z", "HEAD").split("\0");
    const link = entries.find((entry) => entry.startsWith("120000") || entry.startsWith("160000"));
    if (link !== undefined)
      throw new CommandError(
        `The repository contains a symbolic link or a submodule: ${link.slice(link.indexOf("\t") + 1)}. Replace it with files.`,
      );
  }

  /**
   * Checks that no committed file can replace one that a job keeps.
   * @throws CommandError if the head contains the path.
   */
  rejectPath(path: string): void {
    if (this.#run("ls-tree", "HEAD", path) === "") return;
    throw new CommandError(`The repository contains the path ${path}, which the pipeline writes. Rename the path.`);
  }

  /**
   * Lists the changed files that control a review: all except the layout, which the review shows, and documentation. Git quotes unusual
   * names.
   */
  listControls(base: string, layout: string): readonly string[] {
    const changed = this.#run("-c", "core.quotePath=true", "diff", "--name-only", "--no-renames", base, "HEAD");
    const isData = (file: string) => file === layout || file.startsWith(`${layout}/`) || file.endsWith(".md");
    return changed.split("\n").filter((file) => file !== "" && !isData(file));
  }

  #try(...args: readonly string[]) {
    return tryGit(args, this.context);
  }

  #run(...args: readonly string[]): string {
    const { output, warnings, hasFailed } = this.#try(...args);
    if (hasFailed) throw new CommandError(`\`git ${args.join(" ")}\` failed: ${warnings}.`);
    return output.toString();
  }
}

import { existsSync, lstatSync, realpathSync, rmSync, symlinkSync } from "node:fs";
import { dirname, join, posix, resolve } from "node:path";
import { isInLayout } from "#layout";
import { CommandError } from "../exit";
import { findCommit, type GitContext, tryGit } from "../terminal/git";

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

  /** Returns the id of the commit that a revision names; undefined if it names none, or if a branch and a tag share the name. */
  find(revision: string): string | undefined {
    return findCommit(revision, this.context).id;
  }

  /** @throws CommandError if the revision does not name exactly one commit. */
  resolve(revision: string): string {
    const commit = this.find(revision);
    if (commit === undefined)
      throw new CommandError(
        `${revision} is not exactly one commit of the checkout. Fetch the whole history before \`peridio-gitops ci\`, and use a full name, such as refs/remotes/origin/main.`,
      );
    return commit;
  }

  /** Checks out a commit. Runs no hook of the repository. */
  switchTo(commit: string): void {
    this.#run("-c", "core.hooksPath=/dev/null", "checkout", "--quiet", "--detach", commit);
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

  /**
   * Checks out a commit to another folder. The folder gets links to the git-ignored files of this checkout, such as installed packages, unless
   * the commit contains them.
   * @throws CommandError if the commit cannot be checked out.
   */
  addWorktree(commit: string, folder: string): void {
    rmSync(folder, { recursive: true, force: true });
    // A hook of the repository could run code of the branch.
    const withoutHooks = ["-c", "core.hooksPath=/dev/null"];
    this.#run(...withoutHooks, "worktree", "add", "--quiet", "--force", "--detach", folder, commit);
    const ignored = this.#list("ls-files", "--others", "--ignored", "--exclude-standard", "--directory", "-z");
    for (const entry of ignored) this.#link(entry, folder);
  }

  /** Removes the folder of a worktree, if there is one. */
  removeWorktree(folder: string): void {
    this.#try("worktree", "remove", "--force", "--force", folder);
    rmSync(folder, { recursive: true, force: true });
  }

  /** Links a file or a folder of this checkout, unless the worktree contains it or has no folder for it. */
  #link(entry: string, worktree: string): void {
    const place = join(worktree, entry.replace(/\/$/, ""));
    const [parent, expected] = [dirname(place), join(realpathSync(worktree), dirname(entry))];
    // A link of the commit could lead out of the worktree.
    if (!existsSync(parent) || realpathSync(parent) !== expected) return;
    if (lstatSync(place, { throwIfNoEntry: false }) !== undefined) return;
    // Windows permits only junctions to everyone.
    symlinkSync(resolve(this.folder, entry), place, entry.endsWith("/") ? "junction" : "file");
  }

  /** Returns the contents of a file in a commit; undefined if the commit does not contain the file. */
  read(commit: string, path: string): Buffer | undefined {
    const { output, hasFailed } = this.#try("cat-file", "blob", `${commit}:${path}`);
    return hasFailed ? undefined : output;
  }

  /**
   * Checks that no path leads out of the checkout, for example to the environment of a process, and that no committed file can replace one
   * that a job keeps.
   * @throws CommandError if the head contains a symbolic link, a submodule, or the reserved path.
   */
  rejectLinks(reserved: string | undefined): void {
    const entries = this.#list("ls-tree", "-r", "-z", "HEAD");
    const link = entries.find((entry) => entry.startsWith("120000") || entry.startsWith("160000"));
    if (link !== undefined)
      throw new CommandError(
        `The repository contains a symbolic link or a submodule: ${link.slice(link.indexOf("\t") + 1)}. Replace it with files.`,
      );
    if (reserved !== undefined && this.#run("ls-tree", "HEAD", reserved) !== "")
      throw new CommandError(
        `The repository contains the path ${reserved}, which the pipeline writes. Rename the path.`,
      );
  }

  /** Reports if files differ from the head, which previews see, and no list of changed files contains. */
  hasUncommittedFiles(): boolean {
    return this.#run("status", "--porcelain") !== "";
  }

  /**
   * Lists the changed files that control a review: all except the layout, which the review shows, and documentation. Unusual names are quoted
   * as in JSON.
   */
  listControls(base: string, layout: string): readonly string[] {
    return this.listChanged(base)
      .filter((file) => !isDocumentation(file) && !isLayoutFile(file, layout))
      .map(quote);
  }

  /** Lists the files that differ between two commits. A renamed file counts under both names. */
  listChanged(base: string, commit = "HEAD"): readonly string[] {
    return this.#list("diff", "--name-only", "--no-relative", "--no-renames", "-z", base, commit);
  }

  #try(...args: readonly string[]) {
    return tryGit(args, this.context);
  }

  /** Returns the entries of an output with `-z`. */
  #list(...args: readonly string[]): readonly string[] {
    return this.#run(...args)
      .split("\0")
      .filter(Boolean);
  }

  #run(...args: readonly string[]): string {
    const { output, warnings, hasFailed } = this.#try(...args);
    if (hasFailed) throw new CommandError(`\`git ${args.join(" ")}\` failed: ${warnings}.`);
    return output.toString();
  }
}

/** Reports if people read a file, and no program does. */
export function isDocumentation(file: string): boolean {
  return file.endsWith(".md");
}

/** Reports if a file is part of the layout, and not only in its folder. */
export function isLayoutFile(file: string, layout: string): boolean {
  const folder = posix.normalize(`${layout}/`);
  return `${file}/` === folder || (file.startsWith(folder) && isInLayout(file.slice(folder.length)));
}

/** Quotes a name with spaces at its ends, quotes or control characters. */
export function quote(name: string): string {
  return name === name.trim() && !/["\\\p{C}]/u.test(name) ? name : JSON.stringify(name);
}

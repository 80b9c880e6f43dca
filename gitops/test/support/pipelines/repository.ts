import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const withoutConfiguration = { GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_SYSTEM: "/dev/null" };

/** A team's repository: a bare one that pipelines clone, and a working folder. */
export class Repository {
  readonly origin: string;
  readonly folder: string;

  constructor(scratch: string) {
    this.origin = join(scratch, "origin.git");
    this.folder = join(scratch, "work");
    mkdirSync(this.folder);
    git(scratch, "init", "--quiet", "--bare", "--initial-branch=main", this.origin);
    git(this.origin, "config", "uploadpack.allowAnySHA1InWant", "true");
    this.#git("init", "--quiet", "--initial-branch=main");
    this.#git("remote", "add", "origin", this.origin);
  }

  /** Replaces text in a file. Each text must occur once. */
  edit(file: string, ...changes: readonly (readonly [from: string, to: string])[]): void {
    const path = join(this.folder, file);
    let text = readFileSync(path, "utf8");
    for (const [from, to] of changes) {
      if (text.split(from).length !== 2) throw new Error(`${file} does not say once: ${from}`);
      text = text.replace(from, () => to);
    }
    writeFileSync(path, text);
  }

  /** Writes files of the working folder. */
  write(files: Readonly<Record<string, string>>): void {
    for (const [file, text] of Object.entries(files)) writeFileSync(join(this.folder, file), text);
  }

  /** Pushes a tag for the head of the branch. */
  tag(name: string): void {
    this.#git("push", "--quiet", "origin", `HEAD:refs/tags/${name}`);
  }

  /** Restores files as they are on main. */
  restore(...files: readonly string[]): void {
    this.restoreFrom("main", ...files);
  }

  /** Restores files as they are in a commit. */
  restoreFrom(commit: string, ...files: readonly string[]): void {
    this.#git("checkout", "--quiet", commit, "--", ...files);
  }

  /** Begins a branch at the head of main. */
  begin(branch: string): void {
    this.#git("switch", "--quiet", "--create", branch, "main");
  }

  /** Continues a branch. */
  continue(branch: string): void {
    this.#git("switch", "--quiet", branch);
  }

  /** Commits everything on the current branch and pushes it. @returns the commit */
  push(message: string): string {
    this.#git("add", "--all");
    this.#git("commit", "--quiet", "--allow-empty", "--message", message);
    this.#git("push", "--quiet", "--set-upstream", "origin", "HEAD");
    return this.#git("rev-parse", "HEAD");
  }

  /** Returns the merge commit of the branch with main, for pipelines. */
  mergedWith(branch: string): string {
    this.#git("switch", "--quiet", "--detach", "main");
    this.#git("merge", "--quiet", "--no-ff", "--no-edit", branch);
    const commit = this.#git("rev-parse", "HEAD");
    this.#git("push", "--quiet", "--force", "origin", `HEAD:refs/pull/${branch}/merge`);
    this.#git("switch", "--quiet", branch);
    return commit;
  }

  /** Changes the remote repository of later pushes. */
  connect(url: string): void {
    this.#git("remote", "set-url", "origin", url);
  }

  /** Fetches the main branch of the remote repository. */
  pull(): void {
    this.#git("switch", "--quiet", "--detach");
    this.#git("fetch", "--quiet", "origin", "main:main");
  }

  /** Returns the head of main. */
  get main(): string {
    return this.#git("rev-parse", "main");
  }

  /** Merges the branch into main and pushes it. @returns the commit */
  merge(branch: string): string {
    this.#git("switch", "--quiet", "main");
    this.#git("merge", "--quiet", "--no-ff", "--no-edit", branch);
    this.#git("push", "--quiet", "origin", "main");
    return this.main;
  }

  /** Clones the repository, as a pipeline does. With a depth of 0, the clone has the whole history. */
  checkOut(commit: string, folder: string, depth: number): void {
    git(folder, "init", "--quiet");
    git(folder, "remote", "add", "origin", `file://${this.origin}`);
    const wanted =
      depth === 0
        ? ["+refs/*:refs/remotes/all/*", "+refs/heads/main:refs/remotes/origin/main"]
        : [`--depth=${depth}`, commit];
    git(folder, "fetch", "--quiet", "origin", ...wanted);
    git(folder, "checkout", "--quiet", "--detach", commit);
  }

  #git(...args: readonly string[]): string {
    return git(this.folder, "-c", "user.name=Grace", "-c", "user.email=grace@acme.example", ...args);
  }
}

function git(cwd: string, ...args: readonly string[]): string {
  return execFileSync("git", args, { cwd, encoding: "utf8", env: { ...process.env, ...withoutConfiguration } }).trim();
}

/** musl, the C library of Alpine Linux, on a machine with glibc: Debian's package `musl`, and the C++ library of a wheel for musl. */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const requirements = join(__dirname, "../../tools/musl/requirements.txt");

/** The loader that an executable for musl names, with the zero byte after it. */
const loader = Buffer.from("/lib/ld-musl-x86_64.so.1\0");

/**
 * The wheel's library lacks two functions of newer versions, which only report errors. Another library defines them, and loads
 * the wheel's.
 */
const newer = ["_ZSt28__throw_bad_array_new_lengthv", "_ZSt21__glibcxx_assert_failPKciS0_S0_"];

/** Reports whether this machine can install musl: an x64 Debian with a compiler, and pip. */
export function canInstallMusl(): boolean {
  const programs = ["apt-get", "dpkg-deb", "cc", "python3"];
  const has = (program: string) => spawnSync(program, ["--version"]).status === 0;
  return process.platform === "linux" && process.arch === "x64" && programs.every(has);
}

/** musl in a temporary folder, which needs neither root nor a change of the machine. */
export class Musl {
  /** The path is not longer than that of the system's loader, which it replaces in executables. */
  private readonly folder = mkdtempSync("/tmp/musl-");

  constructor() {
    const run = (program: string, ...args: readonly string[]) =>
      execFileSync(program, args, { cwd: this.folder, stdio: ["ignore", "pipe", "pipe"] });
    const only = (ending: string, folder = this.folder) =>
      join(folder, readdirSync(folder).find((name) => name.includes(ending)) ?? `no ${ending}`);
    run("apt-get", "download", "musl");
    run("dpkg-deb", "--extract", only(".deb"), "debian");
    // Ubuntu keeps the file below usr/.
    const [libc = ""] = readdirSync(join(this.folder, "debian"), { recursive: true, encoding: "utf8" }).filter((file) =>
      file.endsWith("/libc.so"),
    );
    run("cp", join("debian", libc), "ld");
    const target = ["--platform=musllinux_1_1_x86_64", "--python-version=3.10", "--abi=cp310", "--only-binary=:all:"];
    run("python3", "-m", "pip", "download", "--quiet", "--no-deps", "--require-hashes", ...target, "-r", requirements);
    run("python3", "-m", "zipfile", "-e", only(".whl"), "wheel");
    mkdirSync(this.libraries);
    const wheel = join(this.folder, "wheel/kiwisolver.libs");
    for (const name of readdirSync(wheel)) run("cp", join(wheel, name), this.libraries);
    writeFileSync(
      join(this.folder, "newer.c"),
      newer.map((name) => `void ${name}(void) { __builtin_trap(); }\n`).join(""),
    );
    const link = ["-shared", "-fPIC", "-nostdlib", "-Wl,--no-as-needed", only("libstdc++-", this.libraries)];
    run("cc", "newer.c", ...link, "-o", join(this.libraries, "libstdc++.so.6"));
  }

  /** The variables with which executables find their libraries. */
  get environment(): Readonly<Record<string, string>> {
    return { LD_LIBRARY_PATH: this.libraries };
  }

  /** Replaces the path of the loader in an executable. @throws Error if the executable is not for musl */
  use(executable: string): void {
    const content = readFileSync(executable);
    const position = content.indexOf(loader);
    if (position < 0 || position > 4096) throw new Error(`${executable} does not name the loader of musl.`);
    content.fill(0, position, position + loader.length);
    content.write(join(this.folder, "ld"), position);
    writeFileSync(executable, content);
  }

  end(): void {
    rmSync(this.folder, { recursive: true });
  }

  private get libraries(): string {
    return join(this.folder, "lib");
  }
}

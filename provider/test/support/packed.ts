import { access, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { z } from "zod";
import { run } from "./cli";

const repository = join(__dirname, "../../..");
const versions = z.record(z.string(), z.string());
const manifest = z.looseObject({ dependencies: versions, devDependencies: versions.default({}) });

/** Runs a command and returns its output. Rejects with all output if the command fails. */
export async function succeed(
  command: string,
  args: readonly string[],
  folder: string,
  environment?: Readonly<Record<string, string>>,
): Promise<string> {
  const { code, stdout, stderr } = await run(command, args, folder, environment);
  if (code !== 0) throw new Error(`${command} ${args.join(" ")} ended with ${code}:\n${stdout}\n${stderr}`);
  return stdout;
}

/** The package of the dynamic provider as npm publishes it, from what `make dynamic` has built. */
export class Packed {
  private constructor(
    private readonly folder: string,
    private readonly tarball: string,
  ) {}

  static async make(): Promise<Packed> {
    await access(join(repository, "dist/dynamic/host.js")).catch(() => {
      throw new Error("there is no dist/dynamic: run `make dynamic`");
    });
    const folder = await mkdtemp(join(tmpdir(), "peridio-package-"));
    await succeed("npm", ["pack", "--pack-destination", folder], repository);
    const [tarball = ""] = await readdir(folder);
    return new Packed(folder, join(folder, tarball));
  }

  /** Installs it and whatever else a program names, and nothing else of this repository. */
  async install(folder: string): Promise<void> {
    const file = join(folder, "package.json");
    const { dependencies, ...rest } = manifest.parse(JSON.parse(await readFile(file, "utf8")));
    const own = { "pulumi-resource-peridio": `file:${this.tarball}` };
    await writeFile(file, JSON.stringify({ ...rest, dependencies: { ...dependencies, ...own } }));
    await succeed("npm", ["install", "--prefer-offline", "--no-audit", "--no-fund"], folder);
  }

  /**
   * Unpacks it, and links everything else that a program names to the packages of this repository. In a tenth of the time of an
   * installation, the program finds the same names.
   */
  async link(folder: string): Promise<void> {
    const modules = join(folder, "node_modules");
    const own = "pulumi-resource-peridio";
    await mkdir(join(modules, own), { recursive: true });
    await succeed("tar", ["-xzf", this.tarball, "--strip-components=1", "-C", join(modules, own)], folder);
    const { dependencies, devDependencies } = manifest.parse(
      JSON.parse(await readFile(join(folder, "package.json"), "utf8")),
    );
    for (const name of Object.keys({ ...dependencies, ...devDependencies }).filter((name) => name !== own)) {
      await mkdir(dirname(join(modules, name)), { recursive: true });
      await symlink(join(repository, "node_modules", name), join(modules, name));
    }
  }

  end(): Promise<void> {
    return rm(this.folder, { recursive: true });
  }
}

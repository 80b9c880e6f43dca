/** Bun's runtime for each platform: an npm package that the project's package-lock.json pins. */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { extract } from "tar";
import { z } from "zod";
import type { ThirdParty } from "./thirdParty";

const root = process.cwd();
const load = createRequire(join(root, "package.json"));

/** The npm package of the runtime by platform, in Bun's words. On Linux, the default is glibc. */
const packages = {
  "linux-x64": "@oven/bun-linux-x64",
  "linux-arm64": "@oven/bun-linux-aarch64",
  "linux-x64-musl": "@oven/bun-linux-x64-musl",
  "linux-arm64-musl": "@oven/bun-linux-aarch64-musl",
  "darwin-x64": "@oven/bun-darwin-x64",
  "darwin-arm64": "@oven/bun-darwin-aarch64",
  "windows-x64": "@oven/bun-windows-x64",
  "windows-arm64": "@oven/bun-windows-aarch64",
} as const;

/** An operating system with a processor, in Bun's words, such as `linux-x64`. `-musl` is for Alpine Linux. */
export type Platform = keyof typeof packages;

/** All platforms for which a program can be compiled. */
export const platforms = Object.keys(packages).filter(isPlatform);

/** Returns the name of a platform in archives. Pulumi expects Go's name of the processor. */
export function nameSystem(platform: Platform): string {
  return platform.replace("x64", "amd64");
}

/** Returns true for the name of a platform. */
export function isPlatform(name: string): name is Platform {
  return Object.hasOwn(packages, name);
}

/** The platform of this machine. Bun has no runtime for some. */
export const thisPlatform = `${process.platform === "win32" ? "windows" : process.platform}-${process.arch}`;

/** The path of Bun's executable in a package. */
const executable = (platform: string) => (platform.startsWith("windows") ? "bin/bun.exe" : "bin/bun");

/** The compiler for this machine. The install script of `bun` moves it. If npm runs no scripts, it stays in its own package. */
export function findCompiler(): string {
  const installed = join(dirname(load.resolve("bun/package.json")), "bin/bun.exe");
  if (!isPlatform(thisPlatform)) return installed;
  const unmoved = join(root, "node_modules", packages[thisPlatform], executable(thisPlatform));
  return existsSync(unmoved) ? unmoved : installed;
}

/** Describes the runtime in an executable. Its npm packages contain no license files. */
export function describeRuntime(): ThirdParty {
  return {
    name: "bun",
    version: z.object({ version: z.string() }).parse(load("bun/package.json")).version,
    // JavaScriptCore and WebKit.
    license: "MIT AND LGPL-2.1-only",
    texts: [
      `The runtime of this program is Bun, Copyright (c) Oven, Inc. Bun contains JavaScriptCore and WebKit (LGPL-2.1) and other
libraries. Their licenses are listed at https://bun.com/docs/project/license. The sources are at https://github.com/oven-sh/bun
and https://github.com/oven-sh/WebKit.`,
    ],
  };
}

const lock = z.object({
  packages: z.record(z.string(), z.object({ version: z.string().optional(), integrity: z.string().optional() })),
});

/** Returns the path of a platform's runtime. Downloads it once, and compares it with package-lock.json. */
export async function fetchRuntime(platform: Platform): Promise<string> {
  if (platform === thisPlatform) return findCompiler();
  const name = packages[platform];
  const pinned = lock.parse(JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8"))).packages[
    `node_modules/${name}`
  ];
  if (pinned?.version === undefined || pinned.integrity === undefined)
    throw new Error(`package-lock.json does not pin ${name}.`);
  const folder = join(root, "dist/runtimes", `${platform}-${pinned.version}`);
  const runtime = join(folder, "package", executable(platform));
  if (existsSync(runtime)) return runtime;
  mkdirSync(dirname(folder), { recursive: true });
  const scratch = mkdtempSync(`${folder}-`);
  try {
    const pack = ["pack", `${name}@${pinned.version}`, "--silent", "--pack-destination", scratch];
    const archive = join(scratch, execFileSync("npm", pack, { encoding: "utf8" }).trim());
    const [algorithm = "", expected = ""] = pinned.integrity.split(/-(.*)/);
    const actual = createHash(algorithm).update(readFileSync(archive)).digest("base64");
    if (actual !== expected) throw new Error(`The download of ${name} differs from package-lock.json.`);
    await extract({ file: archive, cwd: scratch });
    rmSync(archive);
    rmSync(folder, { recursive: true, force: true });
    renameSync(scratch, folder);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
  return runtime;
}

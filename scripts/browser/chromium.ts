import { execFileSync, spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { brotliDecompressSync } from "node:zlib";
import { type Browser, chromium as driver } from "playwright-core";

/** A browser on this machine. */
export interface Chromium {
  readonly executable: string;
  /** The environment variables that the browser needs. */
  readonly environment: Readonly<Record<string, string>>;
}

/** The folder in which `make browser` unpacks a Chromium. */
export const ownFolder = join(__dirname, "../../.browser");

const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"];

const usualPaths = [
  "/snap/bin/chromium",
  "/opt/google/chrome/chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

type Environment = Readonly<Record<string, string | undefined>>;

/** Returns the first Chromium that starts, or undefined. If `CHROMIUM_PATH` is set, tries only that browser. */
export function findChromium(environment: Environment = process.env, own = ownFolder): Chromium | undefined {
  return listCandidates(environment, own).find(canStart);
}

function listCandidates({ CHROMIUM_PATH, PATH = "" }: Environment, own: string): readonly Chromium[] {
  if (CHROMIUM_PATH !== undefined) return [{ executable: CHROMIUM_PATH, environment: {} }];
  const onPath = PATH.split(delimiter).flatMap((folder) => names.map((name) => join(folder, name)));
  // `make browser` fills its folder only if no other Chromium works.
  return [
    getUnpackedChromium(own),
    ...[...onPath, ...usualPaths].map((executable) => ({ executable, environment: {} })),
  ];
}

/** Returns the Chromium that is unpacked in a folder, with its libraries and fonts. */
export function getUnpackedChromium(folder: string): Chromium {
  return {
    executable: join(folder, "chromium"),
    environment: { LD_LIBRARY_PATH: join(folder, "lib"), FONTCONFIG_FILE: join(folder, "fonts.conf") },
  };
}

/** Tries to start the browser, because some programs of this name only print how to install Chromium. */
function canStart({ executable, environment }: Chromium): boolean {
  if (!existsSync(executable)) return false;
  const env = { ...process.env, ...environment };
  return spawnSync(executable, ["--version"], { env, stdio: "ignore", timeout: 30_000 }).status === 0;
}

const flags = [
  // Containers often forbid the sandbox. Tests show only pages of this repository.
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  // Blocks all requests to other machines.
  "--no-proxy-server",
  "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
];

/** Starts a browser without a window and with a new profile. */
export function launch({ executable, environment }: Chromium): Promise<Browser> {
  return driver.launch({
    executablePath: executable,
    args: flags,
    env: { ...getEnvironment(), ...environment },
    timeout: 120_000,
  });
}

function getEnvironment(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}

const pinned = join(__dirname, "../../tools/browser");

/**
 * Downloads the Chromium that tools/browser pins, and unpacks it into a folder. The npm package is for Linux on x64 and contains all
 * libraries except the C library. If the download fails, the folder stays unchanged.
 */
export function unpack(folder: string): void {
  const scratch = `${folder}.${process.pid}`;
  const target = join(scratch, "unpacked");
  try {
    mkdirSync(target, { recursive: true });
    for (const file of ["package.json", "package-lock.json"]) copyFileSync(join(pinned, file), join(scratch, file));
    execFileSync("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"], { cwd: scratch, stdio: "pipe" });
    const packed = join(scratch, "node_modules/@sparticuz/chromium/bin");
    const read = (name: string) => brotliDecompressSync(readFileSync(join(packed, name)));
    writeFileSync(join(target, "chromium"), read("chromium.br"), { mode: 0o755 });
    for (const name of ["al2023.tar.br", "fonts.tar.br"]) {
      execFileSync("tar", ["-x", "-C", target], { input: read(name) });
    }
    writeFileSync(join(target, "fonts.conf"), renderFontConfig(folder));
    rmSync(folder, { recursive: true, force: true });
    renameSync(target, folder);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** Prefers the fonts of the package, so that pages look the same on every machine. The machine's fonts complete them. */
function renderFontConfig(folder: string): string {
  return `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>${folder}/fonts</dir>
  <dir>/usr/share/fonts</dir>
  <cachedir>${folder}/cache</cachedir>
  <alias><family>sans-serif</family><prefer><family>Open Sans</family></prefer></alias>
  <alias><family>monospace</family><prefer><family>DejaVu Sans Mono</family></prefer></alias>
  <alias><family>system-ui</family><prefer><family>Open Sans</family></prefer></alias>
</fontconfig>
`;
}

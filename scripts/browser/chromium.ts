import { execFileSync, spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { brotliDecompressSync } from "node:zlib";
import { type Browser, chromium as driver } from "playwright-core";

/** A browser of this machine. */
export interface Chromium {
  readonly executable: string;
  /** What it needs in its environment besides. */
  readonly environment: Readonly<Record<string, string>>;
}

/** Where `make browser` puts one if the machine has none that works. */
export const ownFolder = join(__dirname, "../../.browser");

const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"];

const usualPlaces = [
  "/snap/bin/chromium",
  "/opt/google/chrome/chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

type Environment = Readonly<Record<string, string | undefined>>;

/** The best Chromium of this machine; undefined if there is none that starts. `CHROMIUM_PATH` leaves no choice. */
export function findChromium(environment: Environment = process.env, own = ownFolder): Chromium | undefined {
  return candidates(environment, own).find(starts);
}

function candidates({ CHROMIUM_PATH, PATH = "" }: Environment, own: string): readonly Chromium[] {
  if (CHROMIUM_PATH !== undefined) return [{ executable: CHROMIUM_PATH, environment: {} }];
  const onPath = PATH.split(delimiter).flatMap((folder) => names.map((name) => join(folder, name)));
  // What is in our own folder is there because the others did not do.
  return [chromiumIn(own), ...[...onPath, ...usualPlaces].map((executable) => ({ executable, environment: {} }))];
}

/** The Chromium that is unpacked in a folder, with its libraries and its fonts. */
export function chromiumIn(folder: string): Chromium {
  return {
    executable: join(folder, "chromium"),
    environment: { LD_LIBRARY_PATH: join(folder, "lib"), FONTCONFIG_FILE: join(folder, "fonts.conf") },
  };
}

/** Some that are called so only say how to install one, or lack a library. */
function starts({ executable, environment }: Chromium): boolean {
  if (!existsSync(executable)) return false;
  const env = { ...process.env, ...environment };
  return spawnSync(executable, ["--version"], { env, stdio: "ignore", timeout: 30_000 }).status === 0;
}

const flags = [
  // Containers often forbid the sandbox, and a test shows nothing but pages of this repository.
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  // Nothing leaves the machine, whatever a page or the browser itself wants.
  "--no-proxy-server",
  "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
];

/** Starts it without a window, and with a fresh profile. */
export function launch({ executable, environment }: Chromium): Promise<Browser> {
  return driver.launch({
    executablePath: executable,
    args: flags,
    env: { ...inherited(), ...environment },
    timeout: 120_000,
  });
}

function inherited(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}

const pinned = join(__dirname, "../../tools/browser");

/**
 * Gets the Chromium that tools/browser pins, an npm package for Linux on x64, and unpacks it into a folder. It brings every
 * library that it needs but the C library. Nothing is at that place if it fails.
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
    writeFileSync(join(target, "fonts.conf"), fonts(folder));
    rmSync(folder, { recursive: true, force: true });
    renameSync(target, folder);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** Its own fonts come first, so that pages look the same on every machine; the machine's have the signs that they lack. */
function fonts(folder: string): string {
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

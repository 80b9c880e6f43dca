import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";

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

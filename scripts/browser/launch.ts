import { chromium as driver, type Browser } from "playwright-core";
import type { Chromium } from "./chromium";

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

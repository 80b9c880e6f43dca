import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliDecompressSync } from "node:zlib";

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

import { copyFileSync } from "node:fs";
import { join } from "node:path";
import { version } from "../../package.json";
import { filesIn, pack } from "./archive";
import { command, type Stage } from "./stage";

const name = "pulumi-resource-peridio";
const systems = ["linux", "darwin", "windows"] as const;
const processors = ["amd64", "arm64"] as const;

/**
 * The plugin for each system, under the names by which the Pulumi CLI looks for them. It is the same JavaScript everywhere;
 * only the launcher differs.
 */
export async function plugins({ root, output, scratch }: Stage): Promise<void> {
  // Into a folder of its own, so that all that belongs to the plugin is what lies there.
  command(join(root, "node_modules/.bin/ts-node"), ["scripts/bundle.ts", name, scratch], root);
  copyFileSync(join(root, "LICENSE"), join(scratch, "LICENSE"));
  for (const system of systems) {
    const files = filesIn(scratch).filter((file) => belongs(file, system));
    for (const processor of processors) {
      await pack(join(output, `${name}-v${version}-${system}-${processor}.tar.gz`), scratch, files);
    }
  }
}

function belongs(file: string, system: (typeof systems)[number]): boolean {
  return file !== (system === "windows" ? name : `${name}.cmd`);
}

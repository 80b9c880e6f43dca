import { cpSync } from "node:fs";
import { join } from "node:path";
import { version } from "../../package.json";
import { filesIn, pack } from "./archive";
import type { Stage } from "./stage";

/**
 * The Go module as it lies in the repository, for whoever keeps modules in a folder. Go itself takes it from the repository,
 * at the tag `sdk/go/vX.Y.Z`.
 */
export async function goModule({ root, output, scratch }: Stage): Promise<void> {
  cpSync(join(root, "sdk/go"), scratch, { recursive: true });
  cpSync(join(root, "LICENSE"), join(scratch, "LICENSE"));
  await pack(join(output, `pulumi-peridio-sdk-go-v${version}.tar.gz`), scratch, filesIn(scratch));
}

import { cpSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { extract } from "tar";
import { filesIn, pack, settleModes } from "./archive";
import { command, type Stage } from "./stage";

/** The SDK as a wheel and as sources. */
export async function pythonPackages({ root, output, scratch }: Stage): Promise<void> {
  const [sources, built] = [join(scratch, "sources"), join(scratch, "built")];
  cpSync(join(root, "sdk/python"), sources, {
    recursive: true,
    filter: (file) => !/(__pycache__|\.egg-info|[\\/]build|[\\/]dist)$/.test(file.slice(root.length)),
  });
  cpSync(join(root, "LICENSE"), join(sources, "LICENSE"));
  settleModes(sources);
  const python = join(root, ".pulumi/python/bin/python");
  command(python, ["-m", "build", "--no-isolation", "--outdir", built, sources], root);
  for (const file of filesIn(built)) {
    if (file.endsWith(".whl")) cpSync(join(built, file), join(output, file));
    else await packAnew(join(built, file), join(output, file), join(scratch, "unpacked"));
  }
}

/** A source archive says when it was made, and when each of its files was. */
async function packAnew(archive: string, file: string, folder: string): Promise<void> {
  mkdirSync(folder);
  await extract({ file: archive, cwd: folder });
  await pack(file, folder, filesIn(folder));
}

import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { version } from "../../../provider/src/core/version";
import type { Pulumi } from "./pulumi";
import { type Ended } from "./pulumi";
import { Failure } from "../failure";

/** What the Pulumi CLI made of an export. */
export interface Verdict {
  /** Whether the import succeeded and the preview after it was empty. */
  readonly passed: boolean;
  /** What did not succeed, with what Pulumi said of it; empty if all did. */
  readonly differences: string;
}

/**
 * Tries the files of an export on Peridio with the Pulumi CLI, in a stack that ends with it: an import, then a preview, neither of which
 * writes to Peridio.
 * @throws Failure if it cannot be tried
 */
export async function verified(files: ReadonlyMap<string, string>, plugin: string, pulumi: Pulumi): Promise<Verdict> {
  for (const [path, text] of files) {
    mkdirSync(dirname(join(pulumi.folder, path)), { recursive: true });
    writeFileSync(join(pulumi.folder, path), text);
  }
  const prepare = async (...args: readonly string[]) => {
    const { code, said } = await pulumi.run(...args);
    if (code !== 0)
      throw new Failure(`The export could not be verified, since \`pulumi ${args.join(" ")}\` failed:\n${said}`);
  };
  await prepare("plugin", "install", "resource", "peridio", version, "--file", plugin);
  await prepare("stack", "init", "export");
  const imported = await pulumi.run(
    "import",
    "--file",
    "import.json",
    "--generate-code=false",
    "--skip-preview",
    "--yes",
  );
  if (imported.code !== 0) return failed("The import failed", imported);
  const preview = await pulumi.run("preview", "--diff", "--expect-no-changes");
  return preview.code === 0
    ? { passed: true, differences: "" }
    : failed("The preview after the import is not empty", preview);
}

function failed(what: string, { said }: Ended): Verdict {
  return { passed: false, differences: `${what}:\n${said}` };
}

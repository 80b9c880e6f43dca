import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const root = join(__dirname, "../..");

test("conformance.md has the results of Pulumi's language tests, and each failure has a reason", async () => {
  const folder = await mkdtemp(join(tmpdir(), "conformance-page-"));
  try {
    const page = join(folder, "page.md");
    await promisify(execFile)("node_modules/.bin/ts-node", ["scripts/conformance.ts", page], { cwd: root });
    expect(await readFile(page, "utf8")).toBe(await readFile(join(root, "framework/conformance.md"), "utf8"));
  } finally {
    await rm(folder, { recursive: true });
  }
});

/**
 * Runs Pulumi's language tests with providers of the framework, and writes a page about the results. Fails if a test fails without a
 * reason, if a package has none for being absent, or if fewer than 80 tests run. Usage: `ts-node scripts/conformance.ts PAGE [TEST,...]`. With tests, runs
 * only these, prints each failure, and writes nothing.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { format } from "prettier";
import { findMistakes, renderPage, report, type Report } from "./conformance/page";
import * as reasons from "./conformance/reasons";
import { findPinnedModule } from "./toolchain/go";

const root = join(__dirname, "..");
const runner = join(root, ".pulumi/bin/conformance");
const executable = join(root, "dist/conformance/pulumi-resource-conformance");

/** Runs the tests. Without names, runs all. */
function run(tests: string): Report {
  for (const file of [runner, executable])
    if (!existsSync(file)) throw new Error(`there is no ${file}: run \`make conformance\``);
  const scratch = mkdtempSync(join(tmpdir(), "conformance-"));
  try {
    const file = join(scratch, "report.json");
    const packages = execFileSync(executable, { encoding: "utf8" }).trim().split("\n");
    const { status, stderr } = spawnSync(runner, [file, executable, ...packages], {
      encoding: "utf8",
      maxBuffer: 1 << 30,
      env: {
        ...process.env,
        // The tests leave their files.
        TMPDIR: scratch,
        PULUMI_HOME: join(scratch, "home"),
        // Otherwise, each test tries to download its providers for seconds.
        PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
        PULUMI_SKIP_UPDATE_CHECK: "true",
        // The tests of languages compare generated programs with earlier ones, which do not exist here.
        PULUMI_ACCEPT: "true",
        CONFORMANCE_TESTS: tests,
      },
    });
    if (tests !== "") process.stderr.write(stderr);
    if (status !== 0) throw new Error(stderr.split("\n").slice(-20).join("\n"));
    return report.parse(JSON.parse(readFileSync(file, "utf8")));
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

async function main([page, tests = ""]: readonly string[]): Promise<void> {
  if (page === undefined) throw new Error("usage: conformance.ts PAGE [TEST,...]");
  const results = run(tests);
  const passed = results.results.filter((one) => one.passed).length;
  process.stdout.write(`${passed} of ${results.results.length} tests pass.\n`);
  if (tests !== "") return;
  const { version } = findPinnedModule(
    readFileSync(join(root, "tools/conformance/go.mod"), "utf8"),
    "github.com/pulumi/pulumi/pkg/v3",
  );
  writeFileSync(page, await format(renderPage(results, reasons, version), { parser: "markdown", printWidth: 120 }));
  const mistakes = [...findMistakes(results, reasons)];
  if (results.results.length < 80) mistakes.push("Fewer than 80 tests ran.");
  if (mistakes.length > 0) throw new Error(mistakes.join("\n"));
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});

/**
 * Bundles a program into a folder: `ts-node scripts/bundle.ts NAME [FOLDER]`, by default bin/. What comes out needs Node
 * and nothing else: NAME.js with the files that it reads, the launcher NAME for Unix and NAME.cmd for Windows. Of a program
 * that is started often, NAME.js loads NAME.bundle.js, and keeps beside it what Node.js makes of it.
 */
import { createHash } from "node:crypto";
import { chmodSync, copyFileSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join, resolve } from "node:path";
import { build, formatMessages, type Plugin } from "esbuild";

const root = join(__dirname, "..");
const load = createRequire(__filename);

interface Program {
  readonly entry: string;
  /** What the program reads at run time, and finds beside itself. */
  readonly assets: readonly string[];
  /** Whether what Node.js compiles at one start is kept for the next. */
  readonly kept: boolean;
}

const programs = new Map<string, Program>([
  ["pulumi-resource-peridio", { entry: "provider/src/plugin/main.ts", assets: [], kept: true }],
  [
    "peridio-emulator",
    {
      entry: "emulator/src/main.ts",
      assets: ["api/admin-v2.openapi.yaml", "api/connect.openapi.yaml"],
      kept: false,
    },
  ],
  ["peridio-gitops", { entry: "gitops/src/main.ts", assets: [], kept: false }],
  // What `make bench` measures against, in dist/bench.
  ["noop/pulumi-resource-peridio", { entry: "scripts/bench/noop/main.ts", assets: [], kept: false }],
  ["bare/server", { entry: "scripts/bench/bare/main.ts", assets: [], kept: false }],
]);

/**
 * @pulumi/pulumi carries a TypeScript compiler and npm's resolver to turn closures into text, which a plugin never does.
 * Without them the bundle is a fifth of the size and starts in 90 instead of 230 ms.
 */
const withoutClosures: Plugin = {
  name: "without-closures",
  setup(build) {
    build.onResolve({ filter: /^(typescript|@npmcli\/arborist)$/ }, ({ path }) => ({ path, namespace: "left-out" }));
    build.onLoad({ filter: /./, namespace: "left-out" }, () => ({ contents: "module.exports = {};" }));
  },
};

/**
 * undici carries a browser's interface, with fetch, cookies and web sockets, and mocks, which nothing here uses: without them, the first
 * request leaves 20 ms earlier.
 */
const withoutBrowser: Plugin = {
  name: "without-browser",
  setup(build) {
    build.onResolve({ filter: /^\.\/lib\/(web|mock)\// }, ({ path, importer }) =>
      /undici[\\/]index\.js$/.test(importer) ? { path, namespace: "no-browser" } : undefined,
    );
    // Whatever is asked of it is a class that does nothing.
    build.onLoad({ filter: /./, namespace: "no-browser" }, () => ({
      contents: "module.exports = new Proxy({}, { get: () => class {} });",
    }));
  },
};

/** What a file texts.ts reads from the files beside it goes into the bundle, in its place. */
const withTexts: Plugin = {
  name: "with-texts",
  setup(build) {
    build.onLoad({ filter: /[\\/]texts\.ts$/ }, ({ path }) => ({
      contents: `module.exports = ${JSON.stringify(load(path))};`,
    }));
  },
};

async function bundle(name: string, { entry, assets, kept }: Program, folder: string): Promise<void> {
  const output = join(folder, name);
  const { warnings } = await build({
    absWorkingDir: root,
    entryPoints: [entry],
    outfile: `${output}.js`,
    bundle: true,
    platform: "node",
    target: "node20",
    format: "cjs",
    // A third less to read at each start. Names stay, and lines short, for those who read a stack trace.
    minifyWhitespace: true,
    minifySyntax: true,
    lineLimit: 160,
    legalComments: "eof",
    plugins: [withoutClosures, withoutBrowser, withTexts],
    logLevel: "silent",
  });
  // esbuild warns of what it cannot resolve: it would be missing at run time.
  if (warnings.length > 0) throw new Error((await formatMessages(warnings, { kind: "warning" })).join(""));
  if (kept) putLoader(output);
  for (const asset of assets) copyFileSync(join(root, asset), join(folder, basename(asset)));
  copyFileSync(join(__dirname, "launcher.cmd"), `${output}.cmd`);
  // The launcher comes last: where it is new, everything is.
  copyFileSync(join(__dirname, "launcher.sh"), output);
  chmodSync(output, 0o755);
}

/** The loader takes the place of the bundle, which gets its own hash as its last line. */
function putLoader(output: string): void {
  const folder = dirname(output);
  for (const file of readdirSync(folder)) {
    if (file.startsWith(`${basename(output)}.`) && file.endsWith(".cache"))
      rmSync(join(folder, file), { recursive: true });
  }
  const text = readFileSync(`${output}.js`);
  const hash = createHash("sha256").update(text).digest("hex").slice(0, 16);
  writeFileSync(`${output}.bundle.js`, `${text.toString("latin1")}\n//${hash}\n`, "latin1");
  copyFileSync(join(__dirname, "loader.cjs"), `${output}.js`);
}

const [name = "", folder = join(root, "bin")] = process.argv.slice(2);
const program = programs.get(name);
if (program === undefined) {
  console.error(`usage: bundle.ts NAME [FOLDER], where NAME is one of: ${[...programs.keys()].join(", ")}`);
  process.exitCode = 2;
} else {
  bundle(name, program, resolve(folder)).catch((error: unknown) => {
    console.error(`cannot bundle ${program.entry}:`, error instanceof Error ? error.message : error);
    process.exitCode = 1;
  });
}

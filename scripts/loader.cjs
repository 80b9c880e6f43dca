// Runs the bundle that lies beside this file with the code that V8 made of it when it was built, which takes half the time.
// Another V8 than that one refuses the code, and compiles the bundle as it would without.
const { readFileSync } = require("node:fs");
const { createRequire, wrap } = require("node:module");
const { dirname } = require("node:path");
const { setFlagsFromString } = require("node:v8");
const { Script } = require("node:vm");

// undici reads HTTP with WebAssembly, which V8 would optimize after a few answers: 70 ms of a processor and 10 MB that no run
// gets back. Only very many bytes are worth it.
setFlagsFromString("--wasm-tiering-budget=1000000000");

const bundle = `${module.filename.slice(0, -".js".length)}.bundle.js`;

/** V8's code for the bundle, if there is any. */
function compiled() {
  try {
    return readFileSync(bundle.replace(/js$/, "cache"));
  } catch {
    return undefined;
  }
}

// The text has to be the very one that was compiled, and is ASCII, for which this is the fastest way.
const script = new Script(wrap(readFileSync(bundle, "latin1")), { filename: bundle, cachedData: compiled() });

function run() {
  script.runInThisContext()(module.exports, createRequire(bundle), module, bundle, dirname(bundle));
}

if (require.main === module) run();
else module.exports = { script, run };

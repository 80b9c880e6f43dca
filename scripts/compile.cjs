// Writes the code that V8 makes of OUTPUT.bundle.js into OUTPUT.bundle.cache, for loader.cjs: `node compile.cjs OUTPUT`.
const { readFileSync, writeFileSync } = require("node:fs");
const { createRequire, wrap } = require("node:module");
const { dirname } = require("node:path");
const process = require("node:process");
const { Script } = require("node:vm");

const output = process.argv[2];
const bundle = `${output}.bundle.js`;

const script = new Script(wrap(readFileSync(bundle, "latin1")), { filename: bundle });
// V8 compiles a function when it is first called, so the code is that of a start: what is printed then is the port.
process.stdout.write = () => {
  writeFileSync(`${output}.bundle.cache`, script.createCachedData());
  process.exit();
};
process.argv = [process.execPath, bundle];
script.runInThisContext()(module.exports, createRequire(bundle), module, bundle, dirname(bundle));

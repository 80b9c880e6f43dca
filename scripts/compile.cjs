// Writes the code that V8 makes of OUTPUT.bundle.js into OUTPUT.bundle.cache, for its loader OUTPUT.js: `node compile.cjs OUTPUT`.
const { rmSync, writeFileSync } = require("node:fs");
const process = require("node:process");

const output = process.argv[2];
const cache = `${output}.bundle.cache`;
rmSync(cache, { force: true });

// Loaded as it will be, since V8 refuses code that was made with other flags.
const { script, run } = require(`${output}.js`);
// V8 compiles a function when it is first called, so the code is that of a start: what is printed then is the port.
process.stdout.write = () => {
  writeFileSync(cache, script.createCachedData());
  process.exit();
};
process.argv = [process.execPath, `${output}.js`];
run();

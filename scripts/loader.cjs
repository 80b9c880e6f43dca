// Runs the bundle that lies beside this file with the code that V8 made of it at an earlier start, which takes half the time.
const { createHash, randomUUID } = require("node:crypto");
const { accessSync, constants, readFileSync, renameSync, rmSync, writeFileSync } = require("node:fs");
const { Buffer } = require("node:buffer");
const { createRequire, wrap } = require("node:module");
const { dirname } = require("node:path");
const process = require("node:process");
const { setImmediate } = require("node:timers");
const { cachedDataVersionTag, setFlagsFromString } = require("node:v8");
const { Script } = require("node:vm");

// undici reads HTTP with WebAssembly, which V8 would optimize after a few answers: 70 ms of a processor and 10 MB that no run
// gets back. Only very many bytes are worth it.
setFlagsFromString("--wasm-tiering-budget=1000000000");
// V8 would let what is left over grow to several times of what is in use before it looks through everything again.
setFlagsFromString("--heap-growing-percent=100");

const stem = module.filename.slice(0, -".js".length);
const bundle = `${stem}.bundle.js`;
// The text has to be the very one that was compiled, and is ASCII, for which this is the fastest way.
const text = readFileSync(bundle, "latin1");
// V8 accepts the code of any text of the same length, so the name says of which: the bundle ends with its own hash. The other number
// stands for the version of V8, its flags and the processor.
const cache = `${stem}.${text.slice(-17, -1)}-${cachedDataVersionTag().toString(16)}.cache`;

/** V8 does not look whether its code is damaged, and would crash on it. */
function digest(code) {
  return createHash("sha256").update(code).digest();
}

/** V8's code for the bundle, if there is any. */
function compiled() {
  try {
    const file = readFileSync(cache);
    const code = file.subarray(0, -32);
    return digest(code).equals(file.subarray(-32)) ? code : undefined;
  } catch {
    return undefined;
  }
}

const cachedData = compiled();
const script = new Script(wrap(text), { filename: bundle, cachedData });

/** Keeps the code for the next start, where the folder lets it. */
function keep() {
  const own = `${cache}.${randomUUID()}`;
  try {
    accessSync(dirname(cache), constants.W_OK);
    const code = script.createCachedData();
    writeFileSync(own, Buffer.concat([code, digest(code)]), { flag: "wx" });
    // Whole or not at all, since others start meanwhile.
    renameSync(own, cache);
  } catch {
    discard(own);
  }
}

/** What looks through new files, as some systems do, may hold it. */
function discard(file) {
  try {
    rmSync(file, { force: true });
  } catch {
    // It stays, and does no harm.
  }
}

// V8 compiles a function when it is first called, so that the code is that of a start up to the port, which is printed first.
// What ends after it has printed, such as the version, has called too little: it does not wait for this.
if (cachedData === undefined || script.cachedDataRejected) {
  process.stdout.write = (...words) => {
    delete process.stdout.write;
    setImmediate(keep).unref();
    return process.stdout.write(...words);
  };
}

script.runInThisContext()(module.exports, createRequire(bundle), module, bundle, dirname(bundle));

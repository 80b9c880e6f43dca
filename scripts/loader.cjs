// Runs the bundle beside this file with the code that V8 compiled at an earlier start. This halves the time of a start.
const { createHash, randomUUID } = require("node:crypto");
const { accessSync, constants, readFileSync, renameSync, rmSync, writeFileSync } = require("node:fs");
const { Buffer } = require("node:buffer");
const { createRequire, wrap } = require("node:module");
const { dirname } = require("node:path");
const process = require("node:process");
const { setImmediate } = require("node:timers");
const { cachedDataVersionTag, setFlagsFromString } = require("node:v8");
const { Script } = require("node:vm");

// undici parses HTTP with WebAssembly. V8 would optimize it after a few responses, for 70 ms and 10 MB. Only very large responses are
// worth that.
setFlagsFromString("--wasm-tiering-budget=1000000000");
// Without this limit, the heap grows to several times the memory in use before V8 collects garbage.
setFlagsFromString("--heap-growing-percent=100");

const stem = module.filename.slice(0, -".js".length);
const bundle = `${stem}.bundle.js`;
// The code belongs to exactly this text. The text is ASCII, and latin1 is the fastest way to read it.
const text = readFileSync(bundle, "latin1");
// V8 accepts the code of any text of the same length. The name therefore contains the hash at the end of the bundle, and a number for
// the version of V8, its flags and the processor.
const cache = `${stem}.${text.slice(-17, -1)}-${cachedDataVersionTag().toString(16)}.cache`;

/** Detects damaged code, on which V8 would crash. */
function digest(code) {
  return createHash("sha256").update(code).digest();
}

/** Returns V8's code for the bundle, or undefined. */
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

/** Keeps the code for the next start, if the folder is writable. */
function keep() {
  const own = `${cache}.${randomUUID()}`;
  try {
    accessSync(dirname(cache), constants.W_OK);
    const code = script.createCachedData();
    writeFileSync(own, Buffer.concat([code, digest(code)]), { flag: "wx" });
    // Replaces the file in one step, because other processes may start at the same time.
    renameSync(own, cache);
  } catch {
    discard(own);
  }
}

/** Removes a file. A virus scanner may keep it open. */
function discard(file) {
  try {
    rmSync(file, { force: true });
  } catch {
    // A remaining file is harmless.
  }
}

// V8 compiles a function at its first call. Once the port is printed, the code of a start is complete. A process that ends after its
// first output, such as --version, does not wait, because its code is incomplete.
if (cachedData === undefined || script.cachedDataRejected) {
  process.stdout.write = (...words) => {
    delete process.stdout.write;
    setImmediate(keep).unref();
    return process.stdout.write(...words);
  };
}

script.runInThisContext()(module.exports, createRequire(bundle), module, bundle, dirname(bundle));

import Module, { createRequire } from "node:module";
import { relative, sep } from "node:path";
import Runtime from "jest-runtime";
import { addHook } from "pirates";

const require = createRequire(import.meta.url);
const syntax = {
  supportsDynamicImport: false,
  supportsExportNamespaceFrom: false,
  supportsStaticESM: false,
  supportsTopLevelAwait: false,
};
/** Where Jest keeps the handlers of the events of a test file. */
const eventHandlers = Symbol.for("EVENT_HANDLERS");
const sourceMaps = new Map();
let transformer;

addHook(compile, { exts: [".ts"], ignoreNodeModules: true });

// Examples import the framework by the name of its package, whose compiled files only a release has.
const resolveFilename = Module._resolveFilename;
Module._resolveFilename = (name, ...others) =>
  /^pulumi-provider-kit(?!.*\.json$)/.test(name)
    ? require.resolve(name.replace("pulumi-provider-kit", "#framework"))
    : resolveFilename(name, ...others);

function compile(source, path) {
  const { code, sourceMapPath } = transformer.transform(path, syntax, source);
  sourceMaps.set(path, sourceMapPath);
  return code;
}

/**
 * Loads modules as Node.js does, once in each process. Jest's runtime loads all modules again for each test file, in another realm, and more
 * than a third of the CPU time of all tests was spent on this, because no code stays compiled. With this runtime, the state of a module outlives
 * a test file, `jest.mock` is missing, and the environment restores what tests change of the process.
 */
export default class SharedRuntime extends Runtime {
  #testPath;

  constructor(config, environment, resolver, ownTransformer, ...rest) {
    super(config, environment, resolver, ownTransformer, ...rest);
    transformer = ownTransformer;
    this.#testPath = rest[2];
  }

  requireModule(path) {
    globalThis.jest = this.requireModuleOrMock(this.#testPath, "@jest/globals").jest;
    // `jest --watch` runs a file again after a change of any module.
    if (path in require.cache) forgetModules(this._config.rootDir);
    return require(path);
  }

  /** Loads a part of Jest again, which keeps the state of one test file. Functions of the former file then throw an error. */
  requireInternalModule(path) {
    delete require.cache[path];
    globalThis[eventHandlers]?.splice(0, Infinity, refuse);
    delete globalThis[eventHandlers];
    return require(path);
  }

  unstable_shouldLoadAsEsm() {
    return false;
  }

  getSourceMaps() {
    return sourceMaps;
  }
}

function refuse() {
  throw new Error(
    "A module kept `test`, `describe`, `beforeEach` or the like of another test file. Use these names where a test file calls the module.",
  );
}

function forgetModules(root) {
  const isOwn = (path) => !/^\.\.|node_modules/.test(relative(root, path).split(sep).join("/"));
  for (const path of Object.keys(require.cache).filter(isOwn)) delete require.cache[path];
}

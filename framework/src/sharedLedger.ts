import { createHash } from "node:crypto";
import {
  existsSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import type { Environment } from "./configuration";
import { identifyEngine } from "./engineProcess";
import { getErrorMessage } from "./errors";
import type { Ledger } from "./ownership";
import { getPulumiHome } from "./pulumiHome";

/** Returns the ledger that all providers of this operation share, as plugins and as dynamic providers. Without an engine address, there is none. */
export function openLedger(
  packageName: string,
  environment: Environment,
  engineAddress: string,
  /** Identifies the engine, because addresses are reused. */
  identify: () => string = identifyEngine,
): Ledger | undefined {
  if (engineAddress === "") return undefined;
  return createSharedLedger(join(getPulumiHome(environment), packageName), `${engineAddress} ${identify()}`);
}

/** The age at which a file is deleted, in milliseconds. No operation takes that long. */
const lifetime = 24 * 3_600_000;

/**
 * Returns the ledger that all provider processes of one operation share, because an engine starts one process for each
 * provider of a program. The ledger is a file in `folder`, named after the operation. It holds the hashes of facts, because
 * facts contain names of people.
 *
 * If the folder is unusable, this process has only its own facts, and `explainFailure` says why.
 */
export function createSharedLedger(folder: string, operation: string): Ledger {
  const file = join(folder, hash(operation));
  // A process that cannot write renames the file, so that the others do not miss its facts.
  const failedFile = `${file}.failed`;
  const known = new Set<string>();
  let read = 0;
  let rest = "";
  let failure: string | undefined;
  /** Stops using the file at its first error, such as a read-only file system or a full disk. */
  const attempt = (work: () => void): void => {
    if (failure !== undefined) return;
    try {
      work();
    } catch (error) {
      tryRename(file, failedFile);
      failure =
        `the folder ${folder} is unusable: ${getErrorMessage(error)}. In this folder, the providers of one program record ` +
        "which resources the program declares. Make the folder writable, and run the command again";
    }
  };
  attempt(() => {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    deleteOldFiles(folder);
  });
  // The file stays open, so that a declaration costs one system call instead of three.
  let descriptor: number | undefined;
  const open = (): number => (descriptor ??= openSync(file, "a+", 0o600));
  const write = (lines: readonly string[]): void => {
    attempt(() => {
      const text = lines.map((line) => `${line}\n`).join("");
      if (writeSync(open(), text) < Buffer.byteLength(text)) throw new Error("the disk is full");
    });
  };
  /** Reads the lines that were added since the last call. A program may declare thousands of objects. */
  const readNewLines = (): void => {
    const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
    if (size < read) throw new Error(otherFailed);
    if (size === read) return;
    const added = Buffer.alloc(size - read);
    const length = readSync(open(), added, 0, added.length, read);
    read += length;
    const lines = (rest + added.toString("latin1", 0, length)).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) known.add(line);
  };
  return {
    add(...facts) {
      const hashes = facts.map(hash);
      for (const one of hashes) known.add(one);
      write(hashes);
    },
    has(fact) {
      const one = hash(fact);
      if (!known.has(one)) attempt(readNewLines);
      return known.has(one);
    },
    explainFailure() {
      // A process that cannot write cannot tell if the others could. An empty line is no fact.
      write([""]);
      attempt(() => {
        if (existsSync(failedFile)) throw new Error(otherFailed);
      });
      return failure;
    },
  };
}

const otherFailed = "another provider of this program could not write in it";

/** Renames a file, which needs no space on a full disk. The file may be missing. */
function tryRename(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch {
    // The folder itself is unusable, so the other processes fail too.
  }
}

function deleteOldFiles(folder: string): void {
  for (const name of readdirSync(folder)) {
    const file = join(folder, name);
    const written = lstatSync(file, { throwIfNoEntry: false })?.mtimeMs ?? Date.now();
    if (Date.now() - written > lifetime) rmSync(file, { force: true });
  }
}

function hash(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

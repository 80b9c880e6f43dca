import { createHash } from "node:crypto";
import { mkdirSync, openSync, readdirSync, readSync, rmSync, statSync, writeSync } from "node:fs";
import { join } from "node:path";
import type { Ledger } from "../ownership";

/** For how long a file that nobody writes to any more may lie around, in milliseconds: no operation takes that long. */
const lifetime = 24 * 3_600_000;

/**
 * The ledger of all provider processes of one operation of the engine: a file in `folder`, found by the operation's name.
 * `world` is what the facts are about, such as one API among several. Facts are hashed, since they name people.
 *
 * If the folder is unusable, this process remembers only its own facts.
 */
export function sharedLedger(folder: string, operation: string, world: string): Ledger {
  const file = join(folder, hash(operation));
  const known = new Set<string>();
  let read = 0;
  let rest = "";
  let usable = true;
  /** Gives up the file at its first failure, such as a read-only file system or a full disk. */
  const attempt = (work: () => void): void => {
    if (!usable) return;
    try {
      work();
    } catch {
      usable = false;
    }
  };
  attempt(() => {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    forgetOld(folder);
  });
  // Stays open: a declaration costs one system call, not three.
  let descriptor: number | undefined;
  const open = (): number => (descriptor ??= openSync(file, "a+", 0o600));
  /** Reads only the lines that were added since the last call: a program may declare thousands of things. */
  const catchUp = (): void => {
    const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
    if (size === read) return;
    const added = Buffer.alloc(size - read);
    read += readSync(open(), added, 0, added.length, read);
    const lines = (rest + added.toString("latin1")).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) known.add(line);
  };
  return {
    add(...facts) {
      const hashes = facts.map((fact) => hash(world + fact));
      for (const one of hashes) known.add(one);
      attempt(() => writeSync(open(), hashes.map((one) => `${one}\n`).join("")));
    },
    has(fact) {
      const one = hash(world + fact);
      if (!known.has(one)) attempt(catchUp);
      return known.has(one);
    },
  };
}

function forgetOld(folder: string): void {
  for (const name of readdirSync(folder)) {
    const file = join(folder, name);
    const written = statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? Date.now();
    if (Date.now() - written > lifetime) rmSync(file, { force: true });
  }
}

function hash(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

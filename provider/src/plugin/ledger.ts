import { createHash } from "node:crypto";
import { mkdirSync, openSync, readdirSync, readFileSync, rmSync, statSync, writeSync } from "node:fs";
import { join } from "node:path";
import type { Ledger } from "../core/declared";

/** For how long a file that nobody writes to any more may lie around, in milliseconds: no operation takes that long. */
const lifetime = 24 * 3_600_000;

/**
 * The ledger of all provider processes of one operation of the engine: a file in `folder`, found by the operation's name.
 * `world` is what the facts are about, such as one API among several. Facts are hashed, since they name people.
 *
 * Throws if the folder cannot be used.
 */
export function sharedLedger(folder: string, operation: string, world: string): Ledger {
  const file = join(folder, hash(operation));
  const known = new Set<string>();
  let size = 0;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  forgetOld(folder);
  // Open for good: a declaration costs one system call, not three.
  let descriptor: number | undefined;
  return {
    add(...facts) {
      const hashes = facts.map((fact) => hash(world + fact));
      for (const one of hashes) known.add(one);
      descriptor ??= openSync(file, "a", 0o600);
      writeSync(descriptor, hashes.map((one) => `${one}\n`).join(""));
    },
    has(fact) {
      const now = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
      if (now !== size) for (const line of readFileSync(file, "utf8").split("\n")) known.add(line);
      size = now;
      return known.has(hash(world + fact));
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

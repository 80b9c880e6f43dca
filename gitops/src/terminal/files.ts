import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { isRecord } from "../../../provider/src/core/values";
import { Failure } from "../failure";
import type { Terminal } from "./terminal";

/** @throws Failure if the file cannot be read. */
export function readText({ folder }: Terminal, file: string): string {
  try {
    return readFileSync(resolve(folder, file), "utf8");
  } catch (error) {
    throw new Failure(`cannot read ${file}: ${reasonOf(error)}`);
  }
}

/**
 * Writes a file whole or not at all, with the folders that lead to it. Relative paths start from the terminal's folder.
 * @throws Failure if it cannot be written.
 */
export function writeText({ folder }: Pick<Terminal, "folder">, file: string, text: string): void {
  const target = resolve(folder, file);
  const unfinished = `${target}.${process.pid}.new`;
  try {
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(unfinished, text);
    renameSync(unfinished, target);
  } catch (error) {
    throw new Failure(`cannot write ${file}: ${reasonOf(error)}`);
  }
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file",
  EISDIR: "it is a folder",
  ENOTDIR: "a part of the path is no folder",
  EACCES: "this is not permitted",
  EPERM: "this is not permitted",
  EROFS: "this is not permitted",
};

function reasonOf(error: unknown): string {
  const { code, message } = isRecord(error) ? error : {};
  return reasons[String(code)] ?? String(message ?? error);
}

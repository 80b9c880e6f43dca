import { readdirSync, statSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { readWithDigest } from "../terminal/files";
import { parseJson } from "../terminal/text";
import type { Terminal } from "../terminal/terminal";
import { type ApplyRecord, applyRecord, getRecordName, parseRecordName } from "./record";

/** A file with the name of a record. */
export interface ArchivedRecord {
  readonly name: string;
  /** The digest of the content. */
  readonly digest: string;
  /** The time and the digest that the name contains; undefined for a record with another name. */
  readonly named: ReturnType<typeof parseRecordName>;
  /** Undefined if the file does not fit the schema. */
  readonly record: ApplyRecord | undefined;
}

/** Any other file, such as a review or a plan. */
export interface ArchivedFile {
  readonly name: string;
  readonly digest: string;
  readonly text: string;
}

/** The records and the other files of an archive. */
export interface Archive {
  /** In the order of their names, which begin with the time. */
  readonly records: readonly ArchivedRecord[];
  readonly others: readonly ArchivedFile[];
}

/**
 * Reads files, and the JSON files in folders.
 * @throws CommandError if a path cannot be read.
 */
export function readArchive(terminal: Pick<Terminal, "folder">, paths: readonly string[]): Archive {
  const files = [...new Set(paths.flatMap((path) => listFiles(terminal, path)))];
  const records: ArchivedRecord[] = [];
  const others: ArchivedFile[] = [];
  for (const file of files) {
    const { text, digest } = readWithDigest(terminal, file);
    const name = basename(file);
    const named = parseRecordName(name);
    const record = applyRecord.safeParse(parseJson(text)).data;
    const isRecord = named !== undefined || (record !== undefined && getRecordName(name) === undefined);
    if (isRecord) records.push({ name, digest, named, record });
    else others.push({ name, digest, text });
  }
  return { records: records.sort((a, b) => (a.name < b.name ? -1 : 1)), others };
}

function listFiles({ folder }: Pick<Terminal, "folder">, path: string): readonly string[] {
  const target = resolve(folder, path);
  if (statSync(target, { throwIfNoEntry: false })?.isDirectory() !== true) return [path];
  return readdirSync(target)
    .filter((name) => name.endsWith(".json"))
    .sort()
    .map((name) => join(path, name));
}

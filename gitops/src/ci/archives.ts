import { unzipSync } from "fflate";
import { basename } from "node:path";
import { parseRecordName } from "../evidence/record";
import { CommandError } from "../exit";
import { reviewAgain } from "./review";

type Files = Readonly<Record<string, Uint8Array>>;

/** @throws CommandError unless the bytes are a ZIP archive. */
export function unzip(archive: Buffer): Files {
  try {
    return unzipSync(archive);
  } catch {
    throw new CommandError(`The kept files are no ZIP archive. ${reviewAgain}`);
  }
}

/**
 * Returns the text of the record in the files of an apply.
 * @throws CommandError unless there is exactly one.
 */
export function findRecord(files: Files): string {
  const [record, ...more] = Object.entries(files).filter(([path]) => parseRecordName(basename(path)) !== undefined);
  if (record !== undefined && more.length === 0) return Buffer.from(record[1]).toString();
  throw new CommandError(
    "The kept files of the last apply do not contain exactly one record. Pass the folder with all records with `--evidence`.",
  );
}

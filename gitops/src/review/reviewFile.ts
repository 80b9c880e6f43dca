import { isRecord } from "#framework";
import { CommandError } from "../exit";
import { readWithDigest } from "../terminal/files";
import { parseJson } from "../terminal/text";
import type { Terminal } from "../terminal/terminal";
import { type Review, review, reviewVersion } from "./review";

/** A file of `review --json-file`. */
export interface ReviewFile {
  readonly review: Review;
  /** The SHA-256 digest of the file. */
  readonly digest: string;
}

/**
 * Reads the review of a change.
 * @throws CommandError for a review of drift, of another version, and for any other file.
 */
export function readReviewFile(terminal: Pick<Terminal, "folder">, file: string): ReviewFile {
  const { text, digest } = readWithDigest(terminal, file);
  const content = parseJson(text);
  const parsed = review.safeParse(content).data;
  if (parsed?.kind === "change") return { review: parsed, digest };
  if (parsed?.kind === "drift")
    throw new CommandError(
      `${file} is a review of drift, which cannot be applied. Pass the file of \`peridio-gitops review --json-file\` without --drift.`,
    );
  const version = isRecord(content) && "verdict" in content ? content.version : undefined;
  if (typeof version === "number" && version !== reviewVersion)
    throw new CommandError(
      `${file} is a review in version ${version} of the format, but this version of peridio-gitops reads version ${reviewVersion}. Run \`peridio-gitops review --json-file\` again, with this version of peridio-gitops.`,
    );
  throw new CommandError(
    `${file} is not a review that this version of peridio-gitops can read. Pass the file of \`peridio-gitops review --json-file\`.`,
  );
}

import { CommandError } from "../exit";
import { type Approval, approval, findMissingApprovals } from "../review/approvals";
import { readReviewFile, type ReviewFile } from "../review/reviewFile";
import { getVerdict } from "../review/verdict";
import { readText } from "../terminal/files";
import { parseJson } from "../terminal/text";
import type { Terminal } from "../terminal/terminal";
import { ApprovedReview } from "./approvedReview";

/** The terminal, without its output. */
type Surroundings = Pick<Terminal, "folder" | "environment">;

/**
 * Reads the review that `PERIDIO_REVIEW` names, and the record of its approval in `PERIDIO_APPROVAL`; undefined without a review.
 * `rules` is the digest of the rules of this run.
 * @throws CommandError unless the review is one of a change with these rules, passes or is approved.
 */
export function findReview(terminal: Surroundings, rules: string): ApprovedReview | undefined {
  const { PERIDIO_REVIEW: file = "", PERIDIO_APPROVAL: record = "" } = terminal.environment;
  if (file === "") {
    if (record === "") return undefined;
    throw new CommandError(
      `PERIDIO_APPROVAL names ${record}, but PERIDIO_REVIEW names no review. Set PERIDIO_REVIEW to the approved review.`,
    );
  }
  const found = readFile("PERIDIO_REVIEW", () => readReviewFile(terminal, file));
  const reason = explainRefusal(found, rules);
  if (reason !== undefined) throw new CommandError(`PERIDIO_REVIEW: ${file} ${reason}`);
  if (record !== "") checkApproval(found, file, readApproval(terminal, record));
  else if (getVerdict(found.review) !== "pass")
    throw new CommandError(
      `PERIDIO_REVIEW: ${file} needs approval, and PERIDIO_APPROVAL names no record of one. Run \`peridio-gitops confirm\` with --approved-by and --approval-file, and set PERIDIO_APPROVAL to the path of the record.`,
    );
  return new ApprovedReview(found.review, file);
}

/** Explains why no approval makes a review valid for this run, as the rest of a sentence. */
function explainRefusal({ review }: ReviewFile, rules: string): string | undefined {
  if (getVerdict(review) === "refused")
    return "refuses the change, and no approval permits it. Correct the program, or exempt it from the rule, and review again.";
  if (review.evidence.rules === null)
    return "was made without access rules. Run `peridio-gitops review` with --rules and the rules of this run.";
  return review.evidence.rules === rules
    ? undefined
    : "was made with other access rules than this run uses. Review again with the rules of this run, or set PERIDIO_RULES to the rules of the review.";
}

interface ApprovalFile extends Approval {
  readonly file: string;
}

function readApproval(terminal: Surroundings, file: string): ApprovalFile {
  const text = readFile("PERIDIO_APPROVAL", () => readText(terminal, file));
  const parsed = approval.safeParse(parseJson(text)).data;
  if (parsed !== undefined) return { ...parsed, file };
  throw new CommandError(
    `PERIDIO_APPROVAL: ${file} is not a record of an approval that this version of peridio-gitops can read. Pass the file of \`peridio-gitops confirm --approval-file\`.`,
  );
}

function checkApproval(
  { review, digest }: ReviewFile,
  reviewed: string,
  { file, review: approved, approvers }: ApprovalFile,
): void {
  if (approved !== digest)
    throw new CommandError(
      `PERIDIO_APPROVAL: ${file} approves another file than ${reviewed}: its digest is ${approved}, but that of ${reviewed} is ${digest}. Run \`peridio-gitops confirm\` with this review.`,
    );
  const [missing] = findMissingApprovals(review, approvers);
  if (missing !== undefined)
    throw new CommandError(`PERIDIO_APPROVAL: ${file} does not approve ${reviewed}. ${missing}`);
}

/** Adds the environment variable to the reason why a file cannot be read. */
function readFile<T>(variable: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw error instanceof CommandError ? new CommandError(`${variable}: ${error.message}`) : error;
  }
}

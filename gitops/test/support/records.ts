import { createHash } from "node:crypto";
import { version } from "../../../package.json";
import { listChanges } from "../../src/evidence/changes";
import { type ApplyRecord, formatRecord, getReviewName } from "../../src/evidence/record";
import { formatReviewJson, type Review } from "../../src/review/review";

const getDigest = (text: string) => createHash("sha256").update(text).digest("hex");

/** The text of the saved plan that each record names. */
export const plan = '{"resourcePlans":{}}';

/** Creates the record of an apply on a day of January that follows another record. */
export function createRecord(review: Review, day: number, previous: string | undefined): ApplyRecord {
  return {
    version: 1,
    kind: "apply",
    previous: previous?.slice(17, 81) ?? null,
    forge: "GitHub",
    run: "https://forge.example/acme/access/actions/runs/7",
    commit: String(day).repeat(40),
    started: `2027-01-0${day}T08:00:00.000Z`,
    ended: `2027-01-0${day}T08:01:00.000Z`,
    versions: { gitops: version, pulumi: "v3.1.0", provider: [version] },
    rules: review.evidence.rules,
    authors: ["grace"],
    approvals: [{ login: "ada", at: `2027-01-0${day}T07:00:00.000Z` }],
    reviewed: getDigest("reviewed"),
    review: {
      digest: getDigest(formatReviewJson(review)),
      verdict: review.verdict,
      evidence: review.evidence,
      changes: listChanges(review),
    },
    stacks: [
      { stack: "access/dev", plan: getDigest(plan), result: "applied", exitCode: 0 },
      {
        stack: "access/production",
        plan: getDigest(plan),
        result: day === 2 ? "failed" : "applied",
        exitCode: day === 2 ? 255 : 0,
      },
    ],
  };
}

/** Returns the files of the record of an apply, by name: first the record, then its review. */
export function createRecordFiles(review: Review, day: number, previous?: string): Readonly<Record<string, string>> {
  const { name, text } = formatRecord(createRecord(review, day, previous));
  return { [name]: text, [getReviewName(name)]: formatReviewJson(review) };
}

import * as z from "zod";
import { computeDigest } from "../digest";
import { formatJson } from "../terminal/text";
import { evidence, verdict } from "../review/review";
import { array, choice, constant, definition, nonEmpty, nullable, root, string, texts } from "../schema";

// The schema of the record that `peridio-gitops ci apply` leaves. `gitops/evidence.schema.json` is generated from it.

const digest = z
  .string()
  .regex(/^[0-9a-f]{64}$/)
  .meta({ description: "The SHA-256 digest, in hexadecimal digits." });

const moment = z.iso.datetime();
const stack = string("The stack, as `project/stack`.");

const approval = definition("RecordedApproval", "The approval of one person.", {
  login: string("The login of the person at the forge."),
  at: moment.optional().meta({
    description:
      "The moment of the approval or, for a manual job or run, of its start. Absent if the forge does not show it.",
  }),
});

const change = definition("RecordedChange", "One change of the review.", {
  organization: nullable(z.string(), "The name of the organization; null for a program change."),
  people: texts("The e-mail addresses of the people concerned."),
  words: string("The change in words, with the values before and after."),
});

/** The results of a stack. */
const stackResults = ["applied", "failed", "not started", "applied before"] as const;

const stackRecord = definition("RecordedStack", "The plan and the result of one stack.", {
  stack,
  plan: digest.meta({ description: "The SHA-256 digest of the saved plan, in hexadecimal digits." }),
  result: choice(
    stackResults,
    "The result: `applied`, `failed`, `not started` after the failure of another stack, or `applied before` by an earlier run of the same plan.",
  ),
  exitCode: nullable(z.int(), "The exit code of `pulumi up`; null if it did not run."),
});

/** The schema of the record of one apply. */
export const applyRecord = root(
  "A record of an apply",
  "One run of `peridio-gitops ci apply` that had begun to apply.",
  {
    version: constant(1, "The version of this format."),
    kind: constant("apply", "The kind of the record."),
    previous: nullable(
      digest,
      "The SHA-256 digest of the file of the record before this one; null for the first record.",
    ),
    forge: string("The forge that ran the job."),
    run: nullable(z.string(), "The address of the run or job; null if it has none."),
    commit: string("The applied commit."),
    now: moment.optional().meta({
      description:
        "The moment at which all previews, judgements and updates of the run evaluated ends of access, UTC. Absent in records of earlier versions.",
    }),
    started: moment.meta({ description: "The moment before the first stack, UTC." }),
    ended: moment.meta({ description: "The moment after the last stack, UTC." }),
    versions: z
      .strictObject({
        gitops: string("The version of peridio-gitops."),
        pulumi: nullable(z.string(), "The version of the Pulumi CLI; null if it is unknown."),
        provider: texts(
          "The installed versions of the plugin for Peridio. Empty if none is installed, for example with the dynamic provider.",
        ),
      })
      .meta({ description: "The versions of the programs." }),
    rules: nullable(
      digest,
      "The SHA-256 digest of the file of access rules that judged the change; null without rules.",
    ),
    authors: nullable(z.array(z.string()), "The logins of the authors of the change; null if they are unknown."),
    approvals: array(approval, "The approvals that counted. Empty if none was necessary."),
    reviewed: digest.meta({
      description: "The SHA-256 digest of the review that people could read before they approved the run.",
    }),
    review: z
      .strictObject({
        digest: digest.meta({ description: "The SHA-256 digest of the file of the review." }),
        verdict: verdict.meta({ description: "The verdict." }),
        evidence,
        changes: array(change, "The changes of the review."),
      })
      .meta({ description: "The review right before the apply, which the approval record and the policy pack name." }),
    stacks: nonEmpty(stackRecord, "The stacks, in the order of the apply."),
  },
);

export type ApplyRecord = z.output<typeof applyRecord>;
export type StackRecord = ApplyRecord["stacks"][number];
export type Approval = ApplyRecord["approvals"][number];
export type RecordedChange = ApplyRecord["review"]["changes"][number];

/** Returns the text of a record, and the name of its file, which contains the digest of the text. Files sort by their time. */
export function formatRecord(record: ApplyRecord) {
  const text = formatJson(applyRecord.parse(record));
  const digest = computeDigest(text);
  return { name: `${formatMoment(record.started)}-${digest}${recordEnd}`, text, digest };
}

/** Creates an approval. Omits a moment that is not known. */
export function createApproval(login: string, at?: string | null): Approval {
  const moment = Date.parse(at ?? "");
  return Number.isNaN(moment) ? { login } : { login, at: new Date(moment).toISOString() };
}

const recordEnd = ".json";
const reviewEnd = ".review.json";

/** Returns the name of the review that is kept beside a record. */
export function getReviewName(record: string): string {
  return record.slice(0, -recordEnd.length) + reviewEnd;
}

/** Returns the name of the record to which a kept review belongs; undefined for another name. */
export function getRecordName(review: string): string | undefined {
  return review.endsWith(reviewEnd) ? review.slice(0, -reviewEnd.length) + recordEnd : undefined;
}

/** Returns the parts of the name of a record; undefined for another name. */
export function parseRecordName(name: string): { readonly time: string; readonly digest: string } | undefined {
  const [, time, digest] = /^(\d{8}T\d{6}Z)-([0-9a-f]{64})\.json$/.exec(name) ?? [];
  return time === undefined || digest === undefined ? undefined : { time, digest };
}

/** Returns a moment for the name of a file: `20270131T080000Z`. */
export function formatMoment(moment: string): string {
  return `${moment.slice(0, 19).replace(/[-:]/g, "")}Z`;
}

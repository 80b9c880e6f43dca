import * as z from "zod";
import { groupBy } from "../grouping";
import { review } from "../review/review";
import { parseJson } from "../terminal/text";
import { joinAnd } from "../wording";
import type { Archive, ArchivedFile, ArchivedRecord } from "./archive";
import { listChanges } from "./changes";
import { type ApplyRecord, formatMoment, getRecordName } from "./record";
import { array, count, definition, nullable, root, string } from "../schema";

// The schema of `evidence verify --json`. `gitops/evidence-verify.schema.json` is generated from it.

const problem = definition("EvidenceProblem", "A problem of one file.", {
  file: string("The file, or the record that names a missing one."),
  message: string("The problem in whole sentences."),
});

export const verification = root("A verification of evidence", "The check of the records of applies.", {
  records: count("The number of records."),
  last: nullable(z.string(), "The SHA-256 digest of the last record; null if there is not exactly one."),
  problems: array(problem, "The problems; empty if the evidence is complete and unchanged."),
});

export type Verification = z.output<typeof verification>;
type Problem = z.output<typeof problem>;

/** A record that fits its schema. */
interface Link {
  readonly name: string;
  /** The digest by which other records name this one. An edited record keeps its place. */
  readonly digest: string;
  readonly record: ApplyRecord;
}

/** Checks the records and the files that they name. `last` is the expected digest of the last record. */
export function verifyArchive({ records, others }: Archive, last?: string): Verification {
  const links = records.flatMap(({ name, digest, named, record }): Link[] =>
    record === undefined ? [] : [{ name, digest: named?.digest ?? digest, record }],
  );
  const places = new Set(records.map(({ digest, named }) => named?.digest ?? digest));
  const ends = findEnds(links, places);
  const [end] = ends.length === 1 ? ends : [];
  return {
    records: records.length,
    last: end ?? null,
    problems: [
      ...records.flatMap(checkRecord),
      ...checkChain(links, places),
      ...others.flatMap((file) => checkFile(file, links)),
      ...(last === undefined || end === last
        ? []
        : [{ file: last, message: "The expected last record is missing, or another record follows it." }]),
    ],
  };
}

/** Returns the records that no record follows. */
function findEnds(links: readonly Link[], places: ReadonlySet<string>): readonly string[] {
  const followed = new Set(links.map(({ record }) => record.previous));
  return [...places].filter((digest) => !followed.has(digest));
}

function checkRecord({ name, digest, named, record }: ArchivedRecord): readonly Problem[] {
  const messages: string[] = [];
  if (named === undefined)
    messages.push("The name of the file is not that of a record. Restore the name, which contains the digest.");
  else if (named.digest !== digest)
    messages.push(`The record was changed, because its digest is ${digest}, and its name contains another one.`);
  if (record === undefined) messages.push("The record does not fit the schema of this version of peridio-gitops.");
  else if (named !== undefined && named.time !== formatMoment(record.started))
    messages.push(`The file was renamed, because the apply started at ${record.started}.`);
  return messages.map((message) => ({ file: name, message }));
}

function checkChain(links: readonly Link[], places: ReadonlySet<string>): readonly Problem[] {
  const byDigest = new Map(links.map((link) => [link.digest, link]));
  const broken = links.flatMap(({ name, record: { previous, started } }): Problem[] => {
    if (previous === null) return [];
    if (!places.has(previous)) {
      const message = `The record before this one is missing: the file whose name ends in -${previous}.json. The artifact of each run contains one record, so download those of the earlier runs into the same folder.`;
      return [{ file: name, message }];
    }
    const former = byDigest.get(previous);
    if (former === undefined || Date.parse(former.record.ended) <= Date.parse(started)) return [];
    return [{ file: name, message: `The apply started before the end of the apply before it, ${former.name}.` }];
  });
  const forks = [...groupBy(links, ({ record }) => record.previous ?? "")].flatMap(([previous, group]): Problem[] => {
    if (group.length === 1) return [];
    const names = joinAnd(group.map(({ name }) => name));
    const message =
      previous === ""
        ? `Several records are the first one: ${names}. A record is missing or forged.`
        : `Several records follow the same one: ${names}. One of them is forged, or two applies ran at the same time.`;
    return group.map(({ name }) => ({ file: name, message }));
  });
  return [...broken, ...forks];
}

/** Checks a file that is no record: one that is kept beside its record, or one that a record must name. */
function checkFile({ name, digest, text }: ArchivedFile, links: readonly Link[]): readonly Problem[] {
  const beside = getRecordName(name);
  if (beside !== undefined) {
    const owner = links.find((link) => link.name === beside);
    if (owner !== undefined) return checkReview(owner, digest, text);
    return [{ file: name, message: "The record of this review is missing, or cannot be read." }];
  }
  const isNamed = links.some(
    ({ record: { review, reviewed, rules, stacks } }) =>
      [review.digest, reviewed, rules].includes(digest) || stacks.some(({ plan }) => plan === digest),
  );
  if (isNamed)
    return links.flatMap((link) => (link.record.review.digest === digest ? checkReview(link, digest, text) : []));
  const message = `No record names this file, so it is another one, or was changed. Its digest is ${digest}.`;
  return [{ file: name, message }];
}

function checkReview({ name, record }: Link, digest: string, text: string): readonly Problem[] {
  if (record.review.digest !== digest) {
    const message = `The review beside the record is another one, or was changed. Its digest is ${digest}.`;
    return [{ file: name, message }];
  }
  const found = review.safeParse(parseJson(text)).data;
  // Another version of this program can have written the review.
  if (found === undefined) return [];
  const { verdict, evidence, changes } = record.review;
  const isSame =
    JSON.stringify([found.verdict, found.evidence, listChanges(found)]) ===
    JSON.stringify([verdict, evidence, changes]);
  return isSame ? [] : [{ file: name, message: "The record states another verdict or other changes than its review." }];
}

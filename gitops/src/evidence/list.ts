import * as z from "zod";
import { canonicalizeEmail } from "#provider";
import { getDate } from "../days";
import type { Archive } from "./archive";
import { applyRecord } from "./record";
import { array, boolean, root, string } from "../schema";

// The schema of `evidence list --json`. `gitops/evidence-list.schema.json` is generated from it.

export const evidenceList = root(
  "A list of applies",
  "The applies of a period, with the changes of one person or of all.",
  {
    applies: array(
      z.strictObject({
        file: string("The name of the file of the record."),
        record: applyRecord,
      }),
      "The selected records, by time, with the selected changes.",
    ),
    complete: boolean("True if `peridio-gitops evidence verify` finds no problem in the same files."),
  },
);

export type EvidenceList = z.output<typeof evidenceList>;

/** The people and the period of a list. Days are UTC, and belong to the period. */
export interface Selection {
  readonly person?: string;
  readonly since?: string;
  readonly until?: string;
}

/** Selects applies by the day of their start, and the changes of one person. Omits applies without such a change. */
export function selectApplies({ records }: Archive, { person, since, until }: Selection): EvidenceList["applies"] {
  return records.flatMap(({ name, record }) => {
    if (record === undefined) return [];
    const day = getDate(record.started);
    if ((since !== undefined && day < since) || (until !== undefined && day > until)) return [];
    if (person === undefined) return [{ file: name, record }];
    const address = canonicalizeEmail(person);
    const changes = record.review.changes.filter(({ people }) =>
      people.some((email) => canonicalizeEmail(email) === address),
    );
    if (changes.length === 0) return [];
    return [{ file: name, record: { ...record, review: { ...record.review, changes } } }];
  });
}

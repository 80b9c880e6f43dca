import { appendFileSync } from "node:fs";

/** Names what tests need and this machine lacks, so that they are skipped. The end of the run says it once. */
export function reportMissing(what: string): void {
  const records = process.env.TEST_USAGE;
  if (records !== undefined) appendFileSync(records, `${JSON.stringify({ missing: what })}\n`);
}

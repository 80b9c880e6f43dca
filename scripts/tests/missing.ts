import { appendFileSync } from "node:fs";

interface Declaring {
  readonly test: jest.It;
  readonly describe: jest.Describe;
}

/** Returns `test` and `describe` for tests that need something. If the machine lacks it, skips them, and the end of the run names it. */
export function testsWith(what: string, isThere: boolean): Declaring {
  if (isThere) return { test, describe };
  const records = process.env.TEST_USAGE;
  if (records !== undefined) appendFileSync(records, `${JSON.stringify({ missing: what })}\n`);
  return { test: test.skip, describe: describe.skip };
}

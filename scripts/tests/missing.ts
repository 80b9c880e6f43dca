import { appendFileSync } from "node:fs";

interface TestFunctions {
  readonly test: jest.It;
  readonly describe: jest.Describe;
}

/** Set in our workflows, whose machines have every tool. */
const toolsAreRequired = process.env.TOOLS === "required";

/**
 * Returns `test` and `describe`, or variants that skip the tests if the machine lacks a tool. The end of the run then prints `remedy`,
 * such as "Run `make browser`". With `TOOLS=required`, a missing tool is a failure.
 */
export function testsWithTool(remedy: string, isAvailable: boolean): TestFunctions {
  if (!isAvailable && toolsAreRequired) {
    test(remedy, () => {
      throw new Error(`A tool is missing. ${remedy}`);
    });
  }
  return testsWith(remedy, isAvailable);
}

/** As `testsWithTool`, for something that our workflows lack too, such as another operating system. */
export function testsWith(remedy: string, isAvailable: boolean): TestFunctions {
  if (isAvailable) return { test, describe };
  const records = process.env.TEST_RECORDS;
  if (records !== undefined) appendFileSync(records, `${JSON.stringify({ remedy })}\n`);
  return { test: test.skip, describe: describe.skip };
}

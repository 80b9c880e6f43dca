import { appendFileSync } from "node:fs";

interface TestFunctions {
  readonly test: jest.It;
  readonly describe: jest.Describe;
}

/** Set in our workflows, whose machines have every tool. */
const toolsAreRequired = process.env.TOOLS === "required";

/**
 * Returns `test` and `describe`, or variants that skip the tests if the machine lacks a tool. The end of the run then prints `remedy`,
 * such as "Run `make browser`". With `TOOLS=required`, a missing tool is a failure. Read `test` and `describe` in the test file: each test file
 * has its own.
 */
export function testsWithTool(remedy: string, isAvailable: boolean): TestFunctions {
  if (isAvailable || !toolsAreRequired) return testsWith(remedy, isAvailable);
  throw new Error(`A tool is missing. ${remedy}`);
}

/** As `testsWithTool`, for something that our workflows lack too, such as another operating system. */
export function testsWith(remedy: string, isAvailable: boolean): TestFunctions {
  const skip = <Functions extends jest.It | jest.Describe>({ skip }: Functions): Functions["skip"] => {
    const records = process.env.TEST_RECORDS;
    if (records !== undefined) appendFileSync(records, `${JSON.stringify({ remedy })}\n`);
    return skip;
  };
  return {
    get test() {
      return isAvailable ? test : skip(test);
    },
    get describe() {
      return isAvailable ? describe : skip(describe);
    },
  };
}

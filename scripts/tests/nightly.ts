/** A test that `make test` leaves out. */
interface NightlyTest {
  (name: string, run: jest.ProvidesCallback): void;
  readonly each: jest.Each;
}

const isNightly = process.env.TESTS === "all";
const leaveOut = Object.assign(() => undefined, { each: () => () => undefined });

/** Declares a test that only `make test-all` runs. A file that contains only such tests is named `*.nightly.test.ts`. */
export const nightly: NightlyTest = isNightly
  ? new Proxy(test, {
      // Each test file has another `test`.
      apply: (_former, _this, args: Parameters<jest.It>) => {
        test(...args);
      },
      get: (_former, name: keyof jest.It) => test[name],
    })
  : leaveOut;

/** Returns the number of random cases of a test: `daily` in `make test`, and fifteen times as many in `make test-all`. */
export function countCases(daily: number): number {
  return isNightly ? 15 * daily : daily;
}

/** Returns cases for `describe.each` or `test.each` that only `make test-all` runs. */
export function nightlyCases<Case>(...cases: readonly Case[]): readonly Case[] {
  return isNightly ? cases : [];
}

/** A test that `make test` leaves out. */
interface NightlyTest {
  (name: string, run: () => Promise<void>): void;
  readonly each: jest.Each;
  /** Declares a group whose tests only `make test-all` runs. */
  readonly describe: (name: string, define: () => void) => void;
}

const isChosen = process.env.TESTS === "all";
const leaveOut = () => undefined;

/** Declares a test that only `make test-all` runs. A file that contains only such tests is named `*.nightly.test.ts`. */
export const nightly: NightlyTest = isChosen
  ? Object.assign(test.bind(undefined), { each: test.each, describe })
  : Object.assign(leaveOut, { each: () => leaveOut, describe: leaveOut });

/** Returns cases for `describe.each` or `test.each` that only `make test-all` runs. */
export function nightlyCases<Case>(...cases: readonly Case[]): readonly Case[] {
  return isChosen ? cases : [];
}

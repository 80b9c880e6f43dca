/** A test that `make test` leaves out. */
interface NightlyTest {
  (name: string, run: () => Promise<void>): void;
  readonly each: jest.Each;
}

const isChosen = process.env.TESTS === "all";

/** Declares a test that only `make test-all` runs. A file that contains only such tests is named `*.nightly.test.ts`. */
export const nightly: NightlyTest = isChosen ? test : Object.assign(() => undefined, { each: () => () => undefined });

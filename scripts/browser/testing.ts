import type { Browser, Page } from "playwright-core";
import { findChromium, launch } from "./chromium";
import { visit, type Visit, type VisitOptions } from "./visit";

const chromium = findChromium();
const { skip } = test;

/** A test that looks at a page in a real browser; where the machine has none, it is reported as skipped. */
export const inBrowser: jest.It = chromium === undefined ? skip : test;

if (chromium === undefined) {
  process.stderr.write(
    "Tests of web pages are skipped: there is no Chromium. `make browser` gets one; CHROMIUM_PATH may name one.\n",
  );
}

let browser: Browser | undefined;
const visits: Visit[] = [];

afterAll(() => browser?.close());

// A test has gone wrong as well when the page complains on the side.
afterEach(async () => {
  const over = visits.splice(0);
  for (const { page } of over) await page.context().close();
  expect(over.flatMap(({ problems }) => problems)).toEqual([]);
});

/** Opens an address for one test, in the one browser of the test file. */
export async function open(address: string, options?: VisitOptions): Promise<Page> {
  return (await openVisit(address, options)).page;
}

/** The same, where problems are expected: a test takes them out of the list. */
export async function openVisit(address: string, options?: VisitOptions): Promise<Visit> {
  if (chromium === undefined) throw new Error("There is no Chromium.");
  browser ??= await launch(chromium);
  const opened = await visit(browser, address, options);
  visits.push(opened);
  return opened;
}

import type { Browser, Page } from "playwright-core";
import { testsWithTool } from "#testing";
import { findChromium, launch } from "./chromium";
import { visit, type Visit, type VisitOptions } from "./visit";

const chromium = findChromium();

/** Defines a test in a real browser. */
export const inBrowser = testsWithTool(
  "Run `make browser`, or set CHROMIUM_PATH to a Chromium.",
  chromium !== undefined,
).test;

let browser: Browser | undefined;
const visits: Visit[] = [];

afterAll(() => browser?.close());

// A test fails if the page reported a problem.
afterEach(async () => {
  const over = visits.splice(0);
  for (const { page } of over) await page.context().close();
  expect(over.flatMap(({ problems }) => problems)).toEqual([]);
});

/** Opens an address for one test, in the browser of the test file. */
export async function open(address: string, options?: VisitOptions): Promise<Page> {
  return (await openVisit(address, options)).page;
}

/** Opens an address for a test that expects problems. The test removes them from the list. */
export async function openVisit(address: string, options?: VisitOptions): Promise<Visit> {
  if (chromium === undefined) throw new Error("There is no Chromium.");
  browser ??= await launch(chromium);
  const opened = await visit(browser, address, options);
  visits.push(opened);
  return opened;
}

import type { Browser, Page } from "playwright-core";
import { testsWithTool } from "#testing";
import { findChromium, launch } from "./chromium";
import { visit, type Visit, type VisitOptions } from "./visit";

const chromium = findChromium();

/** Functions for tests in a real browser. */
interface BrowserTests {
  /** Defines a test. It fails if a page reported a problem. */
  readonly inBrowser: jest.It;
  /** Opens an address for one test. */
  readonly open: (address: string, options?: VisitOptions) => Promise<Page>;
  /** Opens an address for a test that expects problems. The test removes them from the list. */
  readonly openVisit: (address: string, options?: VisitOptions) => Promise<Visit>;
}

/** Provides a browser to the test file that calls it. */
export function useBrowser(): BrowserTests {
  let browser: Browser | undefined;
  const visits: Visit[] = [];
  afterAll(() => browser?.close());
  afterEach(async () => {
    const over = visits.splice(0);
    for (const { page } of over) await page.context().close();
    expect(over.flatMap(({ problems }) => problems)).toEqual([]);
  });
  const openVisit = async (address: string, options?: VisitOptions) => {
    if (chromium === undefined) throw new Error("There is no Chromium.");
    browser ??= await launch(chromium);
    const opened = await visit(browser, address, options);
    visits.push(opened);
    return opened;
  };
  return {
    inBrowser: testsWithTool("Run `make browser`, or set CHROMIUM_PATH to a Chromium.", chromium !== undefined).test,
    open: async (address, options) => (await openVisit(address, options)).page,
    openVisit,
  };
}

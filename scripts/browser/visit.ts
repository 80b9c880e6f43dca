import { readFileSync } from "node:fs";
import type { Browser, Page } from "playwright-core";
import * as z from "zod";

export interface VisitOptions {
  /** CSS pixels, by default of a laptop. */
  readonly width?: number;
  readonly height?: number;
  readonly colorScheme?: "light" | "dark";
  readonly javaScript?: boolean;
  /** Device pixels for each CSS pixel, for pictures. */
  readonly density?: number;
}

/** An open page. */
export interface Visit {
  readonly page: Page;
  /** Errors and warnings of the console, exceptions, and requests to other origins. */
  readonly problems: string[];
}

/** Opens an address in a new profile. Blocks requests to other origins and reports them as problems. */
export async function visit(browser: Browser, address: string, options: VisitOptions = {}): Promise<Visit> {
  const { width = 1280, height = 800, colorScheme = "light", javaScript = true, density = 1 } = options;
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme,
    javaScriptEnabled: javaScript,
    deviceScaleFactor: density,
    timezoneId: "UTC",
    locale: "en-GB",
    reducedMotion: "reduce",
  });
  const page = await context.newPage();
  // Only a browser that hangs takes this long, even on a busy machine.
  page.setDefaultTimeout(120_000);
  const problems: string[] = [];
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) problems.push(`${message.type()}: ${message.text()}`);
  });
  page.on("pageerror", (error) => problems.push(`exception: ${error.message}`));
  await context.route(
    (url) => !isHome(url.href, address),
    async (route) => {
      problems.push(`request: ${route.request().url()}`);
      await route.abort();
    },
  );
  await page.goto(address);
  return { page, problems };
}

/** Compares origins. Each file has a separate origin. */
function isHome(url: string, address: string): boolean {
  const { protocol, origin } = new URL(address);
  return protocol === "file:" ? url.split("#")[0] === address : new URL(url).origin === origin;
}

const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

const results = z.object({
  violations: z.array(z.object({ id: z.string(), nodes: z.array(z.object({ html: z.string() })) })),
});

/** Returns the violations that axe-core finds in a page: the rule and the element. */
export async function findViolations(page: Page): Promise<readonly string[]> {
  // The page's policy does not apply to the debugger, which adds the script.
  await page.evaluate(axe);
  const { violations } = results.parse(await page.evaluate("axe.run()"));
  return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 200)}`));
}

/** Reports whether the page scrolls sideways. A page on a phone must not. */
export function isTooWide(page: Page): Promise<boolean> {
  return page.evaluate<boolean>("document.documentElement.scrollWidth > document.documentElement.clientWidth");
}

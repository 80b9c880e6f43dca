import { readFileSync } from "node:fs";
import type { Page } from "playwright-core";
import * as z from "zod";

const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

const results = z.object({
  violations: z.array(z.object({ id: z.string(), nodes: z.array(z.object({ html: z.string() })) })),
});

/** What axe-core objects to in a page, as it is shown now: the rule, and an element that breaks it. */
export async function objections(page: Page): Promise<readonly string[]> {
  // The page's own policy lets no other script in; a debugger's is not asked.
  await page.evaluate(axe);
  const { violations } = results.parse(await page.evaluate("axe.run()"));
  return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 200)}`));
}

/** Whether the page itself can be scrolled sideways, which a phone's should not. */
export function isTooWide(page: Page): Promise<boolean> {
  return page.evaluate<boolean>("document.documentElement.scrollWidth > document.documentElement.clientWidth");
}

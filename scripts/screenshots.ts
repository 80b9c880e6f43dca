/** Takes the pictures in docs/images: the review and the emulator's console, on a desktop and on a phone. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser, Page } from "playwright-core";
import { findChromium, launch } from "./browser/chromium";
import { visit, type VisitOptions } from "./browser/visit";
import { startEmulator } from "./screenshots/emulator";
import { digestFile, digestWords, images, renderReview } from "./screenshots/pages";

const phone = { width: 390, height: 844, density: 2 };

/** Opens an address, runs an action on the page, and takes a picture. */
async function shoot(
  browser: Browser,
  name: string,
  address: string,
  { act, ...options }: VisitOptions & { act?: (page: Page) => Promise<unknown> },
): Promise<void> {
  const { page } = await visit(browser, address, options);
  await act?.(page);
  await page.screenshot({ path: join(images, `${name}.png`) });
  await page.context().close();
  console.log(`docs/images/${name}.png`);
}

async function shootReview(browser: Browser): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "screenshots-"));
  try {
    const file = join(folder, "review.html");
    writeFileSync(file, renderReview());
    const address = pathToFileURL(file).href;
    const chooseCell = async (page: Page) => {
      await page.evaluate("document.querySelector('#matrix').scrollIntoView()");
      await page.locator("#grid td", { hasText: "was viewer" }).first().click();
    };
    await shoot(browser, "review", address, { height: 1100 });
    await shoot(browser, "review-dark", address, { height: 1100, colorScheme: "dark" });
    await shoot(browser, "review-matrix", address, { act: chooseCell });
    await shoot(browser, "review-matrix-dark", address, { colorScheme: "dark", act: chooseCell });
    await shoot(browser, "review-phone", address, phone);
    await shoot(browser, "review-phone-matrix", address, { ...phone, act: chooseCell });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function shootConsole(browser: Browser): Promise<void> {
  const server = await startEmulator();
  try {
    const address = `${server.url}/`;
    const waitForRequests = (page: Page) => page.getByText("update-a-member").waitFor();
    await shoot(browser, "console", address, { width: 1440, height: 900, act: waitForRequests });
    await shoot(browser, "console-dark", address, {
      width: 1440,
      height: 900,
      colorScheme: "dark",
      act: waitForRequests,
    });
    await shoot(browser, "console-phone", address, { ...phone, act: waitForRequests });
  } finally {
    await server.close();
  }
}

async function main(): Promise<void> {
  const chromium = findChromium();
  if (chromium === undefined) throw new Error("There is no Chromium. Run `make browser` to see the reason.");
  mkdirSync(images, { recursive: true });
  const browser = await launch(chromium);
  try {
    await shootReview(browser);
    await shootConsole(browser);
    // A test compares this digest with the present words, and asks for new pictures if they differ.
    writeFileSync(digestFile, `${JSON.stringify(await digestWords(), undefined, 2)}\n`);
  } finally {
    await browser.close();
  }
}

main().catch((error: unknown) => {
  console.error("make screenshots:", error instanceof Error ? error.message : error);
  process.exitCode = 1;
});

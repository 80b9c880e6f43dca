/**
 * Sees to it that there is a Chromium for the tests of web pages: one that is installed or, where that is missing or does not work, the
 * one that tools/browser pins, in .browser/. Where neither works it says why, and ends well all the same: those tests are then skipped.
 */
import { type Chromium, chromiumIn, findChromium, launch, ownFolder, unpack } from "./browser/chromium";

async function main(): Promise<void> {
  const found = findChromium();
  const objection = found === undefined ? "there is none" : await objectionTo(found);
  if (found !== undefined && objection === undefined) {
    console.log(`Chromium is ready: ${found.executable}`);
    return;
  }
  if (process.env.CHROMIUM_PATH !== undefined) throw new Error(`CHROMIUM_PATH will not do: ${objection ?? ""}`);
  console.log(`A Chromium for tests is fetched (60 MB, once), since ${objection ?? ""}`);
  unpack(ownFolder);
  const unfit = await objectionTo(chromiumIn(ownFolder));
  if (unfit !== undefined) throw new Error(`the one of tools/browser will not do here: ${unfit}`);
  console.log(`Chromium is ready: ${ownFolder}`);
}

/** What speaks against a browser; undefined if it shows a page. */
async function objectionTo(chromium: Chromium): Promise<string | undefined> {
  try {
    const browser = await launch(chromium);
    await (await browser.newPage()).goto("data:text/html,<p>ready</p>");
    await browser.close();
    return undefined;
  } catch (error) {
    const [reason = ""] = (error instanceof Error ? error.message : String(error)).split("\n");
    return `${chromium.executable} does not start: ${reason}`;
  }
}

main().catch((error: unknown) => {
  const reason = error instanceof Error ? error.message : String(error);
  console.error(`make browser: no Chromium is to be had, so that tests of web pages will be skipped. ${reason}`);
  console.error("Install Chromium or Chrome, or name one in CHROMIUM_PATH.");
});

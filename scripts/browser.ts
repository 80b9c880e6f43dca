/**
 * Provides a Chromium for the tests of web pages: an installed one, or else the one that tools/browser pins, in .browser/. If neither
 * works, prints the reason and exits with 0, because those tests are then skipped.
 */
import { type Chromium, getUnpackedChromium, findChromium, launch, ownFolder, unpack } from "./browser/chromium";

async function main(): Promise<void> {
  const found = findChromium();
  const problem = found === undefined ? "no installed Chromium starts" : await findProblem(found);
  if (found !== undefined && problem === undefined) {
    console.log(`Chromium is ready: ${found.executable}`);
    return;
  }
  if (process.env.CHROMIUM_PATH !== undefined)
    throw new Error(`The browser of CHROMIUM_PATH is unusable: ${problem ?? ""}. Correct or unset CHROMIUM_PATH.`);
  console.log(`Downloading a Chromium for tests (60 MB, once): ${problem ?? ""}`);
  unpack(ownFolder);
  const remaining = await findProblem(getUnpackedChromium(ownFolder));
  if (remaining !== undefined) throw new Error(`the Chromium of tools/browser does not work here: ${remaining}`);
  console.log(`Chromium is ready: ${ownFolder}`);
}

/** Returns why a browser cannot show a page, or undefined if it can. */
async function findProblem(chromium: Chromium): Promise<string | undefined> {
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
  console.error(`make browser: there is no Chromium, so the tests of web pages are skipped. ${reason}`);
  console.error("Install Chromium or Chrome, or set CHROMIUM_PATH.");
});

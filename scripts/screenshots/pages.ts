import { createHash } from "node:crypto";
import { join } from "node:path";
import { createReport, formatHtml } from "#gitops";
import { acme } from "#gitops/testing";
import { Emulator } from "#emulator";
import { seed } from "./emulator";

/** The folder of the pictures. */
export const images = join(__dirname, "../../docs/images");

/** The file with the digest of the words that each page had when its pictures were taken. */
export const digestFile = join(images, "words.json");

/** Returns the page of the review. */
export function renderReview(): string {
  return formatHtml(createReport(acme), {
    title: "Promote Bob, open the allowlist",
    reviewed: { commit: "8c1f0d7a52e4b96301ad5f2c7be8904d6e3a1b7f", at: new Date("2027-01-15T09:30:00Z") },
  });
}

/** Returns the digest of the words of each page. */
export async function digestWords(): Promise<Readonly<Record<string, string>>> {
  const console = await (await new Emulator().handle(new Request("http://emulator/"))).text();
  return {
    console: digest(readWords(console) + JSON.stringify(seed)),
    review: digest(readWords(renderReview())),
  };
}

function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** Returns the text of a page, and the texts in its scripts and data. Styles and code do not change it. */
export function readWords(page: string): string {
  const scripts = [...page.matchAll(/<script[^>]*>(.*?)<\/script>/gs)].map(([, code = ""]) => code);
  const quoted = scripts.flatMap((code) => code.match(/"[^"\n]*"|`[^`]*`/g) ?? []);
  const text = page.replaceAll(/<(script|style)[^>]*>.*?<\/\1>/gs, "").replaceAll(/<[^>]*>/g, " ");
  return [...text.split(/\s+/), ...quoted].join(" ");
}

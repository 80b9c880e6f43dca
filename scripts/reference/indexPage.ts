import { page, table } from "./markdown";
import { parted, shortName } from "./package";
import { written } from "./sections";

/** Returns an unformatted list of pages with the first sentence of each. */
export function indexPage(
  title: string,
  kind: string,
  described: Readonly<Record<string, { readonly description: string }>>,
): string {
  const rows = Object.entries(described).map(([token, { description }]) => [
    `[${shortName(token)}](${shortName(token)}.md)`,
    firstSentence(parted(description).text),
  ]);
  return page(written, `# ${title}`, table([kind, "description"], rows), "Back to the [guides](../README.md).");
}

function firstSentence(text: string): string {
  return /^[^]*?\.(?= |$)/.exec(text)?.[0] ?? text;
}

import { page, formatTable, getShortName } from "#framework/build";
import { splitDescription } from "./description";
import { decisions, written } from "./sections";

/** Returns an unformatted list of pages with the first sentence of each. */
export function renderIndexPage(
  title: string,
  kind: string,
  described: Readonly<Record<string, { readonly description: string }>>,
): string {
  const rows = Object.entries(described).map(([token, { description }]) => [
    `[${getShortName(token)}](${getShortName(token)}.md)`,
    getFirstSentence(splitDescription(description).text),
  ]);
  return page(
    written,
    `# ${title}`,
    decisions,
    formatTable([kind, "description"], rows),
    "Back to the [guides](../README.md).",
  );
}

function getFirstSentence(text: string): string {
  return /^[^]*?\.(?= |$)/.exec(text)?.[0] ?? text;
}

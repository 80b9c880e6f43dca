import { formatList, joinParts, wrap } from "../terminal/text";
import { formatCount } from "../wording";
import type { PersonGroup } from "./access";
import { countThings, describeCourse, type Item, type Report, type Section } from "./report";
import type { DescribedRisks, Text } from "./words";

/** Returns the verdict, the changes and the broken rules of a review for a person at a terminal. Leaves out access that does not change. */
export function formatReportText(
  { summary, sections, pending, sources }: Report,
  { title, width }: { readonly title: string; readonly width: number },
): string {
  const { verdict, counts, levels } = summary;
  const risks = levels
    .filter(({ changes }) => changes > 0)
    .map(
      ({ level, risks }) => `${level}: ${risks.map(({ words, extent }) => `${words} (${flatten(extent)})`).join(", ")}`,
    );
  const head = [
    `${title}: ${[verdict, ...counts.map(flatten)].join(" · ")}`,
    ...risks,
    ...(sources.rules === `${verdict}.` ? [] : [sources.rules]),
  ];
  return joinParts([
    head.flatMap((line) => wrap(line, width).map((part) => `${part}\n`)).join(""),
    ...sections.map((section) => formatSection(section, width)),
    ...(pending === undefined
      ? []
      : [`${pending.title}\n`, ...pending.sections.map((one) => formatSection(one, width))]),
  ]);
}

function formatSection(section: Section, width: number): string {
  const { title, breakdown, noun, plural, items } = section;
  const count = breakdown ?? formatCount(countThings(section), noun, plural ?? `${noun}s`);
  return formatList(`${title}, ${count}`, items.flatMap(describeItem), width);
}

function describeItem({ group, ...item }: Item): readonly string[] {
  if (group !== undefined) return [describePeople(group)];
  const { place, heading = [], effect, cause, texts, details = [] } = item;
  const head = [place, flatten(heading), effect, cause, describeRisks(item)].filter(Boolean).join(" · ");
  return [formatHead([head, ...texts.map(flatten)]), ...details.map(({ text }) => flatten(text))];
}

/** Joins the parts of a line. A colon follows a clause, but not a sentence. */
function formatHead(parts: readonly string[]): string {
  const [first = "", ...others] = parts.filter(Boolean);
  return others.reduce((line, part) => `${line}${/[.!?]$/.test(line) ? "" : ":"} ${part}`, first);
}

function describePeople({ people, isOutsider, changes, ...atRisk }: PersonGroup): string {
  const names = people.map(({ email }) => (isOutsider ? `${email} (outsider)` : email)).join(", ");
  const accesses = changes.map((change) => `${change.organization}: ${describeCourse(change)}`);
  return [`${names}: ${accesses.join("; ")}`, describeRisks(atRisk)].filter(Boolean).join(" · ");
}

function describeRisks({ risks }: DescribedRisks): string {
  return risks.map(({ level, words }) => `${level}: ${words}`).join(", ");
}

function flatten(text: Text): string {
  const parts = text.map((part) => (typeof part === "string" ? part : Object.values(part).join("")));
  return parts.join("").replace(/\s+/g, " ").trim();
}

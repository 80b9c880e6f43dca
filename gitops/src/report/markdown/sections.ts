import { type Level, levels } from "../../risks";
import { splitList } from "../../grouping";
import { formatCount, formatNumber, lowerWords } from "../../wording";
import {
  foldPeople,
  type PersonGroup,
  type ReportedOrganization,
  type ReportedPerson,
  type RoleHolder,
} from "../access";
import type { OrganizationReach } from "../reachInWords";
import { describeCourse, type Item, type PendingChanges, type Report, type Section } from "../report";
import type { DescribedRisks } from "../words";
import { formatCell, formatCode, formatProse, formatText } from "./escape";
import { type Rank, readableRows, type MarkdownRow, type MarkdownSection } from "./fit";

/** The symbols of the levels. Each stands beside its word, so that colours are not needed. */
export const marks = { high: "🔴", medium: "🟠", low: "⚪" } as const satisfies Record<Level, string>;

/** Returns the sections of a report as Markdown. */
export function createSections({ sections, pending, access, sources }: Report): readonly MarkdownSection[] {
  return [
    ...sections.map(createSection),
    ...(pending === undefined ? [] : [createPendingSection(pending)]),
    createAccessSection(access),
    createFoldedSection(
      `Sources (${formatCount(sources.stacks.length, "stack")})`,
      [
        createDetail(() => `- ${sources.rules}`, 0),
        ...sources.stacks.map((stack) => createDetail(() => `- ${formatCode(stack)}`)),
      ],
      "stack",
    ),
  ];
}

function createSection(section: Section): MarkdownSection {
  const { title, level, breakdown, noun, plural, course, isDetail = false, items } = section;
  const rows = items.flatMap((item) => (item.group ? createPeopleRows(item.group) : createItemRows(item, section)));
  if (isDetail) return createFoldedSection(`${title} (${formatNumber(items.length)})`, rows, noun);
  const heading = breakdown === undefined ? title : `${title}: ${breakdown}`;
  const head = course === undefined ? "" : createTableHead(course, section);
  return { title: heading, open: countVisible(level), head, rows, noun, ...(plural !== undefined && { plural }) };
}

/** Folds all pending changes together, in lines. */
function createPendingSection({ title, sections }: PendingChanges): MarkdownSection {
  const rows = sections.flatMap((section) =>
    section.items.flatMap((item) => (item.group ? createPeopleLines(item.group) : createItemRows(item, section))),
  );
  return createFoldedSection(
    title,
    rows.map((row) => createRow(() => row.text, { rank: "pending", size: row.size, classes: row.classes })),
    "pending change",
  );
}

/** Writes people with equal changes in lines, because a list cannot contain a row of a table. */
function createPeopleLines({ people, isOutsider, changes, ...atRisk }: PersonGroup): readonly MarkdownRow[] {
  const accesses = changes.map((change) => `${formatCode(change.organization)}: ${describeCourse(change)}`);
  const facts = [...(isOutsider ? ["outsiders"] : []), ...accesses, formatRisks(atRisk) ?? ""].filter(Boolean);
  return splitList(people, peoplePerLine).map((part) =>
    createRow(() => `- ${part.map(({ email }) => formatCode(email)).join(", ")}: ${facts.join(" · ")}\n`, {
      rank: "pending",
      size: part.length,
      classes: [],
    }),
  );
}

/** A phone has no room for a column of organizations. */
function createTableHead(course: string, { outsiders }: Section): string {
  const explanation = outsiders === undefined ? "" : `${formatProse(outsiders)}\n\n`;
  return `${explanation}| person | ${course} | risk |\n| --- | --- | --- |\n`;
}

function createPeopleRows(group: PersonGroup): readonly MarkdownRow[] {
  return splitList(group.people, peoplePerRow).map((people) => ({
    text: formatRow(people, group),
    rank: group.level ?? "none",
    size: people.length,
    classes: people.flatMap(() => group.risks.map(({ words }) => words)),
  }));
}

/** The visible rows of a level. A long section of lower risks does not push away what follows. */
const visibleRows = { high: readableRows, medium: 20, low: 10, none: 10 } as const satisfies Record<
  Level | "none",
  number
>;

function countVisible(level: Level | "none" = "high"): number {
  return visibleRows[level];
}

/** The people in a row of the table. */
const peoplePerRow = 100;

function formatRow(people: readonly ReportedPerson[], { isOutsider, changes, ...atRisk }: PersonGroup): string {
  const cells = [
    formatPeople(people, isOutsider),
    changes.map((change) => `${formatCell(change.organization)}: ${describeCourse(change)}`).join("<br>"),
    levels.flatMap((level) => formatRisks({ ...atRisk, level }) ?? []).join("<br>") || "none",
  ];
  return `| ${cells.join(" | ")} |\n`;
}

function formatPeople(people: readonly ReportedPerson[], isOutsider: boolean): string {
  const list = (some: readonly ReportedPerson[]) =>
    some.map(({ email }) => (isOutsider ? `${formatCell(email)} (outsider)` : formatCell(email))).join("<br>");
  const { visible, folded, count } = foldPeople(people, isOutsider);
  if (folded.length === 0) return list(visible);
  return `${list(visible)}<details><summary>${count}</summary>${list(folded)}</details>`;
}

/** Returns a level with its risks, such as `🔴 high: grants admin`; undefined without a risk. */
function formatRisks({ level, risks }: DescribedRisks): string | undefined {
  const named = risks.filter((risk) => risk.level === level).map(({ words }) => words);
  if (level === undefined || named.length === 0) return undefined;
  return `${marks[level]} ${level}: ${named.join(", ")}`;
}

/** A broken rule is more important than a risk of the same level. */
const effectRanks = { high: "refused", medium: "high", low: "low", none: "low" } as const satisfies Record<
  Level | "none",
  Rank
>;

/** Returns the row of an item, and the rows of its details. */
function createItemRows(item: Item, { id, breakdown, isDetail = false }: Section): readonly MarkdownRow[] {
  const { level = "none", effect, risks, details = [] } = item;
  const rank: Rank = isDetail ? "detail" : effect === undefined ? level : effectRanks[level];
  const classes = breakdown === undefined ? risks.map(({ words }) => words) : [lowerWords(effect ?? "")];
  const [counted, uncounted] = [
    { rank, size: 1, classes },
    { rank, size: 0, classes: [] },
  ];
  return [
    createRow(() => `- ${formatItem(item, id)}\n`, details.length === 0 ? counted : uncounted),
    ...details.map(({ text, isIntroduction }) =>
      createRow(() => `  - ${formatText(text)}\n`, isIntroduction ? uncounted : counted),
    ),
  ];
}

/** The text between the head of an item and its first sentence. */
const separators: Readonly<Partial<Record<Section["id"], string>>> = { notes: ": ", messages: " · " };

/** The characters of two whole allowlists. */
const longestChange = 6000;

/** Writes an item in one line, because GitLab and GitHub show line breaks differently. */
function formatItem(item: Item, id: Section["id"]): string {
  const { place, heading = [], effect, cause = "", texts } = item;
  const title = formatText(heading);
  const head = [
    place === undefined ? "" : formatCode(place),
    effect === undefined ? title : `**${title}**`,
    effect ?? "",
    cause,
    formatRisks(item) ?? "",
  ].filter((part) => part !== "");
  const longest = id === "settings" || id === "program" ? longestChange : undefined;
  const lines = [head.join(" · "), ...texts.map((text) => formatText(text, longest))];
  return lines.filter((line) => line !== "").join(separators[id] ?? "<br>");
}

/** The maximum number of people in a line. */
const peoplePerLine = 20;

/** The role of every person after the change, the people in groups, and who reaches each project and cohort. */
function createAccessSection({ title, note, organizations, reach }: Report["access"]): MarkdownSection {
  const rows = [
    ...(note === "" ? [] : [createDetail(() => `- ${formatProse(note)}`, 0)]),
    ...organizations.flatMap((organization) => createAccessRows(organization, reach.get(organization.key))),
  ];
  return reach.size === 0
    ? createFoldedSection(title, rows, "role")
    : { ...createFoldedSection(title, rows, "entry"), plural: "entries" };
}

function createAccessRows(
  { name, after }: ReportedOrganization,
  reach: OrganizationReach | undefined,
): readonly MarkdownRow[] {
  if (after === undefined) return [];
  return [
    createDetail(() => `- ${formatCode(name)}: ${after.people}`, 0),
    ...after.roles.flatMap(({ role, people }) => createListRows(role, people, describeHolder)),
    ...(reach?.groups ?? []).flatMap(({ name, people }) =>
      createListRows(`group ${formatCode(name)}`, people, formatText),
    ),
    ...(reach?.objects ?? []).flatMap(({ kind, path, change, after: side }) => {
      const title = `${kind} ${formatCode(path)}${change === "released" ? " (released)" : ""}`;
      return createListRows(title, side?.people ?? [], formatText);
    }),
  ];
}

/** Writes a list in lines. */
function createListRows<T>(title: string, list: readonly T[], describe: (item: T) => string): readonly MarkdownRow[] {
  return splitList(list, peoplePerLine).map((part) =>
    createDetail(() => `  - ${title}: ${part.map((item) => describe(item)).join(", ")}`, part.length),
  );
}

function describeHolder({ email, access: { status } }: RoleHolder): string {
  return `${formatCode(email)}${status === "" ? "" : ` (${status})`}`;
}

/** A line of a folded section. */
function createDetail(describe: () => string, size = 1): MarkdownRow {
  return createRow(() => `${describe()}\n`, { rank: "detail", size, classes: [] });
}

/** Creates a row whose text is written only if it is read. Most rows of a long report are never written. */
function createRow(write: () => string, others: Omit<MarkdownRow, "text">): MarkdownRow {
  return {
    get text() {
      return write();
    },
    ...others,
  };
}

/** A section that shows only its title at first. */
function createFoldedSection(title: string, rows: readonly MarkdownRow[], noun: string): MarkdownSection {
  return { title, open: 0, head: "", rows, noun };
}

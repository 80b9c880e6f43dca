import { type Level, levels } from "../../risks";
import { formatCount, formatNumber, lowerWords } from "../../wording";
import type { PersonGroup, ReportedOrganization, ReportedPerson } from "../access";
import type { OrganizationReach } from "../reachInWords";
import type { Item, Report, Section } from "../report";
import type { DescribedRisks, Text } from "../words";
import { formatCell, formatCode, formatProse, formatText } from "./escape";
import { type Rank, readableRows, type MarkdownRow, type MarkdownSection } from "./fit";

/** The symbols of the levels. Each stands beside its word, so that colours are not needed. */
export const marks = { high: "🔴", medium: "🟠", low: "⚪" } as const satisfies Record<Level, string>;

export function createSections({ sections, access, sources }: Report): readonly MarkdownSection[] {
  return [
    ...sections.map(createSection),
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

/** A phone has no room for a column of organizations. */
function createTableHead(course: string, { outsiders }: Section): string {
  const explanation = outsiders === undefined ? "" : `${formatProse(outsiders)}\n\n`;
  return `${explanation}| person | ${course} | risk |\n| --- | --- | --- |\n`;
}

function createPeopleRows(group: PersonGroup): readonly MarkdownRow[] {
  return splitPeople(group.people).map((people) => ({
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

function splitPeople(people: readonly ReportedPerson[]): readonly (readonly ReportedPerson[])[] {
  return Array.from({ length: Math.ceil(people.length / peoplePerRow) }, (_, row) =>
    people.slice(row * peoplePerRow, (row + 1) * peoplePerRow),
  );
}

function formatRow(people: readonly ReportedPerson[], { isOutsider, changes, ...atRisk }: PersonGroup): string {
  const cells = [
    formatPeople(people, isOutsider),
    changes
      .map(
        ({ organization, words, cause }) =>
          `${formatCell(organization)}: ${words.before} → ${words.after}${cause === "" ? "" : `, ${cause}`}`,
      )
      .join("<br>"),
    levels.flatMap((level) => formatRisks({ ...atRisk, level }) ?? []).join("<br>") || "none",
  ];
  return `| ${cells.join(" | ")} |\n`;
}

/** The people of a group that are visible at once. An outsider is never folded among a few. */
const [visibleInsiders, visibleOutsiders] = [3, 10];

function formatPeople(people: readonly ReportedPerson[], isOutsider: boolean): string {
  const emails = people.map(({ email }) => (isOutsider ? `${formatCell(email)} (outsider)` : formatCell(email)));
  const visible = isOutsider ? visibleOutsiders : emails.length > visibleInsiders ? 0 : visibleInsiders;
  const [first, others] = [emails.slice(0, visible), emails.slice(visible)];
  if (others.length === 0) return first.join("<br>");
  const count = isOutsider
    ? formatCount(others.length, "more outsider", "more outsiders")
    : formatCount(others.length, "person", "people");
  return `${first.join("<br>")}<details><summary>${count}</summary>${others.join("<br>")}</details>`;
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
  const head = {
    // Most rows of a long report are never written.
    get text() {
      return `- ${formatItem(item, id)}\n`;
    },
    rank,
    ...(details.length === 0 ? { size: 1, classes } : { size: 0, classes: [] }),
  };
  return [
    head,
    ...details.map(({ text, isIntroduction }) => ({
      get text() {
        return `  - ${formatText(text)}\n`;
      },
      rank,
      ...(isIntroduction ? { size: 0, classes: [] } : { size: 1, classes }),
    })),
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
    ...after.roles.flatMap(createRoleRows),
    ...(reach?.groups ?? []).flatMap((group) => createListRows(`group ${formatCode(group.name)}`, group.people)),
    ...(reach?.objects ?? []).flatMap(({ kind, path, change, after: side }) => {
      if (side === undefined) return [];
      return createListRows(`${kind} ${formatCode(path)}${change === "released" ? " (released)" : ""}`, side.people);
    }),
  ];
}

/** Writes a list in lines. */
function createListRows(title: string, people: readonly Text[]): readonly MarkdownRow[] {
  return splitLines(people).map((part) =>
    createDetail(() => `  - ${title}: ${part.map((text) => formatText(text)).join(", ")}`, part.length),
  );
}

type RoleGroup = NonNullable<ReportedOrganization["after"]>["roles"][number];

function createRoleRows({ role, people }: RoleGroup): readonly MarkdownRow[] {
  const describe = ({ email, access: { status } }: RoleGroup["people"][number]) =>
    `${formatCode(email)}${status === "" ? "" : ` (${status})`}`;
  return splitLines(people).map((part) =>
    createDetail(() => `  - ${role}: ${part.map(describe).join(", ")}`, part.length),
  );
}

function splitLines<T>(people: readonly T[]): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(people.length / peoplePerLine) }, (_, line) =>
    people.slice(line * peoplePerLine, (line + 1) * peoplePerLine),
  );
}

/** A line of a folded section. */
function createDetail(describe: () => string, size = 1): MarkdownRow {
  return {
    get text() {
      return `${describe()}\n`;
    },
    rank: "detail",
    size,
    classes: [],
  };
}

/** A section that shows only its title at first. */
function createFoldedSection(title: string, rows: readonly MarkdownRow[], noun: string): MarkdownSection {
  return { title, open: 0, head: "", rows, noun };
}

import type { Level } from "../../risks";
import { formatCount, formatNumber } from "../../wording";
import type { Organization, PersonalAccess } from "../access";
import type { Item, ItemSection, PeopleSection, Report } from "../report";
import type { AtRisk } from "../words";
import { formatCell, formatCode, formatText } from "./escape";
import { type Rank, readableRows, type Row, type MarkdownSection } from "./fit";

/** The symbols of the levels. Each stands beside its word, so that colours are not needed. */
export const marks = { high: "🔴", medium: "🟠", low: "⚪" } as const satisfies Record<Level, string>;

export function createSections({ sections, access, sources }: Report): readonly MarkdownSection[] {
  return [
    ...sections.map((section) => (section.id === "people" ? createTable(section) : createList(section))),
    createFoldedSection(access.title, access.organizations.flatMap(createAccessRows), "role"),
    createFoldedSection(
      `Sources (${formatCount(sources.stacks.length, "stack")})`,
      [
        { ...createDetail(`- ${sources.rules}`), size: 0 },
        ...sources.stacks.map((stack) => createDetail(`- ${formatCode(stack)}`)),
      ],
      "stack",
    ),
  ];
}

/** The access changes in a table. A phone has no room for a column of organizations. */
function createTable({ title, noun, course, persons }: PeopleSection): MarkdownSection {
  return {
    title,
    open: readableRows,
    head: `| person | ${course} | risk |\n| --- | --- | --- |\n`,
    rows: persons.flatMap(({ access }) =>
      access.map((change) => ({
        text: formatRow(change),
        // The changes of a person stay together.
        rank: access[0]?.level ?? "low",
        size: 1,
        classes: change.risks.map(({ words }) => words),
      })),
    ),
    noun,
  };
}

function formatRow({ email, organization, words, ...atRisk }: PersonalAccess): string {
  const cells = [
    `${formatCell(email)}<br>${formatCell(organization)}`,
    `${words.before} → ${words.after}`,
    formatRisks(atRisk) ?? "none",
  ];
  return `| ${cells.join(" | ")} |\n`;
}

/** Returns the highest level with its risks, such as `🔴 high: grants admin`; undefined without a risk. */
function formatRisks({ level, risks }: AtRisk): string | undefined {
  if (level === undefined || risks.length === 0) return undefined;
  const named = risks.filter((risk) => risk.level === level).map(({ words }) => words);
  return `${marks[level]} ${level}: ${named.join(", ")}`;
}

function createList(section: ItemSection): MarkdownSection {
  const { title, breakdown, noun, isDetail = false, items } = section;
  const rows = items.map((item) => createItemRow(item, section));
  if (isDetail) return createFoldedSection(`${title} (${formatNumber(items.length)})`, rows, noun);
  const heading = breakdown === undefined ? title : `${title}: ${breakdown}`;
  return { title: heading, open: readableRows, head: "", rows, noun };
}

/** A broken rule is more important than a risk of the same level. */
const effectRanks = { high: "refused", medium: "high", low: "low" } as const satisfies Record<Level, Rank>;

function createItemRow(item: Item, { id, breakdown, isDetail = false }: ItemSection): Row {
  const { level = "low", effect, risks } = item;
  return {
    // Most rows of a long report are never written.
    get text() {
      return `- ${formatItem(item, id)}\n`;
    },
    rank: isDetail ? "detail" : effect === undefined ? level : effectRanks[level],
    size: 1,
    classes: breakdown === undefined ? risks.map(({ words }) => words) : [(effect ?? "").toLowerCase()],
  };
}

/** The text between the head of an item and its first sentence. */
const separators: Readonly<Partial<Record<ItemSection["id"], string>>> = { notes: ": ", messages: " · " };

/** The characters of two whole allowlists. */
const longestChange = 6000;

/** Writes an item in one line, because GitLab and GitHub show line breaks differently. */
function formatItem(item: Item, id: ItemSection["id"]): string {
  const { place, heading = [], effect, texts } = item;
  const title = formatText(heading);
  const head = [
    place === undefined ? "" : formatCode(place),
    effect === undefined ? title : `**${title}**`,
    effect ?? "",
    formatRisks(item) ?? "",
  ].filter((part) => part !== "");
  const longest = id === "settings" || id === "program" ? longestChange : undefined;
  const lines = [head.join(" · "), ...texts.map((text) => formatText(text, longest))];
  return lines.filter((line) => line !== "").join(separators[id] ?? "<br>");
}

/** The maximum number of people in a line. */
const peoplePerLine = 20;

/** The role of every person in an organization after the change. */
function createAccessRows({ name, after }: Organization): readonly Row[] {
  if (after === undefined) return [];
  return [
    { ...createDetail(`- ${formatCode(name)}: ${after.people}`), size: 0 },
    ...after.roles.flatMap(createRoleRows),
  ];
}

type RoleGroup = NonNullable<Organization["after"]>["roles"][number];

function createRoleRows({ role, people }: RoleGroup): readonly Row[] {
  return Array.from({ length: Math.ceil(people.length / peoplePerLine) }, (_, line) => {
    const part = people.slice(line * peoplePerLine, (line + 1) * peoplePerLine);
    const named = part.map(
      ({ email, access: { status } }) => `${formatCode(email)}${status === "" ? "" : ` (${status})`}`,
    );
    return { ...createDetail(`  - ${role}: ${named.join(", ")}`), size: part.length };
  });
}

/** A line of a folded section. */
function createDetail(line: string): Row {
  return { text: `${line}\n`, rank: "detail", size: 1, classes: [] };
}

/** A section that shows only its title at first. */
function createFoldedSection(title: string, rows: readonly Row[], noun: string): MarkdownSection {
  return { title, open: 0, head: "", rows, noun };
}

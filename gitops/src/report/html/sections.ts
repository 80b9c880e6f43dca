import { groupBy, sortBy } from "../../grouping";
import { formatCount, formatNumber } from "../../wording";
import { foldPeople, type PersonGroup, type PersonInOrganization, type ReportedPerson } from "../access";
import { changeKinds } from "../changeKind";
import { countThings, getAnchor, type Item, type PendingChanges, type Report, type Section } from "../report";
import { getRiskKey, type RiskWords, type Text } from "../words";
import { type Content, type Markup, markup } from "./markup";
import { frame } from "./texts";

/** The symbols of the frame, by name. */
const symbols = new Set([...frame.matchAll(/<symbol id="(\w+)"/g)].map(([, name]) => name));

/** A symbol of the frame, or a general one. Screen readers ignore it and read the word beside it. */
export function createIcon(name: string): Markup {
  const symbol = symbols.has(name) ? name : "object";
  return markup`<svg class="icon" aria-hidden="true"><use href="#${symbol}"></use></svg>`;
}

/** A list of risks with their levels, which do not depend on colours. */
export function createRiskList(risks: readonly (Omit<RiskWords, "name"> & { readonly extent?: Text })[]): Content {
  if (risks.length === 0) return undefined;
  const items = risks.map(({ level, words, extent }) => {
    const named = extent === undefined ? undefined : markup`: <b>${createText(extent)}</b>`;
    return markup`<li class="risk ${level}">${createIcon(level)}<span><span class="hidden">${level} risk: </span>${words}${named}</span></li>`;
  });
  return markup`<ul class="risks" aria-label="Risks">${items}</ul>`;
}

/** Returns a text as HTML. */
export function createText(text: Text): Content {
  return text.map((part): Content => {
    if (typeof part === "string") return createProse(part);
    if ("email" in part) return createAddress(part.email);
    if ("name" in part) return markup`<bdi>${part.name}</bdi>`;
    if ("code" in part) return markup`<code>${part.code}</code>`;
    if ("lines" in part) return breakLines(part.lines);
    return "strong" in part ? markup`<b>${part.strong}</b>` : markup`<em>${part.emphasis}</em>`;
  });
}

/** Sentences with code between backticks, as in Markdown. */
function createProse(text: string): Content {
  return text.split(/`([^`]+)`/).map((part, index) => (index % 2 === 1 ? markup`<code>${part}</code>` : part));
}

function breakLines(text: string): Content {
  return text.split(/\r?\n/).map((line, index) => [index === 0 ? undefined : markup`<br />`, createProse(line)]);
}

/** An e-mail address that breaks before its domain or after punctuation, never in a word. */
function createAddress(email: string): Markup {
  const parts = email.split(/(?<=@)/).map((part) => markup`<span class="unit">${createBreaks(part)}</span>`);
  return markup`<bdi>${parts}</bdi>`;
}

function createBreaks(text: string): Content {
  return text.split(/(?<=[._+-])/).map((part, index) => (index === 0 ? part : markup`<wbr />${part}`));
}

/** A part of the page under a heading that can be linked to. */
interface PageSection {
  readonly id: string;
  readonly title: string;
  /** The number of listed things. */
  readonly count: number;
  readonly body: Markup;
}

/** The notes about one access only, which stand beside it. */
type OwnNotes = ReadonlyMap<PersonInOrganization, Text>;

/** Returns the sections of a report. The section of notes has only those that do not stand beside a change. */
export function createSections({ sections, pending }: Report): readonly PageSection[] {
  return [...listSections(sections), ...(pending === undefined ? [] : [createPending(pending)])];
}

function listSections(sections: readonly Section[]): readonly PageSection[] {
  const items = sections.flatMap((section) => section.items);
  const ownNotes = new Map(
    items.flatMap(({ about, texts: [text] }) => (about && text ? [[about, text] as const] : [])),
  );
  return sections
    .map((section) => ({ ...section, items: section.items.filter(({ about }) => about === undefined) }))
    .filter((section) => section.items.length > 0)
    .map((section) => createSection(section, ownNotes));
}

/** Folds all pending changes together. */
function createPending({ title, count, sections }: PendingChanges): PageSection {
  const parts = sections.map(
    (section) => markup`<h3 id="${getAnchor(section)}">${section.title}</h3>
${section.course === undefined ? createItems(section) : createPeople(section, new Map())}
`,
  );
  const body = markup`<section id="pending" aria-labelledby="pending-title">
<h2 id="pending-title">Not caused by this change <span class="count">${formatNumber(count)}</span></h2>
<details><summary>${title}</summary>
${parts}</details>
</section>
`;
  return { id: "pending", title: "Not caused by this change", count, body };
}

function createSection(section: Section, ownNotes: OwnNotes): PageSection {
  const id = getAnchor(section);
  const { title } = section;
  const count = countThings(section);
  const body = markup`<section id="${id}" aria-labelledby="${id}-title">
<h2 id="${id}-title">${title} <span class="count">${formatNumber(count)}</span></h2>
${section.course === undefined ? createItems(section) : createPeople(section, ownNotes)}
</section>
`;
  return { id, title, count, body };
}

/** The settings that the page writes out. Thousands of people and many projects can have tens of thousands of changes. */
const mostSettings = 500;

/** Returns the items of each level, those of one organization or stack under its name. */
function createItems({ id, items }: Section): Content {
  const written = id === "settings" ? items.slice(0, mostSettings) : items;
  // Items without a place come first, because they have no heading.
  const sorted = sortBy(written, (item) => [getRiskKey(item), String(item.place !== undefined)]);
  const groups = groupBy(sorted, ({ level, place }) => JSON.stringify([level, place]));
  const omittedCount = items.length - written.length;
  let heading: string | undefined;
  return [
    [...groups.values()].map((own) => {
      const [{ place = heading === undefined ? undefined : "Other" }] = own;
      const isNew = place !== heading;
      heading = place;
      return markup`${isNew && place !== undefined ? markup`<h3><bdi>${place}</bdi></h3>\n` : undefined}<ul class="items">${own.map(createItem)}</ul>\n`;
    }),
    omittedCount === 0
      ? undefined
      : markup`<p class="quiet">The file of <code>--json-file</code> contains ${formatCount(omittedCount, "more change", "more changes")} with the same risk or a lower one.</p>`,
  ];
}

function createItem(item: Item): Markup {
  const { kind, level, heading, effect, cause, label, texts, details, risks } = item;
  const [first, ...others] = texts;
  const badge = effect === undefined ? undefined : markup` <span class="risk ${level ?? "none"}">${effect}</span>`;
  return markup`<li class="item ${level ?? "none"}">
${createIcon(kind)}<div class="text">${heading === undefined ? undefined : markup`<p class="heading">${createText(heading)}${badge}</p>`}${
    first === undefined ? undefined : createParagraph(first, label)
  }${others.map((text) => markup`<p class="quiet">${createText(text)}</p>`)}${cause && markup`<p class="quiet">${cause}</p>`}${createDetails(details)}</div>
${createRiskList(risks)}</li>
`;
}

/** The details of an item that are visible at once. */
const visibleDetails = 10;

function createDetails(details: Item["details"] = []): Content {
  if (details.length === 0) return undefined;
  const list = (some: NonNullable<Item["details"]>) =>
    markup`<ul class="details">${some.map(({ text }) => markup`<li>${createText(text)}</li>`)}</ul>`;
  const [visible, folded] = [details.slice(0, visibleDetails), details.slice(visibleDetails)];
  return [
    list(visible),
    folded.length === 0
      ? undefined
      : markup`<details><summary>${formatNumber(folded.length)} more</summary>${list(folded)}</details>`,
  ];
}

/** The number of characters of a sentence that is visible at once. The page folds a longer one, such as a list of thousands of people. */
const visibleLength = 1_000;

/** Folds a long text. Its beginning ends after a comma, because long texts are lists. */
function createParagraph(text: Text, label: string | undefined): Markup {
  const begin = label === undefined ? undefined : markup`<span class="quiet label">${label}</span> `;
  const [words] = text;
  if (typeof words !== "string" || words.length <= visibleLength) return markup`<p>${begin}${createText(text)}</p>`;
  const end = words.lastIndexOf(", ", visibleLength);
  const start = words.slice(0, end === -1 ? visibleLength : end + 1);
  return markup`${begin}<details><summary>${start} …</summary><p>${createText(text)}</p></details>`;
}

/** The groups that are visible at once. The page folds the others. */
const visibleGroups = 30;
/** The people that the page writes out. A first review of thousands of people would be too long to read. */
const mostPeople = 500;

/** Returns the people whose access changes, those with equal changes together. */
function createPeople({ items, outsiders }: Section, ownNotes: OwnNotes): Content {
  const groups = items.flatMap(({ group }) => group ?? []);
  const written = groups.slice(0, countFitting(groups));
  const [visible, folded, omitted] = [
    written.slice(0, visibleGroups),
    written.slice(visibleGroups),
    groups.slice(written.length),
  ];
  const list = (some: readonly PersonGroup[]) =>
    markup`<ul class="items people">${some.map((group) => createGroup(group, ownNotes))}</ul>`;
  const count = (some: readonly PersonGroup[]) =>
    formatCount(some.flatMap(({ people }) => people).length, "more person", "more people");
  return [
    outsiders === undefined ? undefined : markup`<p class="quiet">${outsiders}</p>`,
    list(visible),
    folded.length === 0 ? undefined : markup`<details><summary>${count(folded)}</summary>${list(folded)}</details>`,
    omitted.length === 0 ? undefined : markup`<p class="quiet">The access matrix shows ${count(omitted)}.</p>`,
  ];
}

/** Counts the first groups whose people fit, at least one group. */
function countFitting(groups: readonly PersonGroup[]): number {
  let count = 0;
  const cut = groups.findIndex(({ people }) => (count += people.length) > mostPeople);
  return cut === -1 ? groups.length : Math.max(1, cut);
}

function createGroup({ people, isOutsider, changes }: PersonGroup, ownNotes: OwnNotes): Markup {
  const badge = isOutsider ? markup` <span class="outsider">outsider</span>` : undefined;
  const list = (some: readonly ReportedPerson[]) =>
    some.map(({ email }) => markup`<b class="who">${createAddress(email)}${badge}</b>`);
  const { visible, folded, count } = foldPeople(people, isOutsider);
  const others = markup`<details><summary><b>${count}</b></summary>${list(folded)}</details>`;
  return markup`<li class="item person">
<div class="those">${list(visible)}${folded.length === 0 ? undefined : others}</div>
<ul class="changes">${changes.map((change) => createChange(change, ownNotes.get(change)))}</ul></li>
`;
}

function createChange(change: PersonInOrganization, note: Text | undefined): Markup {
  const { organization, words, cause, level, risks, kind = "changed" } = change;
  const after = markup` ${createIcon("to")}<span class="hidden">to</span> <span class="after">${words.after}</span>`;
  const course = markup`<span class="before">${words.before}</span>${words.before === words.after ? ", unchanged" : after}`;
  return markup`<li class="change ${level ?? "none"} ${kind}">
${createIcon(kind)}<span class="where"><span class="hidden">in </span><bdi>${organization}</bdi></span>
<span class="course"><span class="hidden">${changeKinds[kind]}: </span>${course}${cause === "" ? undefined : markup` <span class="quiet">${cause}</span>`}</span>
${createRiskList(risks)}${note && markup`<p class="quiet note">${createText(note)}</p>`}</li>
`;
}

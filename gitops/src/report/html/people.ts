import type { PersonReview, Review } from "../../review/review";
import { formatCount } from "../../wording";
import { groupByPerson, type Note, groupNotes } from "../content";
import { type Content, type Markup, markup } from "./markup";
import {
  createAddress,
  createIcon,
  describeAccess,
  getChangeKind,
  changeKinds,
  getLevelClass,
  createProse,
  createRiskList,
  type Section,
} from "./parts";

/** The changes that are visible at once. The page folds the others. */
const visibleChanges = 30;
/** The changes that the page writes out. A first review of thousands of people would be too long to read. */
const mostChanges = 500;

/** The people whose access changes, each with all changes, those with the highest risk first. */
export function createPeopleSection({ people, organizations }: Review): Section | undefined {
  const names = new Map(organizations.map(({ key, name }) => [key, name]));
  const changed = people.filter((person) => person.changed);
  if (changed.length === 0) return undefined;
  const inline = new Set(groupNotes(people).filter(isInline).flatMap(listPeople));
  const byPerson = groupByPerson(changed);
  const written = byPerson.slice(0, countFitting(byPerson, mostChanges));
  const visibleCount = countFitting(written, visibleChanges);
  const createItem = (changes: readonly PersonReview[]) => createPersonItem(changes, names, inline);
  const folded = written.slice(visibleCount);
  const omittedCount = changed.length - written.flat().length;
  const body = [
    markup`<ul class="items people">${written.slice(0, visibleCount).map(createItem)}</ul>`,
    folded.length === 0
      ? undefined
      : markup`<details><summary>${formatCount(folded.flat().length, "more change", "more changes")}</summary><ul class="items people">${folded.map(createItem)}</ul></details>`,
    omittedCount === 0
      ? undefined
      : markup`<p class="quiet">The access matrix shows ${formatCount(omittedCount, "more change", "more changes")}.</p>`,
  ];
  return { id: "people", title: "Access changes", count: changed.length, body };
}

/** Counts the first people whose changes fit, at least one person. */
function countFitting(persons: readonly (readonly PersonReview[])[], limit: number): number {
  let changes = 0;
  const cut = persons.findIndex((person) => (changes += person.length) > limit);
  return cut === -1 ? persons.length : Math.max(1, cut);
}

function createPersonItem(
  changes: readonly PersonReview[],
  names: ReadonlyMap<string, string>,
  inline: ReadonlySet<PersonReview>,
): Markup {
  const [first] = changes;
  return markup`<li class="item person">
<b class="who">${createAddress(first?.email ?? "")}</b>
<ul class="changes">${changes.map((change) => createChangeItem(change, names, inline.has(change)))}</ul></li>
`;
}

function createChangeItem(change: PersonReview, names: ReadonlyMap<string, string>, hasNotes: boolean): Markup {
  const { organization, before, after, risks, notes } = change;
  const kind = getChangeKind(change) ?? "changed";
  return markup`<li class="change ${getLevelClass(risks)} ${kind}">
${createIcon(kind)}<span class="where"><span class="hidden">in </span><bdi>${names.get(organization) ?? organization}</bdi></span>
<span class="course"><span class="hidden">${changeKinds[kind]}: </span><span class="before">${describeAccess(before)}</span> ${createIcon("to")}<span class="hidden">to</span> <span class="after">${describeAccess(after)}</span></span>
${createRiskList(risks)}${hasNotes ? markup`<p class="quiet note">${notes.map((note) => [createProse(note), " "])}</p>` : undefined}</li>
`;
}

/** Reports if a note stands beside the change that it is about. A note on several people stands once for all. */
function isInline(note: Note): boolean {
  const [first, ...others] = listPeople(note);
  return others.length === 0 && first?.changed === true;
}

function listPeople({ people }: Note): readonly PersonReview[] {
  return [...people.values()].flat();
}

/** The notes on several people, or on people whose access does not change. */
export function createNotesSection({ people, organizations }: Review): Section | undefined {
  const notes = groupNotes(groupByPerson(people).flat()).filter((note) => !isInline(note));
  if (notes.length === 0) return undefined;
  const names = new Map(organizations.map(({ key, name }) => [key, name]));
  const items = notes.map(
    (note) => markup`<li class="item none">
${createIcon("note")}<div class="text"><p>${note.sentences.map((sentence) => [createProse(sentence), " "])}</p>${[
      ...note.people,
    ].map(
      ([organization, people]) =>
        markup`<p class="quiet">${createNameList(people)} in <bdi>${names.get(organization) ?? organization}</bdi></p>`,
    )}</div></li>
`,
  );
  const body = markup`<ul class="items">${items}</ul>`;
  return { id: "notes", title: "Notes on people", count: notes.length, body };
}

/** The people that a note names. */
const mostNames = 10;

function createNameList(people: readonly PersonReview[]): Content {
  const more = people.length - mostNames;
  const first = people.slice(0, mostNames).map(({ email }, index) => [index === 0 ? "" : ", ", createAddress(email)]);
  return [first, more > 0 ? ` and ${formatCount(more, "more person", "more people")}` : ""];
}

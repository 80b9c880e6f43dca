import { levelOf, type PersonReview, type Review } from "../../review/review";
import { counted } from "../../wording";
import { notesOn } from "../content";
import { type Content, type Markup, markup } from "./markup";
import { icon, levelClass, prose, riskList, type Section, inWords, kindOf, kinds } from "./parts";

/** How many changes are seen at once; the rest is folded away. */
const open = 30;
/** How many are written out at all. A first review of thousands of people would be too much for any reader. */
const most = 500;

/** Whose access changes: what asks for most attention first. */
export function changedPeople({ people, organizations }: Review): Section | undefined {
  const names = new Map(organizations.map(({ key, name }) => [key, name]));
  const changed = byLevel(people.filter((person) => person.changed));
  if (changed.length === 0) return undefined;
  const items = changed
    .slice(0, most)
    .map((person) => item(person, names.get(person.organization) ?? person.organization));
  return {
    id: "people",
    title: "People whose access changes",
    count: changed.length,
    body: list(items, changed.length),
  };
}

function list(items: readonly Markup[], all: number): Content {
  const first = markup`<ul class="items people">${items.slice(0, open)}</ul>`;
  const rest = items.slice(open);
  if (rest.length === 0) return first;
  const left = all - items.length;
  return [
    first,
    markup`<details><summary>${counted(rest.length, "more change", "more changes")}</summary><ul class="items people">${rest}</ul></details>`,
    left === 0
      ? undefined
      : markup`<p class="quiet">${counted(left, "other is", "others are")} in the matrix only.</p>`,
  ];
}

/** The notes on people, each once. */
export function peopleNotes({ people, organizations }: Review): Section | undefined {
  const notes = notesOn(byLevel(people));
  if (notes.length === 0) return undefined;
  const names = new Map(organizations.map(({ key, name }) => [key, name]));
  const items = notes.map(
    (note) => markup`<li class="item none">
${icon("note")}<div class="text"><p>${note.sentences.map((sentence) => [prose(sentence), " "])}</p>${[
      ...note.people,
    ].map(
      ([organization, some]) =>
        markup`<p class="quiet">${listed(some)} in <bdi>${names.get(organization) ?? organization}</bdi></p>`,
    )}</div></li>
`,
  );
  const body = markup`<ul class="items">${items}</ul>`;
  return { id: "notes", title: "Notes on people", count: notes.length, body };
}

/** The number of people in a note. */
const named = 10;

function listed(people: readonly PersonReview[]): Content {
  const more = people.length - named;
  const first = people
    .slice(0, named)
    .map(({ email }, index) => [index === 0 ? "" : ", ", markup`<bdi>${email}</bdi>`]);
  return [first, more > 0 ? ` and ${counted(more, "more person", "more people")}` : ""];
}

function byLevel(people: readonly PersonReview[]): readonly PersonReview[] {
  return (["high", "medium", "low", undefined] as const).flatMap((level) =>
    people.filter(({ risks }) => levelOf(risks) === level),
  );
}

function item(person: PersonReview, organization: string): Markup {
  const { email, before, after, risks } = person;
  const kind = kindOf(person) ?? "changed";
  return markup`<li class="item ${levelClass(risks)} ${kind}">
${icon(kind)}<b class="who"><bdi>${email}</bdi></b> <span class="where"><span class="quiet">in</span> <bdi>${organization}</bdi></span>
<span class="change"><span class="hidden">${kinds[kind]}: </span><span class="before">${inWords(before)}</span> ${icon("to")}<span class="hidden">to</span> <span class="after">${inWords(after)}</span></span>
${riskList(risks)}</li>
`;
}

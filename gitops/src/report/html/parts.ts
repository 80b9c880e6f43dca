import { roles } from "../../../../provider/src/api";
import { levelOf, type Risk, risks, type OrganizationReview, type PersonReview } from "../../review/review";
import { counted, roleName } from "../../wording";
import { type Content, type Markup, markup } from "./markup";
import type { MatrixKind } from "./page/matrixData";

/** A sign of those that the frame draws. It says nothing to a screen reader: a word beside it does. */
export function icon(name: string): Markup {
  return markup`<svg class="icon" aria-hidden="true"><use href="#${name}"></use></svg>`;
}

/** Risks as a list of words; each says its level too, also to those who see no colours. */
export function riskList(some: readonly Risk[]): Markup | undefined {
  if (some.length === 0) return undefined;
  const items = some.map((risk) => {
    const { level, words } = risks[risk];
    return markup`<li class="risk ${level}">${icon(level)}<span class="hidden">${level} risk: </span>${words}</li>`;
  });
  return markup`<ul class="risks" aria-label="Risks">${items}</ul>`;
}

/** The level of an item as a class name. */
export function levelClass(some: readonly Risk[]): string {
  return levelOf(some) ?? "none";
}

/** A text of several lines. */
export function lines(text: string): Content {
  return text.split(/\r?\n/).map((line, index) => (index === 0 ? line : markup`<br />${line}`));
}

/** A part of the page under a heading that can be linked to. */
export interface Section {
  readonly id: string;
  readonly title: string;
  /** How many things it lists. */
  readonly count: number;
  readonly body: Content;
}

export function sectionMarkup({ id, title, count, body }: Section): Markup {
  return markup`<section id="${id}" aria-labelledby="${id}-title">
<h2 id="${id}-title">${title} <span class="count">${count}</span></h2>
${body}
</section>
`;
}

/** A sentence in which what stands between two backticks is code, as in Markdown. */
export function prose(text: string): readonly Content[] {
  return text.split(/`([^`]+)`/).map((part, index) => (index % 2 === 1 ? markup`<code>${part}</code>` : part));
}

export type Place = NonNullable<PersonReview["before"]>;

const standings = {
  active: undefined,
  pending: "invited",
  expired: "invitation expired",
  planned: "to be invited",
} as const satisfies Readonly<Record<Place["standing"], string | undefined>>;

/** Every role that a place may have, the one that may most first. */
export const everyRole: readonly Place["role"][] = [...roles, "unknown", "secret"];

/** The role alone. */
export function roleOf(role: Place["role"]): string {
  return role === "unknown" || role === "secret" ? `${role} role` : roleName(role);
}

/** What is to be said of a place besides the role; empty for somebody like any other. */
export function besides({ owner, standing }: Place): string {
  return [owner ? "owner" : undefined, standings[standing]].filter((word) => word !== undefined).join(", ");
}

/** A place in a few words, such as `admin, owner`. */
export function inWords(place: Place | null): string {
  if (place === null) return "no access";
  return [roleOf(place.role), besides(place)].filter((word) => word !== "").join(", ");
}

/** In which way a person's access changes; undefined if it does not. */
export function kindOf({ before, after, changed }: PersonReview): MatrixKind | undefined {
  if (!changed) return undefined;
  if (before === null) return "added";
  if (after === null) return "removed";
  if (before.owner !== after.owner) return after.owner ? "owns" : "disowned";
  const [was, is] = [rank(before), rank(after)];
  if (was === undefined || is === undefined || was === is) return "changed";
  return is < was ? "raised" : "lowered";
}

/** The lower, the more somebody may do. */
function rank({ role }: Place): number | undefined {
  const index = roles.findIndex((one) => one === role);
  return index === -1 ? undefined : index;
}

/** How each kind of change is called beside its sign. */
export const kinds = {
  added: "added",
  removed: "removed",
  raised: "role raised",
  lowered: "role lowered",
  owns: "becomes the owner",
  disowned: "no longer the owner",
  changed: "changes, unclear how",
} as const satisfies Readonly<Record<MatrixKind, string>>;

export const organizationChanges = {
  created: "created",
  adopted: "taken over",
  deleted: "deleted",
  replaced: "replaced",
  released: "released",
  kept: "",
} as const satisfies Readonly<Record<OrganizationReview["change"], string>>;

/** Who may be in an organization besides those who are named; empty for nobody. */
export function othersIn({ complete, hiddenPeople, hiddenRoster }: OrganizationReview): string {
  const hidden = hiddenPeople === 0 ? undefined : counted(hiddenPeople, "hidden person", "hidden people");
  const more = complete ? undefined : "maybe others";
  const roster = hiddenRoster === true ? "hidden roster" : undefined;
  return [hidden, roster, more].filter((word) => word !== undefined).join(", ");
}

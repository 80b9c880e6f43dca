import { roles } from "#provider";
import { getLevel, type Risk, risks, type OrganizationReview, type PersonReview } from "../../review/review";
import { formatCount, getRoleName } from "../../wording";
import { type Content, type Markup, markup } from "./markup";
import type { MatrixKind } from "./page/matrixData";

/** A symbol of the frame. Screen readers ignore it and read the word beside it. */
export function createIcon(name: string): Markup {
  return markup`<svg class="icon" aria-hidden="true"><use href="#${name}"></use></svg>`;
}

/** A list of risks with their levels, which do not depend on colours. */
export function createRiskList(some: readonly Risk[]): Markup | undefined {
  if (some.length === 0) return undefined;
  const items = some.map((risk) => {
    const { level, words } = risks[risk];
    return markup`<li class="risk ${level}">${createIcon(level)}<span class="hidden">${level} risk: </span>${words}</li>`;
  });
  return markup`<ul class="risks" aria-label="Risks">${items}</ul>`;
}

/** The level of an item as a class name. */
export function getLevelClass(some: readonly Risk[]): string {
  return getLevel(some) ?? "none";
}

/** A text of several lines. */
export function breakLines(text: string): Content {
  return text.split(/\r?\n/).map((line, index) => (index === 0 ? line : markup`<br />${line}`));
}

/** An e-mail address that breaks before its domain or after punctuation, never in a word. */
export function createAddress(email: string): Markup {
  const parts = email.split(/(?<=@)/).map((part) => markup`<span class="unit">${createBreaks(part)}</span>`);
  return markup`<bdi>${parts}</bdi>`;
}

function createBreaks(text: string): Content {
  return text.split(/(?<=[._+-])/).map((part, index) => (index === 0 ? part : markup`<wbr />${part}`));
}

/** A part of the page under a heading that can be linked to. */
export interface Section {
  readonly id: string;
  readonly title: string;
  /** The number of listed things. */
  readonly count: number;
  readonly body: Content;
}

export function createSection({ id, title, count, body }: Section): Markup {
  return markup`<section id="${id}" aria-labelledby="${id}-title">
<h2 id="${id}-title">${title} <span class="count">${count}</span></h2>
${body}
</section>
`;
}

/** A sentence with code between backticks, as in Markdown. */
export function createProse(text: string): readonly Content[] {
  return text.split(/`([^`]+)`/).map((part, index) => (index % 2 === 1 ? markup`<code>${part}</code>` : part));
}

export type Place = NonNullable<PersonReview["before"]>;

const standings = {
  active: undefined,
  pending: "invited",
  expired: "invitation expired",
  planned: "to be invited",
} as const satisfies Readonly<Record<Place["standing"], string | undefined>>;

/** All roles, the highest first. */
export const everyRole: readonly Place["role"][] = [...roles, "unknown", "secret"];

/** The role alone. */
export function describeRole(role: Place["role"]): string {
  return role === "unknown" || role === "secret" ? `${role} role` : getRoleName(role);
}

/** The ownership and the status of an invitation; empty for a member who is no owner. */
export function describeStatus({ owner, standing }: Place): string {
  return [owner ? "owner" : undefined, standings[standing]].filter((word) => word !== undefined).join(", ");
}

/** Access in a few words, such as `admin, owner`. */
export function describeAccess(place: Place | null): string {
  if (place === null) return "no access";
  return [describeRole(place.role), describeStatus(place)].filter((word) => word !== "").join(", ");
}

/** The kind of a change; undefined if access does not change. */
export function getChangeKind({ before, after, changed }: PersonReview): MatrixKind | undefined {
  if (!changed) return undefined;
  if (before === null) return "added";
  if (after === null) return "removed";
  if (before.owner !== after.owner) return after.owner ? "owns" : "disowned";
  const [was, is] = [getRoleIndex(before), getRoleIndex(after)];
  if (was === undefined || is === undefined || was === is) return "changed";
  return is < was ? "raised" : "lowered";
}

/** The index of a role. A lower one allows more. */
function getRoleIndex({ role }: Place): number | undefined {
  const index = roles.findIndex((one) => one === role);
  return index === -1 ? undefined : index;
}

/** The words beside the symbol of each kind of change. */
export const kinds = {
  added: "added",
  removed: "removed",
  raised: "role raised",
  lowered: "role lowered",
  owns: "becomes the owner",
  disowned: "no longer the owner",
  changed: "changes in an unknown way",
} as const satisfies Readonly<Record<MatrixKind, string>>;

export const organizationChanges = {
  created: "created",
  adopted: "adopted",
  deleted: "deleted",
  replaced: "replaced",
  released: "released",
  kept: "",
} as const satisfies Readonly<Record<OrganizationReview["change"], string>>;

/** The people of an organization that the review cannot name; empty if there are none. */
export function describeOthers({ complete, hiddenPeople, hiddenRoster }: OrganizationReview): string {
  const hidden = hiddenPeople === 0 ? undefined : formatCount(hiddenPeople, "hidden person", "hidden people");
  const more = complete ? undefined : "perhaps others";
  const roster = hiddenRoster === true ? "hidden roster" : undefined;
  return [hidden, roster, more].filter((word) => word !== undefined).join(", ");
}

import { roles } from "#provider";
import type { OrganizationReview, PersonAccess, PersonReview } from "../../review/review";
import { getLevel, type Risk, risks } from "../../risks";
import { formatCount, getRoleName } from "../../wording";
import { type Content, type Markup, markup } from "./markup";
import type { MatrixKind } from "./page/matrixData";

/** A symbol of the frame. Screen readers ignore it and read the word beside it. */
export function createIcon(name: string): Markup {
  return markup`<svg class="icon" aria-hidden="true"><use href="#${name}"></use></svg>`;
}

/** A list of risks with their levels, which do not depend on colours. */
export function createRiskList(list: readonly Risk[]): Markup | undefined {
  if (list.length === 0) return undefined;
  const items = list.map((risk) => {
    const { level, words } = risks[risk];
    return markup`<li class="risk ${level}">${createIcon(level)}<span class="hidden">${level} risk: </span>${words}</li>`;
  });
  return markup`<ul class="risks" aria-label="Risks">${items}</ul>`;
}

/** The level of an item as a class name. */
export function getLevelClass(list: readonly Risk[]): string {
  return getLevel(list) ?? "none";
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

const statuses = {
  active: undefined,
  pending: "invited",
  expired: "invitation expired",
  planned: "to be invited",
} as const satisfies Readonly<Record<PersonAccess["status"], string | undefined>>;

/** All roles, the highest first. */
export const everyRole: readonly PersonAccess["role"][] = [...roles, "unknown", "secret"];

/** The role alone. */
export function describeRole(role: PersonAccess["role"]): string {
  return role === "unknown" || role === "secret" ? `${role} role` : getRoleName(role);
}

/** The ownership and the status of an invitation; empty for a member who is no owner. */
export function describeStatus({ owner, status }: PersonAccess): string {
  return [owner ? "owner" : undefined, statuses[status]].filter((word) => word !== undefined).join(", ");
}

/** Access in a few words, such as `admin (owner)`. */
export function describeAccess(access: PersonAccess | null): string {
  if (access === null) return "no access";
  const status = describeStatus(access);
  return `${describeRole(access.role)}${status === "" ? "" : ` (${status})`}`;
}

/** The kind of a change; undefined if access does not change. */
export function getChangeKind({ before, after, changed }: PersonReview): MatrixKind | undefined {
  if (!changed) return undefined;
  if (before === null) return "added";
  if (after === null) return "removed";
  if (before.owner !== after.owner) return after.owner ? "owns" : "disowned";
  const [prior, current] = [getRoleIndex(before), getRoleIndex(after)];
  if (prior === undefined || current === undefined || prior === current) return "changed";
  return current < prior ? "raised" : "lowered";
}

/** The index of a role. A lower one allows more. */
function getRoleIndex({ role }: PersonAccess): number | undefined {
  const index = roles.findIndex((name) => name === role);
  return index === -1 ? undefined : index;
}

/** The words beside the symbol of each kind of change. */
export const changeKinds = {
  added: "added",
  removed: "removed",
  raised: "role raised",
  lowered: "role lowered",
  owns: "becomes the owner",
  disowned: "no longer the owner",
  changed: "other change",
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

import { roles } from "../../../provider/src/api";
import type { Access, Organization, Person } from "../access/access";
import { isHidden } from "../access/hidden";
import type { Sides } from "../access/sides";
import type { PersonReview } from "./review";
import { type Risk, riskNames } from "./risk";

type Place = NonNullable<PersonReview["before"]>;

/** Everybody in every organization, by organization and address. */
export function peopleReviews({ before, after }: Pick<Sides, "before" | "after">): readonly PersonReview[] {
  const keys = [...new Set([...before.organizations.keys(), ...after.organizations.keys()])];
  return keys.flatMap((key) => {
    const [was, is] = [peopleIn(before, key), peopleIn(after, key)];
    const isDeleted = !after.organizations.has(key);
    return [...new Set([...was.keys(), ...is.keys()])]
      .sort()
      .map((email) => personReview(key, was.get(email), is.get(email), isDeleted));
  });
}

function peopleIn({ organizations }: Access, key: string): Organization["people"] {
  return organizations.get(key)?.people ?? new Map<string, Person>();
}

function personReview(
  organization: string,
  before: Person | undefined,
  after: Person | undefined,
  isDeleted: boolean,
): PersonReview {
  const risks = risksOf(before, after);
  return {
    organization,
    email: after?.email ?? before?.email ?? "",
    before: before === undefined ? null : placeOf(before),
    after: after === undefined ? null : placeOf(after),
    changed: isChange(before, after),
    risks: riskNames.filter((risk) => risks.includes(risk)),
    notes: notesOf(before, after, isDeleted),
  };
}

function placeOf({ role, standing, isOwner }: Person): Place {
  return { role: isHidden(role) ? role.hidden : role, standing, owner: isOwner };
}

function isChange(before: Person | undefined, after: Person | undefined): boolean {
  if (before === undefined || after === undefined) return before !== after;
  return !isSameRole(before, after) || before.isOwner !== after.isOwner || isStranger(before, after);
}

function isSameRole({ role: a }: Person, { role: b }: Person): boolean {
  return isHidden(a) && isHidden(b) ? a.hidden === b.hidden : a === b;
}

/** Whether another user is behind the same address. */
function isStranger(before: Person, after: Person): boolean {
  return before.userId !== undefined && after.userId !== undefined && before.userId !== after.userId;
}

function risksOf(before: Person | undefined, after: Person | undefined): readonly Risk[] {
  const ownership: readonly Risk[] = (before?.isOwner ?? false) === (after?.isOwner ?? false) ? [] : ["changesOwner"];
  if (after === undefined) {
    const admin: readonly Risk[] = before?.role === "admin" ? ["removesAdmin"] : [];
    return before === undefined ? [] : [...ownership, ...admin, "removesPerson"];
  }
  const isNew = before === undefined || isStranger(before, after);
  if (isHidden(after.role) || isHidden(before?.role)) {
    const hidden: readonly Risk[] = isNew || !isSameRole(before, after) ? ["hidden"] : [];
    return [...ownership, ...hidden, ...(isNew ? (["addsPerson"] as const) : [])];
  }
  if (isNew) return [...ownership, ...(after.role === "admin" ? (["grantsAdmin"] as const) : []), "addsPerson"];
  return [...ownership, ...roleRisks(rank(before), rank(after))];
}

const admin = roles.indexOf("admin");

/** The place of the role among all, from the one that may most. */
function rank({ role }: Person): number {
  return roles.findIndex((known) => known === role);
}

function roleRisks(before: number, after: number): readonly Risk[] {
  if (before === after) return [];
  if (after === admin) return ["grantsAdmin", "raisesRole"];
  if (before === admin) return ["removesAdmin", "lowersRole"];
  return [after < before ? "raisesRole" : "lowersRole"];
}

function notesOf(before: Person | undefined, after: Person | undefined, isDeleted: boolean): string[] {
  if (before === undefined) return [];
  if (after === undefined) return isDeleted ? ["The access ends with the organization."] : [];
  const notes: string[] = [];
  if (isStranger(before, after)) notes.push("Another user is behind this address now.");
  if (before.standing === "expired" && after.standing === "planned") {
    notes.push("The invitation had expired, and is sent again.");
  } else if (before.standing === "pending" && after.standing === "pending" && !isSameRole(before, after)) {
    notes.push("A new e-mail goes out, since Peridio cannot edit an invitation.");
  }
  if (before.declaredBy.length > 0 && after.declaredBy.length === 0) {
    notes.push(
      after.isOwner
        ? "Nobody declares this person any more; the owner stays all the same."
        : "Nobody declares this person any more; the access stays as it is.",
    );
  }
  return notes;
}

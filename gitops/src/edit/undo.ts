import type { Path } from "#framework";
import { canonicalizeEmail, hasEnded } from "#provider";
import type { Layout } from "#layout";
import type { GroupSide, ObjectReview, PersonReview, Review } from "../review/review";
import { isMoreAtSomeMoment, type TimedRole } from "../model/timedRole";
import { describeLastDay, formatEnd } from "../wording";
import type { Adoption } from "./adopt";
import { includesPerson } from "./people";
import { createRoleEdit, type PersonEdit } from "./personEdits";
import { UneditableError } from "./place";
import { getPersonAccess, provePerson } from "./proof";

/** A role, group or grant that a change took, and the edit that gives it back. */
export interface Restoration extends PersonEdit {
  /** The thing in words, such as `the role admin` or `group field`. */
  readonly subject: string;
}

/**
 * Lists what a change took from people: roles, ends of access, places in groups, and direct grants. Leaves out what the layout already
 * declares. If an update undid a role from outside Pulumi, no program declared the role, so it has a reason instead of an edit. A review marks no
 * groups and grants from outside Pulumi.
 */
export function listRestorations(review: Review, layout: Layout, now: Date): readonly Restoration[] {
  const names = new Map(review.organizations.map(({ key, name }) => [key, name]));
  const getName = (key: string) => names.get(key) ?? key;
  const roles = review.people.flatMap((row) => restoreRole(row, getName(row.organization), layout, now));
  const groups = (review.groups ?? []).flatMap(({ organization, name, before, after }) =>
    restoreList(
      getName(organization),
      `group ${name}`,
      ["groups", name, "members"],
      listMembers(before),
      listMembers(after),
    ),
  );
  const grants = (review.objects ?? []).flatMap(({ organization, kind, path, before, after }) => {
    const [project = "", ...cohort] = path.split("/");
    const place = ["projects", project, ...(kind === "cohort" ? ["cohorts", cohort.join("/")] : []), "access", "users"];
    return restoreList(getName(organization), `${kind} ${path}`, place, listGrants(before), listGrants(after));
  });
  const declared = new Set(layout.organizations.map(({ name }) => name));
  return [...roles, ...groups, ...grants].map((one) =>
    declared.has(one.organization) ? one : { ...one, adoption: `The layout does not declare ${one.organization}.` },
  );
}

function restoreRole(
  { email, before, after, undoesDrift, changed }: PersonReview,
  organization: string,
  { organizations }: Layout,
  now: Date,
): readonly Restoration[] {
  if (before === null || !changed) return [];
  const isHidden = [before.role, before.lastDay, before.afterwards].some(
    (one) => one === "unknown" || one === "secret",
  );
  const isOver = !isHidden && before.lastDay !== undefined && hasEnded(before.lastDay, now);
  // After the end, only the role afterwards is left to restore.
  const former: TimedRole =
    isOver && before.afterwards !== undefined
      ? { role: before.afterwards, lastDay: undefined, afterwards: undefined }
      : { role: before.role, lastDay: before.lastDay, afterwards: before.afterwards };
  const isTaken = (other: TimedRole | undefined) => other === undefined || isMoreAtSomeMoment(former, other);
  if (!isTaken(after === null ? undefined : { lastDay: undefined, afterwards: undefined, ...after })) return [];
  const declared = organizations.find(({ name }) => name === organization);
  const access = declared && getPersonAccess(declared, email);
  const present =
    access?.role === undefined
      ? undefined
      : { lastDay: undefined, afterwards: undefined, ...access, role: access.role };
  const explain = (): Adoption | string => {
    if (undoesDrift === true) return "No program declared this access: it came from a change outside Pulumi.";
    if (isHidden) return "The review does not show the former access. Restore it by hand.";
    if (before.owner) return "The person was an owner. Declare the owner by hand.";
    if (isOver && former.lastDay !== undefined)
      return `This access ended: ${formatEnd(former.lastDay)}. To renew it, use \`peridio-gitops grant\`.`;
    if (present !== undefined && isMoreAtSomeMoment(present, former)) {
      const declaration = [present.role, describeLastDay(present.lastDay, present.afterwards) ?? "without an end"];
      return `The layout declares more for another time: ${declaration.join(" ")}. Restore the former role by hand.`;
    }
    return createRoleEdit(email, organization, former);
  };
  return !isTaken(present) ? [] : [{ organization, email, subject: `the role ${former.role}`, adoption: explain() }];
}

function listMembers(side: GroupSide | null): readonly string[] {
  return [...(side?.people ?? []), ...(side?.invited ?? [])];
}

function listGrants(reach: ObjectReview["before"]): readonly string[] {
  return (reach?.reasons ?? []).flatMap((reason) => (reason.kind === "user" ? reason.people : []));
}

/** Restores the people that a list of addresses lost. */
function restoreList(
  organization: string,
  subject: string,
  path: Path,
  before: readonly string[],
  after: readonly string[],
): readonly Restoration[] {
  const kept = new Set(after.map(canonicalizeEmail));
  const full = ["organizations", organization, ...path];
  return before
    .filter((email) => !kept.has(canonicalizeEmail(email)))
    .map((email) => ({ organization, email, subject, adoption: addToList(email, organization, subject, full) }));
}

function addToList(email: string, organization: string, subject: string, path: Path): Adoption {
  return {
    effect: `adds the person to ${subject}`,
    edit: (files, { organizations }) => {
      const declared = organizations.find(({ name }) => name === organization);
      // A team of the person can be in the list.
      if (declared && getPersonAccess(declared, email)?.objects.includes(subject) === true) return;
      const file = files.findFile(path);
      if (file === undefined) throw new UneditableError(`The layout declares no people of ${subject}`);
      if (!includesPerson(files.read(file, path), email)) files.add(file, path, email);
    },
    prove: provePerson(email, (name, before) =>
      name === organization
        ? { ...before, objects: [...new Set([...(before?.objects ?? []), subject])].sort() }
        : before,
    ),
  };
}

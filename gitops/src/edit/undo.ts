import type { Path } from "#framework";
import { canonicalizeEmail, getEndTime, hasEnded } from "#provider";
import type { Layout } from "#layout";
import type { GroupSide, ObjectReview, PersonReview, Review } from "../review/review";
import { personRoles } from "../roles";
import { formatEnd } from "../wording";
import type { Adoption } from "./adopt";
import type { LayoutFiles } from "./layoutFiles";
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
  if (before === null || !changed || !isLess(after, before)) return [];
  const { role, lastDay: until, afterwards, owner } = before;
  const declared = organizations.find(({ name }) => name === organization);
  const { role: present, until: end, afterwards: later } = (declared && getPersonAccess(declared, email)) ?? {};
  const isDeclared = present !== undefined && !isLess({ role: present, lastDay: end, afterwards: later }, before);
  const isHidden = [role, until, afterwards].some((value) => value === "unknown" || value === "secret");
  const explain = (): Adoption | string => {
    if (undoesDrift === true) return "No program declared this access: it came from a change outside Pulumi.";
    if (isHidden) return "The review does not show the former access. Restore it by hand.";
    if (owner) return "The person was an owner. Declare the owner by hand.";
    if (until !== undefined && hasEnded(until, now))
      return `This access ended: ${formatEnd(until)}. To renew it, use \`peridio-gitops grant\`.`;
    if (present !== undefined && end !== undefined && rank(present) < rank(role))
      return `The layout declares a higher role: ${present} until ${formatEnd(end)}. Add the role for the time afterwards by hand.`;
    return createRoleEdit(email, organization, { role, until, afterwards });
  };
  return isDeclared ? [] : [{ organization, email, subject: `the role ${role}`, adoption: explain() }];
}

/** A role with its end. */
interface Access {
  readonly role: string;
  readonly lastDay?: string | undefined;
  readonly afterwards?: string | undefined;
}

/** Reports if access is less than other access at some moment. */
function isLess(access: Access | null, other: Access): boolean {
  if (access === null) return true;
  const ends = [access, other].flatMap(({ lastDay }) => (lastDay === undefined ? [] : [getEndTime(lastDay)]));
  return [-Infinity, ...ends].some((moment) => {
    const [role, otherRole] = [access, other].map((one) => getRole(one, moment));
    return role !== otherRole && (rank(role) > rank(otherRole) || rank(otherRole) === -1);
  });
}

/** Returns the role at a moment; undefined after an end without a role afterwards. */
function getRole({ role, lastDay, afterwards }: Access, moment: number): string | undefined {
  return lastDay !== undefined && moment >= getEndTime(lastDay) ? afterwards : role;
}

/** Returns the place of a role in the order from the highest to none; -1 for an unknown role. */
function rank(role: string | undefined): number {
  return role === undefined ? Infinity : personRoles.findIndex((one) => one === (role === "owner" ? "admin" : role));
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
    edit: (files: LayoutFiles) => {
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

import { groupBy } from "../grouping";
import { hasEffect, type Risk } from "../risks";
import {
  type Changes,
  isConcerned,
  isConcernedOrganization,
  type PersonReview,
  type SettingReview,
} from "../review/review";
import { describeLastDay } from "../wording";
import type { Scope, ScopedOrganization } from "./scope";

/** A row of the review in an organization that a rule applies to. */
export interface ScopedChange {
  readonly scoped: ScopedOrganization;
  /** The change in a sentence. */
  readonly words: string;
  readonly risks: readonly Risk[];
  readonly emails: readonly string[];
  /** The change of a person's membership. */
  readonly person?: PersonReview;
  /** True if it is no change of people's access. */
  readonly isSetting?: true;
}

/**
 * Lists the changes in the organizations of a rule that concern its people, also in deleted organizations. A change without names can
 * concern everyone.
 */
export function listScopedChanges({ organizations, deleted }: Scope, listed: Changes): readonly ScopedChange[] {
  const changes = groupChanges(listed);
  return [...organizations, ...deleted].flatMap((scoped) => listOwnChanges(scoped, changes));
}

/** The changes by the key of the organization. */
type ChangesByOrganization = ReturnType<typeof groupChanges>;

function groupChanges({ organizations, people, settings }: Changes) {
  return {
    organizations: groupBy(organizations.filter(isConcernedOrganization), ({ key }) => key),
    people: groupBy(people.filter(isConcerned), ({ organization }) => organization),
    settings: groupBy(settings, ({ organization }) => organization),
  };
}

function listOwnChanges(scoped: ScopedOrganization, changes: ChangesByOrganization): readonly ScopedChange[] {
  const { key } = scoped.organization;
  const { name } = scoped;
  const applies = (emails: readonly string[]) => emails.length === 0 || emails.some(scoped.appliesTo);
  return [
    ...(changes.organizations.get(key) ?? []).map(({ change, risks }): ScopedChange => ({
      scoped,
      words: [
        ...(change === "kept" ? [] : [`${name} is ${change}.`]),
        ...(risks.includes("hidden") ? [`The preview hides people or the name of ${name}.`] : []),
      ].join(" "),
      risks,
      emails: [],
      isSetting: true,
    })),
    ...(changes.people.get(key) ?? [])
      .filter((person) => applies([person.email]) && !restoresDeclaration(person, changes.settings.get(key) ?? []))
      .map((person): ScopedChange => ({
        scoped,
        words: describePerson(person, name),
        // Every change of access has a risk. If one had none, its effect would be unknown.
        risks: person.risks.length > 0 ? countEffects(person) : ["notUnderstood"],
        emails: [person.email],
        person,
      })),
    ...(changes.settings.get(key) ?? []).flatMap((setting): readonly ScopedChange[] => {
      const row = { scoped, words: `${name}: ${setting.words}`, risks: setting.risks };
      // A setting can concern more people than its warning names.
      if (!isAccess(setting)) return [{ ...row, emails: [], isSetting: true }];
      const { people: emails = [] } = setting;
      return applies(emails) ? [{ ...row, emails }] : [];
    }),
  ];
}

/**
 * Reports if the update only brings Peridio back to what the program already declared: it undoes a change outside Pulumi, or sends an
 * expired invitation again. The change did not cause this, unless it edits `onExpired`.
 */
function restoresDeclaration(
  { undoesDrift, before, after }: PersonReview,
  settings: readonly SettingReview[],
): boolean {
  const isRenewed = before?.status === "expired" && after?.status === "planned";
  const isSame = JSON.stringify({ ...before, status: "" }) === JSON.stringify({ ...after, status: "" });
  // A row of one of several resources has the name `onExpired of Membership "bob"`.
  const editsRenewal = settings.some(
    ({ section, setting }) => section === "guards" && /^onExpired( of |$)/.test(setting),
  );
  return undoesDrift === true || (isRenewed && isSame && !editsRenewal);
}

/**
 * Counts the ownership as given to this person or taken from this person. Counts access from outside Pulumi that the program accepts as given
 * by the change, unless the person lost access.
 */
function countEffects({ risks, after }: PersonReview): readonly Risk[] {
  const ownership = after?.owner === true ? "raisesRole" : "lowersRole";
  const counted = risks.map((risk) => (risk === "changesOwner" ? ownership : risk));
  return risks.includes("acceptsDrift") && !hasEffect(counted, "takes") ? [...counted, "raisesRole"] : counted;
}

/** Reports if a row is a change of people's access, and not one of a name, a description or a declaration. */
function isAccess({ section, people = [], risks }: SettingReview): boolean {
  return section === "projects" && (people.length > 0 || hasEffect(risks, "gives") || hasEffect(risks, "takes"));
}

function describePerson({ email, before, after, risks }: PersonReview, name: string): string {
  if (JSON.stringify(before) === JSON.stringify(after)) {
    if (risks.includes("acceptsDrift"))
      return `The program accepts a change of the access of ${email} to ${name} that was made outside Pulumi.`;
    return risks.includes("releasesPerson")
      ? `The program stops declaring the access of ${email} to ${name}.`
      : `The access of ${email} to ${name} may change.`;
  }
  const describe = (access: PersonReview["before"]) => {
    if (access === null) return "none";
    const role = access.owner
      ? "owner"
      : ["unknown", "secret"].includes(access.role)
        ? `a role that is ${access.role}`
        : access.role;
    return [role, ...[describeLastDay(access.lastDay, access.afterwards) ?? []].flat()].join(" ");
  };
  return `The access of ${email} to ${name} changes from ${describe(before)} to ${describe(after)}.`;
}

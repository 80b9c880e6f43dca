import * as z from "zod";
import { canonicalizeEmail } from "#provider";
import { groupBy } from "../../grouping";
import { hasEffect, type Risk } from "../../risks";
import { personRole, type PersonRole, personRoles, getRoleName } from "../../roles";
import {
  type Changes,
  isConcerned,
  isConcernedOrganization,
  type OrganizationReview,
  type PersonReview,
  type SettingReview,
} from "../../review/review";
import { formatCount, joinAnd } from "../../wording";
import { createFinding, type Finding, type Requirement, type Scope, type ScopedOrganization } from "../scope";
import { describeSelector, organizations, people, selectsOrganization, selectsPerson } from "../selector";

const nothing = z.literal("none", { error: "must be `none`" });

const most = z.int("must be a whole number").min(0, "must be at least 0").max(10_000, "must be at most 10000");

/** The limits of a change. `review --claim` takes the same keys. */
export const limits = z
  .strictObject({
    grants: nothing.optional().meta({
      description:
        "`none`: nobody gets more access, and no token is issued or extended. More access is a membership, an invitation, a higher role, the ownership, a later last day, or a further grant of a project or cohort, also one without effect.",
    }),
    removals: z
      .union([
        nothing,
        z.strictObject({ atMost: most.meta({ description: "The maximum number of people, 0 to 10000." }) }),
      ])
      .optional()
      .meta({
        description:
          "`none`: nobody gets less access. `{ atMost: 3 }`: at most three people lose all access to an organization, counted in all organizations of the rule together.",
      }),
    role: z
      .strictObject({ atMost: personRole.meta({ description: "The highest role that the change may give." }) })
      .optional()
      .meta({ description: "The highest role that anyone may get: `{ atMost: developer }`. Owners count as admins." }),
    onlyPeople: people.optional().meta({
      description: "The only people whose access may change, by e-mail address. A change for everyone is refused.",
    }),
    onlyOrganizations: organizations.optional().meta({
      description: "The only organizations that may change, by name or PRN.",
    }),
    settings: nothing.optional().meta({
      description: "`none`: only people's access changes, and no setting, token, webhook or guardrail.",
    }),
  })
  .superRefine((declared, context) => {
    if (Object.values(declared).some((value) => value !== undefined)) return;
    context.addIssue({ code: "custom", message: `has no limit: add one of ${Object.keys(limits.shape).join(", ")}` });
  })
  .meta({ minProperties: 1 });

type Limits = z.output<typeof limits>;

/** The limits of a change. They apply to the change itself, not to the state after it. */
export const change = limits
  .transform(
    (declared): Requirement =>
      (scope) =>
        checkChange(declared, scope),
  )
  .optional()
  .meta({
    description:
      "Limits of the change itself, such as `{ grants: none }` or `{ removals: { atMost: 3 } }`. Only a review or a plan judges them.",
  });

/** A change in one organization. */
interface Row {
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

function checkChange(declared: Limits, scope: Scope): readonly Finding[] {
  const listed = scope.listChanges();
  if (listed === undefined) return [];
  const changes = groupChanges(listed);
  const rows = [...scope.organizations, ...scope.deleted].flatMap((scoped) => listRows(scoped, changes));
  return [
    ...rows.flatMap((row) => checkRow(declared, row)),
    ...checkRemovals(declared, rows),
    ...listUnknown(rows, listed),
  ];
}

/** The changes by the key of the organization. */
interface ChangesByOrganization {
  readonly organizations: ReadonlyMap<string, readonly OrganizationReview[]>;
  readonly people: ReadonlyMap<string, readonly PersonReview[]>;
  readonly settings: ReadonlyMap<string, readonly SettingReview[]>;
}

function groupChanges({ organizations, people, settings }: Changes): ChangesByOrganization {
  return {
    organizations: groupBy(organizations.filter(isConcernedOrganization), ({ key }) => key),
    people: groupBy(people.filter(isConcerned), ({ organization }) => organization),
    settings: groupBy(settings, ({ organization }) => organization),
  };
}

/** Lists the changes that concern the people of a rule. A change without names can concern everyone. */
function listRows(scoped: ScopedOrganization, changes: ChangesByOrganization): readonly Row[] {
  const { key } = scoped.organization;
  const { name } = scoped;
  const applies = (emails: readonly string[]) => emails.length === 0 || emails.some(scoped.appliesTo);
  return [
    ...(changes.organizations.get(key) ?? []).map(({ change, risks }): Row => ({
      scoped,
      words: change === "kept" ? `People of ${name} are hidden.` : `${name} is ${change}.`,
      risks,
      emails: [],
      isSetting: true,
    })),
    ...(changes.people.get(key) ?? [])
      .filter((person) => applies([person.email]) && !isStanding(person, changes.settings.get(key) ?? []))
      .map((person): Row => ({
        scoped,
        words: describePerson(person, name),
        // Every change of access has a risk. If one had none, its effect would be unknown.
        risks: person.risks.length > 0 ? countEffects(person) : ["notUnderstood"],
        emails: [person.email],
        person,
      })),
    ...(changes.settings.get(key) ?? []).flatMap((setting): readonly Row[] => {
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
function isStanding({ undoesDrift, before, after }: PersonReview, settings: readonly SettingReview[]): boolean {
  const isRenewed = before?.status === "expired" && after?.status === "planned";
  const isSame = JSON.stringify({ ...before, status: "" }) === JSON.stringify({ ...after, status: "" });
  const editsRenewal = settings.some(({ section, words }) => section === "guards" && words.includes("onExpired"));
  return undoesDrift === true || (isRenewed && isSame && !editsRenewal);
}

/**
 * Counts the ownership as given to this person or taken from this person. Counts access from outside Pulumi that the program starts to
 * declare as given by the change.
 */
function countEffects({ risks, after }: PersonReview): readonly Risk[] {
  const ownership = after?.owner === true ? "raisesRole" : "lowersRole";
  const counted = risks.map((risk) => (risk === "changesOwner" ? ownership : risk));
  return risks.includes("acceptsDrift") ? [...counted, "raisesRole"] : counted;
}

/** Reports if a row is a change of people's access, and not one of a name, a description or a declaration. */
function isAccess({ section, people = [], risks }: SettingReview): boolean {
  return section === "projects" && (people.length > 0 || hasEffect(risks, "gives") || hasEffect(risks, "takes"));
}

function describePerson({ email, before, after }: PersonReview, name: string): string {
  if (JSON.stringify(before) === JSON.stringify(after))
    return `The program starts to declare the access of ${email} to ${name}.`;
  const describe = (access: PersonReview["before"]) => {
    if (access === null) return "none";
    const role = access.owner
      ? "owner"
      : ["unknown", "secret"].includes(access.role)
        ? `a role that is ${access.role}`
        : access.role;
    return `${role}${access.lastDay === undefined ? "" : ` until ${access.lastDay}`}`;
  };
  return `The access of ${email} to ${name} changes from ${describe(before)} to ${describe(after)}.`;
}

/** Judges one change on its own. */
function checkRow(declared: Limits, row: Row): readonly Finding[] {
  const { grants, removals, role, onlyPeople, onlyOrganizations, settings } = declared;
  const { scoped, risks, emails, person } = row;
  const isAbout = (effect: Parameters<typeof hasEffect>[1]) => hasEffect(risks, effect);
  const isAccessChange = isAbout("gives") || isAbout("takes");
  const others = onlyPeople === undefined ? [] : emails.filter((email) => !selectsPerson(onlyPeople, email));
  const isForEveryone = onlyPeople !== undefined && emails.length === 0 && isAccessChange;
  const isOutside =
    onlyOrganizations !== undefined && selectsOrganization(onlyOrganizations, scoped.organization) !== "yes";
  const limits: readonly (readonly [boolean, string])[] = [
    [grants === "none" && isAbout("gives"), "The change must give no access."],
    [removals === "none" && isAbout("takes"), "The change must take no access."],
    [
      role !== undefined && isAbout("gives") && exceeds(role.atMost, person),
      `The change must give no role above ${getRoleName(role?.atMost ?? "")}.`,
    ],
    [
      others.length > 0 || isForEveryone,
      `The change must concern ${onlyPeople === undefined ? "" : describeSelector(onlyPeople)}.`,
    ],
    [
      isOutside,
      `The change must concern ${onlyOrganizations === undefined ? "" : describeSelector(onlyOrganizations)}.`,
    ],
    [settings === "none" && row.isSetting === true, "The change must concern no setting."],
  ];
  return limits.flatMap(([isBroken, limit], index) =>
    isBroken
      ? [createFinding(scoped, `${row.words} ${limit}`, { people: emails, about: `${index} ${row.words}` })]
      : [],
  );
}

/** Reports if the role of a person after a change is higher than the limit, or unknown. */
function exceeds(atMost: PersonRole, person: PersonReview | undefined): boolean {
  const after = person?.after;
  if (after === undefined || after === null) return false;
  const allowed: readonly string[] = personRoles.slice(personRoles.indexOf(atMost));
  return !allowed.includes(after.owner ? "admin" : after.role);
}

/** Counts the people who lose all access to an organization. */
function checkRemovals({ removals }: Limits, rows: readonly Row[]): readonly Finding[] {
  if (removals === undefined || removals === "none") return [];
  const removed = rows.filter(({ person }) => person !== undefined && person.before !== null && person.after === null);
  const extent = removed.length - removals.atMost;
  if (extent <= 0) return [];
  const named = removed.map(({ emails, scoped }) => `${emails.join()} (${scoped.name})`);
  return [
    {
      words: `The change removes ${formatCount(removed.length, "person", "people")}: ${joinAnd(named)}. It must remove at most ${removals.atMost}.`,
      organizations: [...new Set(removed.map(({ scoped }) => scoped.organization))],
      people: [
        ...new Map(removed.flatMap(({ emails }) => emails.map((email) => [canonicalizeEmail(email), email]))).values(),
      ],
      objects: [],
      uncertain: [],
      about: "removals",
      extent,
      isIncomplete: false,
      isHidden: false,
      isTouched: false,
      declarations: [],
    },
  ];
}

/** Reports changes with an unknown effect, because a limit does not guess. */
function listUnknown(rows: readonly Row[], { programChanges }: Changes): readonly Finding[] {
  const limit = "The effect on access is unknown, so the limits of the change cannot be checked.";
  const inPrograms = programChanges.filter(({ risks }) => hasEffect(risks, "unknown"));
  return [
    ...rows
      .filter(({ risks }) => hasEffect(risks, "unknown"))
      .map(({ scoped, words, emails }) =>
        createFinding(scoped, `${words} ${limit}`, { people: emails, about: `unknown ${words}` }),
      ),
    ...inPrograms.map(({ words }): Finding => ({
      words: `${words} ${limit}`,
      organizations: [],
      people: [],
      objects: [],
      uncertain: [],
      about: `unknown ${words}`,
      extent: 0,
      isIncomplete: false,
      isHidden: false,
      isTouched: false,
      declarations: [],
    })),
  ];
}

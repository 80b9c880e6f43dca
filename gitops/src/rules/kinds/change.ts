import * as z from "zod";
import { canonicalizeEmail } from "#provider";
import { hasEffect, type Risk } from "../../risks";
import { personRole, type PersonRole, personRoles, getRoleName } from "../../roles";
import type { Changes, PersonReview } from "../../review/review";
import { formatCount, joinAnd } from "../../wording";
import type { Scope } from "../scope";
import { createFinding, createJointFinding, type Finding } from "../finding";
import { listScopedChanges, type ScopedChange } from "../scopedChanges";
import { declaresKey, describeSelector, organizations, people, selectsOrganization, selectsPerson } from "../selector";
import { defineKind } from "./kind";

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
        z.strictObject({
          atMost: most.meta({
            description: "The maximum number of people who lose all access, counted in each organization, 0 to 10000.",
          }),
        }),
      ])
      .optional()
      .meta({
        description:
          "`none`: nobody gets less access. `{ atMost: 3 }`: at most three people lose all access to an organization, counted in all organizations of the rule together. A person who leaves two organizations counts twice.",
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
  .refine(declaresKey, { error: (): string => `has no limit: add one of ${Object.keys(limits.shape).join(", ")}` })
  .meta({ minProperties: 1 });

type ChangeLimits = z.output<typeof limits>;

/** The limits of a change. They apply to the change itself, not to the state after it. */
export const change = defineKind({
  subject: "changes",
  audit: { impossibleBecause: "a live organization shows no change" },
  description:
    "Limits of the change itself, such as `{ grants: none }` or `{ removals: { atMost: 3 } }`. Only a review or a plan judges them.",
  schema: limits,
  checkTogether: checkChange,
});

function checkChange(declared: ChangeLimits, scope: Scope): readonly Finding[] {
  const listed = scope.listChanges();
  if (listed === undefined) return [];
  const changes = listScopedChanges(scope, listed);
  return [
    ...changes.flatMap((one) => checkOne(declared, one)),
    ...checkRemovals(declared, changes),
    ...reportUnknown(changes, listed),
  ];
}

/** Judges one change on its own. */
function checkOne(
  declared: ChangeLimits,
  { scoped, words, risks, emails, person, isSetting }: ScopedChange,
): readonly Finding[] {
  const { grants, removals, role, onlyPeople, onlyOrganizations, settings } = declared;
  const isAbout = (effect: Parameters<typeof hasEffect>[1]) => hasEffect(risks, effect);
  const concernsOthers = (selector: NonNullable<typeof onlyPeople>) =>
    emails.length === 0
      ? isAbout("gives") || isAbout("takes")
      : emails.some((email) => !selectsPerson(selector, email));
  const broken: readonly (string | false)[] = [
    grants === "none" && isAbout("gives") && "give no access",
    removals === "none" && isAbout("takes") && "take no access",
    role !== undefined &&
      isAbout("gives") &&
      exceeds(role.atMost, person) &&
      `give no role above ${getRoleName(role.atMost)}`,
    onlyPeople !== undefined && concernsOthers(onlyPeople) && `concern ${describeSelector(onlyPeople)}`,
    onlyOrganizations !== undefined &&
      selectsOrganization(onlyOrganizations, scoped.organization) !== "yes" &&
      `concern ${describeSelector(onlyOrganizations)}`,
    settings === "none" && isSetting === true && "concern no setting",
  ];
  return broken.flatMap((limit, index) =>
    limit === false
      ? []
      : [createFinding(scoped, `${words} The change must ${limit}.`, { people: emails, about: `${index} ${words}` })],
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
function checkRemovals({ removals }: ChangeLimits, changes: readonly ScopedChange[]): readonly Finding[] {
  if (removals === undefined || removals === "none") return [];
  const removed = changes.filter(({ person }) => person?.after === null && person.before !== null);
  const extent = removed.length - removals.atMost;
  if (extent <= 0) return [];
  const named = removed.map(({ emails, scoped }) => `${emails.join()} (${scoped.name})`);
  const emails = removed.flatMap((one) => one.emails);
  return [
    createJointFinding({
      words: `The change removes ${formatCount(removed.length, "person", "people")}: ${joinAnd(named)}. It must remove at most ${removals.atMost}.`,
      organizations: [...new Set(removed.map(({ scoped }) => scoped.organization))],
      people: [...new Map(emails.map((email) => [canonicalizeEmail(email), email])).values()],
      about: "removals",
      extent,
    }),
  ];
}

/** Reports changes with an unknown effect, because a limit does not guess. */
function reportUnknown(changes: readonly ScopedChange[], { programChanges }: Changes): readonly Finding[] {
  const limit = "The effect on access is unknown, so the limits of the change cannot be checked.";
  const isUnknown = ({ risks }: { readonly risks: readonly Risk[] }) => hasEffect(risks, "unknown");
  return [
    ...changes
      .filter(isUnknown)
      .map(({ scoped, words, emails }) =>
        createFinding(scoped, `${words} ${limit}`, { people: emails, about: `unknown ${words}` }),
      ),
    ...programChanges
      .filter(isUnknown)
      .map(({ words }) => createJointFinding({ words: `${words} ${limit}`, about: `unknown ${words}` })),
  ];
}

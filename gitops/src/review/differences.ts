import * as z from "zod";
import { formatCount, getRoleName } from "../wording";
import type { OrganizationReview, PersonAccess, Review } from "./review";

/**
 * Compares a change with its reviewed version, in whole sentences; empty if both do the same. Accepted
 * invitations and rules that are no longer broken are no differences. A newly broken rule is a difference.
 */
export function findDifferences(reviewed: Review, current: Review): readonly string[] {
  return [
    ...compareStacks(reviewed, current),
    ...compareChanges(listOrganizationChanges(reviewed), listOrganizationChanges(current)),
    ...compareChanges(listPeopleChanges(reviewed), listPeopleChanges(current)),
    ...compareChanges(listSettingChanges(reviewed), listSettingChanges(current)),
    ...listAdded(listConflicts(reviewed), listConflicts(current), (words) => `New conflict between stacks: ${words}`),
    ...listAdded(listViolations(reviewed), listViolations(current), (words) => `A rule is newly broken: ${words}`),
    ...listAdded(listUnknowns(reviewed), listUnknowns(current), (words) => `Newly unknown: ${words}`),
    ...compareOthers(reviewed, current),
  ];
}

/** The changes in a review, by the identity of the changed thing. */
type Changes = ReadonlyMap<string, { readonly name: string; readonly words: string }>;

function listOrganizationChanges(review: Review): Changes {
  const changed = review.organizations.filter(({ change, risks }) => change !== "kept" || risks.length > 0);
  return new Map(
    changed.map((organization) => {
      const { key, name, change } = organization;
      return [key, { name, words: [change, ...describeHidden(organization)].join(", with ") }];
    }),
  );
}

function describeHidden({ risks, hiddenPeople, hiddenRoster }: OrganizationReview): readonly string[] {
  if (!risks.includes("hidden")) return [];
  if (hiddenRoster === true) return ["people that the preview hides"];
  return hiddenPeople === 0
    ? ["people that the preview does not name"]
    : [formatCount(hiddenPeople, "person with a hidden address", "people with hidden addresses")];
}

function listPeopleChanges(review: Review): Changes {
  const changed = review.people.filter(({ changed }) => changed);
  return new Map(
    changed.map(({ organization, email, before, after }) => [
      `${organization} ${email.toLowerCase()}`,
      {
        name: `${email} in ${getName(review, organization)}`,
        words: `${describeAccess(before)} → ${describeAccess(after)}`,
      },
    ]),
  );
}

function describeAccess(access: PersonAccess | null): string {
  if (access === null) return "no access";
  return access.owner ? `${access.role} and owner` : getRoleName(access.role);
}

function listSettingChanges(review: Review): Changes {
  return new Map(
    review.settings.map(({ organization, section, setting, words }) => [
      `${organization} ${section} ${setting}`,
      { name: getName(review, organization), words: words.replace(/\.$/, "") },
    ]),
  );
}

function getName({ organizations }: Review, key: string): string {
  return organizations.find((organization) => organization.key === key)?.name ?? key;
}

function listConflicts({ conflicts = [] }: Review): Changes {
  return new Map(
    conflicts.map(({ organization, message }) => [`${organization} ${message}`, { name: message, words: message }]),
  );
}

function listViolations({ violations }: Review): Changes {
  return new Map(
    violations.map(({ rule, message }) => [`${rule} ${message}`, { name: rule, words: `${rule}. ${message}` }]),
  );
}

function listUnknowns({ unknowns }: Review): Changes {
  return new Map(unknowns.map((words) => [words, { name: words, words }]));
}

function compareChanges(reviewed: Changes, current: Changes): readonly string[] {
  const dropped = [...reviewed].filter(([key]) => !current.has(key));
  return [
    ...[...current].flatMap(([key, { name, words }]) => {
      const before = reviewed.get(key)?.words;
      if (before === words) return [];
      return [
        before === undefined
          ? `${name}: ${words}. This change was not reviewed.`
          : `${name}: ${words}. Reviewed: ${before}.`,
      ];
    }),
    ...dropped.map(([, { name, words }]) => `${name}: no change. Reviewed: ${words}.`),
  ];
}

function listAdded(reviewed: Changes, current: Changes, describe: (words: string) => string): readonly string[] {
  return [...current].flatMap(([key, { words }]) => (reviewed.has(key) ? [] : [describe(words)]));
}

function compareStacks(reviewed: Review, current: Review): readonly string[] {
  return [
    ...current.stacks
      .filter((stack) => !reviewed.stacks.includes(stack))
      .map((stack) => `The stack ${stack} was not reviewed.`),
    ...reviewed.stacks
      .filter((stack) => !current.stacks.includes(stack))
      .map((stack) => `The reviewed stack ${stack} is missing from the current review.`),
  ];
}

function compareOthers(reviewed: Review, current: Review): readonly string[] {
  if (reviewed.others === current.others) return [];
  const count = formatCount(current.others, "resource");
  return [`${count} of other providers ${current.others === 1 ? "changes" : "change"}. Reviewed: ${reviewed.others}.`];
}

/** The schema of `confirm --json`. `gitops/confirm.schema.json` is generated from it. */
export const confirmation = z
  .strictObject({
    differences: z.array(z.string()).meta({
      description: "The differences between the change and its review, in whole sentences; empty if there are none.",
    }),
  })
  .meta({ title: "A confirmation of a review", description: "The comparison of a change with its review." });

export type Confirmation = z.output<typeof confirmation>;

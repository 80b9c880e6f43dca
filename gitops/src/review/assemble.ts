import { listBriefly } from "#framework";
import { getOrganizationName } from "../access/access";
import { type Sides, computeSides } from "../access/sides";
import { CommandError } from "../exit";
import type { Kind } from "../preview/document";
import type { Preview, Remark } from "../preview/preview";
import { isHidden, type Resource } from "../preview/resource";
import { findConflicts } from "./conflicts";
import { describeHiddenChanges, reviewOrganizations } from "./organizations";
import { reviewObjects } from "./objects/objects";
import { reviewPeople } from "./people";
import { reviewProjects } from "./projects/projects";
import { type OrganizationReview, type Review, type Violation, type Level, getLevel, levels } from "./review";
import { reviewSettings } from "./settings/settings";

/** The result of the access rules for the state after the change. */
interface Judgement {
  /** The number of rules. */
  readonly rules: number;
  readonly verdict: Review["verdict"];
  readonly violations: readonly Violation[];
  /** The rules that apply to no organization, each in a sentence. */
  readonly idle: readonly string[];
}

/** Checks access rules for a change. */
export type Judge = (sides: Pick<Sides, "before" | "after">) => Judgement;

/**
 * Returns the review of the changes of all stacks together. `judge` checks the access rules, if there are any.
 * @throws CommandError if two previews are of the same stack.
 */
export function createReview(files: readonly Preview[], kind: Kind, judge?: Judge): Review {
  // The order of the files does not matter.
  const previews = files.toSorted((a, b) => (a.stack < b.stack ? -1 : 1));
  const stacks = previews.map(({ stack }) => stack);
  const repeated = stacks.find((stack, index) => stacks.indexOf(stack) !== index);
  if (repeated !== undefined)
    throw new CommandError(`The stack ${repeated} has two previews. Pass one preview for each stack.`);

  const resources = previews.flatMap((preview) => preview.resources);
  if (judge !== undefined && kind === "change" && resources.length === 0) {
    throw new CommandError(
      "The previews contain no Peridio resource, so the rules have nothing to check. Pass previews with Peridio resources.",
    );
  }
  const sides = computeSides(resources, kind);
  const organizations = reviewOrganizations(sides, resources);
  const order = new Map(organizations.map(({ key }, index) => [key, index]));
  const byOrganization = (a: { organization: string }, b: { organization: string }) =>
    (order.get(a.organization) ?? 0) - (order.get(b.organization) ?? 0);
  const judgement = judge?.(sides);
  // Drift is observed, not declared, so stacks cannot contradict each other.
  const conflicts = kind === "drift" ? [] : [...findConflicts(sides, resources)].sort(byOrganization);
  const unreviewed = previews.reduce((sum, preview) => sum + preview.unreviewed, 0);
  return {
    version: 2,
    kind,
    stacks,
    verdict: conflicts.length > 0 ? "refused" : chooseVerdict(judgement, unreviewed),
    rules: judgement?.rules ?? null,
    organizations: [...organizations],
    people: [...reviewPeople(sides, resources)].sort(byOrganization),
    settings: [
      ...reviewSettings(sides, resources),
      ...reviewProjects(sides, resources, kind),
      ...reviewObjects(sides, resources, kind),
    ].sort(byOrganization),
    ...(conflicts.length > 0 && { conflicts }),
    violations: [...(judgement?.violations ?? [])],
    unknowns: [
      ...new Set([
        ...sides.unknowns,
        ...describeHiddenChanges(resources),
        ...previews.flatMap(({ unknowns }) => unknowns),
        ...describeUnknownOrganizations(sides, organizations, resources),
        ...describeUnknownOwners(sides),
        ...(judgement?.idle ?? []),
      ]),
    ].sort(),
    ...(unreviewed > 0 && { unreviewed }),
    remarks: removeDuplicates(previews.flatMap(({ remarks }) => remarks)),
    others: previews.reduce((sum, { others }) => sum + others, 0),
  };
}

/** A change that no rule can judge needs approval. */
function chooseVerdict(judgement: Judgement | undefined, unreviewed: number): Review["verdict"] {
  const verdict = judgement?.verdict ?? "pass";
  return verdict === "pass" && unreviewed > 0 ? "needs approval" : verdict;
}

/** Removes duplicates. */
function removeDuplicates(remarks: readonly Remark[]): Review["remarks"] {
  return [...new Map(remarks.map((remark) => [JSON.stringify(remark), remark])).values()];
}

/** Reports unknown owners in one sentence, because this fact applies to every review with that API. */
function describeUnknownOwners({ after }: Pick<Sides, "after">): readonly string[] {
  const names = [...after.organizations.values()]
    .filter(({ hasUnreportedOwners }) => hasUnreportedOwners)
    .map(getOrganizationName)
    .sort();
  if (names.length === 0) return [];
  return [
    `Previews with Avocado Connect do not show the owners of ${listBriefly(names)}. Owners are admins. An owner that no stack declares is unknown, also to access rules.`,
  ];
}

/** Lists unknown facts about whole organizations. */
function describeUnknownOrganizations(
  { after }: Pick<Sides, "after">,
  organizations: readonly OrganizationReview[],
  resources: readonly Resource[],
): readonly string[] {
  const listKeys = (expected: OrganizationReview["change"]) =>
    organizations.filter(({ change }) => change === expected).map(({ key }) => key);
  const [created, adopted] = [listKeys("created"), listKeys("adopted")];
  return [...after.organizations.values()].flatMap((organization) => {
    const { key, id, name, owner } = organization;
    const sentences: string[] = [];
    if (created.includes(key) && isHidden(owner)) {
      sentences.push(
        `The user of the API key with which the update runs becomes the owner and an admin of ${getOrganizationName(organization)}.`,
      );
    }
    if (adopted.includes(key)) {
      sentences.push(
        `${getOrganizationName(organization)} exists, but no preview shows its people. Its members may appear as people to be invited.`,
      );
    }
    if (name === undefined && id !== undefined && resources.length > 0) {
      sentences.push(`The name of ${id} is unknown. Add the preview of the stack that declares the organization.`);
    }
    return sentences;
  });
}

/** Reports if anything changes: access, a setting, an organization, or a resource that a review only counts. */
export function changesAnything({ people, settings, organizations, unreviewed = 0, others }: Review): boolean {
  return (
    people.some(({ changed }) => changed) ||
    settings.length > 0 ||
    organizations.some(({ change, risks }) => change !== "kept" || risks.length > 0) ||
    unreviewed + others > 0
  );
}

/** Counts the changes with a risk of this level or a higher one. */
export function countChanges(level: Level, { people, settings, organizations }: Review): number {
  const relevant = levels.slice(0, levels.indexOf(level) + 1);
  return [...organizations, ...people, ...settings].filter(({ risks }) => {
    const highest = getLevel(risks);
    return highest !== undefined && relevant.includes(highest);
  }).length;
}

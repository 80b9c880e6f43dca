import { basename } from "node:path";
import { type Forecast, isEndWithin } from "../days";
import { CommandError } from "../exit";
import { memoize } from "../memoize";
import { listAllAccess } from "../model/effectiveAccess";
import type { Model } from "../model/model";
import { getOrganizationName } from "../model/organization";
import { type Level, getLevel, levels } from "../risks";
import { isHidden } from "../hidden";
import { findConflicts } from "./conflicts";
import { addOtherLogins, findBeneficiaries, type Logins } from "./beneficiaries";
import { listInsiders } from "./insiders";
import { describeHiddenChanges } from "./organizations";
import { type JudgedRules, reviewControls } from "./program/controls";
import { type ReviewedLayout, reviewLayouts } from "./program/layouts";
import { reviewPrograms } from "./program/program";
import type { IsJudgedEndpoint } from "./program/providers";
import { reviewReach } from "./projects/reach";
import {
  type Changes,
  type Evidence,
  isConcerned,
  isConcernedOrganization,
  type OrganizationReview,
  type PersonReview,
  type Review,
  reviewVersion,
  type SettingReview,
} from "./review";
import { completeRows, createOrder, createRowList } from "./rows";
import { omitPlaces } from "./shown";
import { describeUnknownTunnels } from "./tunnels";
import { computeVerdict, lowerSeverity } from "./verdict";
import { reviewRemarks } from "./warnings";

// Puts a review together: rows of changes, results of access rules, and everything that the previews do not show.

/** The result of the access rules for the state after the change. */
interface Judgement extends JudgedRules {
  /** The number of rules. */
  readonly rules: number;
  /** The rules that may not apply as meant, because of an organization's name or a person's address, each in a sentence. */
  readonly unknowns: readonly string[];
  /** The keys of the organizations whose endpoints a rule judges. */
  readonly judgedEndpoints: ReadonlySet<string>;
  /** The patterns of the company's own people: the addresses that the rules exempt from limits for other people. */
  readonly insiders: readonly string[];
  /** The renames that change to what rules apply. */
  readonly renames: readonly SettingReview[];
}

/** Checks access rules for a change. `listChanges` returns the rows of the review, with the insiders of the rules; undefined for drift. */
export type Judge = (model: Model, listChanges?: (insiders: readonly string[]) => Changes) => Judgement;

const noRules: JudgedRules = { violations: [], declarations: new Map() };

/** The options of a review. The pipeline chooses them, never the change. */
export interface ReviewOptions {
  /** Checks the access rules; undefined without rules. */
  readonly judge?: Judge | undefined;
  /** Checks the access rules of the change; undefined if they are the same. */
  readonly proposedJudge?: Judge | undefined;
  /** The changed files that control the review. */
  readonly changedControls?: readonly string[];
  /** The names of the files of access rules, without folders. */
  readonly rulesFiles?: readonly string[];
  /** The layouts after the change, whose organizations the stacks must declare. */
  readonly layouts?: readonly ReviewedLayout[];
  /** Patterns for types of other providers whose changes need no approval. */
  readonly allowedTypes?: readonly string[];
  readonly sources?: Omit<Evidence, "previews" | "beneficiaries" | "logins">;
  /** The people behind logins, who approve nothing by which they gain. */
  readonly logins?: Logins;
  /** The period in which the review names ends of access; undefined for none. */
  readonly forecast?: Forecast;
}

/** Compares both sides of a model. */
export function reviewModel(model: Model, options: ReviewOptions = {}): Review {
  const { judge, proposedJudge, changedControls = [], rulesFiles = [], layouts = [], allowedTypes = [] } = options;
  const { sources = { commit: null, rules: null }, logins = new Map(), forecast } = options;
  const { isPlanned, programs, declarations } = model;
  if (judge !== undefined && isPlanned && declarations.length === 0) {
    throw new CommandError(
      "The previews contain no Peridio resource, so the rules have nothing to check. Pass previews with Peridio resources.",
    );
  }
  const access = listAllAccess(model);
  const listRows = createRowList(model, access);
  const placedConflicts = findConflicts(model);
  const listChanges = memoize((ruleInsiders: readonly string[]) =>
    completeRows(
      listRows(listInsiders(model, ruleInsiders)),
      reviewPrograms(model, { allowedTypes, isJudgedEndpoint: () => false }),
      model,
      placedConflicts,
    ),
  );
  const judgement = judge?.(model, isPlanned ? listChanges : undefined);
  const proposed = proposedJudge?.(model, isPlanned ? listChanges : undefined);
  const controls = reviewControls({ files: changedControls, proposed }, judgement ?? noRules);
  const insiders = listInsiders(model, judgement?.insiders ?? []);
  const { organizations, people, settings } = listRows(insiders);
  const byOrganization = createOrder(organizations);
  const reaches = organizations.map(({ key }) => reviewReach(key, model, access.get(key) ?? []));
  const [groups, objects] = [reaches.flatMap((reach) => reach.groups), reaches.flatMap((reach) => reach.objects)];
  const isJudgedEndpoint = createEndpointCheck(model, judgement);
  const changes = completeRows(
    { organizations, people, settings: [...settings, ...(judgement?.renames ?? [])].sort(byOrganization) },
    [...controls, ...reviewLayouts(layouts, model), ...reviewPrograms(model, { allowedTypes, isJudgedEndpoint })],
    model,
    placedConflicts,
  );
  const conflicts = omitPlaces(placedConflicts).sort(byOrganization);
  // The rules of the change are in another folder than those of the base.
  const editsOnlyRules =
    controls.length > changedControls.length &&
    changedControls.every((file) => rulesFiles.includes(basename(file))) &&
    !changesMoreThanControls(changes);
  const { violations: judged } = judgement ?? noRules;
  const violations = judged.map((violation) =>
    editsOnlyRules ? { ...violation, severity: lowerSeverity(violation.severity, "approve") } : violation,
  );
  const beneficiaries = findBeneficiaries(changes, logins);
  const endsSoon = forecast === undefined ? [] : listEnds(changes.people, forecast);
  return {
    version: reviewVersion,
    kind: isPlanned ? "change" : "drift",
    stacks: programs.map(({ stack }) => stack),
    verdict: computeVerdict({ ...changes, violations, conflicts }),
    rules: judgement?.rules ?? null,
    organizations: changes.organizations,
    people: changes.people,
    ...(groups.length > 0 && { groups }),
    ...(objects.length > 0 && { objects }),
    ...(insiders.length > 0 && { insiders: [...insiders] }),
    ...(endsSoon.length > 0 && { endsSoon }),
    settings: changes.settings,
    programChanges: changes.programChanges,
    ...(conflicts.length > 0 && { conflicts }),
    violations,
    unknowns: [
      ...new Set([
        ...model.unknowns,
        ...describeHiddenChanges(model),
        ...programs.flatMap(({ unknowns }) => unknowns),
        ...describeUnknownOrganizations(model, organizations),
        ...describeUnknownTunnels(model),
        ...(judgement?.unknowns ?? []),
        ...(proposed?.unknowns ?? []),
      ]),
    ].sort(),
    remarks: [...reviewRemarks(model, changes.settings)],
    evidence: {
      ...sources,
      ...(sources.authors && { authors: [...addOtherLogins(sources.authors, logins)] }),
      ...(logins.size > 0 && { logins: [...logins.keys()] }),
      ...(beneficiaries.length > 0 && { beneficiaries: [...beneficiaries] }),
      previews: programs.map(({ stack, digest }) => ({ stack, digest })),
    },
  };
}

/** Lists the access after the change that ends in a period. */
function listEnds(people: readonly PersonReview[], forecast: Forecast): NonNullable<Review["endsSoon"]> {
  return people.flatMap(({ organization, email, after }) => {
    if (after?.lastDay === undefined || !isEndWithin(after.lastDay, forecast)) return [];
    const { role, lastDay, afterwards } = after;
    return [{ organization, email, role, lastDay, ...(afterwards !== undefined && { afterwards }) }];
  });
}

/** Returns a function that reports if a rule judges the endpoint of all organizations that use it. */
function createEndpointCheck({ after }: Model, judgement: Judgement | undefined): IsJudgedEndpoint {
  return (endpoint) => {
    const concerned = [...after.organizations.values()].filter(({ endpoints }) => endpoints.includes(endpoint));
    return concerned.length > 0 && concerned.every(({ key }) => judgement?.judgedEndpoints.has(key) === true);
  };
}

/** Lists unknown facts about whole organizations. */
function describeUnknownOrganizations(
  { after, declarations }: Model,
  organizations: readonly OrganizationReview[],
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
    if (name === undefined && id !== undefined && declarations.length > 0) {
      sentences.push(`The name of ${id} is unknown. Add the preview of the stack that declares the organization.`);
    }
    return sentences;
  });
}

/** Reports if a change does more than edit what controls its review. If it does not, it breaks no rule, and can repair one. */
function changesMoreThanControls({ programChanges, ...changes }: Changes): boolean {
  return changesAnything({
    ...changes,
    programChanges: programChanges.filter(({ section }) => section !== "controls"),
  });
}

/** Reports if anything changes: access, a setting, an organization, or something that a review cannot translate into access. */
export function changesAnything(changes: Changes & Pick<Review, "base">): boolean {
  const { people, settings, organizations, programChanges, base } = changes;
  return (
    (base?.withdrawn ?? []).length > 0 ||
    people.some(isConcerned) ||
    settings.length > 0 ||
    programChanges.length > 0 ||
    organizations.some(isConcernedOrganization)
  );
}

/** Counts the changes, and the warnings about people, with a risk of this level or a higher one. */
export function countChanges(level: Level, review: Review): number {
  const { people, settings, organizations, programChanges, remarks, base } = review;
  const relevant = levels.slice(0, levels.indexOf(level) + 1);
  const withdrawn = base?.withdrawn ?? [];
  return [...organizations, ...people, ...settings, ...programChanges, ...remarks, ...withdrawn].filter(
    ({ risks = [] }) => {
      const highest = getLevel(risks);
      return highest !== undefined && relevant.includes(highest);
    },
  ).length;
}

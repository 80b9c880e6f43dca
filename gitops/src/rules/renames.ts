import { hasEnded } from "#provider";
import type { Model } from "../model/model";
import type { Access, Organization } from "../model/organization";
import type { SettingReview } from "../review/review";
import { isHidden, type Hidden } from "../hidden";
import { quoteName } from "../wording";
import type { Rule } from "./rule";
import { appliesToOrganization } from "./scope";
import type { SelectedObject } from "./finding";
import { appliesTo } from "./selector";

interface Rename {
  readonly former: SelectedObject;
  readonly present: SelectedObject;
}

/**
 * Lists the rules that select a renamed object by one of its names, before and after a change, but not by the other. Before the change, an
 * object can have two names: that of the last update, and the one that it got outside Pulumi.
 */
export function reviewRenames(
  rules: readonly Rule[],
  { before, recorded, after }: Model,
  now: Date,
): readonly SettingReview[] {
  const formers = recorded === undefined ? [before] : [before, recorded.before];
  const renames = formers.flatMap((former) => listRenames(former, after));
  const unique = new Map(renames.map((rename) => [identifyRename(rename), rename]));
  return [...unique.values()].flatMap((rename) => rules.flatMap((rule) => compareLimits(rule, rename, now)));
}

function identifyRename({ former, present: { organization, noun, name } }: Rename): string {
  return JSON.stringify([organization.key, noun, former.name, name]);
}

function compareLimits(rule: Rule, { former, present }: Rename, now: Date): readonly SettingReview[] {
  const [earlier, later] = [listLimits(rule, former, now), listLimits(rule, present, now)];
  const leaves = earlier.some((applies, index) => applies && later[index] === false);
  const enters = later.some((applies, index) => applies && earlier[index] === false);
  if (!leaves && !enters) return [];
  const { noun } = present;
  const object = `${noun} ${quoteName(present.name)}`;
  const name = `the rule ${JSON.stringify(rule.name)}`;
  const words = describeChange(noun, { leaves, enters }, { rule: name, object });
  return [
    {
      organization: present.organization.key,
      section: "general",
      setting: object,
      words: `${words} the former name, ${quoteName(former.name)}.`,
      risks: [...(leaves ? (["leavesRule"] as const) : []), ...(enters ? (["entersRule"] as const) : [])],
    },
  ];
}

/** Returns the start of a sentence, which ends with the former name. */
function describeChange(
  noun: SelectedObject["noun"],
  { leaves, enters }: { readonly leaves: boolean; readonly enters: boolean },
  { rule, object }: { readonly rule: string; readonly object: string },
): string {
  const subject = `After the rename, ${rule}`;
  if (leaves && enters) return `${subject} has other limits for ${object} than for`;
  if (noun === "organization")
    return leaves
      ? `${subject} does not apply to ${object}. It applied to`
      : `${subject} applies to ${object}. It did not apply to`;
  return leaves ? `${subject} allows ${object}. It did not allow` : `${subject} does not allow ${object}. It allowed`;
}

/** Reports, for each limit of a rule, if it applies to an object. */
function listLimits(rule: Rule, object: SelectedObject, now: Date): readonly boolean[] {
  const { noun, organization } = object;
  const exempt = rule.exempt.filter(({ until }) => !hasEnded(until, now));
  const applies = appliesToOrganization({ ...rule, exempt }, organization) !== "no";
  return [
    ...(noun === "organization" ? [true, ...exempt.map((exemption) => !appliesTo(exemption, organization))] : []),
    ...rule.requirements.flatMap(([, { nameLimitsApply }]) => nameLimitsApply(object)),
  ].map((selected) => applies && selected);
}

/** Lists the organizations and groups that have another name after a change, and the cohorts that have another path. */
function listRenames(before: Access, after: Access): readonly Rename[] {
  return [...after.organizations.values()].flatMap((organization) => {
    const former = before.organizations.get(organization.key);
    if (former === undefined) return [];
    return [
      ...compareOrganizations(former, organization),
      ...compareNames("group", organization, listGroups(former), listGroups(organization)),
      ...compareNames("cohort", organization, former.objects.cohortPaths, organization.objects.cohortPaths),
    ];
  });
}

function compareOrganizations(former: Organization, present: Organization): readonly Rename[] {
  if (former.name === undefined || present.name === undefined || former.name === present.name) return [];
  const noun = "organization";
  return [
    {
      former: { noun, name: former.name, organization: former },
      present: { noun, name: present.name, organization: present },
    },
  ];
}

/** The names of objects, by the keys of the objects. */
type Names = ReadonlyMap<string, string | Hidden>;

function listGroups({ objects: { groups } }: Organization): Names {
  return new Map(groups.map(({ key, name }) => [key, name]));
}

function compareNames(
  noun: "group" | "cohort",
  organization: Organization,
  before: Names,
  after: Names,
): readonly Rename[] {
  return [...after].flatMap(([key, name]) => {
    const former = before.get(key) ?? name;
    if (isHidden(name) || isHidden(former) || former === name) return [];
    const present = { noun, name, organization };
    return [{ former: { ...present, name: former }, present }];
  });
}

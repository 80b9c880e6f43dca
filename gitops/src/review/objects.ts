import type { Values } from "#framework";
import { type Declaration, identifyThing } from "../model/declaration";
import type { Model } from "../model/model";
import type { ObjectChange } from "../model/objectChanges";
import { groupBy } from "../grouping";
import { describePath } from "../model/properties";
import type { Effect } from "../objects/property";
import { readValues } from "../objects/reading";
import { rows } from "../objects/rows";
import { sortRisks } from "../risks";
import { capitalize } from "../wording";
import type { ConflictingDeclarations } from "./declared";
import { compareProperties } from "./properties";
import { findPropertyConflicts } from "./propertyConflicts";
import { showEverything, showProperties, type SettingRow } from "./shown";
import { computeDigest } from "../digest";

/** Lists the objects that have their own rows (API tokens, claim tokens, webhooks, tunnel policies), if a change creates, imports, changes, replaces or deletes them. */
export function reviewObjects({ objects, after: access }: Model): readonly SettingRow[] {
  const former = new Map([...groupBy(objects, ({ row }) => row)].map(([row, own]) => [row, listMoments(own)]));
  return objects.flatMap((object) => {
    const change = { ...object, moments: former.get(object.row) ?? [], writing: [object.declaration] };
    const { declaration, row, isRenamed, before, after } = change;
    const { isEffective, isReplaced, isReleased, isImported, organization } = declaration;
    if (isImported && !isReplaced)
      return createReviews(organization.after, change, imported, { before: undefined, after });
    // The program can accept a change outside Pulumi without another change.
    if (!isEffective) return createReviews(organization.after, change, unchanged, { before: after, after });
    const [origin, destination] = [before && organization.before, after && organization.after];
    // Nothing stays of a deleted organization.
    const isGone = isReplaced || after === undefined;
    // Peridio keeps an object that its program releases, and some objects also after their deletion. Its drift has a row too.
    const isLeft = isReleased || (isGone && before !== undefined && row.isKeptOnDeletion?.(before) === true);
    const remaining = isLeft && access.organizations.has(origin ?? "") ? before : undefined;
    const kept = createReviews(origin, { ...change, writing: [] }, unchanged, { before: remaining, after: remaining });
    if (origin !== undefined && origin === destination) {
      const outcome = isReplaced ? row.describeReplacement({ isReleased, isRenamed }) : unchanged;
      return [...kept, ...createReviews(origin, change, outcome, { before, after })];
    }
    return [
      ...kept,
      // A row of the section `released` names an object that Peridio keeps.
      ...(isReleased || before === undefined
        ? []
        : createReviews(origin, change, describeDeletion(row, before), { before, after: undefined })),
      ...createReviews(destination, change, row.created, { before: undefined, after }),
    ];
  });
}

/** Returns the values of all objects of a kind at two moments: at the last update, and before the change. */
function listMoments(objects: readonly ObjectChange[]): readonly (readonly Values[])[] {
  // An imported object was in no stack before the change.
  const own = objects.filter(({ declaration }) => !declaration.isImported);
  const before = own.flatMap((object) => (object.before === undefined ? [] : [object.before]));
  const recorded = own.flatMap(({ before: live, declaration: { resources }, row: { properties } }): Values[] => {
    const declared = resources.flatMap(({ recorded = {} }) =>
      Object.entries(readValues(properties, recorded)).filter(([name]) => name in recorded),
    );
    return live === undefined ? [] : [{ ...live, ...Object.fromEntries(declared) }];
  });
  return [recorded, before];
}

/** Returns the words and risks of an object that goes. */
export function describeDeletion({ deleted }: ObjectChange["row"], before: Values): Effect {
  return typeof deleted === "function" ? deleted(before) : deleted;
}

/** The outcome for an object that was in no stack before. Nobody reviewed it. */
export const imported: Effect = { words: "imported without changes", risks: ["acceptsDrift"] };

/** Finds the tokens, webhooks and tunnel policies that stacks declare differently. `present` are the resources about the organization. */
export function findObjectConflicts(present: readonly Declaration[]): readonly ConflictingDeclarations[] {
  const objects = groupBy(
    present.filter((declaration) => declaration.after !== undefined),
    identifyThing,
  );
  return [...objects.values()].flatMap((own) => {
    const [first] = own;
    const { object } = rows[first.kind];
    if (object === undefined) return [];
    const { properties, settingsOf } = object;
    const words = describePath(first, present);
    return Object.entries(properties).flatMap(([name, property]) => {
      const declaring = own.filter(({ after }) => settingsOf === undefined || after?.inputs[name] !== undefined);
      return findPropertyConflicts({ [name]: property }, declaring, ({ label }) => `Property ${label} of ${words}`);
    });
  });
}

/** The change of an object, with facts about the other objects of its kind. */
interface ChangeInContext extends ObjectChange {
  /** The values of all objects of the kind at the last update, and before the change. A value that no object had at one of them is new. */
  readonly moments: readonly (readonly Values[])[];
  /** The declarations that can write the object; empty if none does. */
  readonly writing: readonly Declaration[];
}

/** The outcome for an object that stays. It has a row only if a property differs. */
const unchanged: Effect = { words: "changed", risks: [] };

/** Creates the row of an object, unless the object is absent or does not change. */
function createReviews(
  organization: string | undefined,
  { declaration, words: object, row, moments, writing }: ChangeInContext,
  outcome: Effect,
  sides: { readonly before: Values | undefined; readonly after: Values | undefined },
): readonly SettingRow[] {
  if (organization === undefined) return [];
  const { section, partlyShown: partial, findNewRisks } = row;
  const values = sides.after ?? sides.before ?? {};
  const properties = row.chooseProperties?.(values) ?? row.properties;
  // An object keeps a permanent property that its program stops declaring.
  const dropped = new Set([...declaration.dropped].filter((name) => properties[name]?.isNeverRemoved === true));
  const details = compareProperties({
    properties,
    ...sides,
    resources: writing,
    formerResources: declaration.resources.filter((one) => one.before !== undefined),
    dropped,
  });
  if (outcome === unchanged && details.length === 0) return [];
  const value = partial === undefined ? undefined : values[partial];
  const sentences = [
    outcome.words,
    ...details.map(
      ({ label, words, undoesDrift }) =>
        // The mark of the row does not say which property the update restores.
        `${label}: ${words}${undoesDrift && details.length > 1 ? ", which undoes a change outside Pulumi" : ""}`,
    ),
  ];
  // The hidden values of a deleted object are no risk.
  const common = sides.after === undefined ? outcome.risks : [outcome, ...details].flatMap((part) => part.risks);
  const { after } = sides;
  const added = after === undefined ? [] : moments.flatMap((former) => findNewRisks?.(after, former, common) ?? []);
  return [
    {
      organization,
      section,
      setting: object,
      words: `${capitalize(object)}: ${sentences.map((part) => `${part}.`).join(" ")}`,
      ...(details.some(({ undoesDrift }) => undoesDrift) && { undoesDrift: true as const }),
      risks: sortRisks([...common, ...added]),
      shows:
        outcome === unchanged
          ? showProperties(
              declaration.resources,
              details.map(({ property }) => property),
            )
          : showEverything(declaration.resources),
      ...(typeof value === "string" && { digest: computeDigest(value) }),
    },
  ];
}

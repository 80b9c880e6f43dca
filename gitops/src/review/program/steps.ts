import type { Values } from "#framework";
import { parsePath } from "#framework/messages";
import { canonicalizeEmail } from "#provider";
import { groupBy } from "../../grouping";
import { type Declaration, identifyThing } from "../../model/declaration";
import type { Model } from "../../model/model";
import { describeResource, isWritten } from "../../model/resource";
import { findGuarded } from "../../model/settings";
import type { Properties } from "../../objects/property";
import { foldValue, readAbsent, readDeclared } from "../../objects/reading";
import { rows } from "../../objects/rows";
import { isHidden } from "../../hidden";
import { joinAnd } from "../../wording";
import { isOnlyReleased } from "../releases";
import type { ProgramChange } from "../review";
import type { Place, PlaceIndex } from "../shown";

/**
 * Lists the steps that write to Peridio, and that no other row of the review shows. Each row names the places that it shows, so no such
 * step is known. This check keeps a forgotten one from passing.
 */
export function reviewSteps(
  { declarations }: Pick<Model, "declarations">,
  shown: PlaceIndex,
): readonly ProgramChange[] {
  const former = groupBy(
    declarations.filter(({ organization }) => organization.before !== undefined),
    ({ organization }) => organization.before,
  );
  return declarations
    .filter((declaration) => (isWritten(declaration) || declaration.isReplaced) && !isOnlyReleased(declaration))
    .flatMap((declaration) => {
      // The properties that no row shows; empty for the whole step, and undefined if rows show everything.
      const silent = isUpdate(declaration)
        ? listSilentProperties(declaration, former.get(declaration.organization.after) ?? [], shown)
        : showsEveryone(declaration, shown) ||
            (!declaration.isWrittenImport && isMoved(declaration, declarations)) ||
            declaresDefaults(declaration)
          ? undefined
          : [];
      return silent === undefined ? [] : [createProgramChange(declaration, silent)];
    });
}

function createProgramChange(declaration: Declaration, properties: readonly string[]): ProgramChange {
  const resource = describeResource(declaration);
  const { stack, before, after, isImported } = declaration;
  const verb = before === undefined && !isImported ? "creates" : after === undefined ? "deletes" : "changes";
  const named = joinAnd(properties.map((name) => `\`${name}\``));
  return {
    stack,
    section: "steps",
    subject: resource,
    words: `The update ${verb} ${named === "" ? resource : `${named} of ${resource}`}, and no other row shows the effect. Check this step in Pulumi's output.`,
    risks: ["notUnderstood"],
  };
}

function isUpdate({ before, after, isReplaced }: Declaration): boolean {
  return before !== undefined && after !== undefined && !isReplaced;
}

/** Reports if any row shows a change of a resource. A guardrail alone writes nothing to Peridio. */
function isShown({ kind, urn }: Declaration, shown: PlaceIndex): boolean {
  const guards = rows[kind].guards?.properties ?? {};
  const isChange = (place: Place) =>
    !(place.part === "people" && place.isSame === true) && !(place.part === "property" && place.name in guards);
  return shown.get(urn)?.some(isChange) === true;
}

/** Reports if rows show everyone that a new or deleted resource declares. After a move, their access stays as it is. */
function showsEveryone(declaration: Declaration, shown: PlaceIndex): boolean {
  const people = listPeople(declaration);
  return people.length === 0 ? isShown(declaration, shown) : arePeopleShown(declaration.urn, shown, people);
}

/** Returns the canonical addresses that a resource declares on either side. */
function listPeople({ kind, before, after }: Declaration): readonly string[] {
  return [before, after].flatMap((state) => {
    const owner = kind === "OrganizationOwner" ? state?.inputs.email : undefined;
    const people = state?.people?.declared.people.keys() ?? [];
    return typeof owner === "string" ? [canonicalizeEmail(owner)] : [...people];
  });
}

/** Reports if a row shows a property as a whole. */
function isPropertyShown(urn: string, name: string, shown: PlaceIndex): boolean {
  const covers = (place: Place) =>
    place.part === "everything" ||
    (place.part === "property" && place.name === name) ||
    (place.part === "invitationGroups" && place.person === undefined && (name === "groupId" || name === "groups"));
  return shown.get(urn)?.some(covers) === true;
}

/** Reports if rows show each of these people, with a change or without one. */
function arePeopleShown(urn: string, shown: PlaceIndex, people: readonly string[]): boolean {
  const own = shown.get(urn) ?? [];
  const listed = new Set(own.flatMap((place) => (place.part === "people" ? [place.person] : [])));
  const isEveryoneShown = own.some(({ part }) => part === "everything") || listed.has(undefined);
  return isEveryoneShown || people.every((address) => listed.has(address));
}

/**
 * Returns the changed properties of an update that no row shows; undefined if there are none. `former` are the declarations of the
 * organization before the change.
 */
function listSilentProperties(
  declaration: Declaration,
  former: readonly Declaration[],
  shown: PlaceIndex,
): readonly string[] | undefined {
  const { kind, urn, before, after } = declaration;
  const { guards, readPeople } = rows[kind];
  const changed = listChanged(declaration, readFormer(declaration, former));
  // The option `forceDestroy` of an organization changes a note in all its parts.
  if (changed === undefined) return isShown(declaration, shown) || before?.notes !== after?.notes ? undefined : [];
  const isOfPeople = (name: string) => readPeople !== undefined && guards?.properties[name] === undefined;
  const silent = changed.filter(
    (name) =>
      !isPropertyShown(urn, name, shown) &&
      !(isOfPeople(name) && showsChangedPeople(declaration, shown)) &&
      !(kind === "OrganizationOwner" && isShown(declaration, shown)),
  );
  return silent.length === 0 ? undefined : silent;
}

/** Returns the values before the change, with the guardrails that the declaration continues. */
function readFormer(declaration: Declaration, former: readonly Declaration[]): Values {
  const { kind, values } = declaration;
  const { guards } = rows[kind];
  const guarded = guards === undefined ? declaration : findGuarded(declaration, former);
  if (guarded === declaration) return values.before;
  const continued = Object.keys(guards?.properties ?? {}).map((name) => [name, guarded?.before?.inputs[name]] as const);
  return { ...values.before, ...Object.fromEntries(continued) };
}

/**
 * Reports if rows show everyone whose declaration differs. If none differs, the group of an invitation does, or another list, and a row
 * shows at least one person.
 */
function showsChangedPeople(declaration: Declaration, shown: PlaceIndex): boolean {
  const [before, after] = [declaration.before, declaration.after].map((state) => state?.people?.declared.people);
  const isSame = (address: string) => {
    const [former, present] = [before?.get(address), after?.get(address)];
    const isSameEnd = former?.lastDay === present?.lastDay && former?.afterwards === present?.afterwards;
    return former?.role === present?.role && isSameEnd;
  };
  const changed = [...new Set([...(before?.keys() ?? []), ...(after?.keys() ?? [])])].filter((one) => !isSame(one));
  return changed.length > 0 ? arePeopleShown(declaration.urn, shown, changed) : isShown(declaration, shown);
}

/** Reports if a resource declares, or stops declaring, what another one declares too, so that the step writes nothing. Each person has a row. */
function isMoved(declaration: Declaration, all: readonly Declaration[]): boolean {
  if (rows[declaration.kind].readPeople !== undefined) return false;
  const side = declaration.before === undefined ? "before" : "after";
  const identity = identifyThing(declaration);
  return all.some((other) => other !== declaration && other[side] !== undefined && identifyThing(other) === identity);
}

/**
 * Returns the changed properties of an update: those that Pulumi reports, else those that differ. Leaves out those whose row compares equal
 * values, such as a default that the program writes out, and another order or spelling. Undefined if the preview shows none.
 */
function listChanged(declaration: Declaration, former: Values): readonly string[] | undefined {
  const { differences, contents } = declaration;
  const reported = differences.map((path) => String(parsePath(path)?.[0] ?? path));
  const differs = (name: string) => JSON.stringify(contents.before[name]) !== JSON.stringify(contents.after[name]);
  const names = new Set(
    reported.length > 0 ? reported : Object.keys({ ...contents.before, ...contents.after }).filter(differs),
  );
  if (names.size === 0) return undefined;
  return [...names].filter((name) => !hasSameValue(declaration, former, name, reported.length > 0)).sort();
}

/** Reports if a property has the same value before and after. If Pulumi reports it, only a row can tell. */
function hasSameValue(
  { kind, contents, values }: Declaration,
  former: Values,
  name: string,
  isReported: boolean,
): boolean {
  const property = getProperties(kind)[name];
  const [before, after] = [former[name], values.after[name]].map(
    (value) => property && (readDeclared(property, value) ?? readAbsent(property)),
  );
  const isKnown = before !== undefined && after !== undefined && !isHidden(before) && !isHidden(after);
  if (isKnown) return property?.isSame(before, after) === true;
  return !isReported && foldValue(contents.before[name]) === foldValue(contents.after[name]);
}

function getProperties(kind: Declaration["kind"]): Properties {
  const { settings, guards, object } = rows[kind];
  return { ...settings?.properties, ...guards?.properties, ...object?.properties };
}

/** Reports if a resource of settings declares nothing that Peridio stores, apart from defaults. */
function declaresDefaults({ kind, contents, before }: Declaration): boolean {
  const [properties, { settings, guards }] = [getProperties(kind), rows[kind]];
  return (
    settings !== undefined &&
    Object.entries(contents[before === undefined ? "after" : "before"]).every(([name, value]) => {
      const property = properties[name];
      const declared = property && readDeclared(property, value);
      if (name === "organizationId" || (guards !== undefined && name in guards.properties)) return true;
      return (
        declared !== undefined && !isHidden(declared) && property?.isSame(declared, property.defaultValue) === true
      );
    })
  );
}

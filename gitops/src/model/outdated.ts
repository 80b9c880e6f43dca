import { omitAbsent } from "#framework";
import { findWithheld } from "../objects/reading";
import { rows } from "../objects/rows";
import { compareObservation } from "../preview/resource";
import { type Declaration, identifyObject } from "./declaration";

/**
 * Leaves out declarations whose state before the change is an import or older than that of another stack, because that stack may have
 * changed the object later. A declaration stays if the newest one does not show a value that it shows or hides. Two rosters of one
 * organization can name different people.
 */
export function omitOutdated<T extends Declaration>(declarations: readonly T[]): readonly T[] {
  const newest = new Map<string, Declaration>();
  for (const declaration of declarations) {
    const key = identifyObject(declaration);
    const other = newest.get(key);
    if (declaration.before !== undefined && (other === undefined || compareFormer(declaration, other) > 0))
      newest.set(key, declaration);
  }
  return declarations.filter((declaration) => {
    const other = newest.get(identifyObject(declaration));
    if (declaration.before === undefined || other === undefined || rows[declaration.kind].readPeople !== undefined)
      return true;
    if (compareFormer(declaration, other) === 0) return true;
    return !declaration.isImported && !showsAll(other, declaration);
  });
}

/** Orders declarations by the time of the state before the change. */
function compareFormer(a: Declaration, b: Declaration): number {
  const isImport = Number(b.isImported) - Number(a.isImported);
  return isImport || (a.before === undefined || b.before === undefined ? 0 : compareObservation(a.before, b.before));
}

/** Reports if one former state shows every value that the other one shows. A hidden value of the other one can contradict it. */
function showsAll(declaration: Declaration, other: Declaration): boolean {
  return Object.entries(omitAbsent(other.values.before)).every(
    ([name, value]) => declaration.values.before[name] !== undefined && findWithheld(value) === undefined,
  );
}

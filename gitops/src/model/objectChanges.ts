import type { Values } from "#framework";
import type { Cohort, ReadingContext } from "../objects/property";
import { readValues } from "../objects/reading";
import { type ObjectInSection, rows } from "../objects/rows";
import { type Hidden, isHidden } from "../hidden";
import type { Declaration } from "./declaration";
import type { Side } from "./directory";
import type { MergedDeclaration } from "./merging";
import { describePath, findCreated, getId, getPath, getUuid, isObserved } from "./properties";

/** An object whose properties share a row of the review. */
export interface ObjectChange {
  readonly declaration: MergedDeclaration;
  /** The object in words, such as `webhook "alerts"`. */
  readonly words: string;
  readonly row: ObjectInSection;
  /** True if a program changes the name. */
  readonly isRenamed: boolean;
  /** The values of the properties, by name; undefined if the object is absent. */
  readonly before: Values | undefined;
  readonly after: Values | undefined;
}

/** Returns the objects that have one row each. `declarations` contains the cohorts that tokens refer to, and their projects. */
export function findChanges(declarations: readonly MergedDeclaration[]): readonly ObjectChange[] {
  return declarations.flatMap((declaration) => {
    const { object: row } = rows[declaration.kind];
    if (row === undefined) return [];
    const read = (side: Side) =>
      declaration[side] === undefined
        ? undefined
        : readValues(row.properties, declaration.values[side], createContext(declaration, side, declarations));
    const isRenamed = declaration.before?.inputs.name !== declaration.after?.inputs.name;
    const [before, after] = [read("before"), read("after")];
    const values = after ?? before;
    const words =
      row.describe === undefined || values === undefined
        ? describePath(declaration, declarations)
        : row.describe(values);
    return [{ declaration, words, row, isRenamed, before, after }];
  });
}

/** Returns what the values of a declaration on one side depend on. `declarations` contains the cohorts that it can refer to, and their projects. */
export function createContext(
  declaration: Declaration,
  side: Side,
  declarations: readonly Declaration[] = [],
): ReadingContext {
  return {
    isObserved: isObserved(declaration, side),
    findCohort: (id) => findCohort(declarations, id, declaration[side]?.dependencies.get("cohortId") ?? []),
  };
}

function findCohort(
  resources: readonly Declaration[],
  id: string | Hidden,
  sources: readonly string[],
): Cohort | Hidden {
  const cohorts = resources.filter(({ kind }) => kind === "Cohort");
  if (isHidden(id)) {
    const created = findCreated(id, cohorts, sources);
    return created === undefined ? id : { key: created.urn, name: getPath(created, resources) };
  }
  const uuid = getUuid(id);
  const declared = cohorts.find((resource) => getUuid(getId(resource) ?? "") === uuid);
  return { key: uuid, name: declared === undefined ? uuid : getPath(declared, resources) };
}

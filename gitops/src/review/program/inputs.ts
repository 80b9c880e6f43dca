import type * as z from "zod";
import { isRecord, type Path, type Values } from "#framework";
import { formatPath } from "#framework/messages";
import type { Declaration } from "../../model/declaration";
import type { Model } from "../../model/model";
import { readAbsent } from "../../objects/reading";
import { rows } from "../../objects/rows";
import { isHidden } from "../../hidden";
import { describeResource, mayDiffer } from "../../model/resource";
import { showProperties, type ProgramRow } from "../shown";

/** Lists changed properties that no row of the review reads, or whose values no row understands. */
export function reviewInputs({ declarations, isPlanned }: Model): readonly ProgramRow[] {
  return declarations.flatMap((declaration) =>
    listUnread(declaration)
      .filter(([name, ...rest]) => isPlanned || rest.length > 0 || !readsAbsence(declaration, String(name)))
      .map((path) => createProgramChange(declaration, path)),
  );
}

/** Reports if Peridio no longer has a value whose absence has a meaning, such as no expiry. The row of the property shows this change. */
function readsAbsence({ kind, contents }: Declaration, name: string): boolean {
  const property = rows[kind].object?.properties[name];
  return contents.after[name] === undefined && property !== undefined && readAbsent(property) !== undefined;
}

function createProgramChange(resource: Declaration, path: Path): ProgramRow {
  const [name, object] = [formatPath(path), describeResource(resource)];
  return {
    stack: resource.stack,
    section: "properties",
    subject: `${name} of ${object}`,
    words: `Property \`${name}\` of ${object} changes. This version of peridio-gitops does not know the property or its value. Check the change in Pulumi's output, or use the version of peridio-gitops that matches the provider.`,
    risks: ["notUnderstood"],
    shows: showProperties([resource], [String(path[0])]),
  };
}

/** Returns the paths of changed values that no row reads or understands. */
function listUnread(declaration: Declaration): readonly Path[] {
  const { kind, before, after, contents, dropped, isImported, isReplaced } = declaration;
  // The rows of a deleted object name the whole object.
  if (after === undefined) return [];
  const { understood, allInputs, object } = rows[kind];
  // The next update writes the values of an import, so all of them count as changed.
  const former = isImported ? {} : contents.before;
  const present = contents.after;
  const paths = new Map(
    [former, present].flatMap((values) => findIssues(understood, values)).map((path) => [formatPath(path), path]),
  );
  const isKept = before !== undefined && !isImported && !isReplaced;
  for (const name of Object.keys(isKept ? { ...former, ...present } : {})) {
    const { isIdentity = false, isNeverRemoved = false } = allInputs[name] ?? {};
    // The row of an object shows a property that its program stops declaring.
    const isShown = dropped.has(name) && object?.properties[name] !== undefined;
    if (isIdentity || (isNeverRemoved && present[name] === undefined && !isShown)) paths.set(name, [name]);
  }
  const isChanged = (path: Path) => {
    const [one, other] = [getPart(former, path), getPart(present, path)];
    if (isHidden(one) && isHidden(other)) return mayDiffer(declaration, String(path[0]));
    return isReplaced || JSON.stringify(one) !== JSON.stringify(other);
  };
  return [...paths.values()].filter(isChanged);
}

/** Returns the paths of values that a schema does not allow. A hidden value is of any type, and its rows say that it is hidden. */
function findIssues(schema: z.ZodObject, values: Values): readonly Path[] {
  const issues = schema.safeParse(values).error?.issues ?? [];
  return issues.flatMap((issue): readonly Path[] => {
    const path = issue.path.map((step) => (typeof step === "number" ? step : String(step)));
    if (path.some((_, index) => isHidden(getPart(values, path.slice(0, index + 1))))) return [];
    return issue.code === "unrecognized_keys" ? issue.keys.map((key) => [...path, key]) : [path];
  });
}

function getPart(values: unknown, path: Path): unknown {
  return path.reduce<unknown>((value, step) => {
    if (Array.isArray(value)) return value[Number(step)];
    return isRecord(value) ? value[step] : undefined;
  }, values);
}

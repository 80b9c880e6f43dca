import { groupBy } from "../../grouping";
import type { Declaration } from "../../model/declaration";
import { findHidden } from "../../objects/reading";
import { rows } from "../../objects/rows";
import { describeResource, isWritten, mayDiffer } from "../../model/resource";
import { describeUrn, isInLayout } from "../../urn";
import { compareTexts, joinAnd } from "../../wording";
import type { Place, ProgramRow } from "../shown";

/**
 * Lists references to organizations, projects, cohorts and groups that a preview hides. The review takes the new resource on which
 * such a reference depends, but a program can depend on one resource and use the id of another one.
 */
export function reviewReferences(resources: readonly Declaration[]): readonly ProgramRow[] {
  const stacks = [...new Set(resources.map(({ stack }) => stack))];
  return stacks.flatMap((stack) => {
    const hidden = resources.filter((resource) => resource.stack === stack).flatMap(listHiddenReferences);
    const groups = groupBy(hidden, ({ sources }) => joinAnd(sources));
    return [...groups]
      .sort(([one], [other]) => compareTexts(one, other))
      .map(([source, own]): ProgramRow => ({
        stack,
        section: "references",
        subject: source === "" ? "hidden references" : source,
        words: `The preview does not show the id in ${joinAnd(own.map(({ words }) => words).toSorted())}. ${describeCheck(source, own)}`,
        risks: ["hidesReference"],
        shows: own.map(({ place }) => place),
      }));
  });
}

interface Reference {
  readonly place: Place;
  /** The property and its resource. */
  readonly words: string;
  /** The resources that provide the value, such as `Organization dev`. */
  readonly sources: readonly string[];
  readonly isInLayout: boolean;
}

/** Says what a person must check, because no preview tells the right id from another one. */
function describeCheck(source: string, [first, ...others]: readonly [Reference, ...Reference[]]): string {
  if (source === "") return "Check the id in the program.";
  const ids = first.sources.length === 1 ? "the id of this resource" : "the ids of these resources";
  const origin = `It depends on ${source}.`;
  return [first, ...others].every((reference) => reference.isInLayout)
    ? `${origin} If only layout files change, the Layout uses ${ids}. Otherwise, check that the program does.`
    : `${origin} Check that the program uses ${ids}.`;
}

function listHiddenReferences(declaration: Declaration): readonly Reference[] {
  const { kind, before, after, contents, isImported, isReplaced } = declaration;
  if (after === undefined || !(isWritten(declaration) || isReplaced || isImported)) return [];
  const isNew = before === undefined || isImported || isReplaced;
  return Object.entries(rows[kind].allInputs)
    .filter(
      ([property, { getReferences }]) =>
        findHidden(getReferences?.(contents.after[property])) !== undefined &&
        (isNew || mayDiffer(declaration, property)),
    )
    .map(([property]) => ({
      place: { urn: declaration.urn, part: "property", name: property },
      words: `\`${property}\` of ${describeResource(declaration)}`,
      sources: [...new Set(after.dependencies.get(property))].map(describeUrn).sort(),
      isInLayout: isInLayout(declaration.urn),
    }));
}

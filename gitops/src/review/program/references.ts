import { isRecord } from "#framework";
import type { Declaration } from "../../model/declaration";
import { rows } from "../../objects/rows";
import { isWithheld } from "../../withheld";
import { describeResource, isWritten, mayDiffer } from "../../model/resource";
import { describeUrn } from "../../urn";
import { joinAnd } from "../../wording";
import type { ProgramChange } from "../review";

/**
 * Lists references to organizations, projects, cohorts and groups that a preview hides. The review takes the new resource on which
 * such a reference depends, but a program can depend on one resource and use the id of another one.
 */
export function reviewReferences(resources: readonly Declaration[]): readonly ProgramChange[] {
  const stacks = [...new Set(resources.map(({ stack }) => stack))];
  return stacks.flatMap((stack) => {
    const hidden = resources.filter((resource) => resource.stack === stack).flatMap(listHiddenReferences);
    const sources = [...new Set(hidden.map(({ source }) => source))].sort();
    return sources.map((source): ProgramChange => {
      const own = hidden.filter((reference) => reference.source === source).map(({ words }) => words);
      const assumption =
        source === ""
          ? "Check the id in the program."
          : `It depends on ${source}. Check that the program uses the id of this resource.`;
      return {
        stack,
        section: "references",
        subject: source === "" ? "hidden references" : source,
        words: `The preview does not show the id in ${joinAnd(own.toSorted())}. ${assumption}`,
        risks: ["hidesReference"],
      };
    });
  });
}

interface Reference {
  /** The property and its resource. */
  readonly words: string;
  /** The resources that provide the value, such as `Organization dev`; empty for none. */
  readonly source: string;
}

function listHiddenReferences(declaration: Declaration): readonly Reference[] {
  const { kind, before, after, contents, isImported, isReplaced } = declaration;
  if (after === undefined || !(isWritten(declaration) || isReplaced || isImported)) return [];
  const isNew = before === undefined || isImported || isReplaced;
  return Object.entries(rows[kind].allInputs)
    .filter(
      ([property, { getReferences }]) =>
        hides(getReferences?.(contents.after[property])) && (isNew || mayDiffer(declaration, property)),
    )
    .map(([property]) => ({
      words: `\`${property}\` of ${describeResource(declaration)}`,
      source: joinAnd([...(after.dependencies.get(property) ?? [])].map(describeUrn).sort()),
    }));
}

/** Reports if a value, an item of a list or a value of a map is hidden. */
function hides(value: unknown): boolean {
  if (isWithheld(value)) return true;
  const parts: readonly unknown[] = Array.isArray(value) ? value : isRecord(value) ? Object.values(value) : [];
  return parts.some(isWithheld);
}

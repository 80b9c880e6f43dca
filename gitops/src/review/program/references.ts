import { isRecord } from "#framework";
import { describeResource, isHidden, isWritten, mayDiffer, type Resource } from "../../preview/resource";
import { getName, getTypeName } from "../../preview/urn";
import { joinAnd, quoteName } from "../../wording";
import type { ProgramChange } from "../review";

/**
 * Lists references to organizations, projects, cohorts and groups that a preview hides. The review takes the new resource on which
 * such a reference depends, but a program can depend on one resource and use the id of another one.
 */
export function reviewReferences(resources: readonly Resource[]): readonly ProgramChange[] {
  const stacks = [...new Set(resources.map(({ stack }) => stack))];
  return stacks.flatMap((stack) => {
    const hidden = resources.filter((resource) => resource.stack === stack).flatMap(listHiddenReferences);
    const sources = [...new Set(hidden.map(({ source }) => source))].sort();
    return sources.map((source): ProgramChange => {
      const own = hidden.filter((reference) => reference.source === source).map(({ words }) => words);
      const assumption =
        source === ""
          ? "The review does not know the object."
          : `The review assumes the id of ${source}, but the update can use another one.`;
      return {
        stack,
        section: "references",
        subject: source === "" ? "hidden references" : source,
        words: `The preview does not show the id in ${joinAnd(own.toSorted())}. ${assumption} Check this in the program.`,
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

function listHiddenReferences(resource: Resource): readonly Reference[] {
  const { after } = resource;
  if (after === undefined || !(isWritten(resource) || resource.isReplaced || resource.isImported)) return [];
  const { access, groups, organizationId, projectId, cohortId, groupId } = after.inputs;
  const values: Readonly<Record<string, unknown>> = {
    ...{ organizationId, projectId, cohortId, groupId, groups },
    access: isRecord(access) && !isHidden(access) ? access.groups : undefined,
  };
  return Object.entries(values)
    .filter(
      ([property, value]) =>
        hides(value) &&
        (resource.before === undefined || resource.isImported || resource.isReplaced || mayDiffer(resource, property)),
    )
    .map(([property]) => ({
      words: `\`${property}\` of ${describeResource(resource)}`,
      source: joinAnd([...(after.dependencies.get(property) ?? [])].map(describeUrn).sort()),
    }));
}

/** Reports if a value, an item of a list or a value of a map is hidden. */
function hides(value: unknown): boolean {
  if (isHidden(value)) return true;
  const parts: readonly unknown[] = Array.isArray(value) ? value : isRecord(value) ? Object.values(value) : [];
  return parts.some(isHidden);
}

function describeUrn(urn: string): string {
  return `${getTypeName(urn)} ${quoteName(getName(urn))}`;
}

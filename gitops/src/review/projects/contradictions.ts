import { isRecord } from "#framework";
import { canonicalizeEmail } from "#provider";
import { describeObject, describeProject, getId, getUuid } from "../../model/properties";
import { countHidden, listTexts } from "../../objects/reading";
import { isHidden, type Resource } from "../../preview/resource";
import { type Contradiction, isContradictory, sortDeclarations } from "../contradiction";

/** The properties of groups, projects and cohorts that decide about access, with the words for their values. */
const properties: Readonly<Record<string, (value: unknown) => string | undefined>> = {
  members: (value) => describeList(value, canonicalizeEmail),
  everyoneEnabled: (value) => (isHidden(value) ? undefined : String(value)),
  access: (value) => {
    if (!isRecord(value) || isHidden(value)) return undefined;
    const users = describeList(value.users ?? [], canonicalizeEmail);
    const groups = describeList(value.groups ?? [], getUuid);
    return users === undefined || groups === undefined ? undefined : `users ${users} and groups ${groups}`;
  },
};

/** Returns the sorted texts of a list; undefined if the preview hides one of them. */
function describeList(value: unknown, canonicalize: (text: string) => string): string | undefined {
  if (countHidden(value) > 0) return undefined;
  return `[${listTexts(value).map(canonicalize).sort().join(", ")}]`;
}

/** Finds the groups, projects and cohorts for which stacks declare different people or groups. */
export function findAccessContradictions(present: readonly Resource[]): readonly Contradiction[] {
  const objects = new Map<string, Resource[]>();
  for (const resource of present) {
    const id = getId(resource);
    if (resource.after === undefined || id === undefined || !["Group", "Project", "Cohort"].includes(resource.kind))
      continue;
    const key = `${resource.kind} ${getUuid(id)}`;
    objects.set(key, [...(objects.get(key) ?? []), resource]);
  }
  return [...objects.values()].flatMap(([first, ...others]) => {
    if (first === undefined) return [];
    return Object.entries(properties).flatMap(([property, describe]) => {
      const declared = [first, ...others].flatMap(({ stack, after }) => {
        const value = after?.inputs[property];
        const words = value === undefined ? undefined : describe(value);
        return words === undefined ? [] : [{ stack, words }];
      });
      if (!isContradictory(declared)) return [];
      const object = first.kind === "Group" ? describeObject(first) : describeProject(first, present);
      return [{ subject: `Property ${property} of ${object}`, declared: sortDeclarations(declared) }];
    });
  });
}

import { canonicalizeEmail } from "#provider";
import { groupBy } from "../../grouping";
import { type Declaration, identifyObject, pickDeclarations } from "../../model/declaration";
import { describePath, getId, getUuid } from "../../model/properties";
import { accessInputs } from "../../objects/grants";
import type { ValuesOf } from "../../objects/property";
import { countHidden, listTexts } from "../../objects/reading";
import { isHidden } from "../../hidden";
import { quoteName } from "../../wording";
import { type ConflictingDeclarations, areConflicting, sortDeclarations } from "../declared";
import { showProperties } from "../shown";

/** The properties of groups, projects and cohorts that decide about access or about access rules, with the words for their values. */
const properties: Readonly<Record<string, (declared: ValuesOf<typeof accessInputs>) => string | undefined>> = {
  name: ({ name }) => (typeof name === "string" ? quoteName(name) : undefined),
  members: ({ members }) => (members === undefined ? undefined : describeList(members, canonicalizeEmail)),
  everyoneEnabled: ({ everyoneEnabled }) =>
    everyoneEnabled === undefined || isHidden(everyoneEnabled) ? undefined : String(everyoneEnabled),
  access: ({ access }) => {
    if (access === undefined || isHidden(access)) return undefined;
    const users = describeList(access.users, canonicalizeEmail);
    const groups = describeList(access.groups, getUuid);
    return users === undefined || groups === undefined ? undefined : `users ${users} and groups ${groups}`;
  },
};

/** Returns the sorted texts of a list; undefined if the preview hides one of them. */
function describeList(list: unknown, canonicalize: (text: string) => string): string | undefined {
  if (countHidden(list) > 0) return undefined;
  return `[${listTexts(list).map(canonicalize).sort().join(", ")}]`;
}

/** Finds the groups, projects and cohorts for which stacks declare different names, people or groups. */
export function findAccessConflicts(present: readonly Declaration[]): readonly ConflictingDeclarations[] {
  const declarations = pickDeclarations(present, ["Group", "Project", "Cohort"], accessInputs);
  const objects = groupBy(
    declarations.filter((declaration) => declaration.after !== undefined && getId(declaration) !== undefined),
    identifyObject,
  );
  return [...objects.values()].flatMap(([first, ...others]) =>
    Object.entries(properties).flatMap(([property, describe]) => {
      const declared = [first, ...others].flatMap(({ stack, declared: { after } }) => {
        const words = after && describe(after);
        return words === undefined ? [] : [{ stack, words }];
      });
      if (!areConflicting(declared)) return [];
      const object = describePath(first, present);
      return [
        {
          subject: `Property ${property} of ${object}`,
          declared: sortDeclarations(declared),
          shows: showProperties([first, ...others], [property]),
        },
      ];
    }),
  );
}

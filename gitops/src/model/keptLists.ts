import type { ResourceKind } from "../objects/rows";
import { type Declaration, identifyObject, mergeFirst } from "./declaration";
import type { Side } from "./directory";

/** The lists that Peridio keeps if a program stops declaring them. */
export const keptLists: Readonly<Partial<Record<ResourceKind, string>>> = {
  Group: "members",
  Project: "access",
  Cohort: "access",
};

/**
 * Returns a function that completes a declaration without the list of its object by that of another program: before and after a planned change,
 * the list is declared if one program declares it.
 */
export function createListCompletion(all: readonly Declaration[]): (declaration: Declaration) => Declaration {
  const declares = ({ kind, isReplaced, isImported, ...sides }: Declaration, side: Side) =>
    !isReplaced && !(isImported && side === "before") && sides[side]?.inputs[keptLists[kind] ?? ""] !== undefined;
  const index = (side: Side) =>
    new Map(
      all.flatMap((declaration) =>
        declares(declaration, side) ? [[identifyObject(declaration), declaration] as const] : [],
      ),
    );
  const declaring = { before: index("before"), after: index("after") };
  return (declaration) => {
    const { kind, isReplaced, values, dropped } = declaration;
    const name = keptLists[kind];
    if (name === undefined || isReplaced) return declaration;
    const find = (side: Side) =>
      declaration[side] === undefined || declares(declaration, side)
        ? undefined
        : declaring[side].get(identifyObject(declaration));
    const [former, present] = [find("before"), find("after")];
    // Peridio keeps a list that no program declares after the change.
    if (!declaring.after.has(identifyObject(declaration))) return declaration;
    if (former === undefined && present === undefined) return declaration;
    return {
      ...declaration,
      values: {
        before:
          former === undefined ? values.before : mergeFirst(values.before, { [name]: former.values.before[name] }),
        after: present === undefined ? values.after : { ...values.after, [name]: present.values.after[name] },
      },
      dropped: present === undefined ? dropped : new Set([...dropped].filter((one) => one !== name)),
    };
  };
}

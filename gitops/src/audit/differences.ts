import type { DeclaredList } from "./declaredAccess";
import { createFinding, type FindingDetails } from "./finding";
import type { FindingOrGap, Gap } from "./gaps";
import type { FindingKind } from "./kinds";

/** A live list, its declarations, and the words for the live items that are not declared. */
interface ListComparison<Item> {
  readonly kind: FindingKind;
  readonly organization: string;
  /** The list in sentences, such as `the members of group field`. */
  readonly list: string;
  readonly live: readonly Item[];
  readonly declared: readonly (DeclaredList<Item> | undefined)[];
  /** The rest of the sentence about an undeclared item. */
  readonly predicate: string;
  readonly describe: (item: Item) => FindingDetails;
  /** Returns the name of an item that a hidden declaration may contain. By default, the gap names no items. */
  readonly getName?: (item: Item) => string;
}

/**
 * Finds the live items that no declaration contains. Without a declaration, the program does not manage the list. A list that the preview
 * hides counts only if no other declaration shows the list, such as the layout from which the resource comes.
 */
export function compareList<Item>(comparison: ListComparison<Item>): readonly FindingOrGap[] {
  const { kind, organization, list, live, predicate, describe, getName } = comparison;
  const declared = comparison.declared.filter((one) => one !== undefined);
  const others = live.filter((item) => !declared.some(({ includes }) => includes(item)));
  if (declared.length === 0 || others.length === 0) return [];
  return declared.every(({ hasHidden }) => hasHidden)
    ? [createHiddenGap(organization, kind, list, getName && others.map(getName))]
    : others.map((item) => createFinding(kind, organization, predicate, describe(item)));
}

/** Returns the gap for a value that previews hide. The audit is then incomplete, because the value could allow anything. */
export function createHiddenGap(
  organization: string,
  kind: FindingKind,
  what: string,
  people: readonly string[] = [],
): Gap {
  const concerned = people.length === 0 ? "" : ` Perhaps undeclared: ${people.join(", ")}.`;
  const sentence =
    `The audit cannot compare ${what} in ${organization}, because a preview hides the declaration, or \`ignoreChanges\` covers it.${concerned} ` +
    "Declare the value without `pulumi.secret` and `ignoreChanges`, or pass a layout that declares it.";
  return { organization, sentence, kinds: [kind], hasFailed: true };
}

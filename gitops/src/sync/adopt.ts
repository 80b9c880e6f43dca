import { InvalidLayoutError } from "#layout";
import type { EditableLayout, EditedLayout } from "../edit/editableLayout";
import { UneditableError } from "../edit/place";
import { proveEdit } from "../edit/proof";
import { CommandError } from "../exit";
import { type Difference, getKey } from "./difference";
import type { Comparison } from "./fleet";

/** A layout after the adoption of differences. */
export interface AdoptedLayout extends EditedLayout {
  readonly adopted: readonly Difference[];
  /** The differences that no edit adopts, with the reasons. */
  readonly refused: ReadonlyMap<Difference, string>;
}

/**
 * Adopts each difference whose edit leaves a valid layout and changes nothing else. An edit can require another one, such as the role of
 * a new owner. Tries refused edits again until no further one succeeds.
 */
export function adoptDifferences(editable: EditableLayout, chosen: readonly Difference[]): AdoptedLayout {
  let [state, waiting]: [EditedLayout, readonly Difference[]] = [editable, chosen];
  const adopted: Difference[] = [];
  for (;;) {
    const refused = new Map<Difference, string>();
    for (const difference of waiting) {
      const next = tryAdoption(editable, state, difference);
      if (typeof next === "string") refused.set(difference, next);
      else {
        state = next;
        adopted.push(difference);
      }
    }
    if (refused.size === 0 || refused.size === waiting.length) return { ...state, adopted, refused };
    waiting = [...refused.keys()];
  }
}

/** Returns the layout after one more edit, or the reason why there is none. */
function tryAdoption({ parse }: EditableLayout, before: EditedLayout, { adoption }: Difference): EditedLayout | string {
  if (typeof adoption === "string") return adoption;
  const files = before.files.copy();
  try {
    adoption.edit(files);
    const layout = parse(files.listSources());
    if (adoption.person !== undefined) proveEdit(before.layout, layout, adoption.person.email, adoption.person.expect);
    return { files, layout };
  } catch (error) {
    if (error instanceof InvalidLayoutError) return `The layout would be invalid after the edit: ${error.message}`;
    if (error instanceof UneditableError) return `${error.message}. Edit the layout by hand.`;
    throw error;
  }
}

/**
 * Checks that the edit removes only the adopted differences between the layout and the live organizations.
 * @throws CommandError with a difference that appears or disappears.
 */
export function proveAdoption(before: Comparison, after: Comparison, adopted: readonly Difference[]): void {
  const done = new Set(adopted.map(getKey));
  const expected = before.differences.filter((one) => !done.has(getKey(one)));
  const subtract = (from: readonly Difference[], others: readonly Difference[]) => {
    const keys = new Set(others.map(getKey));
    return from.filter((one) => !keys.has(getKey(one)));
  };
  const [first] = [...subtract(after.differences, expected), ...subtract(expected, after.differences)];
  if (first === undefined && after.failures.length === 0) return;
  const reason =
    first === undefined
      ? after.failures.join(" ")
      : `It would also change how the layout differs in ${first.organization}: ${first.subject}.`;
  throw new CommandError(`The layout is not edited. ${reason} Adopt fewer differences, or edit the layout by hand.`);
}

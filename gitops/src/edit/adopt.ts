import { InvalidLayoutError, type Layout } from "#layout";
import type { EditableLayout, EditedLayout } from "./editableLayout";
import type { LayoutFiles } from "./layoutFiles";
import { UneditableError } from "./place";
import type { Proof } from "./proof";

/** An edit of a layout as one of several. */
export interface Adoption {
  /** The effect on the layout, as the rest of a sentence. */
  readonly effect: string;
  /** Edits the files of a layout. @throws UneditableError if the layout cannot be edited there. */
  readonly edit: (files: LayoutFiles, layout: Layout) => void;
  /** Checks the effect on people; undefined for a setting. */
  readonly prove?: Proof;
}

/** Anything that an edit brings into a layout. */
export interface Adoptable {
  /** The edit, or the reason why a person must decide, in whole sentences. */
  readonly adoption: Adoption | string;
}

/** A layout after several edits. */
export interface AdoptedLayout<One> extends EditedLayout {
  readonly adopted: readonly One[];
  /** The things that no edit adopts, with the reasons. */
  readonly refused: ReadonlyMap<One, string>;
}

/**
 * Makes each edit that leaves a valid layout and changes nothing else. An edit can require another one, such as the role of a new owner.
 * Tries refused edits again until no further one succeeds.
 */
export function adoptAll<One extends Adoptable>(editable: EditableLayout, chosen: readonly One[]): AdoptedLayout<One> {
  let [state, waiting]: [EditedLayout, readonly One[]] = [editable, chosen];
  const adopted: One[] = [];
  for (;;) {
    const refused = new Map<One, string>();
    for (const one of waiting) {
      const next = tryAdoption(editable, state, one);
      if (typeof next === "string") refused.set(one, next);
      else {
        state = next;
        adopted.push(one);
      }
    }
    if (refused.size === 0 || refused.size === waiting.length) return { ...state, adopted, refused };
    waiting = [...refused.keys()];
  }
}

/** Returns the layout after one more edit, or the reason why there is none. */
function tryAdoption({ parse }: EditableLayout, before: EditedLayout, { adoption }: Adoptable): EditedLayout | string {
  if (typeof adoption === "string") return adoption;
  const files = before.files.copy();
  try {
    adoption.edit(files, before.layout);
    const layout = parse(files.listSources());
    rejectLapses(before.layout, layout);
    adoption.prove?.(before.layout, layout);
    return { files, layout };
  } catch (error) {
    if (error instanceof InvalidLayoutError) return `The layout would be invalid after the edit: ${error.message}`;
    if (error instanceof UneditableError) return error.message;
    throw error;
  }
}

/** Rejects an edit after which an end would leave an organization without an admin, because every update would fail from then on. */
function rejectLapses(before: Layout, after: Layout): void {
  const lapses = after.lapses.filter(
    ({ path, reason }) => !before.lapses.some((one) => one.path === path && one.reason === reason),
  );
  if (lapses.length > 0) throw new InvalidLayoutError(lapses, []);
}

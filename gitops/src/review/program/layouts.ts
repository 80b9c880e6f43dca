import { basename } from "node:path";
import { filterByKind } from "../../model/declaration";
import { readName } from "../../model/computation";
import type { Model } from "../../model/model";
import { quoteName } from "../../wording";
import type { ProgramChange } from "../review";

/** A layout after the change. */
export interface ReviewedLayout {
  readonly path: string;
  /** The names of its organizations. */
  readonly organizations: readonly string[];
}

/** Lists the organizations of layouts that no reviewed stack declares. A stack selects its organizations by `only` and `connection`. */
export function reviewLayouts(layouts: readonly ReviewedLayout[], { declarations }: Model): readonly ProgramChange[] {
  const declared = new Set(
    filterByKind(declarations, "Organization")
      .filter(({ isReleased, readOnlyId }) => !isReleased && readOnlyId === undefined)
      .map(({ after }) => readName(after)),
  );
  return layouts.flatMap(({ path, organizations }) =>
    organizations
      .filter((name) => !declared.has(name))
      .map((name): ProgramChange => ({
        stack: null,
        section: "layouts",
        subject: name,
        words: `${quoteName(basename(path))} contains the organization ${quoteName(name)}, but no reviewed stack declares it, so no update applies it. Select the organization in a stack by \`only\` and \`connection\` of the Layout, add the preview of this stack, or remove the organization from the layout.`,
        risks: ["appliesNowhere"],
      })),
  );
}

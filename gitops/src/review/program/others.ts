import { pattern } from "#provider";
import { groupBy } from "../../grouping";
import type { Program } from "../../model/model";
import type { ForeignChange } from "../../model/stackChange";
import { formatCount, quoteName } from "../../wording";
import type { ProgramChange } from "../review";

/**
 * Lists changed resources whose effect on access the review does not know, by type: those with a type of Peridio that this version does not
 * know, and those of other providers. `allowed` are patterns for types of other providers whose changes need no approval.
 */
export function reviewUnknownChanges(
  programs: readonly Program[],
  allowed: readonly string[],
): readonly ProgramChange[] {
  const expressions = allowed.map((text) => pattern(text));
  // A program can load another plugin under the name of a known one (`pluginDownloadURL`), but not with the default provider.
  const isAllowed = (type: string, changes: readonly ForeignChange[]) =>
    expressions.some((expression) => expression.test(type)) &&
    changes.every(({ usesDefaultProvider }) => usesDefaultProvider);
  return programs.flatMap(({ stack, others, unknownTypes }) => [
    ...[...groupBy(unknownTypes, getType)].map(([type, changes]): ProgramChange => ({
      stack,
      section: "types",
      subject: type,
      words: `${listChanges(type, changes)}. This version of peridio-gitops does not know the type. Check the change in Pulumi's output, or use the version of peridio-gitops that matches the provider.`,
      risks: ["notUnderstood"],
    })),
    ...[...groupBy(others, getType)].map(([type, changes]): ProgramChange => {
      const listed = listChanges(type, changes);
      const row = { stack, section: "others", subject: type } as const;
      return isAllowed(type, changes)
        ? { ...row, words: `${listed}. The command line allows this type.`, risks: [] }
        : {
            ...row,
            words: `${listed}. The review does not know what a resource of another provider does, and a command or a script can change access.`,
            risks: ["changesOther"],
          };
    }),
  ]);
}

function getType({ type }: ForeignChange): string {
  return type;
}

/** Describes the changes of one type, such as `2 resources of the type random:index:RandomId change: creation of a, deletion of b`. */
function listChanges(type: string, changes: readonly ForeignChange[]): string {
  const list = changes.map(({ name, change }) => `${change} of ${quoteName(name)}`).sort();
  return `${formatCount(changes.length, "resource")} of the type \`${type}\` ${changes.length === 1 ? "changes" : "change"}: ${list.join(", ")}`;
}

import { pattern } from "#provider";
import { groupBy } from "../../grouping";
import type { Program } from "../../model/model";
import { formatCount, quoteName } from "../../wording";
import type { ProgramChange } from "../review";

type ForeignChange = Program["others"][number];

/**
 * Lists changed resources whose effect on access the review does not know, by type. `allowed` are patterns for types of other
 * providers whose changes need no approval.
 */
export function reviewOthers(programs: readonly Program[], allowed: readonly string[]): readonly ProgramChange[] {
  const expressions = allowed.map((text) => pattern(text));
  // A plugin from another place can do anything.
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
    ...[...groupBy(others, getType)].map(([type, changes]): ProgramChange => ({
      stack,
      section: "others",
      subject: type,
      words: isAllowed(type, changes)
        ? `${listChanges(type, changes)}. The command line allows this type.`
        : `${listChanges(type, changes)}. The review does not know what a resource of another provider does, and a command or a script can change access.`,
      risks: isAllowed(type, changes) ? [] : ["changesOther"],
    })),
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

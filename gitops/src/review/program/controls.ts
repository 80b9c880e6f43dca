import { isDeepStrictEqual } from "node:util";
import { quoteName } from "../../wording";
import type { ProgramChange, Violation } from "../review";

/** Access rules and the violations that they find. */
export interface JudgedRules {
  readonly violations: readonly Violation[];
  /** The rules as JSON, by name. */
  readonly declarations: ReadonlyMap<string, string>;
}

/** The edits of a change to files that control its review. */
export interface Controls {
  /** The changed files that control the review, such as the pipeline and the configuration of the stacks. */
  readonly files: readonly string[];
  /** Undefined if the rules stay the same. */
  readonly proposed?: JudgedRules | undefined;
}

/** Lists the changed files that control the review, and the outcome under the proposed rules. `judged` are the broken rules in force. */
export function reviewControls({ files, proposed }: Controls, judged: JudgedRules): readonly ProgramChange[] {
  return [
    ...files.map((file) =>
      createProgramChange(
        file,
        `The change edits ${quoteName(file)}, which controls this review. Read the edit before you approve it.`,
        true,
      ),
    ),
    ...(proposed === undefined ? [] : compareRules(judged, proposed)),
  ];
}

function createProgramChange(subject: string, words: string, isRisk: boolean): ProgramChange {
  return { stack: null, section: "controls", subject, words, risks: isRisk ? ["changesControls"] : [] };
}

function compareRules(judged: JudgedRules, proposed: JudgedRules): readonly ProgramChange[] {
  const edits = [...new Set([...judged.declarations.keys(), ...proposed.declarations.keys()])].flatMap((name) =>
    describeEdit(name, judged.declarations.get(name), proposed.declarations.get(name)),
  );
  const [former, present] = [judged.violations.map(describe), proposed.violations.map(describe)];
  const [before, after] = [new Set(former), new Set(present)];
  return [
    ...edits.map((words) => createProgramChange("access rules", words, true)),
    ...former
      .filter((words) => !after.has(words))
      .map((words) => createProgramChange("access rules", `The new access rules allow a violation: ${words}`, true)),
    ...present
      .filter((words) => !before.has(words))
      .map((words) => createProgramChange("access rules", `The new access rules report a violation: ${words}`, false)),
  ];
}

/** Describes the edit of one rule. The rules before the change judge it. */
function describeEdit(name: string, before: string | undefined, after: string | undefined): readonly string[] {
  if (isSameDeclaration(before, after)) return [];
  if (before === undefined) return [`The change adds the access rule \`${name}\`: \`${after ?? ""}\`.`];
  if (after === undefined) return [`The change removes the access rule \`${name}\`: \`${before}\`.`];
  return [`The change edits the access rule \`${name}\`: \`${before}\` → \`${after}\`.`];
}

/** Reports if two versions of a rule differ at most in the order of their keys, which has no meaning. */
function isSameDeclaration(before: string | undefined, after: string | undefined): boolean {
  if (before === undefined || after === undefined) return before === after;
  return isDeepStrictEqual(JSON.parse(before), JSON.parse(after));
}

function describe({ rule, severity, message }: Violation): string {
  return `\`${rule}\` (\`${severity}\`). ${message}`;
}

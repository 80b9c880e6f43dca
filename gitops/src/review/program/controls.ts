import { quoteName } from "../../wording";
import type { ProgramChange, Violation } from "../review";

/** The access rules of the branch, if they differ from the ones that judge the change. */
export interface ProposedRules {
  readonly violations: readonly Violation[];
  /** The number of the rules. */
  readonly rules: number;
}

/** The edits of a change to files that control its review. */
export interface Controls {
  /** The changed files that control the review, such as the pipeline and the configuration of the stacks. */
  readonly files: readonly string[];
  /** Undefined if the rules stay the same. */
  readonly proposed?: ProposedRules | undefined;
}

/** Lists the changed files that control the review, and the outcome under the proposed rules. `judged` are the broken rules in force. */
export function reviewControls(
  { files, proposed }: Controls,
  judged: { readonly violations: readonly Violation[]; readonly rules: number },
): readonly ProgramChange[] {
  return [
    ...files.map((file) =>
      createRow(
        file,
        `The change edits ${quoteName(file)}, which controls this review. Read the edit before you approve it.`,
        true,
      ),
    ),
    ...(proposed === undefined ? [] : compareRules(judged, proposed)),
  ];
}

function createRow(subject: string, words: string, isRisk: boolean): ProgramChange {
  return { stack: null, section: "controls", subject, words, risks: isRisk ? ["changesControls"] : [] };
}

function compareRules(
  judged: { readonly violations: readonly Violation[]; readonly rules: number },
  proposed: ProposedRules,
): readonly ProgramChange[] {
  const [former, present] = [judged.violations.map(describe), proposed.violations.map(describe)];
  return [
    createRow(
      "access rules",
      `The access rules change: ${judged.rules} before, ${proposed.rules} after. The rules before the change judge it.`,
      true,
    ),
    ...former
      .filter((words) => !present.includes(words))
      .map((words) => createRow("access rules", `The new rules would no longer object: ${words}`, true)),
    ...present
      .filter((words) => !former.includes(words))
      .map((words) => createRow("access rules", `The new rules would object: ${words}`, false)),
  ];
}

function describe({ rule, severity, message }: Violation): string {
  return `\`${rule}\` (\`${severity}\`). ${message}`;
}

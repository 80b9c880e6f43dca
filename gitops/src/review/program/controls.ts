import { isDeepStrictEqual } from "node:util";
import { isRecord, type Values } from "#framework";
import { joinOr, quoteName } from "../../wording";
import type { ProgramChange, Violation } from "../review";

/** Access rules and the violations that they find. */
export interface JudgedRules {
  readonly violations: readonly Violation[];
  /** The rules and tests by name. */
  readonly declarations: ReadonlyMap<string, JudgedRule>;
}

/** A rule, or a test of access. */
export interface JudgedRule {
  /** As JSON. */
  readonly declaration: string;
  /** The only people who may approve, by login; undefined for anyone. */
  readonly approvers?: readonly string[] | undefined;
}

/** The edits of a change to files that control its review. */
export interface Controls {
  /** The changed files that control the review, such as the pipeline and the configuration of the stacks. */
  readonly files: readonly string[];
  /** Undefined if the rules stay the same. */
  readonly proposed?: JudgedRules | undefined;
}

/** Lists the changed files that control the review (controls), and the outcome under the proposed rules. `judged` are the rules in force, which are those before the change. */
export function reviewControls({ files, proposed }: Controls, judged: JudgedRules): readonly ProgramChange[] {
  return [
    ...files.map((file) =>
      createProgramChange(
        file,
        `The change edits ${quoteName(file)}, which controls this review. Read the edit before you approve it.`,
      ),
    ),
    ...(proposed === undefined ? [] : compareRules(judged, proposed)),
  ];
}

function createProgramChange(subject: string, words: string): ProgramChange {
  return { stack: null, section: "controls", subject, words, risks: ["changesControls"] };
}

/** Only the approvers of a rule approve its edit. Otherwise, a change could name other people, and they could approve it. */
function createEdit(name: string, words: string, approvers?: readonly string[]): ProgramChange {
  if (approvers === undefined) return createProgramChange(name, words);
  const sentence = `Only ${joinOr(approvers)} can approve this edit. An approval by an author of the change does not count.`;
  return { ...createProgramChange(name, `${words} ${sentence}`), approvers: [...approvers] };
}

function compareRules(judged: JudgedRules, proposed: JudgedRules): readonly ProgramChange[] {
  const edits = [...new Set([...judged.declarations.keys(), ...proposed.declarations.keys()])].flatMap((name) =>
    describeEdit(name, judged.declarations.get(name), proposed.declarations.get(name)),
  );
  const [former, present] = [judged.violations.map(describe), proposed.violations.map(describe)];
  const [before, after] = [new Set(former), new Set(present)];
  return [
    ...edits,
    ...former
      .filter((words) => !after.has(words))
      .map((words) => createProgramChange("access rules", `The new access rules allow a violation: ${words}`)),
    ...present
      .filter((words) => !before.has(words))
      .map((words): ProgramChange => ({
        ...createProgramChange("access rules", `The new access rules report a violation: ${words}`),
        risks: [],
      })),
  ];
}

/** Describes the edit of one rule. The rules before the change judge it. The order of keys has no meaning. */
function describeEdit(
  name: string,
  before: JudgedRule | undefined,
  after: JudgedRule | undefined,
): readonly ProgramChange[] {
  const [former, present] = [before?.declaration, after?.declaration];
  if (former === undefined)
    return [createEdit(name, `The change adds the access rule \`${name}\`: \`${present ?? ""}\`.`)];
  const approvers = before?.approvers;
  if (present === undefined)
    return [createEdit(name, `The change removes the access rule \`${name}\`: \`${former}\`.`, approvers)];
  const [old, edited] = [former, present].map((text): unknown => JSON.parse(text));
  if (isDeepStrictEqual(old, edited)) return [];
  const edits = listEdits(old, edited);
  return [createEdit(name, `The change edits the access rule \`${name}\`: ${edits.join(", ")}.`, approvers)];
}

/** Lists the keys with other values, such as `logins.bob`. */
function listEdits(before: unknown, after: unknown, key = ""): readonly string[] {
  if (isDeepStrictEqual(before, after)) return [];
  if (isRecord(before) && isRecord(after)) {
    const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
    const get = (side: Values, one: string) => (Object.hasOwn(side, one) ? side[one] : undefined);
    return [...keys].flatMap((one) =>
      listEdits(get(before, one), get(after, one), `${key === "" ? "" : `${key}.`}${quoteName(one)}`),
    );
  }
  const [former, present] = [before, after].map((value) =>
    value === undefined ? "not set" : `\`${JSON.stringify(value)}\``,
  );
  return [`\`${key}\` ${former} → ${present}`];
}

function describe({ rule, severity, message }: Violation): string {
  return `\`${rule}\` (\`${severity}\`). ${message}`;
}

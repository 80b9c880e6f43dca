import { CommandError } from "../exit";
import { joinAnd } from "../wording";

/** @throws CommandError if a stack has two previews. */
export function rejectRepeatedStacks(stacks: readonly string[]): void {
  const repeated = stacks.find((stack, index) => stacks.indexOf(stack) !== index);
  if (repeated !== undefined)
    throw new CommandError(`The stack ${repeated} has two previews. Pass one preview for each stack.`);
}

/**
 * A preview of another stack could show access that the change adds as access that exists.
 * @throws CommandError if a stack is not expected, or if an expected one is missing.
 */
export function rejectOtherStacks(stacks: readonly string[], expected: readonly string[]): void {
  const unexpected = stacks.filter((stack) => !expected.includes(stack));
  if (unexpected.length > 0)
    throw new CommandError(
      `--stacks does not contain ${joinAnd(unexpected)}. Pass only the previews of ${joinAnd(expected)}.`,
    );
  const missing = expected.filter((stack) => !stacks.includes(stack));
  if (missing.length > 0)
    throw new CommandError(
      `There is no preview of ${joinAnd(missing)}, although \`--stacks\` contains it. Pass one preview for each stack.`,
    );
}

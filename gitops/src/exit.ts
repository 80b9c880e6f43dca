/** The exit codes for pipelines. `--help` of each command lists its own. */
export const exitCodes = {
  /** Success: no objection, no finding, everything written. */
  passed: 0,
  /** The command failed, or its input is wrong. Standard error has the reason. */
  failed: 1,
  /** The command line is wrong. */
  misused: 2,
  /** A person must look: a review needs approval, or an audit has findings. */
  attention: 3,
  /** A rule refuses the change, or stacks contradict each other. */
  refused: 4,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** The result of a command, from which its exit code follows. */
interface CommandOutcome {
  readonly failed?: boolean | undefined;
  readonly refused?: boolean | undefined;
  readonly needsAttention?: boolean | undefined;
}

/** Returns the exit code of a command. A failure outweighs all else: a scheduler must learn that the command does not work. */
export function chooseExitCode({ failed = false, refused = false, needsAttention = false }: CommandOutcome): ExitCode {
  if (failed) return exitCodes.failed;
  if (refused) return exitCodes.refused;
  return needsAttention ? exitCodes.attention : exitCodes.passed;
}

/** A mistake in the command line as a whole. The message names the mistake and the remedy. */
export class MisuseError extends Error {
  override readonly name = "MisuseError";
}

/** A failure of the command. The message names object, reason and remedy; users see no stack. */
export class CommandError extends Error {
  override readonly name = "CommandError";
}

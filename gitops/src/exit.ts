/** How a command ends, for pipelines. `--help` of each command says which of them it uses. */
export const exitCodes = {
  /** All is well: nothing to object to, nothing found, everything written. */
  passed: 0,
  /** The command could not do its work, or what it read is wrong: standard error says why. */
  failed: 1,
  /** The command line is wrong. */
  misused: 2,
  /** Somebody should look: a review needs approval, an audit has found something. */
  attention: 3,
  /** A rule refuses the change. */
  refused: 4,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** The command cannot do its work. The message names what, why and the remedy; no stack is shown. */
export class CommandError extends Error {
  override readonly name = "Failure";
}

import type { ExitCode } from "../exit";

/** The result of a command of peridio-gitops. */
export interface Ended {
  readonly code: ExitCode;
  /** The text that the command printed. */
  readonly output: string;
  /** The messages of the command. */
  readonly messages: string;
}

/** Runs a command of peridio-gitops in the same process. */
export type RunCommand = (args: readonly string[]) => Promise<Ended>;

import { CommandError } from "../exit";
import type { Terminal } from "../terminal/terminal";

/**
 * Returns a variable that the forge sets for each job.
 * @throws CommandError if it is absent.
 */
export function getVariable(environment: Terminal["environment"], name: string): string {
  const value = environment[name];
  if (value !== undefined && value !== "") return value;
  throw new CommandError(
    `The environment variable ${name} is not set. Run \`peridio-gitops ci\` in a job, and pass the variable to it.`,
  );
}

import * as z from "zod";
import type { Environment } from "./configuration";
import { UserError } from "./errors";

const moment = z.union([z.iso.datetime({ offset: true }), z.iso.datetime({ offset: true, precision: -1 })]);

/** Reports if a text is a moment: ISO 8601 with a time zone, with or without seconds. */
export function isMoment(text: string): boolean {
  return moment.safeParse(text).success;
}

/** The age from which a moment is refused. */
const mostHours = 24;

/**
 * Returns the moment of a run: that in an environment variable or, without the variable, the clock's. With the variable, all
 * processes of a run agree on which times have passed.
 *
 * @throws UserError if the variable contains no moment with a time zone, a future one or an old one, which would bring back what has ended
 */
export function readNow(name: string, environment: Environment, clock: Date): Date {
  const value = environment[name];
  if (value === undefined || value === "") return clock;
  const reject = (reason: string) =>
    new UserError(`${name} is ${JSON.stringify(value)}, which ${reason}. Correct or remove this environment variable.`);
  if (!isMoment(value)) throw reject("is not a moment in ISO 8601 with a time zone, such as 2027-01-31T08:00Z");
  const now = new Date(value);
  const age = clock.getTime() - now.getTime();
  // The clocks of two machines may differ by a minute.
  if (age < -60_000) throw reject(`is in the future: the clock shows ${clock.toISOString()}`);
  if (age > mostHours * 3_600_000)
    throw reject(`is more than ${mostHours} hours ago: access that has ended since then would return`);
  return now;
}

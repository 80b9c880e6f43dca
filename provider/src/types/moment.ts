import * as z from "zod";
import { UserError, type Values } from "#framework";

const schema = z.iso.datetime({ offset: true });

const words = "a moment in ISO 8601 with a time zone, such as 2027-02-01T00:00:00Z";

/** A moment: ISO 8601 with a time zone. Two spellings of one moment are equal. */
export const moment = createMoment(`must be ${words}`, isMoment);

/** The end of a claim token that never expires, as Peridio's own command line sends it. */
const farEnd = "2099-12-31T23:59:59Z";

/** A moment, or `never`, which equals the moment `farEnd`. */
export const momentOrNever = createMoment(
  `must be \`never\`, or ${words}`,
  (text) => text === "never" || isMoment(text),
);

/** Reports if the end of a claim token stands for no expiry: it is `never`, or not before the moment that `never` sends. */
export function isNever(end: string): boolean {
  return Date.parse(resolve(end)) >= Date.parse(farEnd);
}

function createMoment(error: string, isValid: (text: string) => boolean) {
  return (
    z
      .string()
      .refine(isValid, { error, abort: true })
      // Other years have more digits, so that their order as texts is another one.
      .refine((text) => /^\d{4}-/.test(toUtc(text)), "must be in the years 0000 to 9999 in UTC")
      .meta({ canonical: (value: unknown) => (typeof value === "string" && isValid(value) ? toUtc(value) : value) })
  );
}

function isMoment(text: string): boolean {
  return schema.safeParse(text).success;
}

/** Returns a moment in UTC, in whole seconds. */
function toUtc(moment: string): string {
  return `${new Date(resolve(moment)).toISOString().slice(0, 19)}Z`;
}

function resolve(text: string): string {
  return text === "never" ? farEnd : text;
}

/** @throws UserError if `expiresAt` is one of the changed properties of a token, and in the past. It may be unknown. */
export function rejectPastExpiry({
  desired,
  changed,
}: {
  readonly desired: Values;
  readonly changed: readonly string[];
}): void {
  const { expiresAt } = desired;
  if (!changed.includes("expiresAt") || typeof expiresAt !== "string" || !isMoment(expiresAt)) return;
  if (new Date(expiresAt).getTime() <= Date.now())
    throw new UserError(`\`expiresAt\` is ${expiresAt}, but it must be in the future. Declare a later moment.`);
}

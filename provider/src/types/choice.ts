import * as z from "zod";

/** A text with one of these values, because the command line of Pulumi has no flags for enumerations. */
export function createChoice(values: readonly string[]) {
  return z.string().refine((text) => values.includes(text), { error: `must be one of ${values.join(", ")}` });
}

export function joinWithOr(values: readonly string[]): string {
  const quoted = values.map((value) => `\`${value}\``);
  return `${quoted.slice(0, -1).join(", ")} or ${quoted.at(-1) ?? ""}`;
}

import { type Circumstances, shownCircumstances } from "../api";
import type { Difference } from "./compare";
import { Refusal } from "./errors";
import { parsePath } from "./path";
import type { AnyResource } from "./resource";
import { isRecord, same, type Values } from "./values";

/** A write that Peridio accepted, and the differences that it left. */
export interface Write {
  readonly resource: AnyResource;
  readonly wanted: Values;
  readonly observed: Values;
  readonly left: readonly Difference[];
  /** Top-level properties whose values must not appear in messages. */
  readonly secret: ReadonlySet<string>;
  /** The last request that Peridio accepted; undefined if its answer was lost. */
  readonly accepted: Circumstances | undefined;
}

export const notAsAsked = "Peridio accepted the request and did not apply it as asked";

/** Longer values would hide the rest of the message. A cut could leave a part of a secret, which redaction does not recognize. */
const longest = 200;

/** Names the properties that Peridio did not apply, each with the requested and the answered value. */
export function unapplied({ left, accepted, ...write }: Write): Refusal {
  const where = accepted === undefined ? "" : ` (${shownCircumstances(accepted)})`;
  const spellings = left.filter((one) => isSpelling(one, write)).map(({ path }) => `\`${path}\``);
  const way = spellings.length === 0 ? "" : `declare the answered value of ${spellings.join(", ")}, or `;
  return new Refusal(
    `${notAsAsked}: ${left.map((one) => contrast(one, write)).join("; ")}. ` +
      `Run \`pulumi up\` again. If it fails again, ${way}give Peridio's support the request id.${where}`,
  );
}

/** Reports if the answer differs from the request only in case, spaces or the composition of its characters. */
function isSpelling(
  { property, path }: Difference,
  { wanted, observed, secret }: Omit<Write, "left" | "accepted">,
): boolean {
  const [requested, answered] = [valueAt(wanted, path), valueAt(observed, path)];
  if (typeof requested !== "string" || typeof answered !== "string" || secret.has(property)) return false;
  return letters(requested) === letters(answered);
}

function letters(text: string): string {
  return text.normalize("NFKC").toLowerCase().replaceAll(/\s+/g, "");
}

function contrast(
  { property, path }: Difference,
  { resource, wanted, observed, secret }: Omit<Write, "left" | "accepted">,
): string {
  if (secret.has(property)) return `\`${property}\` differs from its secret value`;
  const isReset = wanted[property] === undefined;
  const requested = isReset ? resource.changes[property]?.initial?.(observed) : valueAt(wanted, path);
  const answered = valueAt(observed, path);
  // The value is right, but an output or a person's status is not.
  if (!(property in resource.changes) || same(requested, answered)) return `\`${path}\` was not repaired`;
  return `\`${path}\` requested ${shown(requested)}, answered ${shown(answered)}`;
}

function valueAt(values: Values, path: string): unknown {
  const steps = parsePath(path) ?? [path];
  return steps.reduce<unknown>((value, step) => (isRecord(value) ? value[String(step)] : undefined), values);
}

function shown(value: unknown): string {
  if (value === undefined || value === null) return "no value";
  const text = JSON.stringify(value);
  if (text.length <= longest) return text;
  return Array.isArray(value) ? `a list of ${value.length} entries` : "a long value";
}

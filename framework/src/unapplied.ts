import type { Difference } from "./compare";
import { UserError } from "./errors";
import { parsePath } from "./path";
import { getBehaviours } from "./property";
import { formatRequest, type RequestInfo } from "./request";
import type { AnyResource } from "./resource";
import { isRecord, isSameValue, type Values } from "./values";

/** A write that the API accepted, and the differences that it left. */
export interface Write {
  /** The name of the service. */
  readonly service: string;
  readonly resource: AnyResource;
  readonly desired: Values;
  readonly observed: Values;
  readonly left: readonly Difference[];
  /** Top-level properties whose values must not appear in messages. */
  readonly secret: ReadonlySet<string>;
  /** The last request that the API accepted; undefined if its response was lost. */
  readonly accepted: RequestInfo | undefined;
}

/** Begins the message of a write that the service did not apply. */
export function notAsAsked(service: string): string {
  return `${service} accepted the request but did not apply it as requested`;
}

/** The two sides of a difference. */
type Compared = Pick<Write, "resource" | "desired" | "observed" | "secret">;

/** Longer values would hide the rest of the message. A cut could leave a part of a secret, which redaction does not recognize. */
const longest = 200;

/** Names the properties that the API did not apply, each with the requested and the returned value. */
export function unapplied({ service, left, accepted, ...write }: Write): UserError {
  const where = accepted === undefined ? "" : ` (${formatRequest(accepted)})`;
  const spellings = left.filter((one) => isSpelling(one, write)).map(({ path }) => `\`${path}\``);
  const alternative = spellings.length === 0 ? "" : `declare the returned value of ${spellings.join(", ")}, or `;
  return new UserError(
    `${notAsAsked(service)}: ${left.map((one) => describeDifference(one, write)).join("; ")}. ` +
      `Run \`pulumi up\` again. If it fails again, ${alternative}send this message to ${service}'s support.${where}`,
  );
}

/** Reports if the response differs from the request only in case, spaces or the composition of its characters. */
function isSpelling({ property, path }: Difference, { desired, observed, secret }: Compared): boolean {
  const [requested, answered] = [valueAt(desired, path), valueAt(observed, path)];
  if (typeof requested !== "string" || typeof answered !== "string" || secret.has(property)) return false;
  return normalize(requested) === normalize(answered);
}

function normalize(text: string): string {
  return text.normalize("NFKC").toLowerCase().replaceAll(/\s+/g, "");
}

function describeDifference({ property, path }: Difference, { resource, desired, observed, secret }: Compared): string {
  if (secret.has(property)) return `\`${property}\` differs from the requested secret value`;
  const isReset = desired[property] === undefined;
  const requested = isReset ? getBehaviours(resource.inputs)[property]?.resetsTo?.(observed) : valueAt(desired, path);
  const answered = valueAt(observed, path);
  // The value is right, but an output is not.
  if (!(property in resource.inputs.shape) || isSameValue(requested, answered)) return `\`${path}\` was not repaired`;
  return `\`${path}\` ${answered === undefined || answered === null ? "has" : "is"} ${formatValue(answered)} instead of ${formatValue(requested)}`;
}

function valueAt(values: Values, path: string): unknown {
  const steps = parsePath(path) ?? [path];
  return steps.reduce<unknown>((value, step) => (isRecord(value) ? value[String(step)] : undefined), values);
}

function formatValue(value: unknown): string {
  if (value === undefined || value === null) return "no value";
  const text = JSON.stringify(value);
  if (text.length <= longest) return text;
  return Array.isArray(value) ? `a list of ${value.length} entries` : "a long value";
}

import type { Difference } from "./compare";
import { type PropertyFailure, UserError } from "./errors";
import { listBriefly } from "./explain";
import { formatPath, getValueAt, parsePath } from "./path";
import { getBehaviours, toComparable } from "./property";
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
export function beginNotAppliedMessage(service: string): string {
  return `${service} accepted the request but did not apply it as requested`;
}

type Compared = Pick<Write, "resource" | "desired" | "observed" | "secret">;

/** Names an object that still exists after its deletion. Without an accepted request, its client reports none, or the object was missing. */
export function explainNotDeleted(service: string, id: string, accepted: Write["accepted"]): UserError {
  const reason =
    accepted === undefined
      ? `${service} reported no failure, but ${id} still exists`
      : `${beginNotAppliedMessage(service)}: ${id} still exists`;
  return new UserError(
    `${reason}. It stays in the state. Run the command again. If it fails again, send this message to ${service}'s support.${formatAccepted(accepted)}`,
  );
}

/** Longer values would hide the rest of the message. A cut could leave a part of a secret, which redaction does not recognize. */
const longest = 200;

/** A resource read its object after writes, and the API has not applied them. The framework words the message. */
export class NotAppliedError extends Error {
  override readonly name = "NotAppliedError";
  constructor(
    /** The properties that the API did not apply. */
    readonly failures: readonly PropertyFailure[],
    /** The consequence, as a sentence. */
    readonly note: string,
  ) {
    super("a write was not applied");
  }
}

/** Words an error of a resource that verified its writes. */
export function explainNotApplied(
  { failures, note }: NotAppliedError,
  { service, secret, accepted }: Pick<Write, "service" | "secret" | "accepted">,
): UserError {
  const properties = failures.map(({ path, reason }) => {
    const property = String(parsePath(path)?.[0] ?? path);
    return secret.has(property) ? hideDifference(property) : `\`${path}\` ${reason}`;
  });
  return new UserError(
    `${beginNotAppliedMessage(service)}: ${properties.join("; ")}. ${note} Run \`pulumi up\` again. ` +
      `If it fails again, send this message to ${service}'s support.${formatAccepted(accepted)}`,
  );
}

function formatAccepted(accepted: Write["accepted"]): string {
  return accepted === undefined ? "" : ` (${formatRequest(accepted)})`;
}

/** Names the properties that the API did not apply, each with the requested and the returned value. */
export function explainUnapplied({ service, left, accepted, ...write }: Write): UserError {
  const spellings = left.filter((one) => isSpelling(one, write)).map(({ path }) => `\`${path}\``);
  const alternative = spellings.length === 0 ? "" : `declare the returned value of ${spellings.join(", ")}, or `;
  return new UserError(
    `${beginNotAppliedMessage(service)}: ${left.map((one) => describeDifference(one, write)).join("; ")}. ` +
      `Run \`pulumi up\` again. If it fails again, ${alternative}send this message to ${service}'s support.${formatAccepted(accepted)}`,
  );
}

/** Reports if the response differs from the request only in case, spaces or the composition of its characters. */
function isSpelling({ property, path }: Difference, { desired, observed, secret }: Compared): boolean {
  const [requested, answered] = [readAt(desired, path), readAt(observed, path)];
  if (typeof requested !== "string" || typeof answered !== "string" || secret.has(property)) return false;
  return normalize(requested) === normalize(answered);
}

function normalize(text: string): string {
  return text.normalize("NFKC").toLowerCase().replaceAll(/\s+/g, "");
}

function describeDifference({ property, path }: Difference, { resource, desired, observed, secret }: Compared): string {
  if (secret.has(property)) return hideDifference(property);
  const isReset = desired[property] === undefined;
  const requested = isReset ? getBehaviours(resource.inputs)[property]?.resetsTo?.(observed) : readAt(desired, path);
  const answered = readAt(observed, path);
  // The value is right, but an output is not.
  if (!(property in resource.inputs.shape) || isSameValue(requested, answered)) return `\`${path}\` was not repaired`;
  const behaviour = path === property ? getBehaviours(resource.inputs)[property] : undefined;
  const lists = compareLists(path, toComparable(behaviour, requested), toComparable(behaviour, answered));
  if (lists !== undefined && lists.length > 0) return lists.join("; ");
  return `\`${path}\` ${answered === undefined || answered === null ? "has" : "is"} ${formatValue(answered)} instead of ${formatValue(requested)}`;
}

function hideDifference(property: string): string {
  return `\`${property}\` differs from the requested secret value`;
}

/** Names the missing and the additional texts of two lists, or of the lists in two objects. Undefined for other values. */
function compareLists(path: string, requested: unknown, answered: unknown): readonly string[] | undefined {
  if (isTexts(requested) && isTexts(answered)) return describeLists(path, requested, answered);
  if (!isRecord(requested) || !isRecord(answered)) return undefined;
  const names = [...new Set([...Object.keys(requested), ...Object.keys(answered)])];
  const parts = names.map((name) =>
    isSameValue(requested[name], answered[name])
      ? []
      : compareLists(formatPath([...(parsePath(path) ?? [path]), name]), requested[name], answered[name]),
  );
  return parts.includes(undefined) ? undefined : parts.flatMap((part) => part ?? []);
}

function describeLists(path: string, requested: readonly string[], answered: readonly string[]): readonly string[] {
  const [missing, additional] = [without(requested, answered), without(answered, requested)];
  return [
    ...(missing.length > 0 ? [`\`${path}\` ${describeMissing(missing)}`] : []),
    ...(additional.length > 0 ? [`\`${path}\` ${describeAdditional(additional)}`] : []),
  ];
}

/** Names texts that a list lacks, as the rest of a sentence that begins with the list. */
export function describeMissing(texts: readonly string[]): string {
  return `lacks ${listBriefly(texts.map((text) => JSON.stringify(text)))}`;
}

/** Names texts of a list that nobody requested. */
function describeAdditional(texts: readonly string[]): string {
  return `contains ${listBriefly(texts.map((text) => JSON.stringify(text)))} although the program does not declare ${texts.length === 1 ? "it" : "them"}`;
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === "string");
}

function without(texts: readonly string[], others: readonly string[]): readonly string[] {
  return texts.filter((text) => !others.includes(text));
}

function readAt(values: Values, path: string): unknown {
  return getValueAt(values, parsePath(path) ?? [path]);
}

function formatValue(value: unknown): string {
  if (value === undefined || value === null) return "no value";
  const text = JSON.stringify(value);
  if (text.length <= longest) return text;
  return Array.isArray(value) ? `a list of ${value.length} entries` : "a long value";
}

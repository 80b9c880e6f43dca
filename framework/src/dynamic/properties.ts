import { Confidential } from "../confidential";
import type { Declaration } from "../state";
import { getErrorMessage, OperationError } from "../errors";
import { parentInput } from "../parents";
import type { Behaviour } from "../property";
import { Secret } from "../secret";
import { isRecord, listTexts, unknownValue, type Values } from "../values";

/** The dynamic host's mark for an unknown value (`runtime.unknownValue` of the SDK). */
const unknownMark = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/**
 * The properties that the dynamic host sends. The host sends neither the URN nor the prior inputs, so the provider keeps these in
 * properties. Pulumi hides properties whose names begin with two underscores.
 */
export interface Properties {
  /** The resource's own properties. */
  readonly values: Values;
  readonly urn: string;
  /** The inputs among `values`. In a state, these are the prior inputs. */
  readonly declared: Values;
  /** The names of the secret properties. */
  readonly secret: readonly string[];
  /** The id in the resource option `import`. */
  readonly importId: string | undefined;
}

/** Decodes the properties that the host sends. */
export function receive(sent: Values): Properties {
  const { __urn: urn, __declared: declared, __import: importId, __secret: secret } = sent;
  const values: Values = Object.fromEntries(
    Object.entries(sent)
      .filter(([name, value]) => !isHidden(name) && value !== null)
      .map(([name, value]) => [name, decode(value)]),
  );
  return {
    values,
    urn: typeof urn === "string" ? urn : "",
    declared: Object.fromEntries(toTexts(declared).map((name) => [name, values[name]])),
    secret: toTexts(secret),
    importId: typeof importId === "string" ? importId : undefined,
  };
}

/** Returns the properties of a state. They include the hidden properties that later operations need. */
export function createState(
  outputs: Values,
  { urn, declared }: Declaration,
  secret: Properties["secret"] = [],
): Values {
  const parent = declared[parentInput];
  return {
    ...send(outputs),
    ...(parent !== undefined && { [parentInput]: parent }),
    __urn: urn,
    __declared: Object.keys(declared),
    ...markSecrets(secret),
  };
}

/** Returns the hidden property that names the secret properties. */
export function markSecrets(secret: Properties["secret"]): Values {
  return secret.length === 0 ? {} : { __secret: secret };
}

/** Encodes properties for the host, without the marks of `secret`. */
export function send(values: Values): Values {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, encode(value)]));
}

/** Returns the hidden properties. */
export function pickHidden(sent: Values): Values {
  return Object.fromEntries(Object.entries(sent).filter(([name]) => isHidden(name)));
}

function toTexts(list: unknown): string[] {
  return Array.isArray(list) ? list.map(String) : [];
}

function isHidden(name: string): boolean {
  return name.startsWith("__") && name !== parentInput;
}

function decode(value: unknown): unknown {
  if (value === unknownMark) return unknownValue;
  if (Array.isArray(value)) return value.map(decode);
  if (!isRecord(value)) return value;
  const entries = Object.entries(value).filter(([, item]) => item !== null);
  return Object.fromEntries(entries.map(([name, item]) => [name, decode(item)]));
}

function encode(value: unknown): unknown {
  if (value === unknownValue) return unknownMark;
  if (value instanceof Secret) return encode(value.value);
  if (Array.isArray(value)) return value.map(encode);
  return isRecord(value) ? send(value) : value;
}

/** The secrets of the programs of this process. Pulumi encrypts them in the state, and the provider keeps them out of messages. */
export const secrets = new Confidential();

/** Keeps the secrets of a resource's properties, or of a function's arguments, out of all later messages. */
export function keepSecrets(sent: Values, behaviours: Readonly<Record<string, Behaviour>> = {}): void {
  const { values, secret } = receive(sent);
  for (const name of secret) {
    const value = values[name];
    const hasPublicValues = behaviours[name]?.publicValues === true && isRecord(value);
    for (const text of hasPublicValues ? Object.keys(value) : listTexts(value)) secrets.keep(text);
  }
}

/** gRPC's FAILED_PRECONDITION. After other codes, the engine would record a pending operation. */
const failedPrecondition = 9;

/** The line that the host prints for a failure: the text and the stack, which are empty. */
export const failureLine = ": ";

/** Returns a failure as the dynamic host expects it. `sent` are the properties of the operation. */
export function createFailure(error: unknown, sent: Values): Error {
  const message = secrets.redact(getErrorMessage(error));
  const answer = Object.assign(new Error(message), { code: failedPrecondition, stack: "", toString: () => "" });
  if (!(error instanceof OperationError) || error.state === undefined) return answer;
  const { id, outputs } = error.state;
  const { urn, values: declared, secret } = receive(sent);
  // With an id, the engine keeps the object in the state, and updates it in the next run.
  return Object.assign(answer, {
    id,
    properties: { ...pickHidden(sent), ...createState(outputs, { urn, declared }, secret) },
    reasons: [message],
  });
}

import type { Declaration } from "../lifecycle";
import { parentInput } from "../parents";
import { isRecord, unknownValue, type Values } from "../values";

/** The dynamic host's mark for a value that a preview does not know (`runtime.unknownValue` of the SDK). */
const unknownMark = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/**
 * Properties as the dynamic host passes them. It tells a provider neither the resource's URN nor what was declared before,
 * so these travel as properties, with the two underscores that make Pulumi hide them.
 */
export interface Properties {
  /** The resource's own. */
  readonly values: Values;
  readonly urn: string;
  /** Those of `values` that the program declared when it was last written. */
  readonly declared: Values;
  /** Those of `values` that the program holds secret. */
  readonly secret: readonly string[];
  /** What is to be taken over instead of made: the resource option `import`. */
  readonly importId: string | undefined;
}

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
    declared: Object.fromEntries(texts(declared).map((name) => [name, values[name]])),
    secret: texts(secret),
    importId: typeof importId === "string" ? importId : undefined,
  };
}

/** The properties of a state, with what a later operation has to know of the declaration. */
export function remembered(outputs: Values, { urn, declared }: Declaration, secret: Properties["secret"] = []): Values {
  const parent = declared[parentInput];
  return {
    ...send(outputs),
    ...(parent !== undefined && { [parentInput]: parent }),
    __urn: urn,
    __declared: Object.keys(declared),
    ...marks(secret),
  };
}

/** The property that carries which others are secret. */
export function marks(secret: Properties["secret"]): Values {
  return secret.length === 0 ? {} : { __secret: secret };
}

export function send(values: Values): Values {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, encode(value)]));
}

/** The properties that are none of the resource's own. */
export function hidden(sent: Values): Values {
  return Object.fromEntries(Object.entries(sent).filter(([name]) => isHidden(name)));
}

function texts(list: unknown): string[] {
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
  if (Array.isArray(value)) return value.map(encode);
  return isRecord(value) ? send(value) : value;
}

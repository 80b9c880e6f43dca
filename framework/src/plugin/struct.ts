import { ListValue, NullValue, Struct, Value } from "google-protobuf/google/protobuf/struct_pb";
import type { Component } from "../component";
import { UserError } from "../errors";
import { parentInput } from "../parents";
import { formatPath, type Path } from "../path";
import { findSecretParts, findSecrets, getBehaviours, isSecretAsWhole } from "../property";
import type { AnyResource } from "../resource";
import { Secret } from "../secret";
import { isRecord, isSameValue, listTexts, omitAbsent, unknownValue, type Values } from "../values";

// The engine's marks for values that plain JSON does not have (Pulumi SDK, common/resource/plugin/rpc.go).
const signatureKey = "4dabf18193072939515e22adb298388d";
const secretSignature = "1b47061264138c4ac30d75fd1eb44270";
/** Stands for a secret in the output of Pulumi's CLI. */
const secretText = "[secret]";
const unknownMark = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const unknownMarks = new Set([
  unknownMark,
  "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7", // boolean
  "3eeb2bf0-c639-47a8-9e75-3b44932eb421", // number
  "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2", // array
  "dd056dcd-154b-4c76-9bd3-c8f88648b5ff", // object
]);

/** The contents of a message, and its secrets. */
export interface Received {
  readonly values: Values;
  /** The top-level properties that are secret or contain a secret. */
  readonly secret: ReadonlySet<string>;
  /** The secret texts, to keep out of all output. */
  readonly texts: ReadonlySet<string>;
  /**
   * Returns the paths of the secret parts of a property's value. Undefined if the whole value is secret, also because it differs from the
   * received value: then the parts that the message marks may be elsewhere. By default, the whole value is secret.
   */
  readonly findParts?: (property: string, value: unknown) => readonly Path[] | undefined;
}

/** Decodes a message. The resource states which of its properties are secret. */
export function receive(
  struct: Struct | undefined,
  resource?: Pick<AnyResource, "inputs" | "outputs" | "parent">,
): Received {
  const inputs = resource === undefined ? {} : getBehaviours(resource.inputs);
  const outputs = resource === undefined ? {} : getBehaviours(resource.outputs);
  const hasPublicValues = (name: string) =>
    (inputs[outputs[name]?.secretWith ?? name] ?? outputs[name])?.publicValues === true;
  const values: Record<string, unknown> = {};
  const secret = new Set(resource && findSecrets(resource.outputs));
  const texts = new Set<string>();
  /** The paths of the secrets that the message marks, by property. */
  const marked = new Map<string, readonly Path[]>();
  for (const [property, value] of Object.entries(toPlainValues(struct))) {
    const reveal: Reveal = ([, ...path], found) => {
      secret.add(property);
      marked.set(property, [...(marked.get(property) ?? []), path]);
      const isMap = hasPublicValues(property);
      const own = !isMap ? listTexts(found) : path.length === 0 && isRecord(found) ? Object.keys(found) : [];
      for (const text of own) texts.add(text);
    };
    const opened = open(value, [property], reveal);
    if (opened !== null) values[property] = opened;
  }
  const copies = new Set<string>();
  for (const [name, { secretWith }] of Object.entries(outputs))
    if (secretWith !== undefined && secret.has(secretWith)) copies.add(name);
  if (resource?.parent !== undefined && secret.has(resource.parent.id)) copies.add(parentInput);
  for (const name of copies) secret.add(name);
  const findParts = (name: string, value: unknown): readonly Path[] | undefined => {
    const schema = resource && (resource.outputs.shape[name] ?? resource.inputs.shape[name]);
    if (copies.has(name) || hasPublicValues(name) || (schema !== undefined && isSecretAsWhole(schema)))
      return undefined;
    const bySchema = schema === undefined ? [] : findSecretParts(schema, value);
    const known = new Set(schema && findSecretParts(schema, values[name]).map(formatPath));
    const others = (marked.get(name) ?? []).filter((path) => !known.has(formatPath(path)));
    if (others.length === 0) return bySchema;
    return others.some(({ length }) => length === 0) || !isSameValue(value, values[name])
      ? undefined
      : [...bySchema, ...others];
  };
  return { values, secret, texts, findParts };
}

/** Decodes a message as Pulumi's CLI prints it: with one mark for unknown values, and without the contents of secrets. */
export function printValues(struct: Struct | undefined): Values {
  return Object.fromEntries(Object.entries(toPlainValues(struct)).map(([name, value]) => [name, print(value)]));
}

function print(value: unknown): unknown {
  if (typeof value === "string") return unknownMarks.has(value) ? unknownMark : value;
  if (Array.isArray(value)) return value.map(print);
  if (!isRecord(value)) return value;
  // A value with another signature, such as a file, is not plain.
  if (signatureKey in value) return value[signatureKey] === secretSignature ? secretText : unknownMark;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, print(item)]));
}

/** More levels than any input needs, and too few to exhaust the stack. */
const maxDepth = 64;

/**
 * Returns the values of a message, with the engine's marks in them.
 *
 * @throws UserError for values that are nested too deeply to work with.
 */
function toPlainValues(struct: Struct | undefined): Values {
  const values = struct?.toJavaScript() ?? {};
  const deep = Object.keys(values).find((property) => isDeeper(values[property], maxDepth));
  if (deep === undefined) return values;
  throw new UserError(
    `The value of ${deep} cannot be read: it is nested more than ${maxDepth} levels deep. Use fewer levels.`,
  );
}

function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== "object" || value === null) return false;
  return levels === 0 || Object.values(value).some((item) => isDeeper(item, levels - 1));
}

/** Receives the path and the value of a secret that a message marks. */
type Reveal = (path: Path, value: unknown) => void;

/** Returns a value without the engine's marks. Leaves out nulls in objects, unless they have a meaning. */
function open(value: unknown, path: Path, reveal: Reveal, keepsNulls = false): unknown {
  if (typeof value === "string") return unknownMarks.has(value) ? unknownValue : value;
  if (Array.isArray(value)) return value.map((item, index) => open(item, [...path, index], reveal, keepsNulls));
  if (!isRecord(value)) return value;
  if (value[signatureKey] === secretSignature) {
    const plain = open(value.value, path, reveal, keepsNulls);
    reveal(path, plain);
    return plain;
  }
  if (value[signatureKey] !== undefined)
    throw new UserError(
      `The value of ${String(path[0])} is an asset or an archive, which this provider does not support. Pass the contents as a text, or the path of the file.`,
    );
  const entries = Object.entries(value).filter(([, item]) => keepsNulls || item !== null);
  return Object.fromEntries(entries.map(([key, item]) => [key, open(item, [...path, key], reveal, keepsNulls)]));
}

/** Decodes the inputs of a component. Keeps nulls inside of values, because some have a meaning. */
export function receiveInputs(struct: Struct | undefined, { confidential }: Pick<Component, "confidential">): Received {
  const secrets: (readonly [Path, unknown])[] = [];
  const reveal: Reveal = (path, value) => secrets.push([path, value]);
  const sent = Object.entries(toPlainValues(struct));
  const values = omitAbsent(Object.fromEntries(sent.map(([name, value]) => [name, open(value, [name], reveal, true)])));
  return {
    values,
    secret: new Set(secrets.map(([[name]]) => String(name))),
    texts: new Set(secrets.flatMap(([path, value]) => confidential(path, value, values))),
  };
}

/** The secrets of a message: secret properties, and secret texts. A property that equals a secret text is secret too. */
export type Secrets = Pick<Received, "secret" | "texts" | "findParts">;

export const nothingSecret: Secrets = { secret: new Set(), texts: new Set() };

/** Encodes values as a message. */
export function send(values: Values, { secret, texts, findParts }: Secrets = nothingSecret): Struct {
  const hidden = Object.entries(values).map(([property, value]): [string, unknown] => {
    // The API may repeat a secret in another property, such as a name as the display name.
    if (!secret.has(property)) return [property, typeof value === "string" && texts.has(value) ? mark(value) : value];
    const parts = findParts?.(property, value);
    return [property, parts === undefined ? mark(value) : markParts(value, parts, texts)];
  });
  return encodeMap(Object.fromEntries(hidden));
}

function mark(value: unknown): Values {
  return { [signatureKey]: secretSignature, value: value instanceof Secret ? value.value : value };
}

/** Marks the parts of a value at some paths, and the parts that repeat a secret text. */
function markParts(value: unknown, paths: readonly Path[], texts: ReadonlySet<string>): unknown {
  if (value instanceof Secret || paths.some(({ length }) => length === 0)) return mark(value);
  if (typeof value === "string" && texts.has(value)) return mark(value);
  const markPart = (key: string | number, part: unknown) =>
    markParts(
      part,
      paths.flatMap(([step, ...rest]) => (step === key ? [rest] : [])),
      texts,
    );
  if (Array.isArray(value)) return value.map((item, index) => markPart(index, item));
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, markPart(key, part)]));
}

function encodeMap(values: Values): Struct {
  const struct = new Struct();
  const fields = struct.getFieldsMap();
  for (const [key, value] of Object.entries(values)) {
    if (value !== undefined) fields.set(key.toWellFormed(), encode(value));
  }
  return struct;
}

/** Encodes a value directly, which is faster than a detour through plain JSON. */
function encode(value: unknown): Value {
  const message = new Value();
  if (value === unknownValue) return message.setStringValue(unknownMark);
  if (value instanceof Secret) return encode(mark(value));
  if (value === null) return message.setNullValue(NullValue.NULL_VALUE);
  if (Array.isArray(value)) return message.setListValue(new ListValue().setValuesList(value.map(encode)));
  if (isRecord(value)) return message.setStructValue(encodeMap(value));
  if (typeof value === "string") return message.setStringValue(value.toWellFormed());
  if (typeof value === "number") return message.setNumberValue(value);
  if (typeof value === "boolean") return message.setBoolValue(value);
  throw new TypeError(`a message contains no ${typeof value}`);
}

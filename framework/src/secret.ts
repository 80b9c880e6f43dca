import { isRecord } from "./values";

/** A part of a function's result that Pulumi encrypts. `secret` makes one. */
export class Secret<Value = unknown> {
  constructor(readonly value: Value) {}
}

/** Marks a part of a function's result as secret, where the schema cannot know it: `{ name, value: isMasked ? secret(value) : value }`. */
export function secret<Value>(value: Value): Secret<Value> {
  return new Secret(value);
}

/** Values of which each part can be secret. */
export type WithSecrets<Value> =
  Value | { readonly [Key in keyof Value]: WithSecrets<Value[Key]> | Secret<WithSecrets<Value[Key]>> };

/** Returns a value without the marks of its secrets. Calls `reveal` for each of them. */
export function openSecrets(value: unknown, reveal: () => unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => openSecrets(item, reveal));
  if (!isRecord(value)) return value;
  if (!(value instanceof Secret))
    return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, openSecrets(part, reveal)]));
  reveal();
  return openSecrets(value.value, reveal);
}

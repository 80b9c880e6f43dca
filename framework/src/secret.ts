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

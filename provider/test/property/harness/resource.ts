import type { Declared, Wire } from "../../support/engine";

/** The inputs of a resource. A program has no inputs that are undefined. */
export type Inputs = Readonly<Record<string, Wire[string] | undefined>>;

/** A resource of a program. */
export function resource(type: string, inputs: (id: (name: string) => string) => Inputs): Declared {
  return { type, inputs: (id) => withoutUndefined(inputs(id)) };
}

function withoutUndefined(inputs: Inputs): Wire {
  return Object.fromEntries(
    Object.entries(inputs).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}

/** Describes a declaration in one line. */
export function describeDeclared(declaration: unknown): string {
  return JSON.stringify(declaration).replaceAll('"', "");
}

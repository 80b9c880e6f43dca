import { invalid, type PropertyErrors } from "../../contract/errors";

// Checks of the properties in a request.

interface Named {
  readonly name: string;
}

/** Checks the name of a new or changed object against the other objects of the collection. */
export function checkName(
  { name }: Partial<Named>,
  { objects, changed }: { readonly objects: readonly Named[]; readonly changed?: Named },
): PropertyErrors {
  if (name?.trim() === "") return { name: ["can't be blank"] };
  const isTaken = objects.some((other) => other !== changed && other.name === name);
  return isTaken ? { name: ["has already been taken"] } : {};
}

/** Rejects a request with property errors, if there are any. @throws ApiError */
export function rejectInvalid(errors: PropertyErrors = {}): void {
  if (Object.keys(errors).length > 0) throw invalid(errors);
}

/** Converts an optional text of a request, if the request has it. An empty text removes it. */
export function toOptionalText(text: string | undefined): string | null | undefined {
  return text === "" ? null : text;
}

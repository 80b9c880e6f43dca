import { AlreadyExistsError, getErrorMessage } from "./errors";
import { getIdentity } from "./keys";
import type { AnyResource } from "./resource";
import { hasUnknowns, toText, type Values } from "./values";

/** The object of an operation. */
export interface Subject {
  readonly resource: AnyResource;
  readonly urn: string;
  /** The id, or values with the inputs by which messages name the object. */
  readonly named: string | Values;
  /** Absent for a create. */
  readonly id?: string;
}

/** Names by id, because people know objects by name. */
export type Names = ReadonlyMap<string, string>;

/** Returns the resource's name for people: `Membership`. */
export function getTypeName({ token }: Pick<AnyResource, "token">): string {
  return getLastPart(token, ":");
}

/** Returns the inputs by which messages name an object. Empty: messages use the id or, before it exists, the name in the program. */
export function getNameInputs(resource: Pick<AnyResource, "identity" | "namedBy">): readonly string[] {
  return resource.namedBy ?? getIdentity(resource);
}

/** Returns the object's name for people: `Membership acme-dev/ada@acme.example`. */
export function getObjectName(subject: Subject, names: Names): string {
  const { resource, urn, named } = subject;
  const inputs = getNameInputs(resource);
  const parts = typeof named === "string" ? [named] : inputs.flatMap((name) => named[name] ?? []);
  const id = hasUnknowns(parts) || isNameless(subject) ? getLastPart(urn, "::") : parts.map(toText).join("/");
  return `${getTypeName(resource)} ${withNames(id, names)}`;
}

/** Returns true for an object that only its id identifies, and that does not exist yet. People know it by its name in the program. */
function isNameless({ resource, named }: Subject): boolean {
  return typeof named !== "string" && getNameInputs(resource).length === 0;
}

/** Explains how to import an existing object, as the rest of a sentence. Each host has its own way. */
export type ToImport = (resource: AnyResource, name: string, id: string) => string;

/** Returns one message with the object, the reason and the remedy. `verb` is the operation: create, read, update, delete. */
export function explain(error: unknown, verb: string, subject: Subject, names: Names, toImport: ToImport): string {
  const object = getObjectName(subject, names);
  if (error instanceof AlreadyExistsError) {
    const { resource, urn } = subject;
    // A resource that resolves import ids accepts names in them.
    const importId = resource.resolveImportId === undefined ? error.importId : withNames(error.importId, names);
    const instruction = toImport(resource, getLastPart(urn, "::"), importId);
    return (
      `${object} already exists ${error.how}. Another program or person may manage this object, so the provider did not adopt it. ` +
      `To manage the object in this program, ${instruction}. ` +
      "If you only renamed or moved the resource in your program, set the resource option `aliases` to the old name or parent instead."
    );
  }
  const reason = getErrorMessage(error);
  // Pulumi prints the type and the name in the program before each error.
  if (isNameless(subject)) return reason;
  return `${object} could not be ${toPastTense(verb)}: ${reason}`;
}

function getLastPart(text: string, separator: string): string {
  return text.slice(text.lastIndexOf(separator) + separator.length);
}

/** Replaces the parts of an id that have names: `acme-dev/ada@acme.example`. */
function withNames(text: string, names: Names): string {
  const parts = text.split("/");
  return parts.map((part) => names.get(part) ?? part).join("/");
}

function toPastTense(verb: string): string {
  return verb === "read" ? "read" : `${verb}d`;
}

/** Lists up to ten items, because a message cannot list a whole company. */
export function listBriefly(items: readonly string[], separator = ", "): string {
  const [shown, more] = [items.slice(0, 10).join(separator), items.length - 10];
  return more > 0 ? `${shown} and ${more} more` : shown;
}

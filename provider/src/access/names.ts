import * as z from "zod";
import { AlreadyExistsError, type PartialPlan, UserError } from "#framework";

/** The name of a group, a project or a cohort. */
export const objectName = z.string().min(1, "must not be empty").regex(/\S|^$/, "must not consist of white space only");

/** The name of a group of people. */
export const groupName = objectName.max(100, "must have at most 100 characters");

/** The description of a group, a project or a cohort. */
export const objectDescription = z
  .string()
  .min(1, "must not be empty: to set no description, remove the property")
  .optional();

/** An object of a list, such as a group. */
export interface ListedObject {
  readonly id: string;
  readonly name: string;
}

async function findByName<T extends ListedObject>(objects: AsyncIterable<T>, name: string): Promise<T | undefined> {
  for await (const object of objects) if (object.name === name) return object;
  return undefined;
}

/**
 * Rejects a name that an object has which no resource of the program manages. Returns nothing, as `findExisting` of a resource expects it.
 * @throws AlreadyExistsError if an object of the list has the name
 */
export async function rejectExisting(objects: AsyncIterable<ListedObject>, name: string): Promise<undefined> {
  const existing = await findByName(objects, name);
  if (existing !== undefined) throw new AlreadyExistsError(existing.id, `with the id ${existing.id}`);
  return undefined;
}

/**
 * Rejects the name of a planned creation whose other values may be unknown. Checks nothing if the name or the parent is unknown.
 * @throws AlreadyExistsError if an object of the list has the name
 */
export async function rejectExistingInPlan(
  { observed, desired: { name } }: PartialPlan,
  parentId: unknown,
  list: (parentId: string) => AsyncIterable<ListedObject>,
): Promise<undefined> {
  const isKnown = typeof parentId === "string" && typeof name === "string";
  return isKnown && observed === undefined ? rejectExisting(list(parentId), name) : undefined;
}

/**
 * Rejects a new name that another object of the list has. `kind` is the kind of the objects in messages, such as `project`.
 * @throws UserError for a taken name
 */
export async function rejectTakenName(objects: AsyncIterable<ListedObject>, name: string, kind: string): Promise<void> {
  const other = await findByName(objects, name);
  if (other === undefined) return;
  throw new UserError(
    `another ${kind} has the name ${JSON.stringify(name)} (${other.id}). Declare another name, or rename that ${kind} first.`,
  );
}

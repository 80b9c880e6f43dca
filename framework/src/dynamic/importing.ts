import { UserError } from "../errors";
import { labelled } from "../explain";
import type { Declaration, Lifecycle, State } from "../lifecycle";
import type { AnyResource } from "../resource";

/**
 * What exists, if it is exactly what is declared: the resource option `import`, which Pulumi's dynamic host does not know.
 * Writes nothing, and throws a `UserError` that says what differs.
 */
export async function takeOver(
  lifecycle: Lifecycle,
  resource: AnyResource,
  { urn, declared }: Declaration,
  importId: string,
): Promise<State> {
  const object = `${labelled(resource)} ${importId}`;
  const found = await lifecycle.read(resource, { urn, id: importId, declared: {}, state: {} });
  if (found === undefined) throw new UserError(`${object} cannot be imported: it does not exist.`);
  const { id, outputs: state } = found;
  const different = lifecycle
    .diff(resource, { urn, id, declared, declaredBefore: {}, state, ignore: [] })
    .map(({ property }) => property)
    .filter((property) => property in declared);
  if (different.length === 0) return found;
  // A map differs by its entries, and is shown as a whole.
  const list = [...new Set(different)]
    .map((property) => `${property} is ${JSON.stringify(state[property] ?? null)}`)
    .join(", ");
  throw new UserError(
    `${object} was not imported, since it is not what is declared: ${list}. Declare what there is; change it once it is imported.`,
  );
}

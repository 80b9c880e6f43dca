import { remove } from "../../contract/access";
import { created, ok, type Operations } from "../../contract/api";
import type { Call } from "../../contract/call";
import type { PropertyErrors } from "../../contract/errors";
import { checkLimit, countUsage } from "../../contract/limits";
import { applyChanges } from "../../model/values";
import { createRow, type Organization, type ResourceType, type Row } from "../../model/state";
import { paginate } from "./lists";
import { rejectInvalid } from "./checks";
import { acknowledge, defineOperation, findById, type PathParameters } from "./operation";

interface Identified {
  readonly id: string;
}

/** An object of a collection. Groups have no times. */
interface StoredObject extends Identified {
  readonly sequence: number;
  updated_at?: string;
}

/** An object with the objects of one collection in it. */
interface Contents<Parent, Stored> {
  readonly parent: Parent;
  readonly objects: Stored[];
  /** The objects that the caller can see; by default, all of them. */
  readonly visible?: readonly Stored[];
}

/**
 * The rules of a collection that are not those of every collection. `O` is an organization with the lists that the rules require, and
 * `Settings` are the properties of a create.
 */
export interface CollectionRules<
  O extends Organization,
  Stored extends StoredObject,
  Settings extends object,
  Parent extends Identified = O,
> {
  /** The prefix of the `operationId`s. */
  readonly prefix: string;
  /** The property of bodies that contains all other properties, if any. */
  readonly wrapper?: string;
  /** @throws ApiError (404) without the parent */
  readonly open: (call: Call<O>, path: PathParameters) => Contents<Parent, Stored>;
  /** Lists the errors in the properties of a new object, or of `changed`. */
  readonly check?: (
    settings: Partial<Settings>,
    context: { readonly call: Call<O>; readonly objects: readonly Stored[]; readonly changed?: Stored },
  ) => PropertyErrors;
  /** The limit of the organization against which the objects count. */
  readonly limit?: ResourceType;
  /** @throws ApiError if the organization has reached the limit of its plan */
  readonly checkPlan?: (organization: O) => void;
  readonly create: (row: Row, settings: Settings, call: Call<O>) => Stored;
  /**
   * Returns all properties that updates can change, with undefined for those that this one leaves. Absent if the collection has no
   * update.
   */
  readonly change?: (settings: Partial<Settings>) => { readonly [Name in keyof Stored]?: Stored[Name] | undefined };
  /** The property that only the response to a create contains. */
  readonly secret?: keyof Stored;
  readonly show: (object: Stored, parent: Parent) => object;
  /** Returns the properties that only lists contain. */
  readonly showInList?: (object: Stored) => object;
  /** Returns the properties that only the response about one object contains. */
  readonly showDetails?: (object: Stored, call: Call<O>) => object;
  /** Removes the references to a deleted object. */
  readonly release?: (call: Call<O>, object: Stored) => void;
}

/** Finds the object that a path names. @throws ApiError (404) if the caller cannot see it */
export function findObject<Parent, Stored extends Identified>(
  { parent, objects, visible = objects }: Contents<Parent, Stored>,
  { id }: PathParameters,
) {
  return { parent, objects, object: findById(visible, id) };
}

/** Defines the operations that list, create, show, perhaps update, and delete the objects of a collection. */
export function defineCollection<
  O extends Organization,
  Stored extends StoredObject,
  Settings extends object,
  Parent extends Identified = O,
>(rules: CollectionRules<O, Stored, Settings, Parent>): Operations<O> {
  const { prefix, wrapper, open, limit, change, secret, show } = rules;
  return {
    [`${prefix}_index`]: defineOperation<undefined, O>((call, { path, query }) => {
      const { parent, objects, visible: rows = objects } = open(call, path);
      const showRow = (object: Stored) => ({ ...show(object, parent), ...rules.showInList?.(object) });
      return { status: 200, body: paginate({ name: `${prefix} of ${parent.id}`, rows, show: showRow }, query) };
    }),

    [`${prefix}_create`]: defineOperation<Settings, O>((call, { path, body }) => {
      const { state, organization, now } = call;
      const { parent, objects } = open(call, path);
      rejectInvalid(rules.check?.(body, { call, objects }));
      if (limit !== undefined) checkLimit(organization, limit, countUsage(state, organization)[limit] + 1);
      rules.checkPlan?.(organization);
      const object = rules.create(createRow(state, now), body, call);
      objects.push(object);
      return created({ ...show(object, parent), ...(secret !== undefined && { [secret]: object[secret] }) });
    }, wrapper),

    [`${prefix}_show`]: defineOperation<undefined, O>((call, { path }) => {
      const { parent, object } = findObject(open(call, path), path);
      return ok({ ...show(object, parent), ...rules.showDetails?.(object, call) });
    }),

    ...(change !== undefined && {
      [`${prefix}_update`]: defineOperation<Partial<Settings>, O>((call, { path, body }) => {
        const { parent, objects, object } = findObject(open(call, path), path);
        rejectInvalid(rules.check?.(body, { call, objects, changed: object }));
        applyChange(object, change(body), call.now);
        return ok(show(object, parent));
      }, wrapper),
    }),

    [`${prefix}_delete`]: defineOperation<undefined, O>((call, { path }) => {
      const { objects, object } = findObject(open(call, path), path);
      remove(objects, object);
      rules.release?.(call, object);
      return acknowledge();
    }),
  };
}

function applyChange(object: StoredObject, changes: object, now: string): void {
  const names = Object.entries(changes).flatMap(([name, value]) => (value === undefined ? [] : [name]));
  if (applyChanges(object, changes, names) && object.updated_at !== undefined) object.updated_at = now;
}

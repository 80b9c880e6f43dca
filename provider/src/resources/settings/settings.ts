import type { Peridio } from "../../api";
import {
  isEqual,
  getBehaviours,
  notAsAsked,
  AlreadyExistsError,
  UserError,
  type Changes,
  type Observed,
  type Behaviour,
  type Shape,
  type Values,
} from "#framework";
import type { Resource } from "../../resource";
import type { z } from "zod";
import { locateOrganization, ofOrganization, visibleOrganizations } from "../../types/organizationId";

/** One kind of settings, and the requests that read and change them. */
interface Kept<Inputs extends Shape, Outputs extends Shape> {
  readonly inputs: Inputs;
  get(api: Peridio, organizationId: string): Promise<Observed<Outputs>>;
  /** Sends the named settings; null resets one to its default. */
  put(api: Peridio, organizationId: string, changes: Changes<z.output<Inputs>>): Promise<Observed<Outputs>>;
  /** Lists the protections that a reset removed, each as a clause. By default, none. */
  weakened?(before: Observed<Outputs>, after: Observed<Outputs>): readonly string[];
}

/** The same by names that only the running program knows. */
interface ByName<Outputs extends Shape> {
  put(api: Peridio, organizationId: string, changes: Changes<Values>): Promise<Observed<Outputs>>;
}

type Shared = "query" | "resolveImportId" | "findExisting" | "read" | "update" | "delete" | "list";

/**
 * The functions that all settings of an organization share. Settings exist from the start, so a resource manages only those that it
 * declares. It adopts settings that are at their default or as declared, and its deletion resets the declared ones. If the organization
 * ends too, the settings stay as they are: a deletion that fails later must not have made the organization less secure.
 */
export function settings<Inputs extends Shape, Outputs extends Shape>(
  kept: Kept<Inputs, Outputs>,
): Pick<Resource<Inputs, Outputs, typeof ofOrganization>, Shared> {
  const byName: ByName<Outputs> = kept;
  const named = Object.entries(getBehaviours(kept.inputs)).filter(([name]) => name !== "organizationId");
  const isInitial = (name: string, behaviour: Behaviour, observed: Values): boolean =>
    isEqual(behaviour, observed[name], behaviour.resetsTo?.(observed));
  /** The declared settings that are not initial. */
  const still = (declared: Values, observed: Values) =>
    named.filter(([name, behaviour]) => declared[name] !== undefined && !isInitial(name, behaviour, observed));

  return {
    query: ofOrganization,

    resolveImportId: ({ api }, id) => locateOrganization(api, id),

    async findExisting({ api }, desired: Values) {
      const id = String(desired.organizationId);
      const observed = await kept.get(api, id);
      const foreign = named.filter(
        ([name, behaviour]) =>
          desired[name] !== undefined &&
          !isEqual(behaviour, desired[name], observed[name]) &&
          !isInitial(name, behaviour, observed),
      );
      if (foreign.length === 0) return observed;
      const found = foreign.map(([name]) => `${name} = ${JSON.stringify(observed[name])}`).join(", ");
      throw new AlreadyExistsError(id, `with settings that differ from the defaults (${found})`);
    },

    read: ({ api }, id) => kept.get(api, id),

    update: ({ api }, _desired, { id }, changes) => kept.put(api, id, changes),

    async delete({ api, warn }, observed, { inputs: declared, parent, authorize }) {
      const changed = still(declared, observed);
      if (changed.length === 0) return;
      const names = changed.map(([name]) => name);
      if (parent.kind === "ends") {
        warn(
          `Settings not reset: ${names.join(", ")}. Peridio deletes them with the organization. ` +
            "If the organization stays, they stay in force, and a `pulumi up` that declares them adopts them.",
        );
        return;
      }
      await authorize();
      const after = await byName.put(api, observed.id, Object.fromEntries(names.map((name) => [name, null])));
      const left = still(declared, after).map(([name]) => name);
      if (left.length > 0) {
        throw new UserError(
          `${notAsAsked("Peridio")}: ${left.join(", ")} did not return to the default. Run the command again.`,
        );
      }
      const weaker = kept.weakened?.(observed, after) ?? [];
      if (weaker.length > 0) warn(`Deleting this resource made the organization less secure: ${weaker.join("; ")}.`);
    },

    async *list({ api }, { organizationId }) {
      for (const { id, name } of await visibleOrganizations(api, organizationId)) yield { id, name };
    },
  };
}

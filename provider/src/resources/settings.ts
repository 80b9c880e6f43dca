import type { z } from "zod";
import { AlreadyExistsError, UserError, type Changes, type Observed, type Shape, type Values } from "#framework";
import { isAtDefault, isEqual, getBehaviours } from "#framework/definitions";
import { beginNotAppliedMessage } from "#framework/messages";
import type { Peridio } from "../api";
import type { Resource } from "../resource";
import { onePerOrganization } from "./onePerOrganization";
import type { ofOrganization } from "../types/organizationId";

/** One kind of settings, and the requests that read and change them. */
interface SettingsDefinition<Inputs extends Shape, Outputs extends Shape> {
  readonly inputs: Inputs;
  /** Returns the id of the settings that a program declares. By default, that of the organization. */
  getId?(desired: Values): string;
  get(api: Peridio, id: string): Promise<Observed<Outputs>>;
  /** Sends the named settings; null resets one to its default. */
  put(api: Peridio, id: string, changes: Changes<z.output<Inputs>>): Promise<Observed<Outputs>>;
  /** Lists the protections that a reset removed, each as a clause. By default, none. */
  listWeakened?(before: Observed<Outputs>, after: Observed<Outputs>): readonly string[];
}

type Shared = "parent" | "findExisting" | "read" | "update" | "delete";

/**
 * Returns the functions that all settings of an organization share. Settings always exist, so a resource
 * manages only the settings that it declares. Creation adopts settings that have their default or the declared value. Deletion resets the
 * declared settings. If the same run may delete the organization, `release` runs instead of `delete`, and the settings keep their values.
 */
export function createSettingsFunctions<Inputs extends Shape, Outputs extends Shape>(
  settings: SettingsDefinition<Inputs, Outputs>,
): Pick<Resource<Inputs, Outputs, typeof ofOrganization>, Shared> {
  // The settings alone, without the id of the organization and the options of the provider.
  const behaviours = Object.entries(getBehaviours(settings.inputs)).filter(
    ([, { providerOnly, replaceOnChange }]) => providerOnly !== true && replaceOnChange !== true,
  );
  /** Returns the declared settings that are not at their defaults. */
  const findNotAtDefault = (declared: Values, observed: Values) =>
    behaviours.filter(
      ([name, behaviour]) => declared[name] !== undefined && !isAtDefault(behaviour, observed[name], observed),
    );

  return {
    parent: {
      ...onePerOrganization.parent,
      release({ warn }, observed, { inputs: declared }) {
        const names = findNotAtDefault(declared, observed).map(([name]) => name);
        if (names.length > 0)
          warn(
            `The provider did not reset these settings: ${names.join(", ")}. They stay in force until the organization is deleted. ` +
              "If the organization is not deleted, declare the same values, and run `pulumi up` to manage them again.",
          );
        return Promise.resolve();
      },
    },

    async findExisting({ api }, desired: Values) {
      const id = settings.getId?.(desired) ?? String(desired.organizationId);
      const observed = await settings.get(api, id);
      const foreign = findNotAtDefault(desired, observed).filter(
        ([name, behaviour]) => !isEqual(behaviour, desired[name], observed[name]),
      );
      if (foreign.length === 0) return observed;
      const found = foreign.map(([name]) => `${name} = ${JSON.stringify(observed[name])}`).join(", ");
      throw new AlreadyExistsError(id, `with settings that differ from the defaults (${found})`);
    },

    read: ({ api }, id) => settings.get(api, id),

    update: ({ api }, _desired, { id }, changes) => settings.put(api, id, changes),

    async delete({ api, warn }, observed, { inputs: declared, authorize }) {
      const notAtDefault = findNotAtDefault(declared, observed);
      if (notAtDefault.length === 0) return;
      const resets = notAtDefault.reduce<Changes<z.output<Inputs>>>((all, [name]) => ({ ...all, [name]: null }), {});
      await authorize();
      const after = await settings.put(api, observed.id, resets);
      const notReset = findNotAtDefault(declared, after).map(([name]) => name);
      if (notReset.length > 0) {
        throw new UserError(
          `${beginNotAppliedMessage("Peridio")}: ${notReset.join(", ")} did not return to the default. Run the command again.`,
        );
      }
      const weaker = settings.listWeakened?.(observed, after) ?? [];
      if (weaker.length > 0) warn(`Deleting this resource made the organization less secure: ${weaker.join("; ")}.`);
    },
  };
}

import type { Values } from "#framework";
import { omitAbsent } from "#framework/definitions";
import { getDefaults } from "../objects/property";
import { type ResourceKind, rows } from "../objects/rows";
import type { Resource, State } from "./resource";

// The values of one thing before and after an update. An absent value is unknown, or has no default.

/** Returns the defaults of settings, which always exist; empty for other kinds. By default, the name of an organization is its label. */
export function getSettingDefaults(kind: ResourceKind, organizationName?: string): Values {
  const { settings, object } = rows[kind];
  if (settings !== undefined) return omitUnknown(getDefaults(settings.properties, organizationName));
  return object?.settingsOf === undefined ? {} : omitUnknown(getDefaults(object.properties));
}

/** Leaves out unknown values. Null is the value of many defaults, which `omitAbsent` would leave out, too. */
export function omitUnknown(values: Values): Values {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}

/** Returns what Pulumi read from Peridio, or else what the program declares. Settings that Pulumi has read have their defaults, if they are absent. */
export function readObserved(kind: ResourceKind, { inputs, outputs }: State): Values {
  if (outputs === undefined) return omitAbsent(inputs);
  const name = [inputs.name, outputs.name].find((one) => typeof one === "string");
  return { ...omitAbsent(inputs), ...getSettingDefaults(kind, name), ...omitAbsent(outputs) };
}

/** Returns the properties that the update of a resource stops declaring. The deletion of settings is such an update, unless Peridio keeps them. */
export function listDropped({ kind, before, after, isReplaced, isReleased }: Resource): readonly string[] {
  if (before === undefined) return [];
  const names = Object.keys(omitAbsent(before.inputs));
  if (after !== undefined) return isReplaced ? [] : names.filter((name) => after.inputs[name] === undefined);
  const defaults = getSettingDefaults(kind);
  if (isReleased || isKeptOnDeletion({ kind, before })) return [];
  return names.filter((name) => name in defaults && rows[kind].allInputs[name]?.isNeverRemoved !== true);
}

/** Reports if a deletion changes nothing in Peridio: that of the tunnel policy of an organization, which names no cohort. */
export function isKeptOnDeletion({ kind, before }: Pick<Resource, "kind" | "before">): boolean {
  const { object } = rows[kind];
  return object?.settingsOf !== undefined && before?.inputs[object.settingsOf] === undefined;
}

/** Returns the values after an update: declared values, and defaults for those that it stops declaring, unless Peridio keeps them. */
export function applyUpdate(
  { kind, before, after }: Pick<Resource, "kind" | "before" | "after">,
  values: { readonly former: Values; readonly declared: Values; readonly dropped: ReadonlySet<string> },
): Values {
  const { former, declared, dropped } = values;
  const { allInputs } = rows[kind];
  const name = (after ?? before)?.inputs.name;
  const defaults = getSettingDefaults(kind, typeof name === "string" ? name : undefined);
  const keepsValue = (name: string) =>
    allInputs[name]?.isNeverRemoved === true || allInputs[name]?.staysWhenUndeclared === true;
  const resets: Values = Object.fromEntries(
    [...dropped].filter((name) => !keepsValue(name)).map((name) => [name, defaults[name]]),
  );
  return omitUnknown({ ...former, ...resets, ...omitAbsent(declared) });
}

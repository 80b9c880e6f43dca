import { check } from "../core/check";
import { configuration, type Configuration, decodedSettings } from "../core/configuration";
import type { Failure } from "../core/errors";
import { hasUnknowns, isRecord, same, type Values } from "../core/values";

/** What the engine sends with the settings that is its own business. */
const engineOwn = ["version", "pluginDownloadURL"];

function decoded(sent: Values): Values {
  return decodedSettings(Object.fromEntries(Object.entries(sent).filter(([name]) => !engineOwn.includes(name))));
}

/** What is wrong with provider settings. */
export function checkSettings(sent: Values): readonly Failure[] {
  return check(configuration, decoded(sent), "the provider's configuration").failures;
}

/** Valid provider settings. */
export function parseSettings(sent: Values): Configuration {
  return configuration.parse(decoded(sent));
}

/** The settings that differ. None of them replaces the provider: that would replace every organization. */
export function changedSettings(before: Values, after: Values): string[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].filter((name) => hasUnknowns(after[name]) || !same(before[name], after[name]));
}

/** The settings whose schema says that they are secret. */
export const secretSettings: ReadonlySet<string> = new Set(
  Object.entries(configuration.shape)
    .filter(([, schema]) => isRecord(schema.meta()) && schema.meta()?.secret === true)
    .map(([name]) => name),
);

import type { Values } from "#framework";
import { hideValues, type PrintedState } from "./document";

/**
 * The parts of a printed state that are no options: the review reads them elsewhere, or they cannot change what Pulumi does to
 * Peridio. Every other part is an option, also one that this version does not know.
 */
const noOptions: ReadonlySet<string> = new Set([
  // The review reads these elsewhere.
  ...["urn", "type", "custom", "id", "inputs", "outputs", "provider", "propertyDependencies"],
  ...["protect", "external", "retainOnDelete", "importID", "modified"],
  // These name the place of the resource in the program, and the order of the steps.
  ...["parent", "aliases", "dependencies", "created", "sourcePosition", "stackTrace"],
  // The steps show the effect of these.
  ...["delete", "pendingReplacement", "taint", "initErrors", "replaceOnChanges", "deleteBeforeReplace"],
  // The provider itself asks for these, or they only limit the time.
  ...["refreshBeforeUpdate", "customTimeouts"],
]);

/** The outputs that are secrets without an option. An SDK declares them as secrets again. */
export const secretOutputs: ReadonlySet<string> = new Set(["inviteUrl", "inviteUrls", "token", "secret"]);

/** Returns the options of a resource by their names in Pulumi's output, without those that are off. */
export function readOptions(printed: PrintedState): Values {
  const { additionalSecretOutputs } = printed;
  const secrets = Array.isArray(additionalSecretOutputs)
    ? additionalSecretOutputs.filter((name) => !secretOutputs.has(String(name)))
    : additionalSecretOutputs;
  const entries = Object.entries({ ...printed, additionalSecretOutputs: secrets });
  return hideValues(Object.fromEntries(entries.filter(([name, value]) => !noOptions.has(name) && !isOff(value))));
}

/** Reports if a value is the one of an option that the program does not set. */
function isOff(value: unknown): boolean {
  if (value === undefined || value === null || value === false || value === "") return true;
  return typeof value === "object" && Object.keys(value).length === 0;
}

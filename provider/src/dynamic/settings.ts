import type { dynamic } from "@pulumi/pulumi";
import { check } from "../core/check";
import { configuration, type Configuration, decodedSettings } from "../core/configuration";
import { Refusal } from "../core/errors";

/** The provider's settings among a stack's configuration: `peridio:apiKey` and so on. Throws a `Refusal` for bad ones. */
export function settingsOf(config: dynamic.Config): Configuration {
  const given = Object.keys(configuration.shape).flatMap((name) => {
    const text = config.get(`peridio:${name}`);
    return text === undefined ? [] : [[name, text] as const];
  });
  const { values, failures } = check(
    configuration,
    decodedSettings(Object.fromEntries(given)),
    "the provider's configuration",
  );
  if (failures.length > 0) {
    const reasons = failures.map(({ path, reason }) => `peridio:${path} ${reason}`).join("; ");
    throw new Refusal(`The stack's configuration is not right: ${reasons}. Correct it with \`pulumi config set\`.`);
  }
  return configuration.parse(values);
}

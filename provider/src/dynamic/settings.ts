import type { dynamic } from "@pulumi/pulumi";
import { check } from "../core/check";
import { configuration, type Configuration } from "../core/configuration";
import { Refusal } from "../core/errors";

/** The provider's settings among a stack's configuration: `peridio:apiKey` and so on. Throws a `Refusal` for bad ones. */
export function settingsOf(config: dynamic.Config): Configuration {
  const given = Object.entries(configuration.shape).map(([name, schema]) => {
    const text = config.get(`peridio:${name}`);
    return [name, text === undefined || schema.safeParse(text).success ? text : decoded(text)] as const;
  });
  const { values, failures } = check(configuration, Object.fromEntries(given), "the provider's configuration");
  if (failures.length > 0) {
    const reasons = failures.map(({ path, reason }) => `peridio:${path} ${reason}`).join("; ");
    throw new Refusal(`The stack's configuration is not right: ${reasons}. Correct it with \`pulumi config set\`.`);
  }
  return configuration.parse(values);
}

/** What is no text is JSON in a text. */
function decoded(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

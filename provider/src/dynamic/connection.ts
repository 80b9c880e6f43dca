import { log } from "@pulumi/pulumi";
import type { Peridio } from "../api";
import { type Configuration, peridio } from "../core/configuration";
import { secrets } from "./secrets";

/** The API as these settings reach it. What it logs holds no secret. Throws a `Refusal` without an API key. */
export function connect(settings: Configuration): Peridio {
  secrets.keep(settings.apiKey ?? process.env.PERIDIO_API_KEY ?? "");
  const redact = (text: string): string => secrets.redact(text);
  return peridio(settings, process.env, { log: (level, text) => void log[level](redact(text)), redact });
}

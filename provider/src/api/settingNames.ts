import type { Words } from "#framework/http";

/**
 * The settings of a program that uses this client, in the words of that program's users. Messages name them, because a
 * command does not read the configuration of a stack, and the provider has no options.
 */
export interface SettingNames extends Omit<Words, "service"> {
  readonly backend: string;
}

/** The settings of the provider. */
export const providerSettings: SettingNames = {
  program: "The provider",
  apiKey: "`peridio:apiKey` or PERIDIO_API_KEY",
  backend: "`peridio:backend` or PERIDIO_BACKEND",
  endpoint: "`peridio:endpoint` or PERIDIO_BASE_URL",
  caPath: "`peridio:caPath` or PERIDIO_CA_PATH",
  maxConcurrency: "`peridio:maxConcurrency`",
  requestTimeout: "`peridio:requestTimeout`",
};

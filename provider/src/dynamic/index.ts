/**
 * The resources and functions of Peridio for TypeScript programs without a plugin.
 *
 * The API key is read from the stack's configuration (`pulumi config set --secret peridio:apiKey`) or from the environment
 * variable `PERIDIO_API_KEY`. The other settings are read from the same places.
 */
export * from "./classes";

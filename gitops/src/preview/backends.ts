import { type Configuration, getBackend, configuration, resources, traits } from "#provider";
import { isRecord, type Values } from "#framework";
import { getTypeName } from "#framework/messages";
import type { Document, PrintedState, Step } from "./document";
import { type Hidden, isHidden, unknown } from "../hidden";
import { getKind } from "../urn";

/**
 * Finds the URNs of the providers for Avocado Connect by their settings, or by resources and values that only this API has. A
 * preview does not show the environment.
 */
export function findConnectProviders(document: Document): ReadonlySet<string> {
  const { steps } = document;
  const getSettings = createSettingsLookup(document);
  const providers = new Set<string>();
  for (const { urn, oldState, newState } of steps) {
    for (const state of [oldState, newState].filter((state) => !!state)) {
      const provider = getProvider(state);
      // A provider has no provider.
      if (provider === "") continue;
      if (isConnect(getSettings(provider)) || isConnectResource(urn, state)) providers.add(provider);
    }
  }
  return providers;
}

/** Returns the address of Peridio by the URN of a provider; undefined if only the environment sets it. */
export function createEndpointLookup(document: Document): (provider: string) => string | Hidden | undefined {
  const getSettings = createSettingsLookup(document);
  return (provider) => readEndpoint(getSettings(provider));
}

/** Returns the address of Peridio in the settings of a provider. */
export function readEndpoint({ endpoint }: Values): string | Hidden | undefined {
  return endpoint === undefined || typeof endpoint === "string" || isHidden(endpoint) ? endpoint : unknown;
}

/** Returns the settings of the stack's configuration or of an explicit provider, by the URN of the provider. */
function createSettingsLookup({ config, steps }: Document): (provider: string) => Values {
  const stackSettings = readStackSettings({ config });
  const explicit = new Map<string, Values>();
  for (const { urn, oldState, newState } of steps.filter(isProvider)) {
    // The last new state counts. A replacement ends with the deletion of the old one.
    const inputs = newState?.inputs ?? explicit.get(urn) ?? oldState?.inputs;
    if (inputs !== undefined) explicit.set(urn, inputs);
  }
  return (provider) => {
    const isDefault = provider === "" || /::default[^:]*$/.test(provider);
    return explicit.get(provider) ?? (isDefault ? stackSettings : { endpoint: unknown });
  };
}

/** Returns the URN of a resource's provider. A preview prints `<URN>::<id>`. */
export function getProvider({ provider }: Pick<PrintedState, "provider">): string {
  return provider.split("::").slice(0, -1).join("::");
}

function isProvider({ urn }: Step): boolean {
  return urn.split("::")[2]?.endsWith("pulumi:providers:peridio") === true;
}

/** Returns the settings of the default provider in a stack's configuration. */
export function readStackSettings({ config }: Pick<Document, "config">): Values {
  const own = Object.entries(config).filter(([name]) => name.startsWith("peridio:"));
  return Object.fromEntries(own.map(([name, value]) => [name.slice("peridio:".length), value]));
}

/** Reports if the settings of a provider select Avocado Connect. */
export function isConnect(settings: Values): boolean {
  const stated: Partial<Configuration> = {
    backend: configuration.shape.backend.safeParse(settings.backend).data,
    endpoint: configuration.shape.endpoint.safeParse(settings.endpoint).data,
  };
  return getBackend(stated) === "connect";
}

/** The types of the resources that only Avocado Connect has. */
const connectTypes = new Set(
  resources
    .filter(({ requires }) => requires !== undefined && traits["admin-v2"].explainUnsupported(requires) !== undefined)
    .map(getTypeName),
);

/** Reports if only Avocado Connect has such a resource: its type, the roles `owner` and `member`, or the tier of an organization. */
export function isConnectResource(urn: string, { inputs, outputs }: Pick<PrintedState, "inputs" | "outputs">): boolean {
  const kind = getKind(urn);
  if (kind !== undefined && connectTypes.has(kind)) return true;
  const { role, members } = inputs;
  const roles = isRecord(members) ? Object.values(members) : [];
  const hasConnectRole = [role, ...roles].some((one) => one === "member" || one === "owner");
  // A hidden tier is one too.
  return hasConnectRole || (outputs?.tier !== undefined && outputs.tier !== null);
}

import { type Component, defineProvider, type ProviderDefinition } from "#framework";
import type { Peridio, TransportOverrides } from "./api";
import { configuration, getDestination, peridio } from "./configuration";
import { functions } from "./functions";
import type * as layout from "./layout";
import { permissions } from "./permissions";
import { resources } from "./resources";
import { version } from "./version";

/** The Peridio provider. Tests replace `overrides`, such as the clock. */
export function providerIn(overrides?: TransportOverrides): ProviderDefinition<Peridio> {
  return defineProvider({
    package: {
      name: "peridio",
      displayName: "Peridio",
      version,
      description: "Peridio organizations, their members and their security settings as code.",
      providerDescription: "The provider for Peridio organizations, with the URL of the API and the API key.",
      keywords: ["pulumi", "peridio", "category/infrastructure", "kind/native"],
      repository: "github.com/pulumi-peridio/pulumi-peridio",
      publisher: "pulumi-peridio",
      license: "Apache-2.0",
      attribution: "This package is not published by Peridio.",
      logoUrl: "https://raw.githubusercontent.com/pulumi-peridio/pulumi-peridio/main/docs/images/logo.svg",
    },
    service: { title: "Peridio", environmentPrefix: "PERIDIO", permissions, names: readOrganizationNames },
    configuration,
    resources,
    functions,
    components: loadComponents,
    connect: (settings, environment, output) => {
      const client = peridio(settings, environment, output, overrides);
      return { client, scope: getDestination(settings, environment).endpoint };
    },
    verify: async (client) => {
      await client.caller();
    },
  });
}

export const provider = providerIn();

/** Returns the names of the organizations that the API key can see. */
async function readOrganizationNames(client: Peridio): Promise<ReadonlyMap<string, string>> {
  const { organizations } = await client.caller();
  return new Map(organizations.map(({ id, name }) => [id, name]));
}

function loadComponents(): readonly Component[] {
  // eslint-disable-next-line @typescript-eslint/no-require-imports, @typescript-eslint/consistent-type-assertions -- an import would be loaded at the start
  const { layoutComponent } = require("./layout") as typeof layout;
  return [layoutComponent];
}

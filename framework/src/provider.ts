import * as z from "zod";
import type { AnyClient } from "./client";
import type { Component } from "./component";
import type { Environment, Output } from "./configuration";
import type { Names } from "./explain";
import type { AnyFunction } from "./function";
import type { Permissions } from "./permissions";
import type { AnyResource, Shape } from "./resource";
import type { Values } from "./values";

/** The properties of the package as a whole (pulumi.com/docs, "Pulumi package schema"). */
export interface PackageInfo {
  /** The name of the provider, with which tokens begin: `acme`. */
  readonly name: string;
  readonly displayName: string;
  /** A semantic version. */
  readonly version: string;
  readonly description: string;
  /** The description of the provider resource. */
  readonly providerDescription: string;
  readonly keywords: readonly string[];
  /** Where releases are published, such as `github.com/acme/pulumi-acme`. SDKs download the plugin from there, and Go finds its module by this name. */
  readonly repository?: string;
  /** The place of the plugin, if not the releases of `repository`, as Pulumi's schema describes it. */
  readonly pluginDownloadURL?: string;
  /** The people or the company that publish the package. */
  readonly publisher?: string;
  readonly license?: string;
  readonly attribution?: string;
  /** The URL of a picture, which the Pulumi Registry shows. */
  readonly logoUrl?: string;
}

/** The API behind a provider, as messages and operations know it. */
export interface Service<C extends AnyClient> {
  /** The name for people. */
  readonly title: string;
  /** The prefix of the provider's environment variables, such as `ACME` of `ACME_PREVIEW_ONLY`. */
  readonly environmentPrefix: string;
  /** Checks the rights of the client's user. By default, only the API checks them. */
  readonly permissions?: Permissions<C>;
  /** Returns names by id: messages show them in place of the ids. By default, none. */
  names?(client: C): Promise<Names>;
}

/** A client, and the API to which it sends requests. */
export interface Connection<C extends AnyClient> {
  readonly client: C;
  /**
   * Distinguishes APIs whose objects can have equal names, for example by the endpoint. Without a scope, a program that uses two APIs
   * cannot declare an object of each with the same name, because the second is a conflict. Ids are unique across all APIs, so they need
   * no scope. By default, there is one API.
   */
  readonly scope?: string;
}

/** A complete provider: data, and the connection to its API. */
export interface ProviderDefinition<C extends AnyClient> {
  readonly package: PackageInfo;
  readonly service: Service<C>;
  /** The settings. A program or `pulumi config` sets them. All settings are optional. */
  readonly configuration: Shape;
  readonly resources: readonly AnyResource<C>[];
  readonly functions: readonly AnyFunction<C>[];
  /** Loads the components. Few programs use one, and the others start sooner without them. */
  components(): readonly Component[];
  /**
   * Connects with valid settings. Sends nothing.
   * @throws UserError if the settings and the environment name no API or no API key
   */
  connect(settings: Values, environment: Environment, output: Output): Connection<C>;
  /** Sends a first request, to find out if the client works. */
  verify(client: C): Promise<void>;
}

/** Any provider. */
export type AnyProvider = ProviderDefinition<AnyClient>;

/**
 * Returns the resource of a type, which may be a former one: without a program, such as in a refresh, a host sends the types of the state.
 * Undefined if the provider has none.
 */
export function findResource({ resources }: Pick<AnyProvider, "resources">, token: string): AnyResource | undefined {
  return resources.find((one) => one.token === token || one.formerTokens?.includes(token) === true);
}

/** The members of a definition without defaults, and the defaults to replace. `Settings` is the schema of the settings. */
export interface ProviderOptions<C extends AnyClient, Settings extends Shape> extends Partial<
  Omit<ProviderDefinition<C>, "package" | "service" | "configuration" | "connect">
> {
  readonly package: Pick<PackageInfo, "name" | "version" | "description"> & Partial<PackageInfo>;
  readonly service?: Partial<Service<C>>;
  readonly configuration?: Settings;
  /**
   * Connects with valid settings. Sends nothing. Throws a `UserError` if the settings name no API. Each host parses the settings with
   * `configuration` first, so the bivariance of methods permits the narrower type here, as for `AnyResource`.
   */
  connect(settings: z.output<Settings>, environment: Environment, output: Output): Connection<C>;
}

/** Returns a complete definition. A small provider needs a package, resources and `connect`. */
export function defineProvider<C extends AnyClient, Settings extends Shape>(
  options: ProviderOptions<C, Settings>,
): ProviderDefinition<C> {
  const { name, description } = options.package;
  const displayName = options.package.displayName ?? name;
  return {
    configuration: z.object({}),
    resources: [],
    functions: [],
    components: () => [],
    verify: () => Promise.resolve(),
    ...options,
    package: { displayName, providerDescription: description, keywords: ["pulumi", name], ...options.package },
    service: {
      title: displayName,
      environmentPrefix: name.toUpperCase().replaceAll("-", "_"),
      ...options.service,
    },
  };
}

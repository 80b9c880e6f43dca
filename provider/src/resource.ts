/** The framework's types, for the client of Peridio. */
import * as framework from "#framework";
import type { Peridio } from "./api";

export type Context = framework.Context<Peridio>;

/** The members that each resource of this provider has in addition. */
interface Metadata {
  readonly example: string;
  readonly rights: framework.Rights<Right>;
}

export type Resource<
  Inputs extends framework.Shape,
  Outputs extends framework.Shape,
  Query extends framework.Shape,
  Extended extends Context = Context,
> = framework.Resource<Inputs, Outputs, Query, Peridio, Extended> & Metadata;

export const defineResource = framework.defineResourceFor<Peridio, Metadata>();

export type ProviderFunction<
  Inputs extends framework.Shape,
  Outputs extends framework.Shape,
> = framework.ProviderFunction<Inputs, Outputs, Peridio> & { readonly example: string; readonly right: Right };

/** Any resource of Peridio. */
export type AnyResource = Resource<framework.Shape, framework.Shape, framework.Shape>;

/** Any function of Peridio. */
export type AnyFunction = ProviderFunction<framework.Shape, framework.Shape>;

/**
 * The least role of the API key's user for an operation: none, any member of the organization, a developer, a manager, an
 * admin, the owner. `account` is any user whose key is bound to no organization.
 */
export const rights = ["anybody", "viewer", "developer", "manager", "admin", "owner", "account"] as const;
export type Right = (typeof rights)[number];

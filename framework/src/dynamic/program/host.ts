import type { dynamic } from "@pulumi/pulumi";

type Properties = Readonly<Record<string, unknown>>;

/**
 * The exports of a package's module `dynamic/host`, which Pulumi's dynamic host loads. Code in the states of older versions loads this
 * module and calls `serve`, so these names never change.
 */
export interface HostExports {
  /**
   * Returns Pulumi's functions for the resources with this token, except `configure`: the code in the state implements it, and calls
   * `serve`. Throws an error for the program if the provider has no such resource.
   */
  readonly serve: (
    token: string,
    config: dynamic.Config,
  ) => Omit<Required<dynamic.ResourceProvider<Properties, Properties>>, "configure">;
  /** Calls a function of the provider; `__secret` names the secret arguments and results. Rejects with an error for the program. */
  readonly ask: (token: string, config: dynamic.Config, args: Properties) => Promise<Properties>;
}

import type { dynamic } from "@pulumi/pulumi";

type Properties = Readonly<Record<string, unknown>>;

/** The exports of a package's module `dynamic/host`, which Pulumi's dynamic host loads. States of older versions rely on them. */
export interface Host {
  readonly serve: (
    token: string,
    config: dynamic.Config,
  ) => Omit<Required<dynamic.ResourceProvider<Properties, Properties>>, "configure">;
  /** Calls a function of the provider; `__secret` names the secret arguments. Rejects with an error for the program. */
  readonly ask: (token: string, config: dynamic.Config, args: Properties) => Promise<Properties>;
}

import type { dynamic } from "@pulumi/pulumi";

type Properties = Readonly<Record<string, unknown>>;

/** What `pulumi-resource-peridio/dynamic/host` exports. States that older versions wrote rely on it. */
export interface Host {
  serve(
    token: string,
    config: dynamic.Config,
  ): Omit<Required<dynamic.ResourceProvider<Properties, Properties>>, "configure">;
  /** Calls a function of the provider; `__secret` names the arguments that are. Rejects with what a program can be told. */
  ask(token: string, config: dynamic.Config, args: Properties): Promise<Properties>;
}

/**
 * The provider as a program hands it to Pulumi, which turns it into text, keeps that in the state and evaluates it in another
 * process. So it is a token and one function that refers to nothing: it finds the installed package when it runs there.
 */
export function remote(token: string): dynamic.ResourceProvider {
  const provider = {
    token,
    configure({ config }: dynamic.ConfigureRequest): Promise<void> {
      try {
        // eslint-disable-next-line @typescript-eslint/no-require-imports -- an import would become part of the text
        const host = require("pulumi-resource-peridio/dynamic/host") as Host;
        Object.assign(this, host.serve(this.token, config));
      } catch (error) {
        // To the dynamic host, a provider without `delete` is one that has nothing to delete.
        const reason = `pulumi-resource-peridio does not load here; run \`npm install\` in the program's folder. ${String(error)}`;
        const fail = () => Promise.reject(new Error(reason));
        Object.assign(this, { check: fail, diff: fail, create: fail, read: fail, update: fail, delete: fail });
      }
      return Promise.resolve();
    },
  };
  return provider as typeof provider & ReturnType<Host["serve"]>;
}

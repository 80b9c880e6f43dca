import type { dynamic } from "@pulumi/pulumi";

/** What `pulumi-resource-peridio/dynamic/host` exports. States that older versions wrote rely on it. */
export interface Host {
  serve(token: string, config: dynamic.Config): Omit<Required<dynamic.ResourceProvider>, "configure">;
}

/**
 * The provider as a program hands it to Pulumi, which turns it into text, keeps that in the state and evaluates it in another
 * process. So it is a token and one function that refers to nothing: it finds the installed package when it runs there.
 */
export function remote(token: string): dynamic.ResourceProvider {
  const provider = {
    token,
    configure({ config }: dynamic.ConfigureRequest): Promise<void> {
      // eslint-disable-next-line @typescript-eslint/no-require-imports -- an import would become part of the text
      const host = require("pulumi-resource-peridio/dynamic/host") as Host;
      Object.assign(this, host.serve(this.token, config));
      return Promise.resolve();
    },
  };
  return provider as typeof provider & ReturnType<Host["serve"]>;
}

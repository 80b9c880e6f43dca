import type { dynamic } from "@pulumi/pulumi";
import type { Host } from "./host";

/**
 * The provider as a program hands it to Pulumi, which turns it into text, keeps the text in the state and evaluates it in another
 * process. So it consists of texts and one function that refers to nothing: it loads the installed package when it runs there.
 */
export function remote(token: string, packageName: string): dynamic.ResourceProvider {
  const provider = {
    token,
    packageName,
    configure({ config }: dynamic.ConfigureRequest): Promise<void> {
      try {
        // eslint-disable-next-line @typescript-eslint/no-require-imports -- an import would become part of the text
        const host = require(`${this.packageName}/dynamic/host`) as Host;
        Object.assign(this, host.serve(this.token, config));
      } catch (error) {
        // To the dynamic host, a provider without `delete` is one that has nothing to delete.
        const reason = `${this.packageName} does not load here; run \`npm install\` in the program's folder. ${String(error)}`;
        const fail = () => Promise.reject(new Error(reason));
        Object.assign(this, { check: fail, diff: fail, create: fail, read: fail, update: fail, delete: fail });
      }
      return Promise.resolve();
    },
  };
  return provider as typeof provider & ReturnType<Host["serve"]>;
}

import * as pulumi from "@pulumi/pulumi";
import type { HostExports } from "./host";

interface SecretOutputs {
  /** The argument that makes an output secret, by output. */
  readonly secretWith?: Readonly<Record<string, string>>;
  /** Properties that are always secret, as arguments too. */
  readonly always?: readonly string[];
}

/** The providers by token, so that Pulumi serializes each of them once. */
const remotes = new Map<string, pulumi.dynamic.ResourceProvider>();

/**
 * A resource of a dynamic provider.
 *
 * The option `import` names an existing object, by the id that the plugin's `pulumi import` takes. The resource imports the object if
 * the object is exactly as declared. Otherwise, the preview shows the differences.
 */
export abstract class DynamicResource extends pulumi.dynamic.Resource {
  /**
   * `packageName` is the npm package that exports `dynamic/host`. `outputs` names all outputs. The last parameter names
   * the outputs that are always secret, and the outputs that are secret if an argument is.
   */
  protected constructor(
    packageName: string,
    token: string,
    name: string,
    args: object,
    outputs: readonly string[],
    options: pulumi.CustomResourceOptions = {},
    { secretWith = {}, always = [] }: SecretOutputs = {},
  ) {
    // Pulumi's own import does not send the provider to the host.
    const { import: importId, ...opts } = options;
    const type = token.slice(token.lastIndexOf(":") + 1);
    const module = token.split(":")[0] ?? "";
    const provider = remotes.get(token) ?? createRemoteProvider(token, packageName);
    remotes.set(token, provider);
    const inputs = Object.fromEntries(
      Object.entries(args).map(([key, value]) => [key, always.includes(key) ? pulumi.secret<unknown>(value) : value]),
    );
    const props = {
      // The names declare all outputs, also those of absent arguments.
      ...Object.fromEntries(outputs.map((output) => [output, undefined])),
      ...inputs,
      __urn: getUrn(`pulumi-nodejs:dynamic/${module}:${type}`, name, opts.parent),
      __import: importId,
      __secret: listSecrets(inputs),
    };
    // The secrecy of an output is not known yet, so every output counts as secret. Plain values are not secret.
    const perhaps = Object.entries(secretWith).flatMap(([output, argument]) =>
      mayBeSecret(Object.entries(args).find(([key]) => key === argument)?.[1]) ? [output] : [],
    );
    const additionalSecretOutputs = [...(opts.additionalSecretOutputs ?? []), ...always, ...perhaps];
    super(provider, name, props, { ...opts, additionalSecretOutputs }, module, type);
  }
}

/** Reports if a value or a part of it may be secret. */
export function mayBeSecret(value: unknown): boolean {
  if (pulumi.Output.isInstance(value) || value instanceof Promise) return true;
  return typeof value === "object" && value !== null && Object.values(value).some(mayBeSecret);
}

/** Returns the URN as a promise, because an output would make the resource depend on its parent, and so on itself. */
async function getUrn(type: string, name: string, parent: pulumi.Resource | undefined): Promise<string> {
  return new Promise((resolve) => {
    pulumi.createUrn(name, type, parent).apply(resolve);
  });
}

/**
 * Returns the provider for Pulumi, which keeps it as text in the state and evaluates it in another process. It consists of texts and one
 * function without references. In the other process, the function loads the installed package.
 */
export function createRemoteProvider(token: string, packageName: string): pulumi.dynamic.ResourceProvider {
  const provider = {
    token,
    packageName,
    configure({ config }: pulumi.dynamic.ConfigureRequest): Promise<void> {
      let cause = `${this.packageName} cannot be loaded in the program's folder. Run \`npm install\` there. `;
      try {
        // eslint-disable-next-line @typescript-eslint/no-require-imports -- an import would become part of the text
        const host = require(`${this.packageName}/dynamic/host`) as HostExports;
        cause = "";
        Object.assign(this, host.serve(this.token, config));
      } catch (error) {
        // Without a function `delete`, the dynamic host would report a deletion as done.
        const reason = cause + (error instanceof Error ? error.message : String(error));
        const fail = () => Promise.reject(new Error(reason));
        Object.assign(this, { check: fail, diff: fail, create: fail, read: fail, update: fail, delete: fail });
      }
      return Promise.resolve();
    },
  };
  return provider as typeof provider & ReturnType<HostExports["serve"]>;
}

/** Returns the names of the secret arguments, if any. Pulumi does not tell the host which values are secret. */
export async function listSecrets(args: object): Promise<string[] | undefined> {
  const asked = Object.entries(args).map(async ([name, value]) => {
    // An output of a failed resource rejects where the program uses it.
    const secret = await pulumi.isSecret(pulumi.output(value)).catch(() => false);
    return secret ? [name] : [];
  });
  const names = (await Promise.all(asked)).flat();
  return names.length === 0 ? undefined : names;
}

import * as pulumi from "@pulumi/pulumi";
import { remote } from "./remote";
import { secretsOf } from "./secretArguments";

interface SecretOutputs {
  /** The argument that each output repeats, by output: the output is secret if the argument is. */
  readonly repeats?: Readonly<Record<string, string>>;
  /** Properties that are always secret, as arguments too. */
  readonly always?: readonly string[];
}

/** One provider a type, so that its text is made once. */
const remotes = new Map<string, pulumi.dynamic.ResourceProvider>();

/**
 * A resource of a dynamic provider.
 *
 * The option `import` names an existing object, by the ids that the plugin's `pulumi import` takes. The resource imports it if it is
 * exactly as declared; otherwise, the preview shows the differences.
 */
export abstract class DynamicResource extends pulumi.dynamic.Resource {
  /**
   * `packageName` is the npm package that exports `dynamic/host`. `outputs` names all properties. The last parameter names the secret
   * ones: always secret, or secret like an argument.
   */
  protected constructor(
    packageName: string,
    token: string,
    name: string,
    args: object,
    outputs: readonly string[],
    options: pulumi.CustomResourceOptions = {},
    { repeats = {}, always = [] }: SecretOutputs = {},
  ) {
    // Pulumi's own way to import asks the host without telling it which provider to use.
    const { import: importId, ...opts } = options;
    const type = token.slice(token.lastIndexOf(":") + 1);
    const module = token.split(":")[0] ?? "";
    const provider = remotes.get(token) ?? remote(token, packageName);
    remotes.set(token, provider);
    const inputs = Object.fromEntries(
      Object.entries(args).map(([key, value]) => [key, always.includes(key) ? pulumi.secret<unknown>(value) : value]),
    );
    const props = {
      // Without being named here, what the program leaves out would be no output either.
      ...Object.fromEntries(outputs.map((output) => [output, undefined])),
      ...inputs,
      __urn: urnOf(`pulumi-nodejs:dynamic/${module}:${type}`, name, opts.parent),
      __import: importId,
      __secret: secretsOf(inputs),
    };
    // Whether an output is secret is known too late for this option. What is no output is not.
    const perhaps = Object.entries(repeats).flatMap(([output, argument]) =>
      pulumi.Output.isInstance(Object.entries(args).find(([key]) => key === argument)?.[1]) ? [output] : [],
    );
    const additionalSecretOutputs = [...(opts.additionalSecretOutputs ?? []), ...always, ...perhaps];
    super(provider, name, props, { ...opts, additionalSecretOutputs }, module, type);
  }
}

/** A plain promise: as an output it would make the resource depend on its parent, and so on itself. */
async function urnOf(type: string, name: string, parent: pulumi.Resource | undefined): Promise<string> {
  return new Promise((resolve) => {
    pulumi.createUrn(name, type, parent).apply(resolve);
  });
}

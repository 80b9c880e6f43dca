import * as pulumi from "@pulumi/pulumi";
import type { HostExports } from "./host";
import { listSecrets } from "./resource";

/**
 * Calls a function as soon as its arguments are known. The program itself calls the API, because Pulumi's dynamic host has no
 * functions. The whole result is secret if a part is, because the program receives it in one output.
 */
export function invoke<Result>(loadHost: () => HostExports, token: string, args: object = {}): pulumi.Output<Result> {
  return pulumi.output(args).apply(async (known) => {
    try {
      const answer = await loadHost().ask(token, config, { ...known, __secret: await listSecrets(args) });
      const { __secret: secret, ...result } = answer;
      return (secret === undefined ? result : pulumi.secret(result)) as Result;
    } catch (error) {
      // Pulumi shows this kind of error without a stack.
      throw new pulumi.RunError(`${token}: ${error instanceof Error ? error.message : String(error)}`);
    }
  });
}

const config: pulumi.dynamic.Config = {
  get: (key) => pulumi.runtime.getConfig(key),
  require: (key) => new pulumi.Config().require(key),
};

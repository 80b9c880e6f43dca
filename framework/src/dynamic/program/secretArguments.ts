import * as pulumi from "@pulumi/pulumi";

/** The names of the arguments that are secret, if any: the host gets their values without being told. */
export async function secretsOf(args: object): Promise<string[] | undefined> {
  const asked = Object.entries(args).map(async ([name, value]) => {
    // What another resource's failure keeps from being known fails where it is used.
    const secret = await pulumi.isSecret(pulumi.output(value)).catch(() => false);
    return secret ? [name] : [];
  });
  const names = (await Promise.all(asked)).flat();
  return names.length === 0 ? undefined : names;
}

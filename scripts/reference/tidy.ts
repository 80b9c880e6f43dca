/** What Pulumi's generators leave untidy, or get wrong. */

export function tidyTypeScript(program: string): string {
  const unused = /\bpulumi\./.test(program) ? "" : 'import * as pulumi from "@pulumi/pulumi";\n';
  return program.replace(unused, "").replace(/\{\n\s*(\w+: [\w[\], ]+),\n\s*\}/g, "{ $1 }");
}

/** Options are left where they fall. */
export function tidyPython(program: string): string {
  const unused = /\bpulumi\./.test(program) ? "" : "import pulumi\n";
  return program.replace(unused, "").replace(/^ *opts = /gm, "    opts=");
}

/**
 * A function that is called as a resource is `Lookup…` in the SDK, which the generator does not see. A list of objects is
 * asserted to be what it is no interface of; the output has a method for it.
 */
export function tidyGo(program: string, resources: readonly string[]): string {
  const lookup = new RegExp(`\\bperidio\\.Get(?=(?:${resources.join("|")})(?:\\(|Args|Output|Result))`, "g");
  return program
    .replace(lookup, "peridio.Lookup")
    .replace(
      /\.ApplyT\(func\(\w+ [\w.]+\) \(\[\][\w.]+, error\) \{\s*return \w+\.(\w+)\.\(\[\][\w.]+\), nil\s*\}\)\.\(pulumi\.ArrayOutput\)/g,
      ".$1()",
    );
}

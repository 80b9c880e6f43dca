/** Corrections of the programs that Pulumi's generators write. */

export function tidyTypeScript(program: string): string {
  const unused = /\bpulumi\./.test(program) ? "" : 'import * as pulumi from "@pulumi/pulumi";\n';
  return program.replace(unused, "").replace(/\{\n\s*(\w+: [\w[\], ]+),\n\s*\}/g, "{ $1 }");
}

/** The generator does not indent options. */
export function tidyPython(program: string): string {
  const unused = /\bpulumi\./.test(program) ? "" : "import pulumi\n";
  return program.replace(unused, "").replace(/^ *opts = /gm, "    opts=");
}

/**
 * The generator calls a function with the name of a resource `Get…`, but the SDK calls it `Lookup…`. It also asserts a wrong type for a
 * list of objects, for which the output has a method.
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

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

/** A list of objects is asserted to be what it is no interface of; the output has a method for it. */
export function tidyGo(program: string): string {
  return program.replace(
    /\.ApplyT\(func\(\w+ [\w.]+\) \(\[\][\w.]+, error\) \{\s*return \w+\.(\w+)\.\(\[\][\w.]+\), nil\s*\}\)\.\(pulumi\.ArrayOutput\)/g,
    ".$1()",
  );
}

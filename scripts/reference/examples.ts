import { execFileSync } from "node:child_process";
import { z } from "zod";
import { shortName } from "./package";
import { toPcl } from "./pcl";
import { tidyGo, tidyPython, tidyTypeScript } from "./tidy";

const written = z.record(z.string(), z.object({ typescript: z.string(), python: z.string(), go: z.string() }));

/** An example program in each language. */
export interface Example {
  readonly typescript: string;
  readonly python: string;
  readonly go: string;
  readonly yaml: string;
}

/**
 * Translates Pulumi YAML programs into all languages, by token, with Pulumi's generators (tools/pulumi/examplegen). Needs Go. Throws if a
 * program does not fit the schema, after the generator has printed the reason.
 */
export function inEveryLanguage(
  yaml: Readonly<Record<string, string>>,
  schemaFile: string,
): Readonly<Record<string, Example>> {
  const pcl = Object.fromEntries(Object.entries(yaml).map(([name, program]) => [name, toPcl(program)]));
  const output = execFileSync("go", ["-C", "tools/pulumi", "run", "-buildvcs=false", "./examplegen", schemaFile], {
    input: JSON.stringify(pcl),
    stdio: ["pipe", "pipe", "inherit"],
    encoding: "utf8",
  });
  const names = Object.keys(yaml).map(shortName);
  return Object.fromEntries(
    Object.entries(written.parse(JSON.parse(output))).map(([name, { typescript, python, go }]) => [
      name,
      {
        typescript: tidyTypeScript(typescript),
        python: tidyPython(python),
        go: tidyGo(go, names),
        yaml: `name: acme\nruntime: yaml\n${yaml[name] ?? ""}`,
      },
    ]),
  );
}

import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { z } from "zod";
import { version } from "../../package.json";
import schema from "../../schema.json";
import { releases } from "../../scripts/release/installation";
import { read } from "./guides/markdown";

const readTemplate = (file: string) => readFileSync(`templates/${file}`, "utf8");

/** Returns the text of a file that a pattern matches. */
function find(file: string, pattern: RegExp): string {
  const [found] = pattern.exec(readFileSync(file, "utf8")) ?? [];
  if (found === undefined) throw new Error(`${file} has no ${String(pattern)}`);
  return found;
}

const project = z.looseObject({
  template: z.object({ config: z.record(z.string(), z.object({ secret: z.boolean().optional() })) }),
  resources: z.unknown().optional(),
});
const readProject = (name: string) => project.parse(parse(readTemplate(`${name}/Pulumi.yaml`)));

test.each([
  ["typescript/package.json", `"pulumi-peridio": "${releases}/download/v${version}/pulumi-peridio-${version}.tgz"`],
  [
    "python/requirements.txt",
    `pulumi_peridio @ ${releases}/download/v${version}/pulumi_peridio-${version}-py3-none-any.whl\n`,
  ],
  ["go/go.mod", `github.com/pulumi-peridio/pulumi-peridio/sdk/go v${version}\n`],
  [`yaml/sdks/peridio/peridio-${version}.yaml`, `version: ${version}\ndownloadUrl: ${schema.pluginDownloadURL}\n`],
])("templates/%s requires the version of this repository", (file, requirement) => {
  expect(readTemplate(file)).toContain(requirement);
});

test.each([
  ["python/requirements.txt", find("sdk/python/pyproject.toml", /pulumi>=[^"]+/)],
  ["go/go.mod", find("sdk/go/go.mod", /github\.com\/pulumi\/pulumi\/sdk\/v3 v\S+/)],
  ["go/go.mod", find("sdk/go/go.mod", /^go .+$/m)],
])("templates/%s contains the requirement of the SDK: %s", (file, requirement) => {
  expect(
    readTemplate(file)
      .split("\n")
      .map((line) => line.trim()),
  ).toContain(requirement);
});

test.each(["typescript", "python", "go", "yaml"])("the template in %s asks for the API key as a secret", (name) => {
  const { config } = readProject(name).template;
  expect(config["peridio:apiKey"]?.secret).toBe(true);
  expect(config).toEqual(readProject("yaml").template.config);
});

test("the template in YAML contains the program of the guide, with the name of the organization as a setting", () => {
  const file = "docs/getting-started.md";
  const guide = read(file, readFileSync(file, "utf8")).blocks.find(({ language }) => language === "yaml");
  const program: unknown = parse((guide?.code ?? "").replace("acme-dev", '"${organization}"'));
  expect(readProject("yaml").resources).toEqual(z.looseObject({ resources: z.unknown() }).parse(program).resources);
});
